"""From figures to charts, tables and lines of CSV."""

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from typing import Any, Final

from closecall.errors import Unavailable
from closecall.public.library.rules.tables import safe_cell
from closecall.public.studies.rules import figures
from closecall.public.studies.rules.figures import Bar, Figure, Told
from closecall.public.studies.rules.intervals import Interval
from closecall.public.studies.rules.together import lift

ROW: Final = 48
_ROOM: Final = 82.0  # per cent of the width for bars; their numbers stand in the rest
_MOST_BARS: Final = 8


@dataclass(frozen=True)
class Strip:
    """One bar that lies: label above, number behind, its interval as a line below; per cent and pixels."""

    label: str
    count: int
    width: str
    low: str
    high: str
    label_y: int
    y: int
    value_y: int
    line_y: int
    tick_top: int
    tick_bottom: int
    strong: bool


@dataclass(frozen=True)
class Strips:
    """A chart of lying bars."""

    bars: tuple[Strip, ...]
    height: int
    left_out: int


def strips(figure: Figure) -> Strips:
    """Lay out a figure's bars; the first is strong."""
    rows = [(bar.label, bar.reports, bar.share) for bar in figure.bars]
    return _laid(rows[:_MOST_BARS], len(figure.bars))


def strips_of(supported: "Sequence[Supported]") -> Strips:
    """Lay out themes or families by the reports that bear them."""
    rows = [(one.label, one.reports, one.share) for one in supported]
    return _laid(rows[:_MOST_BARS], len(rows))


def _laid(rows: Sequence[tuple[str, int, Interval]], total: int) -> Strips:
    most = max((share.high for _, _, share in rows), default=1.0) or 1.0
    laid = tuple(
        Strip(
            label=label,
            count=n,
            width=_per_cent(share.value / most),
            low=_per_cent(share.low / most),
            high=_per_cent(share.high / most),
            label_y=at * ROW + 14,
            y=at * ROW + 20,
            value_y=at * ROW + 34,
            line_y=at * ROW + 41,
            tick_top=at * ROW + 38,
            tick_bottom=at * ROW + 44,
            strong=at == 0,
        )
        for at, (label, n, share) in enumerate(rows)
    )
    return Strips(laid, len(rows) * ROW + 4, total - len(rows))


def _per_cent(part: float) -> str:
    return f"{part * _ROOM:.2f}"


def share_words(share: Interval) -> str:
    """A share in words, with its interval.

    >>> share_words(Interval(0.25, 0.1, 0.4))
    '25 % (10 to 40)'
    """
    return f"{share.value:.0%} ({share.low * 100:.0f} to {share.high * 100:.0f})".replace("%", " %")


def times_words(told: Told) -> str:
    """How many times as often as expected, shrunk, with its interval: the information component as a ratio."""
    ic = told.judged.ic
    return f"{2**ic.value:.1f} × ({2**ic.low:.1f} to {2**ic.high:.1f})"


def csv_rows(
    drawn: Sequence[Figure],
    quarters: Sequence[tuple[str, int]],
    lists: Sequence[tuple[str, Sequence[Told]]],
    only: str = "",
) -> Iterator[list[str]]:
    """Everything on the page as lines, each figure under its key; `only` names one figure.

    Shape: `lists` are judged tables by key: "together", "lately", "compared".
    """
    yield ["figure", "what", "where", "reports", "of", "share", "low", "high", "expected", "lift", "ic", "ic_low",
           "ic_high", "p", "q", "signal"]  # fmt: skip
    for figure in drawn:
        if only in ("", figure.key):
            for bar in figure.bars:
                spread = [f"{part:.4f}" for part in (bar.share.value, bar.share.low, bar.share.high)]
                head = [figure.key, safe_cell(bar.label), "", str(bar.reports), str(figure.whole)]
                yield [*head, *spread, *[""] * 8]
    if only in ("", "quarters"):
        total = str(sum(n for _, n in quarters))
        yield from (["quarters", name, "", str(n), total, *[""] * 11] for name, n in quarters)
    for key, told in lists:
        if only in ("", key):
            yield from (_told_row(key, one) for one in told)


def _told_row(key: str, one: Told) -> list[str]:
    table, ic = one.judged.table, one.judged.ic
    return [
        key, safe_cell(one.what), safe_cell(one.where), str(table.both), str(table.total), "", "", "",
        f"{table.expected:.2f}", f"{lift(table).value:.3f}", *(f"{part:.3f}" for part in (ic.value, ic.low, ic.high)),
        f"{one.judged.p:.3g}", f"{one.judged.q:.3g}", "yes" if one.judged.signal else "no",
    ]  # fmt: skip


class NotAsPublished(Unavailable):
    """The stored study isn't what its hash says."""

    default = "This study isn't what was published, so it isn't shown. The library is as it was."


@dataclass(frozen=True)
class Supported:
    """A theme or a family of themes with the distinct reports that bear it."""

    key: str
    label: str
    reports: int
    lessons: int
    share: Interval
    quotes: tuple[str, ...] = ()

    @property
    def words(self) -> str:
        """Its share in words."""
        return share_words(self.share)


@dataclass(frozen=True)
class Curve:
    """The saturation curve: a path in a box of 100 by 40, and what it ends at."""

    points: str
    last: str


def families(content: Mapping[str, Any]) -> list[Supported]:
    """The families that some lesson belongs to, most reports first."""
    return _supported(content["families"])


def themes(content: Mapping[str, Any]) -> list[Supported]:
    """The themes, most reports first."""
    return _supported(content["themes"])


def _supported(rows: Sequence[Mapping[str, Any]]) -> list[Supported]:
    found = [
        Supported(
            key=row["key"],
            label=row["label"],
            reports=row["reports"],
            lessons=row["lessons"],
            share=Interval(*row["share"]),
            quotes=tuple(row.get("quotes", ())),
        )
        for row in rows
        if row["lessons"]
    ]
    return sorted(found, key=lambda one: (-one.reports, -one.lessons, one.label))


def finding(supported: Sequence[Supported], whole: int) -> str:
    """What the support bears out, in one sentence."""
    rows = tuple(Bar(one.key, one.label, one.reports, one.share, "") for one in supported)
    return figures.finding(rows, whole)


def digests(content: Mapping[str, Any]) -> dict[str, str]:
    """What stands for each lesson's words."""
    return {row["id"]: row["digest"] for row in content["lessons"]}


def curve(saturation: Sequence[float]) -> Curve | None:
    """The curve's points; None for fewer than two reports."""
    if len(saturation) < 2:
        return None
    most = saturation[-1] or 1.0
    points = " ".join(
        f"{100 * at / (len(saturation) - 1):.2f},{40 - 38 * value / most:.2f}"
        for at, value in enumerate(saturation)
    )
    return Curve(points, f"{most:.0f}")


def curve_rows(saturation: Sequence[float]) -> list[tuple[int, str]]:
    """The curve as a table, ten lines at most and always the last."""
    step = max(1, len(saturation) // 9)
    places = sorted({*range(0, len(saturation), step), len(saturation) - 1}) if saturation else []
    return [(at + 1, f"{saturation[at]:.1f}") for at in places]


def agreement_words(content: Mapping[str, Any]) -> str:
    """Agreement in one sentence, or that nobody was asked."""
    found = content["agreement"]
    if not found:
        return "No second coder has coded these lessons, so how far two people agree isn't known."
    value, low, high = found["kappa"]
    spread = f"κ {value:.2f} ({low:.2f} to {high:.2f}), {found['verdict']}"
    return f"A second coder coded {found['judged']} lessons: {spread}."


def decisions(content: Mapping[str, Any]) -> list[tuple[str, str]]:
    """Who decided what, in order."""
    labels = {row["key"]: row["label"] for row in content["themes"]}
    return [(row["by"], _decided(row, labels)) for row in content["decisions"]]


def _decided(row: Mapping[str, Any], labels: Mapping[str, str]) -> str:
    n = len(row["lessons"])
    lessons = f"{n} lesson{'s' if n != 1 else ''}"
    theme, into = (labels.get(row[key], row[key]) for key in ("theme", "into"))
    if row["verb"] == "name":
        return f"named {row['theme']} “{row['label']}”"
    if row["verb"] == "merge":
        return f"merged “{theme}” into “{into}”"
    if row["verb"] == "split":
        return f"split {lessons} off “{theme}” as “{row['label']}”"
    return f"moved {lessons} to “{into}”" if row["into"] else f"left {lessons} unsorted"


def method(content: Mapping[str, Any]) -> str:
    """What was really done, written from the record."""
    cohort, book = content["cohort"], content["codebook"]
    lessons, people = len(content["lessons"]), sorted({row["by"] for row in content["decisions"]})
    said = [
        f"The cohort is every report that one search of the library found: {len(cohort['ids'])} reports with {lessons} "
        f"lessons, frozen at entry {cohort['seq']} of the publication log."
        + (" Several of them tell of one event: support counts events." if cohort.get("events") else ""),
        f"A machine ({content['model']}) compared each lesson with the themes of the codebook {book['key']}, version "
        f"{book['version']}, and proposed the nearest; what was near to none stayed unsorted.",
    ]
    if people:
        moved = content["moved"]
        said.append(
            f"Then {' and '.join(people)} took {len(content['decisions'])} decisions, and {moved} of {lessons} lessons "
            f"ended elsewhere than the machine had put them; {content['unsorted']} stayed unsorted."
        )
    else:
        said.append(
            "Nobody has gone over the proposal, so read it as a machine's; "
            f"{content['unsorted']} lessons stayed unsorted."
        )
    said.append("Support counts distinct reports, not sentences, with Wilson's 95 % interval of their share.")
    return " ".join(said)

"""From figures to charts, tables and lines of CSV."""

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from typing import Final

from closecall.public.library.rules.tables import CAVEAT, safe_cell
from closecall.public.studies.rules.figures import Figure, Told
from closecall.public.studies.rules.intervals import Interval
from closecall.public.studies.rules.quarters import ControlChart
from closecall.public.studies.rules.standing import Supported
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


def strips_of(supported: Sequence[Supported]) -> Strips:
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


@dataclass(frozen=True)
class Limits:
    """A chart with limits in a box of 100 by 100: the values, the usual range, and the points, in per cent.

    Shape: `points` are (x, y, value, period, unusual).
    """

    values: str
    band: str
    points: tuple[tuple[str, str, str, str, str], ...]


def limits(control: ControlChart) -> Limits:
    """Lay out a control chart: the usual range is an area, since its edges differ from quarter to quarter."""
    most = max((max(point.value, point.high) for point in control.points), default=1.0) or 1.0
    last = max(len(control.points) - 1, 1)

    def place(at: int, value: float) -> tuple[str, str]:
        return f"{100 * at / last:.2f}", f"{100 - 96 * value / most:.2f}"

    rows = list(enumerate(control.points))
    high = [place(at, point.high) for at, point in rows]
    low = [place(at, point.low) for at, point in rows][::-1]
    return Limits(
        values=" ".join(",".join(place(at, point.value)) for at, point in rows),
        band=" ".join(",".join(one) for one in (*high, *low)),
        points=tuple(
            (*place(at, one.value), f"{one.value:.0f}", one.period, one.unusual) for at, one in rows
        ),
    )


def small_words(value: float, places: int) -> str:
    """A number with so many places; one too small for them says so.

    >>> small_words(1.2e-07, 3), small_words(0.0412, 3), small_words(0.02, 1), small_words(4.04, 1)
    ('< 0.001', '0.041', '< 0.1', '4.0')
    """
    least = 10**-places
    return f"{value:.{places}f}" if value >= least else f"< {least:.{places}f}"


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
           "ic_high", "p", "q", "signal", "caveat"]  # fmt: skip
    for figure in drawn:
        if only in ("", figure.key):
            for bar in figure.bars:
                spread = [f"{part:.4f}" for part in (bar.share.value, bar.share.low, bar.share.high)]
                head = [figure.key, safe_cell(bar.label), "", str(bar.reports), str(figure.whole)]
                yield [*head, *spread, *[""] * 8, CAVEAT]
    if only in ("", "quarters"):
        total = str(sum(n for _, n in quarters))
        yield from (["quarters", name, "", str(n), total, *[""] * 11, CAVEAT] for name, n in quarters)
    for key, told in lists:
        if only in ("", key):
            yield from (_told_row(key, one) for one in told)


def _told_row(key: str, one: Told) -> list[str]:
    table, ic = one.judged.table, one.judged.ic
    return [
        key, safe_cell(one.what), safe_cell(one.where), str(table.both), str(table.total), "", "", "",
        f"{table.expected:.2f}", f"{lift(table).value:.3f}", *(f"{part:.3f}" for part in (ic.value, ic.low, ic.high)),
        f"{one.judged.p:.3g}", f"{one.judged.q:.3g}", "yes" if one.judged.signal else "no",
        CAVEAT,
    ]  # fmt: skip

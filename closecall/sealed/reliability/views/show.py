"""What the pages are given: numbers in words, labels for codes, a plot's geometry."""

from collections.abc import Sequence
from dataclasses import dataclass

from closecall.public.studies.rules.intervals import Interval
from closecall.public.taxonomy import queries as taxonomy
from closecall.public.taxonomy.rules.pack import Pack
from closecall.sealed.reliability.queries import Correctable, Drift, FacetState, Results
from closecall.sealed.reliability.rules.judging import FEW, Judged

_ROW = 48
_LABEL = 36
_KINDS = {"facet": "", "group": "by group", "cohort": "in or out", "risk": "weighted"}
_STANDING = {"meets": "Meets its target", "below": "Below its target", "open": "Can't tell yet", "": ""}


@dataclass(frozen=True)
class Row:
    """One line of the table of agreement."""

    key: str
    label: str
    how: str
    page: bool
    stories: int
    alike: str
    kappa: str
    alpha: str
    refused: str
    target: str
    standing: str
    kind: str
    differing: int
    unsettled: int
    few: bool


@dataclass(frozen=True)
class Bar:
    """One interval of the plot, in per cent of its width. `target` "" when there is none."""

    label: str
    name_y: int
    y: int
    tick_top: int
    tick_bottom: int
    low: str
    value: str
    high: str
    target: str
    words: str


@dataclass(frozen=True)
class Plot:
    """Every facet's alpha with its interval, from the least: 0 to 1, what lies below 0 stands at 0."""

    height: int
    bars: tuple[Bar, ...]
    told: str


def interval(found: Interval | None) -> str:
    """A measure with its interval: "0.72 (0.61 to 0.80)".

    >>> interval(Interval(0.7221, 0.6, 0.8)), interval(None)
    ('0.72 (0.60 to 0.80)', '')
    """
    return "" if found is None else f"{found.value:.2f} ({found.low:.2f} to {found.high:.2f})"


def rows(found: Results) -> list[Row]:
    """The table of agreement."""
    return [
        row(found.pack, each, found.differing.get(each.key, 0), found.unsettled.get(each.key, 0))
        for each in found.judged
    ]


def row(pack: Pack, each: Judged, differing: int, unsettled: int) -> Row:
    """One line of it."""
    return Row(
        key=each.key,
        label=each.label,
        how=_KINDS[each.kind],
        page=each.kind == "facet",
        stories=each.stories,
        alike=f"{each.alike / each.judgements:.0%}" if each.judgements else "",
        kappa=interval(each.kappa.interval if each.kappa else None),
        alpha=interval(each.alpha.interval if each.alpha else None),
        refused=each.refused,
        target=f"{each.target:.2f}" if each.target is not None else "",
        standing=_STANDING[each.standing],
        kind={"meets": "done", "below": "bad", "open": "wait", "": ""}[each.standing],
        differing=differing,
        unsettled=unsettled,
        few=each.stories < FEW,
    )


def plot(judged: Sequence[Judged]) -> Plot:
    """Lay out the intervals of alpha, the least first."""
    told = sorted(
        ((each, each.alpha.interval) for each in judged if each.alpha is not None),
        key=lambda pair: pair[1].value,
    )
    bars = tuple(
        Bar(
            label=_short(f"{each.label}{f', {_KINDS[each.kind]}' if _KINDS[each.kind] else ''}"),
            name_y=place * _ROW + 16,
            y=place * _ROW + 31,
            tick_top=place * _ROW + 22,
            tick_bottom=place * _ROW + 40,
            low=_across(found.low),
            value=_across(found.value),
            high=_across(found.high),
            target=_across(each.target) if each.target is not None else "",
            words=f"{found.value:.2f}",
        )
        for place, (each, found) in enumerate(told)
    )
    said = "; ".join(f"{bar.label} {bar.words}" for bar in bars)
    return Plot(len(bars) * _ROW, bars, said)


def tallies(state: FacetState) -> list[dict[str, object]]:
    """Code by code."""
    return [
        {"tally": each, "label": state.facet.code(each.code).label, "key": each.code}
        for each in state.tallies
    ]


def code_label(state: FacetState, key: str) -> str:
    """A code's label, "" for one that the facet hasn't."""
    return next((code.label for code in state.facet.choices if code.key == key), "")


def stories(state: FacetState, only: str, me: str) -> list[dict[str, object]]:
    """Story by story: both sentences side by side, and who may settle it."""
    first, second = (state.head.coders[0], state.head.coders[-1])
    found: list[dict[str, object]] = []
    for each in state.stories:
        if only and only not in {line.difference.code for line in each.lines}:
            continue
        found.append(
            {
                "story": each,
                "lines": [
                    {
                        "key": line.difference.code,
                        "label": state.facet.code(line.difference.code).label,
                        "meaning": state.facet.code(line.difference.code).definition,
                        "first": line.first,
                        "second": line.second,
                        "first_state": _state(state, line.difference.first.state)
                        if line.difference.first
                        else None,
                        "second_state": _state(state, line.difference.second.state)
                        if line.difference.second
                        else None,
                        "has_first": line.difference.first is not None,
                        "has_second": line.difference.second is not None,
                    }
                    for line in each.lines
                ],
                "holds": [state.facet.code(mark.code).label for mark in each.settled.sheet]
                if each.settled
                else [],
                "mine": each.settled is not None and each.settled.by == me,
                "third": me not in (first.pseudonym, second.pseudonym),
            }
        )
    return found


def changes(pack_key: str, found: Sequence[Correctable]) -> list[dict[str, object]]:
    """What each correction would change, in words."""
    pack = taxonomy.pack(pack_key)
    return [
        {
            "report": each,
            "changes": [
                {
                    "label": "Risk class" if change.facet == "risk" else pack.facet(change.facet).label,
                    "gone": [_label(pack, change.facet, code) for code in change.gone],
                    "new": [_label(pack, change.facet, code) for code in change.new],
                }
                for change in each.changes
            ],
        }
        for each in found
    ]


def courses(found: Drift) -> list[dict[str, object]]:
    """A line a facet: its quarters in words, and whether it drifted."""
    words = {"drifted": "Drifted", "steady": "No sign of drift", "few": "Too few to tell"}
    return [
        {
            "label": facet.label,
            "points": [
                {"words": interval(point.interval) or "–", "refused": point.refused}
                for point in course.points
            ],
            "state": words[course.state],
            "kind": "bad" if course.state == "drifted" else "",
            "few": course.state == "few",
        }
        for facet, course in found.courses
        if any(point.stories for point in course.points)
    ]


def _state(state: FacetState, key: str) -> str:
    return next((each.label for each in state.facet.states if each.key == key), "")


def _label(pack: Pack, facet: str, code: str) -> str:
    if facet == "risk" or not pack.has(facet, code):
        return code
    return pack.code(facet, code).label


def _short(label: str) -> str:
    """A label that a phone has room for; the table has it whole."""
    return label if len(label) <= _LABEL else f"{label[: _LABEL - 1].rstrip(' ,')}…"


def _across(value: float) -> str:
    return f"{100 * min(max(value, 0.0), 1.0):.1f}"

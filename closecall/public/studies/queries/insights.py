"""Insights: every figure counted by the library's index, exact, over all reports that the address asks for.

insights(request, today) -> Insights      what goes wrong, with what, when, what kept people alive; signals; a cohort
"""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import date
from typing import Final

from django.conf import settings

from closecall.public.library import queries as library
from closecall.public.library.queries import Accounts, Counted
from closecall.public.library.rules import periods
from closecall.public.library.rules.query import SearchRequest
from closecall.public.studies.rules import figures
from closecall.public.studies.rules.figures import Figure, Told
from closecall.public.studies.rules.intervals import CannotSay
from closecall.public.studies.rules.quarters import ControlChart, chart
from closecall.public.studies.rules.signals import LEAST, TwoByTwo, judge, recent
from closecall.public.taxonomy.queries import names, pack
from closecall.public.taxonomy.rules.pack import OTHER, UNKNOWN, Facet, Pack

PACK: Final = "pack"
_FACETS: Final = (
    ("activity", "Doing what"),
    ("factors", "With what"),
    ("light", "When"),
    ("barriers", "What kept people alive"),
)
_MOST_FIGURES: Final = 5
_MOST_ROWS: Final = 10
_BEFORE: Final = 4


@dataclass(frozen=True)
class Lately:
    """The last quarter against the four before; nothing is `looked_at` when it holds too few reports."""

    period: str
    now: int
    before: int
    told: tuple[Told, ...]
    looked_at: int
    finding: str


@dataclass(frozen=True)
class Compared:
    """A cohort against the rest of the library: never against a set that holds it."""

    n: int
    rest: int
    told: tuple[Told, ...]
    looked_at: int
    finding: str


@dataclass(frozen=True)
class Insights:
    """Everything on the page. `request` is what the address asks for, within the field that it speaks of."""

    request: SearchRequest
    field: Pack
    counted: Counted
    figures: tuple[Figure, ...]
    together: tuple[Told, ...]
    together_looked_at: int
    together_finding: str
    lately: Lately | None
    compared: Compared | None
    control: ControlChart | None
    control_refused: str


def insights(request: SearchRequest, today: date) -> Insights:
    """Count everything that the page shows. Raises: IndexDamaged."""
    known = library.accounts()
    everything = _counted(SearchRequest(), known)
    field = _field(request, everything.counts)
    fields = everything.counts.get(PACK, {})
    within = request.on_page(1)
    if len(fields) > 1 and not request.codes.get(PACK):
        within = within.toggled(PACK, field.key)
    asked = everything if not within.narrowed else _counted(within, known)
    shown = _facets(field)
    drawn = tuple(_figure(field, facet, about, asked, within) for facet, about in shown)
    together, pairs_seen = _together(field, within, asked, known)
    control, refused = _control(within, asked, everything if len(fields) == 1 else None, field, known)
    return Insights(
        request=within,
        field=field,
        counted=asked,
        figures=drawn,
        together=together,
        together_looked_at=pairs_seen,
        together_finding=figures.together_finding(together),
        lately=_lately(field, within, today, known),
        compared=_compared(field, request, within, asked, known),
        control=control,
        control_refused=refused,
    )


def lately(today: date, *, pack: str) -> Lately | None:
    """The reporting signals of one field alone, without the rest of the page. Raises: IndexDamaged."""
    within = SearchRequest().toggled(PACK, pack)
    return _lately(_field(within, {}), within, today, library.accounts())


def _counted(request: SearchRequest, known: Accounts, *, every: Sequence[tuple[str, str]] = ()) -> Counted:
    """Support is counted in events: who tells of one event beside others makes it no commoner."""
    return library.counted(request, every=every, by_event=known)


def _field(request: SearchRequest, counts: Mapping[str, Mapping[str, int]]) -> Pack:
    chosen = request.codes.get(PACK, ())
    there = counts.get(PACK, {})
    for name in (*chosen[:1], settings.PACK, *sorted(there, key=lambda one: -there[one])):
        if name in names() and (name in there or name in chosen):
            return pack(name)
    return pack()


def _facets(field: Pack) -> tuple[tuple[Facet, str], ...]:
    """What goes wrong first; then the facets everybody asks for, or the field's own filters."""
    about = dict(_FACETS)
    filters = [one for one in field.facets if one.filterable and one.value == "codes" and not one.class_only]
    first = [one for one in filters if one.key == field.release.group_by]
    known = [one for key, _ in _FACETS for one in filters if one.key == key]
    others = [one for one in filters if one not in first and one not in known]
    chosen = (first + known + others)[:_MOST_FIGURES]
    return tuple(
        (one, "What goes wrong" if one in first else about.get(one.key, one.label)) for one in chosen
    )


def _codes(facet: Facet) -> list[tuple[str, str]]:
    return [(code.key, code.label) for code in facet.codes if code.key not in (OTHER, UNKNOWN)]


def _figure(field: Pack, facet: Facet, about: str, asked: Counted, within: SearchRequest) -> Figure:
    there = asked.counts.get(facet.key, {})
    rows = [
        (key, label, there[key], _with(within, facet.key, key).address())
        for key, label in _codes(facet)
        if there.get(key)
    ]
    drawn = figures.bars(rows, asked.total) if asked.total else ()
    return Figure(facet.key, figures.finding(drawn, asked.total), about, asked.total, drawn)


def _with(request: SearchRequest, facet: str, code: str) -> SearchRequest:
    """The request with this code alone in its facet."""
    return request.without_facet(facet).toggled(facet, code)


def _together(
    field: Pack, within: SearchRequest, asked: Counted, known: Accounts
) -> tuple[tuple[Told, ...], int]:
    """What goes wrong × what it went with: every pair that occurs or could have."""
    keys = {facet.key: facet for facet, _ in _facets(field)}
    events = keys.get(field.release.group_by)
    others = [keys[key] for key in ("factors", "barriers") if key in keys]
    if events is None or not others or not asked.total:
        return (), 0
    told: list[tuple[str, str, TwoByTwo, str]] = []
    for key, label in _codes(events):
        n = asked.counts.get(events.key, {}).get(key, 0)
        if not n:
            continue
        mine = _counted(within, known, every=((events.key, key),))
        for other in others:
            for code, name in _codes(other):
                m = asked.counts.get(other.key, {}).get(code, 0)
                if not m:
                    continue
                both = mine.counts.get(other.key, {}).get(code, 0)
                # One event may bear this code in one account and that code in another: never below nothing.
                neither = max(0, asked.total - n - m + both)
                table = TwoByTwo(both, n - both, m - both, neither)
                there = _with(_with(within, events.key, key), other.key, code)
                told.append((label, name, table, there.address()))
    return _judged(told), len(told)


def _lately(field: Pack, within: SearchRequest, today: date, known: Accounts) -> Lately | None:
    """The last quarter that is over and has reports, against the four before it."""
    this = today.year * 4 + (today.month - 1) // 3
    whole = _counted(within.without_period(), known)
    over = [at for at, n in whole.quarters if at < this and n]
    if not over:
        return None
    last = over[-1]
    now = _counted(within.between(last, last), known)
    before = _counted(within.between(last - _BEFORE, last - 1), known)
    if not now.total or not before.total:
        return None
    period = periods.label(periods.spell(last))
    if now.total < figures.FEW_LATELY:
        return Lately(period, now.total, before.total, (), 0, f"{period}: too few reports to compare")
    rows = [
        (
            label,
            facet.label,
            recent(n, now.total, m, before.total),
            _with(within, facet.key, key).between(last, last).address(),
        )
        for facet, _ in _facets(field)
        for key, label in _codes(facet)
        for n in [now.counts.get(facet.key, {}).get(key, 0)]
        for m in [before.counts.get(facet.key, {}).get(key, 0)]
        if n + m
    ]
    told = _judged(rows)
    return Lately(period, now.total, before.total, told, len(rows), figures.lately_finding(told, period))


def _compared(
    field: Pack, request: SearchRequest, within: SearchRequest, asked: Counted, known: Accounts
) -> Compared | None:
    """What the address chose against everything else of the field."""
    chose = [key for key in request.codes if key != PACK]
    if (
        not (chose or request.typed or request.first is not None or request.last is not None)
        or not asked.total
    ):
        return None
    field_alone = SearchRequest()
    if within.codes.get(PACK):
        field_alone = field_alone.toggled(PACK, field.key)
    every = _counted(field_alone, known)
    rest = every.total - asked.total
    if rest <= 0:
        return None
    rows = []
    for facet, _ in _facets(field):
        if facet.key in chose:
            continue  # what chose the cohort differs because it was chosen
        for key, label in _codes(facet):
            n = asked.counts.get(facet.key, {}).get(key, 0)
            m = every.counts.get(facet.key, {}).get(key, 0) - n
            if n + m:
                rows.append(
                    (
                        label,
                        facet.label,
                        recent(n, asked.total, m, rest),
                        _with(within, facet.key, key).address(),
                    )
                )
    told = _judged(rows)
    return Compared(asked.total, rest, told, len(rows), figures.cohort_finding(told, asked.total))


def _judged(rows: Sequence[tuple[str, str, TwoByTwo, str]]) -> tuple[Told, ...]:
    """The signals first, then what comes nearest of what is told often enough; all of them are judged together."""
    verdicts = judge([table for _, _, table, _ in rows])
    told = [
        Told(what, where, judged, address)
        for (what, where, _, address), judged in zip(rows, verdicts, strict=True)
        if judged.table.both > judged.table.expected and (judged.signal or judged.table.both >= LEAST)
    ]
    told.sort(key=lambda one: (not one.judged.signal, one.judged.p, one.what, one.where))
    signals = sum(one.judged.signal for one in told)
    return tuple(told[: max(signals, min(5, len(told)))][:_MOST_ROWS])


def _control(
    within: SearchRequest, asked: Counted, everything: Counted | None, field: Pack, known: Accounts
) -> tuple[ControlChart | None, str]:
    """The chart of the cohort's share by quarter, when it is a part of a whole."""
    if not within.without_facet(PACK).narrowed:
        return None, ""
    if everything is None:
        everything = _counted(SearchRequest().toggled(PACK, field.key), known)
    mine, whole = dict(asked.quarters), dict(everything.quarters)
    if not whole:
        return None, ""
    span = range(min(whole), max(whole) + 1)
    try:
        return chart([(periods.spell(at), mine.get(at, 0), whole.get(at, 0)) for at in span]), ""
    except CannotSay as refused:
        return None, refused.sentence

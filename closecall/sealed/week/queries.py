"""Reading the week.

this_week(today)             signals with their reports, idle codes, lessons that fit no theme
bulletin(facet, code, …)     one signal's draft bulletin, as a PDF
"""

from dataclasses import dataclass, field
from datetime import date
from typing import Final
from urllib.parse import parse_qs

from closecall.errors import NotFound
from closecall.public.library import queries as library
from closecall.public.library.queries import Report
from closecall.public.library.rules.query import SearchRequest, read
from closecall.public.studies import queries as studies
from closecall.public.studies.queries import Lately
from closecall.public.studies.rules.figures import Told
from closecall.public.taxonomy import queries as taxonomy
from closecall.public.taxonomy.rules.pack import Pack
from closecall.public.training import queries as training
from closecall.sealed.week.models import Placed
from closecall.sealed.week.rules import idle, unlike
from closecall.sealed.week.rules.idle import Idle
from closecall.sealed.week.rules.unlike import Group, Unlike

_BEHIND: Final = 12
_READ: Final = 100


@dataclass(frozen=True)
class Signal:
    """One reporting signal and the reports behind it, newest first. `more`: how many besides those here."""

    told: Told
    facet: str
    code: str
    reports: tuple[Report, ...] = field(repr=False)
    more: int


@dataclass(frozen=True)
class Week:
    """Everything on the page. `read`: lessons that were placed among the themes; `waiting`: that weren't yet."""

    pack: Pack = field(repr=False)
    lately: Lately | None
    signals: tuple[Signal, ...]
    near: tuple[Told, ...]
    reports: int
    idle: tuple[Idle, ...]
    at_most: float
    groups: tuple[Group, ...]
    unlike: int
    read: int
    waiting: int


def this_week(today: date) -> Week:
    """Put the page together; nothing on it is computed longer than a page may take. Raises: IndexDamaged."""
    pack = taxonomy.pack()
    lately = studies.lately(today, pack=pack.key)
    told = lately.told if lately else ()
    counted = library.counted(_own(pack))
    lying = idle.idle(pack, counted.counts) if counted.total >= idle.ENOUGH else ()
    groups, read_already = _groups(pack)
    lessons = sum(len(group.lessons) for group in groups)
    return Week(
        pack=pack,
        lately=lately,
        signals=tuple(_signal(one) for one in told if one.judged.signal),
        near=tuple(one for one in told if not one.judged.signal),
        reports=counted.total,
        idle=lying,
        at_most=idle.most_that_is_likely(counted.total),
        groups=groups,
        unlike=lessons,
        read=read_already,
        waiting=len(library.coded_here()) if not read_already else 0,
    )


def bulletin(facet: str, code: str, today: date, paper: str = "letter") -> bytes:
    """The draft bulletin of one signal. Raises: NotFound when it is none (any more); BadInput; Unavailable."""
    lately = studies.lately(today, pack=taxonomy.pack().key)
    for one in lately.told if lately else ():
        if lately and one.judged.signal and _named(one) == (facet, code):
            ids = library.matching_ids(_request(one), most=_READ)
            return training.bulletin_pdf(one, lately.period, library.reports(ids), paper)
    raise NotFound("This isn't a reporting signal of the last quarter any more.")


def _signal(told: Told) -> Signal:
    ids = library.matching_ids(_request(told))
    facet, code = _named(told)
    return Signal(told, facet, code, tuple(library.reports(ids[:_BEHIND])), max(0, len(ids) - _BEHIND))


def _request(told: Told) -> SearchRequest:
    return read(parse_qs(told.address.removeprefix("?")), library.facet_keys())


def _named(told: Told) -> tuple[str, str]:
    """The facet and the code that a signal is about: its search has one besides the pack's."""
    for facet, codes in _request(told).filters:
        if facet != studies.PACK:
            return facet, codes[0]
    return "", ""


def _own(pack: Pack) -> SearchRequest:
    return SearchRequest().toggled(studies.PACK, pack.key)


def _groups(pack: Pack) -> tuple[tuple[Group, ...], int]:
    labels = {theme.key: theme.label for theme in pack.codebook.themes}
    rows = list(Placed.objects.filter(fits=False))
    there = {report.public_id: report for report in library.reports(sorted({row.public_id for row in rows}))}
    found = []
    for row in rows:
        lessons = there[row.public_id].text.lessons if row.public_id in there else ()
        if row.place >= len(lessons):
            continue
        lesson = lessons[row.place]
        if unlike.print_of(lesson.text, pack.codebook) != row.print:
            continue
        found.append(
            Unlike(
                public_id=row.public_id,
                text=lesson.text,
                coded_as=labels.get(lesson.theme, ""),
                nearest=labels.get(row.theme, row.theme),
                nearness=row.nearness,
                group=row.grouped,
            )
        )
    return unlike.in_groups(found), Placed.objects.count()

"""How many published reports would share a fact: the release gate's and the rarity meter's numbers."""

import json
from collections.abc import Collection
from dataclasses import dataclass
from datetime import date
from typing import Final

from django.conf import settings
from django.db import router, transaction

from closecall.public.library.models import PublishedReport, Tombstone
from closecall.public.library.queries.events import told_events
from closecall.public.library.queries.reading import log_mark
from closecall.public.library.rules.events import events
from closecall.public.library.rules.report import Origin
from closecall.public.taxonomy.queries import pack as pack_named
from closecall.public.taxonomy.rules.pack import OTHER

Coded = tuple[str, str]
"""A facet and one of its codes."""

_OWN: Final[tuple[Origin, ...]] = ("own",)


def support(
    period: str,
    event_codes: Collection[str] = (),
    *,
    event_group: str = "",
    pack: str | None = None,
    origins: Collection[Origin] = _OWN,
    apart_from: Collection[str] = (),
) -> int:
    """Count the events that listed reports of `period` tell of in a group: named by its key, or by all of its codes.

    Shape: `period` is a quarter, a year (its quarters count, too) or "" for every period. Straight from the
           database: a lagging index must not let anything through. Only our own reports by default, since
           an import hides none of our reporters. Several accounts of one event hide each other no better than
           one does: they count once, and those named `apart_from` not at all.
    """
    name = settings.PACK if pack is None else pack
    wanted = set(event_codes)
    if event_group:
        field = pack_named(name)
        grouped = field.facet(field.release.group_by).choices
        wanted |= {code.key for code in grouped if (code.group or OTHER) == event_group}
    shelf = _shelf(name, tuple(origins))
    shared = [
        row.public_id
        for row in shelf.rows
        if row.period.startswith(period) and row.public_id not in apart_from and wanted & row.grouped
    ]
    return len(events(shared, shelf.told))


def coded_reports(*, pack: str | None = None, origins: Collection[Origin] = _OWN) -> list[frozenset[Coded]]:
    """The codes of every listed report, one set a report, without which is which: the rarity meter counts in it.

    Shape: straight from the database, and our own reports only, both for the reasons of `support`.
    """
    name = settings.PACK if pack is None else pack
    return [row.codes for row in _shelf(name, tuple(origins)).rows]


def coded_here(*, pack: str | None = None) -> list[tuple[str, date]]:
    """Every listed report that analysts coded with the pack, oldest first, with the day it came out.

    Shape: our own and the invented ones; an import's codes were read from its columns, so nobody coded it here.
    """
    name = settings.PACK if pack is None else pack
    origins: tuple[Origin, ...] = ("own", "invented")
    rows = PublishedReport.objects.filter(
        status=PublishedReport.LISTED, pack=name, origin__in=list(origins)
    ).exclude(public_id__in=Tombstone.objects.values("public_id"))
    return list(rows.order_by("position").values_list("public_id", "published_on"))


@dataclass(frozen=True)
class _Row:
    public_id: str
    period: str
    grouped: frozenset[str]
    codes: frozenset[Coded]


@dataclass(frozen=True)
class _Shelf:
    """The listed reports of some origins as they stood when the publication log had this mark."""

    mark: tuple[str, int]
    rows: tuple[_Row, ...]
    told: dict[str, str]


_held: dict[tuple[str, tuple[Origin, ...]], _Shelf] = {}


def _shelf(pack: str, origins: tuple[Origin, ...]) -> _Shelf:
    """Every page of the desk asks this a dozen times: it is read again only when the log has grown.

    The mark is read before the rows, so what is held is never older than it says. Within a transaction nothing is held:
    one that is undone gives its log numbers to another.
    """
    if transaction.get_connection(router.db_for_read(PublishedReport)).in_atomic_block:
        return _read(pack, origins)
    held = _held.get((pack, origins))
    if held is None or held.mark != log_mark():
        held = _held[pack, origins] = _read(pack, origins)
    return held


def _read(pack: str, origins: tuple[Origin, ...]) -> _Shelf:
    mark = log_mark()
    rows = PublishedReport.objects.filter(
        status=PublishedReport.LISTED, pack=pack, origin__in=list(origins)
    ).exclude(public_id__in=Tombstone.objects.values("public_id"))
    same: dict[frozenset[Coded], frozenset[Coded]] = {}
    found = []
    for public_id, period, grouped, text in rows.values_list(
        "public_id", "period", "grouped_codes", "text"
    ).iterator():
        codes = frozenset((applied["facet"], applied["code"]) for applied in json.loads(text)["codes"])
        found.append(_Row(public_id, period, frozenset(grouped.split()), same.setdefault(codes, codes)))
    return _Shelf(mark, tuple(found), told_events())

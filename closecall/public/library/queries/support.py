"""How many published reports would share a fact: the release gate's and the rarity meter's numbers."""

from collections.abc import Collection
from typing import Final

from django.conf import settings

from closecall.public.library.models import PublishedReport, Tombstone
from closecall.public.library.queries.reading import removed_since
from closecall.public.library.queries.searching import index
from closecall.public.library.rules.report import Origin
from closecall.public.taxonomy.queries import pack as pack_named
from closecall.public.taxonomy.rules.pack import OTHER
from closecall.text.searching import Request

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
) -> int:
    """Count listed reports of `period` in an event group: named by its key, or by all of its codes.

    Shape: `period` is a quarter, a year (its quarters count, too) or "" for every period. Straight from the
           database: a lagging index must not let anything through. Only our own reports by default, since
           an import hides none of our reporters.
    """
    name = settings.PACK if pack is None else pack
    wanted = set(event_codes)
    if event_group:
        field = pack_named(name)
        grouped = field.facet(field.release.group_by).choices
        wanted |= {code.key for code in grouped if (code.group or OTHER) == event_group}
    rows = PublishedReport.objects.filter(
        status=PublishedReport.LISTED, pack=name, origin__in=list(origins), period__startswith=period
    ).exclude(public_id__in=Tombstone.objects.values("public_id"))
    return sum(1 for codes in rows.values_list("grouped_codes", flat=True) if wanted & set(codes.split()))


def pair_support(one: Coded, other: Coded, *, pack: str | None = None) -> int:
    """Count the listed reports that carry both codes: advice for the rarity meter.

    Raises: IndexDamaged.
    """
    there = index()
    name = settings.PACK if pack is None else pack
    both = Request(every=(("pack", name), one, other), without=removed_since(there.applied), counted=False)
    return there.count(both)

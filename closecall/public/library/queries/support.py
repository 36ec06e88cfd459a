"""How many published reports would share a fact: the release gate's and the rarity meter's numbers."""

from collections.abc import Collection, Iterable
from typing import Final

from django.conf import settings

from closecall.public.library.models import PublishedReport, Tombstone
from closecall.public.library.queries.reading import removed_since
from closecall.public.library.queries.searching import index
from closecall.public.library.rules.report import Origin
from closecall.text.searching import Request

Coded = tuple[str, str]
"""A facet and one of its codes."""

_OWN: Final[tuple[Origin, ...]] = ("own",)


def support(
    period: str,
    event_codes: Collection[str],
    *,
    pack: str | None = None,
    origins: Collection[Origin] = _OWN,
) -> int:
    """Count listed reports of `period` that carry any of `event_codes` (all codes of one event group).

    Shape: `period` is a quarter, a year (its quarters count, too) or "" for every period. Straight from the
           database: a lagging index must not let anything through. Only our own reports by default, since
           an import hides none of our reporters.
    """
    gone = Tombstone.objects.values("public_id")
    rows = PublishedReport.objects.filter(
        status=PublishedReport.LISTED,
        pack=settings.PACK if pack is None else pack,
        origin__in=list(origins),
        period__startswith=period,
    ).exclude(public_id__in=gone)
    wanted = set(event_codes)
    return sum(1 for codes in rows.values_list("grouped_codes", flat=True) if wanted & set(codes.split()))


def pair_support(
    pairs: Iterable[tuple[Coded, Coded]], *, pack: str | None = None
) -> dict[tuple[Coded, Coded], int]:
    """Count the listed reports that carry both codes of each pair: advice for the rarity meter.

    Raises: IndexDamaged.
    """
    there = index()
    gone = removed_since(there.applied)
    name = settings.PACK if pack is None else pack
    return {
        pair: there.count(Request(every=(("pack", name), *pair), without=gone, counted=False))
        for pair in pairs
    }

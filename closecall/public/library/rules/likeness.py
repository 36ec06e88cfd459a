"""How alike two reports are in what analysts coded of them: why it happened, and how it ended."""

import math
from collections.abc import Collection, Mapping

from closecall.public.taxonomy.rules.pack import OTHER, UNKNOWN

Coded = tuple[str, str]
"""A facet and one of its codes."""

LIKELY_CHANCE = frozenset({OTHER, UNKNOWN})
"""Codes that two reports share without having anything in common."""


def telling(codes: Collection[Coded], facets: Collection[str]) -> frozenset[Coded]:
    """The codes of some facets that say something."""
    return frozenset((facet, code) for facet, code in codes if facet in facets and code not in LIKELY_CHANCE)


def rarities(counts: Mapping[str, Mapping[str, int]], total: int) -> dict[Coded, float]:
    """How much it says that two reports share a code: more, the fewer bear it."""
    return {
        (facet, code): math.log(1 + total / n)
        for facet, codes in counts.items()
        for code, n in codes.items()
        if n
    }


def alike(mine: frozenset[Coded], theirs: frozenset[Coded], rarity: Mapping[Coded, float]) -> float:
    """How much of what is coded of each is coded of both, from 0 to 1: the cosine of their rarities.

    >>> alike(frozenset({("a", "x")}), frozenset({("a", "x")}), {("a", "x"): 2.0})
    1.0
    """
    shared = sum(rarity.get(one, 1.0) ** 2 for one in sorted(mine & theirs))
    lengths = [math.sqrt(sum(rarity.get(one, 1.0) ** 2 for one in sorted(codes))) for codes in (mine, theirs)]
    return min(1.0, shared / (lengths[0] * lengths[1])) if shared else 0.0

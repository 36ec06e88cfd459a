"""How rare a combination of facts is: a meter with advice, never a block."""

from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from itertools import combinations
from typing import Final

from closecall.public.library.rules.report import AppliedCode
from closecall.public.taxonomy.rules.pack import OTHER, UNKNOWN, Pack

ENOUGH: Final = 5
SHOWN: Final = 6

Fact = tuple[str, str]
"""A facet's key and a code's key."""


@dataclass(frozen=True)
class Pair:
    """Two facts of one report, by label, and how many published reports share both."""

    first: str
    second: str
    shared_by: int


def facts(pack: Pack, codes: Iterable[AppliedCode]) -> tuple[Fact, ...]:
    """The facts that a reader can filter by, without `unknown` and `other`."""
    filterable = {facet.key for facet in pack.facets if facet.filterable}
    return tuple(
        dict.fromkeys(
            (applied.facet, applied.code)
            for applied in codes
            if applied.facet in filterable and applied.code not in (UNKNOWN, OTHER)
        )
    )


def pairs(facts: Iterable[Fact]) -> tuple[tuple[Fact, Fact], ...]:
    """Every two facts of different facets."""
    return tuple((one, other) for one, other in combinations(facts, 2) if one[0] != other[0])


def rarest(pack: Pack, shared: Mapping[tuple[Fact, Fact], int]) -> tuple[Pair, ...]:
    """The pairs that fewer than five reports share, rarest first: what to generalise in the text."""
    few = sorted((count, pair) for pair, count in shared.items() if count < ENOUGH)
    return tuple(Pair(_label(pack, one), _label(pack, other), count) for count, (one, other) in few[:SHOWN])


def _label(pack: Pack, fact: Fact) -> str:
    return pack.code(*fact).label

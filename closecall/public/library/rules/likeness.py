"""How alike two reports are in what analysts coded of them: why it happened, and how it ended."""

import math
from collections.abc import Collection, Mapping, Sequence

import numpy as np

from closecall.public.taxonomy.rules.pack import OTHER, UNKNOWN
from closecall.text.meaning import Matrix

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


def rows(codes: Sequence[Collection[Coded]], rarity: Mapping[Coded, float]) -> Matrix:
    """A row for each report's codes; the product of two rows tells how much of what is coded of each is of both.

    Shape: float32[reports, codes], rows of length one, zeros for no code; no code below 0, so products are from 0 to 1.

    >>> one, other = rows([{("a", "x")}, {("a", "x"), ("a", "y")}], {("a", "x"): 2.0})
    >>> round(float(one @ other), 2)
    0.89
    """
    places = {code: at for at, code in enumerate(sorted({code for mine in codes for code in mine}))}
    made = np.zeros((len(codes), len(places)), np.float32)
    for row, mine in zip(made, codes, strict=True):
        for code in mine:
            row[places[code]] = rarity.get(code, 1.0)
    return np.asarray(made / np.maximum(np.linalg.norm(made, axis=1, keepdims=True), 1e-6), np.float32)

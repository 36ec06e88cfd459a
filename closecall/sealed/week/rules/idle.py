"""Codes that nobody uses."""

import math
from collections.abc import Mapping
from dataclasses import dataclass
from typing import Final

from closecall.public.taxonomy.rules.pack import UNKNOWN, Code, Facet, Pack

ENOUGH: Final = 30
"""With fewer reports a code that nobody used says nothing of the code."""


@dataclass(frozen=True)
class Idle:
    """One facet's codes that no report carries. `used`: how many of its codes some report does carry."""

    facet: Facet
    codes: tuple[Code, ...]
    used: int


def idle(pack: Pack, counts: Mapping[str, Mapping[str, int]]) -> tuple[Idle, ...]:
    """Facet by facet what lies idle, in the pack's order.

    Shape: `counts` are reports by facet and code. Left out are facets of which only a class is public, what the
           system sets, and rare codes, which are told more coarsely or not at all: their silence says nothing.
    """
    found = []
    for facet in pack.facets:
        if (
            facet.value != "codes"
            or facet.class_only
            or facet.asked_by == "system"
            or facet.ladder == "withheld"
        ):
            continue
        there = counts.get(facet.key, {})
        codes = [code for code in facet.codes if not code.rare and code.key != UNKNOWN]
        lying = tuple(code for code in codes if not there.get(code.key))
        if lying:
            found.append(Idle(facet, lying, len(codes) - len(lying)))
    return tuple(found)


def most_that_is_likely(reports: int) -> float:
    """The largest share of reports that a code could have while none of so many carries it, at 95 %.

    Source: the rule of three, exact.

    >>> round(most_that_is_likely(190), 3), most_that_is_likely(0)
    (0.016, 1.0)
    """
    return 1 - math.exp(math.log(0.05) / reports) if reports else 1.0

"""Which reports are drawn: as many from each month as its share, by a seed that is kept, so anybody can draw again."""

import hashlib
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from typing import Final

MOST: Final = 200
SHARE: Final = 0.2
"""The pack's rule: a fifth of what was published is coded by two."""


@dataclass(frozen=True)
class Candidate:
    """A report that may be drawn. `month`: of its publication, "2026-11"."""

    public_id: str
    month: str


@dataclass(frozen=True)
class Stratum:
    """One month: how many reports it holds, how many were drawn."""

    month: str
    there: int
    drawn: int


def usual(there: int) -> int:
    """How many are drawn unless somebody asks for another number.

    >>> usual(190), usual(3), usual(0)
    (38, 1, 0)
    """
    return min(MOST, -(-there * int(SHARE * 100) // 100))


def allot(there: Mapping[str, int], size: int) -> dict[str, int]:
    """How many each month gives: its share of `size`, rounded by largest remainder, the earlier month first.

    Shape: a month's number is its exact share rounded down or up; they sum to `size`, or to all there are.

    >>> allot({"2026-09": 30, "2026-10": 50, "2026-11": 20}, 7)
    {'2026-09': 2, '2026-10': 4, '2026-11': 1}
    """
    total = sum(there.values())
    size = min(size, total)
    if not size:
        return dict.fromkeys(sorted(there), 0)
    given = {month: size * there[month] // total for month in sorted(there)}
    left = size - sum(given.values())
    for month in sorted(given, key=lambda one: (-(size * there[one] % total), one))[:left]:
        given[month] += 1
    return given


def draw(candidates: Iterable[Candidate], size: int, seed: int) -> tuple[Candidate, ...]:
    """Draw a sample without looking at any code.

    Shape: in each month those whose mark comes first, a mark being BLAKE2b of "seed/id"; the whole sample then
           stands in the order of its marks, so that neighbours aren't of one month.
    """
    by_month: dict[str, list[Candidate]] = {}
    for one in candidates:
        by_month.setdefault(one.month, []).append(one)
    given = allot({month: len(members) for month, members in by_month.items()}, size)
    drawn = [
        one
        for month, members in by_month.items()
        for one in sorted(members, key=lambda each: _mark(each, seed))[: given[month]]
    ]
    return tuple(sorted(drawn, key=lambda each: _mark(each, seed)))


def strata(candidates: Sequence[Candidate], drawn: Sequence[Candidate]) -> tuple[Stratum, ...]:
    """What each month held and gave, the earliest first."""
    months = sorted({one.month for one in candidates})
    return tuple(
        Stratum(
            month,
            sum(one.month == month for one in candidates),
            sum(one.month == month for one in drawn),
        )
        for month in months
    )


def _mark(one: Candidate, seed: int) -> bytes:
    return hashlib.blake2b(f"{seed}/{one.public_id}".encode(), digest_size=16).digest()

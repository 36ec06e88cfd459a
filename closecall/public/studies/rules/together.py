"""Codes that stand on the same report: how many, how many chance would give, how much more that is."""

from collections import Counter
from collections.abc import Collection, Iterable
from dataclasses import dataclass
from itertools import combinations

from closecall.public.studies.rules.intervals import CannotSay, Interval, count
from closecall.public.studies.rules.signals import TwoByTwo


@dataclass(frozen=True)
class Pair:
    """Two codes and the reports that carry both. `lift`: observed to expected, with the count's exact interval."""

    first: str
    second: str
    table: TwoByTwo
    lift: Interval


def pairs(
    reports: Iterable[Collection[str]],
    *,
    between: tuple[Collection[str], Collection[str]] | None = None,
    least: int = 1,
) -> list[Pair]:
    """Count the pairs of codes over reports, most often first.

    Shape:  each report is the collection of its codes; with `between`, only pairs of one code from each side.
    Raises: CannotSay when there is no report.

    >>> [(p.first, p.second, p.table.both, round(p.lift.value, 2)) for p in pairs([{"a", "b"}, {"a", "b"}, {"c"}])]
    [('a', 'b', 2, 1.5)]
    """
    alone: Counter[str] = Counter()
    joint: Counter[tuple[str, str]] = Counter()
    total = 0
    for codes in reports:
        total += 1
        mine = sorted(set(codes))
        alone.update(mine)
        if between is None:
            joint.update(combinations(mine, 2))
        else:
            first, second = between
            joint.update((a, b) for a in mine if a in first for b in mine if b in second and a != b)
    if not total:
        raise CannotSay("No report is in this set, so nothing stands together. Widen the search.")
    found = [
        Pair(a, b, table, lift(table))
        for (a, b), both in joint.items()
        if both >= least
        for table in [TwoByTwo(both, alone[a] - both, alone[b] - both, total - alone[a] - alone[b] + both)]
    ]
    return sorted(found, key=lambda pair: (-pair.table.both, -pair.lift.value, pair.first, pair.second))


def lift(table: TwoByTwo) -> Interval:
    """How many times as often as chance both stand together. Raises: CannotSay when one never occurs."""
    if table.expected == 0:
        raise CannotSay("One of the two never occurs here, so there is nothing to compare.")
    seen = count(table.both)
    return Interval(*(value / table.expected for value in (seen.value, seen.low, seen.high)))

"""Reporting signals: what is told together, or lately, more often than chance explains.

The gate is Yates' chi-square, held to Fisher's exact tail where few are expected, with Benjamini and Hochberg's
correction over every table that was looked at. What is shown is the information component, shrunk towards nothing at
small counts, with its interval. A signal says that people report something more often; whether it happens more often,
it can't say.
"""

import math
from collections.abc import Sequence
from dataclasses import dataclass
from typing import Final

from closecall.public.studies.rules.gamma import gamma_quantile
from closecall.public.studies.rules.intervals import Interval

Q: Final = 0.05
LEAST: Final = 3


@dataclass(frozen=True)
class TwoByTwo:
    """Reports by two yes-or-no facts.

    Shape: `both`, `first` (only the first fact), `second` (only the second), `neither`.
    """

    both: int
    first: int
    second: int
    neither: int

    @property
    def total(self) -> int:
        """All reports."""
        return self.both + self.first + self.second + self.neither

    @property
    def expected(self) -> float:
        """How many would have both if the facts had nothing to do with each other."""
        return (self.both + self.first) * (self.both + self.second) / self.total if self.total else 0.0


@dataclass(frozen=True)
class Judged:
    """One table's verdict. `q`: p after the correction."""

    table: TwoByTwo
    p: float
    q: float
    signal: bool

    @property
    def ic(self) -> Interval:
        """The effect that is shown: log2 of observed to expected, shrunk."""
        return information(self.table)


def yates_p(table: TwoByTwo) -> float:
    """The p-value of Yates' chi-square, 1.0 when a margin is empty.

    >>> round(yates_p(TwoByTwo(12, 5, 7, 20)), 4)
    0.0093
    """
    a, b, c, d = table.both, table.first, table.second, table.neither
    margins = (a + b) * (c + d) * (a + c) * (b + d)
    if margins == 0:
        return 1.0
    n = a + b + c + d
    off = max(0.0, abs(a * d - b * c) - n / 2)
    return math.erfc(math.sqrt(n * off * off / margins / 2))


def tail_p(table: TwoByTwo) -> float:
    """Fisher's exact chance of at least so many with both, given the margins.

    >>> round(tail_p(TwoByTwo(12, 5, 7, 20)), 4)
    0.0044
    """
    row, column, n = table.both + table.first, table.both + table.second, table.total
    whole = _choices(n, column)
    most = min(row, column)
    return min(
        1.0,
        sum(
            math.exp(_choices(row, k) + _choices(n - row, column - k) - whole)
            for k in range(table.both, most + 1)
            if column - k <= n - row
        ),
    )


def _choices(n: int, k: int) -> float:
    """log of n over k."""
    return math.lgamma(n + 1) - math.lgamma(k + 1) - math.lgamma(n - k + 1)


def gate_p(table: TwoByTwo) -> float:
    """What the gate asks: Yates' p-value, and never less than the exact tail.

    Where few are expected, chi-square promises far too much: at 5 expected and 15 seen ten times too much. Without
    the tail the simulation's false discoveries were .055 to .057 instead of .05.
    """
    p = yates_p(table)
    return max(p, tail_p(table)) if table.both > table.expected else p


def adjusted(ps: Sequence[float]) -> list[float]:
    """Benjamini and Hochberg's q-values, in the order given.

    >>> [round(q, 3) for q in adjusted([0.01, 0.04, 0.03, 0.5])]
    [0.04, 0.053, 0.053, 0.5]
    """
    order = sorted(range(len(ps)), key=lambda at: ps[at], reverse=True)
    found = [1.0] * len(ps)
    least = 1.0
    for behind, at in enumerate(order):
        least = min(least, ps[at] * len(ps) / (len(ps) - behind))
        found[at] = least
    return found


def information(table: TwoByTwo) -> Interval:
    """The information component log2((observed + ½) / (expected + ½)) with its 95 % interval.

    Source: Norén, Hopstadius, Bate 2013; gamma bounds.
    """
    seen, chance = table.both + 0.5, table.expected + 0.5
    return Interval(
        math.log2(seen / chance),
        math.log2(gamma_quantile(0.025, seen) / chance),
        math.log2(gamma_quantile(0.975, seen) / chance),
    )


def judge(tables: Sequence[TwoByTwo], *, q: float = Q, least: int = LEAST) -> list[Judged]:
    """Judge every table that was looked at, together: a signal is more than expected, often enough, past the gate.

    Shape: in the order given. Leave no table out that was looked at: the correction counts them.
    """
    ps = [gate_p(table) for table in tables]
    return [
        Judged(table, p, at, at < q and table.both >= least and table.both > table.expected)
        for table, p, at in zip(tables, ps, adjusted(ps), strict=True)
    ]


def recent(now: int, now_total: int, before: int, before_total: int) -> TwoByTwo:
    """The table "last quarter against the four before": a code's reports in each, and all reports in each."""
    return TwoByTwo(now, now_total - now, before, before_total - before)

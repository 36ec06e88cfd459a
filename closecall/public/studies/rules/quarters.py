"""Control charts by quarter: is a quarter unlike the others, or is it the usual coming and going?

Often enough a quarter (five or more expected): a p-chart of the share of that quarter's reports, with exact binomial
limits. Rarer: a g-chart of how many reports lie between one such report and the next, since a share of next to
nothing signals at every second event.
"""

import math
from collections.abc import Sequence
from dataclasses import dataclass
from itertools import pairwise
from typing import Final, Literal

from closecall.public.studies.rules.intervals import CannotSay

Kind = Literal["p", "g"]

LEAST_QUARTERS: Final = 8
LEAST_EVENTS: Final = 5
OFTEN: Final = 5.0
_TAIL: Final = 0.00135  # what three standard deviations leave on each side of a normal curve


@dataclass(frozen=True)
class Point:
    """One quarter of a p-chart (value and limits are counts), or one gap of a g-chart (numbers of reports).

    Shape: `period` is where the point ends; `unusual` says which limit it passes.
    """

    period: str
    value: float
    low: float
    high: float
    unusual: Literal["", "more", "fewer"] = ""


@dataclass(frozen=True)
class ControlChart:
    """The chart that fits. `centre`: the mean share of reports (p), or the mean number of reports between (g)."""

    kind: Kind
    centre: float
    points: tuple[Point, ...]


def chart(quarters: Sequence[tuple[str, int, int]]) -> ControlChart:
    """Choose and draw the chart of one code.

    Shape:  (period, reports with the code, all reports) a quarter, in order, without gaps between quarters.
    Raises: CannotSay when there are too few quarters or too few reports to know what is usual.
    Source: Provost and Murray, "The Health Care Data Guide" (rare events); Benneyan 2001 (g-chart).
    """
    events, reports = sum(n for _, n, _ in quarters), sum(total for _, _, total in quarters)
    if len(quarters) < LEAST_QUARTERS:
        raise CannotSay(f"Limits need {LEAST_QUARTERS} quarters. Until then only the counts can be shown.")
    if events < LEAST_EVENTS:
        raise CannotSay(f"Limits need {LEAST_EVENTS} reports. Until then only the counts can be shown.")
    if events / len(quarters) >= OFTEN:
        return _p_chart(quarters, events / reports)
    return _g_chart(quarters, (reports - events) / events)


def _p_chart(quarters: Sequence[tuple[str, int, int]], p: float) -> ControlChart:
    points = []
    for period, n, total in quarters:
        low, high = _binomial_limits(total, p)
        points.append(Point(period, n, low, high, "more" if n > high else "fewer" if n < low else ""))
    return ControlChart("p", p, tuple(points))


def _g_chart(quarters: Sequence[tuple[str, int, int]], mean: float) -> ControlChart:
    """Gaps in numbers of reports. No report has a day, so a quarter's events are spread evenly over its reports."""
    places = []
    before = 0
    for period, n, total in quarters:
        places += [(period, before + (at + 0.5) * total / n) for at in range(n)]
        before += total
    chance = 1 / (1 + mean)
    low, high = _geometric_limits(chance)
    points = []
    for (_, last), (period, here) in pairwise(places):
        gap = max(0.0, here - last - 1)
        points.append(Point(period, gap, low, high, "fewer" if gap > high else "more" if gap < low else ""))
    return ControlChart("g", mean, tuple(points))


def _binomial_limits(n: int, p: float) -> tuple[int, int]:
    """The least and the most that pass for usual: each tail beyond holds at most 0.135 %."""
    if p >= 1:
        return n, n
    low, high, below = 0, n, 0.0
    found_low = False
    for k in range(n + 1):
        log_chance = math.lgamma(n + 1) - math.lgamma(k + 1) - math.lgamma(n - k + 1)
        below += math.exp(log_chance + k * math.log(p) + (n - k) * math.log1p(-p))
        if not found_low and below > _TAIL:
            low, found_low = k, True
        if below >= 1 - _TAIL:
            high = k
            break
    return low, high


def _geometric_limits(p: float) -> tuple[float, float]:
    """Gaps that pass for usual: P(gap ≥ k) = (1 - p)^k."""
    if p >= 1:
        return 0.0, 0.0
    high = math.ceil(math.log(_TAIL) / math.log1p(-p)) - 1
    low = 0
    while 1 - (1 - p) ** (low + 1) < _TAIL:
        low += 1
    return float(low), float(high)

"""Shares with intervals, counts with intervals, and the refusal of what counts can't say."""

import math
from dataclasses import dataclass
from typing import Final

from closecall.errors import BadInput
from closecall.public.studies.rules.gamma import gamma_quantile

_Z: Final = 1.959963984540054  # 95 %, two-sided


class CannotSay(BadInput):
    """The data can't carry this statement; the sentence says why and what can be said instead."""

    default = "These reports can't say that."


@dataclass(frozen=True)
class Interval:
    """A value between two bounds, 95 % unless said otherwise."""

    value: float
    low: float
    high: float


def share(part: int, whole: int) -> Interval:
    """The share of reports that carry something, with Wilson's interval.

    Raises: CannotSay when there is no report at all; ValueError when `part` isn't within `whole`.
    Source: Wilson 1927; keeps its coverage at small counts, where the normal interval doesn't.

    >>> seen = share(8, 10)
    >>> round(seen.value, 2), round(seen.low, 3), round(seen.high, 3)
    (0.8, 0.49, 0.943)
    """
    if whole == 0:
        raise CannotSay("No report is in this set, so it has no shares. Widen the search.")
    if not 0 <= part <= whole:
        raise ValueError("part of whole")
    p = part / whole
    squared = _Z * _Z
    middle = (p + squared / (2 * whole)) / (1 + squared / whole)
    half = _Z / (1 + squared / whole) * math.sqrt(p * (1 - p) / whole + squared / (4 * whole * whole))
    low = 0.0 if part == 0 else max(0.0, middle - half)
    high = 1.0 if part == whole else min(1.0, middle + half)
    return Interval(p, low, high)


def count(n: int) -> Interval:
    """A count as a draw from a Poisson distribution, with its exact interval.

    Source: Garwood 1936.

    >>> round(count(10).low, 2), round(count(10).high, 2), count(0).low
    (4.8, 18.39, 0.0)
    """
    low = gamma_quantile(0.025, n) if n else 0.0
    return Interval(float(n), low, gamma_quantile(0.975, n + 1))


def rate(n: int, exposure: float | None, unit: str = "") -> Interval:
    """Events per unit of exposure, when somebody knows the exposure: hours, stops, calls.

    Shape:  `exposure` in `unit`s over the same time and people as the `n` events.
    Raises: CannotSay without an exposure: the number of reports is no denominator of danger, because who
            reports, and when, is a choice.

    >>> round(rate(40, 1_000, "searches").value, 2)
    0.04
    """
    if exposure is None or not exposure > 0 or not unit:
        raise CannotSay(
            "Reports are told by choice, and nobody counted the stops, calls or hours behind them. "
            "Counts and shares of reports can be said; a rate or a risk can't."
        )
    seen = count(n)
    return Interval(n / exposure, seen.low / exposure, seen.high / exposure)

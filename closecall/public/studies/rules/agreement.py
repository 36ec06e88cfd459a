"""How far two or more coders agree beyond chance, with bootstrap intervals.

What is resampled is the group a judgement belongs to (a report), not the judgement: codes of one report are
decided by one reading, and resampling them apart would make the interval too narrow.
"""

from collections.abc import Callable, Hashable, Sequence
from dataclasses import dataclass
from typing import Final, Literal

import numpy as np
from numpy.typing import NDArray

from closecall.public.studies.rules.intervals import CannotSay, Interval

Level = Literal["nominal", "ordinal"]
Weights = Literal["none", "linear", "quadratic"]

RELY: Final = 0.8
FLAG: Final = 0.667
_RESAMPLES: Final = 2_000

_Counts = NDArray[np.float64]
_Measure = Callable[[_Counts], _Counts]


@dataclass(frozen=True)
class Agreement:
    """An agreement with its interval. `judged`: units that at least two coders judged."""

    measure: Literal["kappa", "alpha"]
    interval: Interval
    judged: int

    @property
    def verdict(self) -> str:
        """What Krippendorff's customary thresholds make of it, by the lower bound."""
        if self.interval.low >= RELY:
            return "reliable"
        return "tentative" if self.interval.value >= FLAG else "too low to rely on"


def kappa(
    first: Sequence[Hashable],
    second: Sequence[Hashable],
    *,
    seed: int,
    order: Sequence[Hashable] = (),
    weights: Weights = "none",
    groups: Sequence[Hashable] = (),
    resamples: int = _RESAMPLES,
) -> Agreement:
    """Cohen's kappa of two coders over the same units.

    Shape:  `first[i]` and `second[i]` judge unit i; `order` ranks the values when `weights` aren't none;
            `groups[i]` is what unit i is resampled with (itself when empty).
    Raises: CannotSay when nothing was judged or only one value was ever used.
    Source: Cohen 1960, 1968.

    >>> round(kappa("aabb", "aaba", seed=1).interval.value, 2)
    0.5
    """
    if len(first) != len(second):
        raise ValueError("two judgements for every unit")
    values = list(order) or sorted(set(first) | set(second), key=repr)
    place = {value: at for at, value in enumerate(values)}
    each = np.zeros((len(first), len(values), len(values)))
    for unit, (one, other) in enumerate(zip(first, second, strict=True)):
        each[unit, place[one], place[other]] = 1
    distance = _distances(len(values), weights)
    found = _with_interval(_grouped(each, groups), lambda counts: _kappas(counts, distance), seed, resamples)
    return Agreement("kappa", found, len(first))


def alpha(
    judgements: Sequence[Sequence[Hashable | None]],
    *,
    seed: int,
    level: Level = "nominal",
    order: Sequence[Hashable] = (),
    groups: Sequence[Hashable] = (),
    resamples: int = _RESAMPLES,
) -> Agreement:
    """Krippendorff's alpha of any number of coders, with gaps.

    Shape:  a row a unit, a column a coder, None where a coder didn't judge; `order` ranks ordinal values.
    Raises: CannotSay as `kappa`.
    Source: Krippendorff 2011, "Computing Krippendorff's Alpha-Reliability"; checked against the package
            `krippendorff` in the tests.

    >>> round(alpha([("a", "a"), ("b", "b"), ("a", "b"), ("b", None)], seed=1).interval.value, 2)
    0.44
    """
    seen = {value for row in judgements for value in row if value is not None}
    values = list(order) or sorted(seen, key=repr)
    place = {value: at for at, value in enumerate(values)}
    each = np.zeros((len(judgements), len(values), len(values)))
    judged = 0
    for unit, row in enumerate(judgements):
        given = np.bincount(
            [place[value] for value in row if value is not None], minlength=len(values)
        ).astype(np.float64)
        if given.sum() >= 2:
            judged += 1
            each[unit] = (np.outer(given, given) - np.diag(given)) / (given.sum() - 1)
    found = _with_interval(_grouped(each, groups), lambda counts: _alphas(counts, level), seed, resamples)
    return Agreement("alpha", found, judged)


def _kappas(counts: _Counts, distance: _Counts) -> _Counts:
    """Kappa of each confusion matrix; NaN where chance explains everything."""
    total = counts.sum(axis=(1, 2))
    rows, columns = counts.sum(axis=2), counts.sum(axis=1)
    seen = (counts * distance).sum(axis=(1, 2))
    chance = np.einsum("bi,bj,ij->b", rows, columns, distance) / np.where(total, total, 1)
    return _one_minus(seen, chance)


def _alphas(counts: _Counts, level: Level) -> _Counts:
    """Alpha of each coincidence matrix."""
    margins = counts.sum(axis=2)
    total = margins.sum(axis=1)
    size = counts.shape[1]
    if level == "nominal":
        distance = np.broadcast_to(1 - np.eye(size), counts.shape)
    else:
        running = np.cumsum(margins, axis=1)
        middle = running - margins / 2  # the ranks between two values, half of each end
        distance = (middle[:, :, None] - middle[:, None, :]) ** 2
    seen = (counts * distance).sum(axis=(1, 2))
    chance = np.einsum("bi,bj,bij->b", margins, margins, distance) / np.where(total > 1, total - 1, 1)
    return _one_minus(seen, chance)


def _one_minus(seen: _Counts, chance: _Counts) -> _Counts:
    return np.where(chance > 0, 1 - seen / np.where(chance > 0, chance, 1), np.nan)


def _with_interval(each: _Counts, measure: _Measure, seed: int, resamples: int) -> Interval:
    value = float(measure(each.sum(axis=0, keepdims=True))[0]) if len(each) else float("nan")
    if np.isnan(value):
        raise CannotSay("Only one value was used, so agreement can't be told from chance. Code more reports.")
    drawn = np.random.default_rng(seed).multinomial(
        len(each), np.full(len(each), 1 / len(each)), size=resamples
    )
    size = each.shape[1]
    sums = (drawn.astype(np.float64) @ each.reshape(len(each), -1)).reshape(resamples, size, size)
    spread = measure(sums)
    spread = spread[~np.isnan(spread)]
    low, high = np.quantile(spread, (0.025, 0.975))
    return Interval(value, float(low), float(high))


def _grouped(each: _Counts, groups: Sequence[Hashable]) -> _Counts:
    if not groups:
        return each
    place = {group: at for at, group in enumerate(dict.fromkeys(groups))}
    sums = np.zeros((len(place), *each.shape[1:]))
    np.add.at(sums, [place[group] for group in groups], each)
    return sums


def _distances(size: int, weights: Weights) -> _Counts:
    apart: _Counts = np.abs(np.subtract.outer(np.arange(size), np.arange(size))).astype(np.float64)
    power = {"none": 0.0, "linear": 1.0, "quadratic": 2.0}[weights]
    spread: _Counts = np.where(apart > 0, apart**power, 0.0)
    return spread

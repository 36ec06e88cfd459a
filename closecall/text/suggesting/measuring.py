"""How good probabilities of codes are: F1 over all and by code, recall among the first five, calibration."""

from collections.abc import Callable
from dataclasses import dataclass
from typing import Final

import numpy as np
import numpy.typing as npt

Probabilities = npt.NDArray[np.float64]
Truth = npt.NDArray[np.bool_]

FIRST: Final = 5
BINS: Final = 10


@dataclass(frozen=True)
class Quality:
    """Figures over reports and codes.

    Shape: `micro`, `macro` F1 of what passes its code's threshold; `recall` the mean share of a report's codes
           among its five likeliest; `ece` the mean distance of p from what happened, in tenths; `accuracy` how
           often the likeliest code is right, for facets with one code a report.
    """

    micro: float
    macro: float
    recall: float
    ece: float
    accuracy: float


@dataclass(frozen=True)
class Bin:
    """The pairs of report and code whose p lies in one tenth: how many, their mean p, and how many were true."""

    n: int
    p: float
    true: float


def quality(p: Probabilities, passed: Truth, truth: Truth) -> Quality:
    """Measure. Shape: three arrays [reports, codes]."""
    hits = (passed & truth).sum(axis=0)
    size = passed.sum(axis=0) + truth.sum(axis=0)
    whole = int(size.sum())
    per_code = np.divide(2.0 * hits, size, out=np.zeros(len(size)), where=size > 0)
    coded = truth.any(axis=1)
    first = np.argsort(-p, axis=1, kind="stable")[:, :FIRST]
    found = np.take_along_axis(truth, first, axis=1).sum(axis=1)
    best = np.take_along_axis(truth, first[:, :1], axis=1)[:, 0]
    each = found[coded] / truth[coded].sum(axis=1)
    return Quality(
        micro=float(2.0 * hits.sum() / whole) if whole else 0.0,
        macro=float(per_code[size > 0].mean()) if whole else 0.0,
        recall=float(each.mean()) if coded.any() else 0.0,
        ece=calibration_error(p, truth),
        accuracy=float(best[coded].mean()) if coded.any() else 0.0,
    )


def f1_by_code(passed: Truth, truth: Truth) -> Probabilities:
    """F1 of each code; 0 for one that is neither told nor true."""
    size = passed.sum(axis=0) + truth.sum(axis=0)
    hits = 2.0 * (passed & truth).sum(axis=0)
    return np.asarray(np.divide(hits, size, out=np.zeros(len(size)), where=size > 0), np.float64)


def bins(p: Probabilities, truth: Truth) -> tuple[Bin, ...]:
    """Ten equal bins of p; empty ones are left out."""
    place = np.minimum((p.ravel() * BINS).astype(int), BINS - 1)
    happened = truth.ravel()
    found = []
    for number in range(BINS):
        here = place == number
        if here.any():
            mean, true = float(p.ravel()[here].mean()), float(happened[here].mean())
            found.append(Bin(int(here.sum()), mean, true))
    return tuple(found)


def calibration_error(p: Probabilities, truth: Truth) -> float:
    """Expected calibration error over every pair of report and code, ten equal bins."""
    whole = p.size
    return sum(one.n * abs(one.p - one.true) for one in bins(p, truth)) / whole if whole else 0.0


def interval(
    measure: Callable[[npt.NDArray[np.int64]], float], reports: int, *, seed: int = 1, resamples: int = 200
) -> tuple[float, float]:
    """A 95 % percentile interval of a figure when reports are drawn again, with replacement."""
    chance = np.random.default_rng(seed)
    drawn = [measure(chance.integers(0, reports, reports)) for _ in range(resamples)]
    low, high = np.percentile(drawn, [2.5, 97.5])
    return float(low), float(high)

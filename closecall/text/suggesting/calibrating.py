"""From a score to a probability, and from a probability to a yes: both learned on scores of texts left out."""

from typing import Final

import numpy as np
import numpy.typing as npt

Scores = npt.NDArray[np.float64]
Truth = npt.NDArray[np.bool_]

_STEPS: Final = 60
_SMALL: Final = 1e-6


def sigmoid(logits: Scores) -> Scores:
    """Logits to probabilities, without overflow."""
    return np.asarray(0.5 * (1.0 + np.tanh(0.5 * logits)))


def logit(p: Scores) -> Scores:
    """Probabilities to logits; 0 and 1 are taken as very near."""
    held = np.clip(p, _SMALL, 1.0 - _SMALL)
    return np.asarray(np.log(held / (1.0 - held)))


def platt(scores: Scores, truth: Truth) -> tuple[float, float]:
    """Slope and intercept that turn one code's scores into logits.

    Shape:  float[texts], bool[texts]. The slope is never negative: a higher score never means less likely.
    Source: Platt (1999), targets held away from 0 and 1; Newton's method with halved steps.
    """
    yes = float(truth.sum())
    no = len(truth) - yes
    target = np.where(truth, (yes + 1.0) / (yes + 2.0), 1.0 / (no + 2.0))
    slope, shift = 0.0, float(np.log((yes + 1.0) / (no + 1.0)))
    cost = _cost(slope, shift, scores, target)
    for _ in range(_STEPS):
        p = sigmoid(slope * scores + shift)
        weight = p * (1.0 - p)
        downhill = np.array([((p - target) * scores).sum(), (p - target).sum()])
        bend = np.array(
            [
                [(weight * scores * scores).sum() + _SMALL, (weight * scores).sum()],
                [(weight * scores).sum(), weight.sum() + _SMALL],
            ]
        )
        step = np.linalg.solve(bend, downhill)
        size = 1.0
        while size > _SMALL:
            tried = _cost(slope - size * step[0], shift - size * step[1], scores, target)
            if tried <= cost:
                break
            size /= 2.0
        else:
            break
        slope, shift = slope - size * float(step[0]), shift - size * float(step[1])
        if cost - tried < _SMALL:
            break
        cost = tried
    if slope < 0.0:
        return 0.0, float(np.log((yes + 1.0) / (no + 1.0)))
    return slope, shift


def best_threshold(p: Scores, truth: Truth) -> float:
    """The p from which on calling it true gives the best F1, looked for among every p there is."""
    order = np.argsort(-p, kind="stable")
    held, hits = p[order], np.cumsum(truth[order])
    f1 = 2.0 * hits / (np.arange(1, len(held) + 1) + truth.sum())
    last = np.append(held[1:] < held[:-1], True)  # equal p pass together
    best = int(np.argmax(np.where(last, f1, -1.0)))
    if best + 1 == len(held):
        return float(held[best])
    return float((held[best] + held[best + 1]) / 2.0)


def _cost(slope: float, shift: float, scores: Scores, target: Scores) -> float:
    logits = slope * scores + shift
    return float((np.logaddexp(0.0, logits) - target * logits).sum())

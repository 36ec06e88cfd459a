"""Learn from coded texts which codes a text calls for: one linear model a code, all of them in one step.

Ridge regression over words and meaning together. One inverse serves every code, and gives each text's score as if
that text had been left out (Golub, Heath and Wahba, 1979): calibration and thresholds rest on those, so no text is
set aside and nothing is judged by what it taught. For the desk and the command line: it needs scikit-learn.
"""

from collections import Counter
from collections.abc import Sequence
from typing import Final

import numpy as np
import numpy.typing as npt

from closecall.text.suggesting.calibrating import best_threshold, logit, platt, sigmoid
from closecall.text.suggesting.suggester import Learned, Meaning, Suggester
from closecall.text.suggesting.words import Numbers, learn_words

# Chosen on left-out scores of training texts (ASRS); docs/measurements.md measures on texts that had no say.
_WORDS_SHARE: Final = 0.6
_RIDGE: Final = 1.0
_BIAS: Final = 0.3
_HALF_OWN: Final = 100  # so many texts with a code, and its threshold is as much its own as everybody's
LEAST: Final = 20
"""So many texts must carry a code before a model of it is worth having."""
MOST: Final = 6_000
"""Texts beyond these, the oldest, are left out: the inverse grows with the cube."""


def learn(
    texts: Sequence[str], vectors: Numbers, coded: Sequence[frozenset[str]], *, least: int = LEAST
) -> Suggester:
    """Learn a model of every code that at least `least` texts carry.

    Shape:  texts oldest first; `vectors` float32[texts, width]; `coded` names each text's codes.
    Raises: ValueError when no code has enough texts.
    """
    texts, vectors, coded = texts[-MOST:], vectors[-MOST:], coded[-MOST:]
    counted = Counter(code for codes in coded for code in codes)
    codes = tuple(sorted(code for code, n in counted.items() if least <= n < len(texts)))
    if not codes:
        raise ValueError("No code has been applied often enough to learn from.")
    truth = np.array([[code in applied for code in codes] for applied in coded])
    words, rows = learn_words(texts)
    meaning = Meaning(vectors.mean(axis=0))
    about = meaning.about(vectors)
    alike = _WORDS_SHARE * (rows @ rows.T).toarray() + (1.0 - _WORDS_SHARE) * (about @ about.T)
    parts, left_out = _ridge(np.asarray(alike, np.float32), truth)
    slopes, shifts = (np.array(each) for each in zip(*_calibrated(left_out, truth), strict=True))
    p = sigmoid(left_out * slopes + shifts)
    learned = Learned(
        codes=codes,
        examples=tuple(counted[code] for code in codes),
        reports=len(texts),
        by_word=np.asarray(_WORDS_SHARE * (rows.T @ parts), np.float32),
        by_meaning=np.asarray((1.0 - _WORDS_SHARE) * (about.T @ parts), np.float32),
        start=np.asarray(_BIAS * parts.sum(axis=0), np.float32),
        slopes=slopes,
        shifts=shifts,
        thresholds=thresholds(p, truth),
    )
    return Suggester(words, meaning, learned)


def thresholds(p: npt.NDArray[np.float64], truth: npt.NDArray[np.bool_]) -> npt.NDArray[np.float64]:
    """From which p on each code is told: its own best one, drawn to everybody's when few texts carry it.

    Shape:  [texts, codes], twice -> [codes]; looked for over the whole range of p.
    """
    everybody = best_threshold(p.ravel(), truth.ravel())
    own = np.array([best_threshold(p[:, at], truth[:, at]) for at in range(p.shape[1])])
    n = truth.sum(axis=0)
    share = n / (n + _HALF_OWN)
    return sigmoid(share * logit(own) + (1.0 - share) * logit(np.array(everybody)))


def _ridge(alike: Numbers, truth: npt.NDArray[np.bool_]) -> tuple[Numbers, npt.NDArray[np.float64]]:
    """Solve for every code at once. Returns each text's part in each code, and scores without the text itself."""
    from scipy.linalg import cho_factor, cho_solve

    alike += np.float32(_BIAS)
    alike[np.diag_indices(len(alike))] += np.float32(_RIDGE)
    wanted = np.where(truth, np.float32(1.0), np.float32(-1.0))
    factor = cho_factor(alike, lower=True, overwrite_a=True, check_finite=False)
    inverse = cho_solve(factor, np.eye(len(alike), dtype=np.float32), overwrite_b=True, check_finite=False)
    parts = inverse @ wanted
    return parts, np.asarray(wanted - parts / np.diag(inverse)[:, None], np.float64)


def _calibrated(left_out: npt.NDArray[np.float64], truth: npt.NDArray[np.bool_]) -> list[tuple[float, float]]:
    return [platt(left_out[:, at], truth[:, at]) for at in range(truth.shape[1])]

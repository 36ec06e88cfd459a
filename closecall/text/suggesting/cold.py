"""Before there is enough to learn from: which code's description or example a sentence comes near.

That is a hint and no more: docs/measurements.md says how often it is right.
"""

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Final

import numpy as np

from closecall.text.suggesting.words import Numbers

NEAR_LEAST: Final = 0.5
"""Below this nearness nothing is suggested. Chosen on half of the invented reports; measured on the others."""
MOST: Final = 2


@dataclass(frozen=True)
class Described:
    """A code by what its pack says of it.

    Shape: `vectors` float32[texts, width]: description, then examples; `middle` float32[width]: the mean of all the
           pack's descriptions, which tells nothing of any of them.
    """

    code: str
    vectors: Numbers
    middle: Numbers


@dataclass(frozen=True)
class NearCode:
    """A code whose description or example sentence number `sentence`, from 0, comes near: -1 to 1, no probability."""

    code: str
    nearness: float
    sentence: int


def near(
    codes: Sequence[Described], vectors: Numbers, *, least: float = NEAR_LEAST, most: int = MOST
) -> list[NearCode]:
    """The nearest codes, at most `most`, each with the sentence that comes nearest.

    Shape: `vectors` float32[sentences, width].
    """
    if not len(vectors):
        return []
    found = []
    for code in codes:
        nearness = (_apart(vectors, code.middle) @ _apart(code.vectors, code.middle).T).max(axis=1)
        best = int(np.argmax(nearness))
        if nearness[best] >= least:
            found.append(NearCode(code.code, round(float(nearness[best]), 4), best))
    return sorted(found, key=lambda one: (-one.nearness, one.code))[:most]


def _apart(rows: Numbers, middle: Numbers) -> Numbers:
    apart = rows - middle
    lengths = np.linalg.norm(apart, axis=1, keepdims=True)
    return np.asarray(apart / np.where(lengths > 0, lengths, 1.0), np.float32)

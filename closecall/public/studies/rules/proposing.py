"""A machine's first proposal of themes, and which lessons to quote. Vectors come in; nothing here loads a model."""

from collections.abc import Sequence
from typing import Final

import numpy as np
from numpy.typing import NDArray

from closecall.public.taxonomy.rules.codebook import Codebook

Vectors = NDArray[np.float32]
Ranked = tuple[tuple[str, float], ...]

FITS: Final = 0.25
"""Below this cosine a lesson is left unsorted, for people to read."""
_DESCRIPTION: Final = 0.7
_SHOWN: Final = 3


def theme_texts(book: Codebook) -> list[list[str]]:
    """For each theme the texts that stand for it: label with description first, then its exemplars."""
    return [[f"{theme.label}. {theme.description}", *theme.exemplars] for theme in book.themes]


def centres(described: Vectors, exemplars: Sequence[Vectors]) -> Vectors:
    """One vector a theme: mostly its description, the rest the mean of its exemplars.

    Shape:  `described` is float32[themes, width]; `exemplars[i]` float32[n, width], n may be 0.
    Source: measured on 147 lessons: 70 % of the weight on the description (closecall's evidence of themes).
    """
    rows = []
    for one, others in zip(described, exemplars, strict=True):
        mixed = _DESCRIPTION * one + (1 - _DESCRIPTION) * others.mean(axis=0) if len(others) else one
        rows.append(mixed / (np.linalg.norm(mixed) or 1))
    return np.array(rows, np.float32)


def rank(lessons: Vectors, middle: Vectors, keys: Sequence[str]) -> list[Ranked]:
    """The three nearest themes of each lesson with their cosines, nearest first; not probabilities."""
    near = lessons @ middle.T
    ranked = []
    for row in near:
        best = np.argsort(-row, kind="stable")[:_SHOWN]
        ranked.append(tuple((keys[at], round(float(row[at]), 3)) for at in best))
    return ranked


def quotes(ids: Sequence[str], vectors: Vectors, *, n: int = 3) -> tuple[str, ...]:
    """Whom to quote: the lesson nearest to the middle, then those most unlike the ones already chosen.

    >>> quotes(["a", "b", "c"], np.array([[1, 0], [0.9, 0.1], [0, 1]], np.float32), n=2)
    ('b', 'c')
    """
    if not ids:
        return ()
    middle = vectors.mean(axis=0)
    chosen = [int(np.argmax(vectors @ middle))]
    while len(chosen) < min(n, len(ids)):
        nearest = (vectors @ vectors[chosen].T).max(axis=1)
        nearest[chosen] = np.inf
        chosen.append(int(np.argmin(nearest)))
    return tuple(ids[at] for at in chosen)

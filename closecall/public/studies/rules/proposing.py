"""A machine's first proposal of themes, and which lessons to quote. Nothing here loads a model by itself."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Final

import numpy as np
from numpy.typing import NDArray

from closecall.public.studies.rules.board import UNSORTED, Board
from closecall.public.taxonomy.rules.codebook import Codebook
from closecall.text.meaning import themes

Vector = NDArray[np.float32]
Scored = tuple[tuple[str, float], ...]
"""The three best themes of a lesson with their shares, best first."""

_SHOWN: Final = 3


@dataclass(frozen=True)
class Proposal:
    """What the machine proposes.

    Shape: `residue` groups the lessons that fit no theme, the largest group first: for reading, never themes.
    """

    ranked: Mapping[str, Scored]
    first: Board
    residue: tuple[tuple[str, ...], ...]


def described(book: Codebook) -> list[themes.Described]:
    """A codebook's themes as the engine sees them."""
    return [themes.Described(one.key, one.label, one.description, one.exemplars) for one in book.themes]


def propose(
    book: Codebook, texts: Mapping[str, str], vectors: Mapping[str, Vector], model: themes.Encoder
) -> Proposal:
    """Rank the codebook's themes for each lesson, and group what fits none of them.

    Shape:  `texts` and `vectors` hold the same lessons.
    Raises: NoModel where the sentence model can't be loaded; ValueError for a codebook without themes.
    Source: text.meaning.themes; bench/themes.py measures it.
    """
    labels = {theme.key: theme.label for theme in book.themes}
    if not texts:
        return Proposal({}, Board(labels, {}), ())
    rows = np.vstack([vectors[one] for one in texts]).astype(np.float64)
    found = themes.ranker_of(described(book), model).rank_vectors(list(texts.values()), rows)
    ranked = {
        lesson: tuple((key, round(p, 3)) for key, p in one.themes[:_SHOWN])
        for lesson, one in zip(texts, found, strict=True)
    }
    placed = {
        lesson: one.themes[0][0] if one.fits else UNSORTED for lesson, one in zip(texts, found, strict=True)
    }
    left = [lesson for lesson, key in placed.items() if key == UNSORTED]
    return Proposal(ranked, Board(labels, placed), grouped(left, vectors))


def grouped(lessons: Sequence[str], vectors: Mapping[str, Vector]) -> tuple[tuple[str, ...], ...]:
    """Lessons that fit no theme, in groups that read alike, the largest first."""
    if not lessons:
        return ()
    numbers = themes.residue(np.vstack([vectors[one] for one in lessons]).astype(np.float64))
    groups: dict[int, list[str]] = {}
    for lesson, number in zip(lessons, numbers, strict=True):
        groups.setdefault(number, []).append(lesson)
    return tuple(tuple(one) for one in sorted(groups.values(), key=lambda one: (-len(one), one[0])))


def quotes(ids: Sequence[str], vectors: Mapping[str, Vector], *, n: int = 3) -> tuple[str, ...]:
    """Whom to quote: the lesson nearest to the middle, then those near to it that say something else.

    >>> flat = {"a": [1, 0], "b": [0.9, 0.1], "c": [0, 1]}
    >>> quotes(list(flat), {key: np.array(row, np.float32) for key, row in flat.items()}, n=1)
    ('b',)
    """
    if not ids:
        return ()
    rows = np.vstack([vectors[one] for one in ids]).astype(np.float64)
    return tuple(ids[at] for at in themes.quotes(rows, n))

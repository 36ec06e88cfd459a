"""Which theme of a codebook a lesson teaches: what the words mean, beside which words they are.

A codebook of descriptions and exemplars works where clustering of short lessons fails. Six rankings are added up:
nearness to the description, the label, the exemplars' middle, the nearest exemplar and the nearest three, and shared
letters and words. What is near is said by the sentence model's vectors, turned by what was learned from invented
lessons (`turning`). The result proposes; a person names, merges and splits. For the desk and the command line: it
needs scikit-learn.
"""

from collections.abc import Callable, Sequence
from dataclasses import dataclass, field
from typing import Any, Final, Protocol

import numpy as np
import numpy.typing as npt

from closecall.text.meaning.model import Vector, unit
from closecall.text.meaning.turning import lengthened, turned

Matrix = npt.NDArray[np.float64]


class Encoder(Protocol):
    """What makes vectors: the sentence model, or a test's."""

    def vector(self, text: str) -> Vector:
        """float32[n] of length one."""


# Chosen, among few round values, on invented lessons by writers that the turn hadn't learned from, with an eye on the
# forty first invented reports; bench/themes.py measures on others.
_WEIGHTS: Final = {
    "description": 1.0,
    "label": 0.5,
    "middle": 2.0,
    "nearest": 1.0,
    "nearest_three": 1.0,
    "letters": 1.5,
}
_SHARPNESS: Final = 0.22
FITS_LEAST: Final = 0.25
"""Below this nearness to its best theme a lesson fits none: it is residue, for people to read."""


@dataclass(frozen=True)
class Described:
    """One theme as the engine sees it. `exemplars` may be none."""

    key: str
    label: str
    description: str = ""
    exemplars: tuple[str, ...] = field(default=(), repr=False)


@dataclass(frozen=True)
class Ranked:
    """Every theme by falling p (they sum to one), and whether the best of them fits at all.

    `nearness`: how near the lesson is to its best theme, -1 to 1; `margin`: p of the first less p of the second.
    """

    themes: tuple[tuple[str, float], ...]
    fits: bool
    nearness: float

    @property
    def margin(self) -> float:
        """How clearly the first leads."""
        return self.themes[0][1] - (self.themes[1][1] if len(self.themes) > 1 else 0.0)


class Ranker:
    """Ranks the themes of one codebook; made once, asked often.

    Raises: ValueError for a codebook without themes; NoModel when the sentence model can't be used.
    """

    def __init__(
        self, themes: Sequence[Described], model: Encoder, *, turn: Callable[[Matrix], Matrix] = turned
    ) -> None:
        if not themes:
            raise ValueError("A codebook needs a theme.")
        from sklearn.feature_extraction.text import TfidfVectorizer

        self._keys = [theme.key for theme in themes]
        self._model, self._turn = model, turn
        told = [f"{theme.label}. {theme.description}".strip() for theme in themes]
        exemplars = [theme.exemplars or (text,) for theme, text in zip(themes, told, strict=True)]
        shown = [self._rows(texts) for texts in exemplars]
        descriptions, labels = self._rows(told), self._rows([theme.label for theme in themes])
        self._middle = np.vstack([descriptions, *shown]).mean(axis=0)
        self._descriptions, self._labels = self._about(descriptions), self._about(labels)
        self._middles = self._about(np.vstack([rows.mean(axis=0) for rows in shown]))
        self._shown = [self._about(rows) for rows in shown]
        documents = [
            " ".join([text, theme.label, *theme.exemplars]) for text, theme in zip(told, themes, strict=True)
        ]
        self._letters: Any = TfidfVectorizer(sublinear_tf=True, analyzer="char_wb", ngram_range=(3, 5))
        self._documents: Any = self._letters.fit_transform(documents)

    def rank(self, lessons: Sequence[str]) -> list[Ranked]:
        """Rank the codebook's themes for each lesson."""
        return self.rank_vectors(lessons, self._read(lessons)) if lessons else []

    def rank_vectors(self, lessons: Sequence[str], vectors: Matrix) -> list[Ranked]:
        """The same for lessons whose vectors are at hand.

        Shape:  `vectors` float[lessons, 384] as the model gave them; they are turned here.
        """
        rows = self._about(self._turn(vectors))
        near = [rows @ theme.T for theme in self._shown]
        parts = {
            "description": rows @ self._descriptions.T,
            "label": rows @ self._labels.T,
            "middle": rows @ self._middles.T,
            "nearest": np.column_stack([one.max(axis=1) for one in near]),
            "nearest_three": np.column_stack([np.sort(one, axis=1)[:, -3:].mean(axis=1) for one in near]),
            "letters": np.asarray((self._letters.transform(lessons) @ self._documents.T).todense()),
        }
        total = sum(weight * _standard(parts[name]) for name, weight in _WEIGHTS.items())
        odds = np.exp(_SHARPNESS * (total - np.max(total, axis=1, keepdims=True)))
        shares = odds / odds.sum(axis=1, keepdims=True)
        nearness = np.maximum(parts["description"], parts["nearest"])
        return [self._ranked(share, near_row) for share, near_row in zip(shares, nearness, strict=True)]

    def _ranked(self, shares: Matrix, nearness: Matrix) -> Ranked:
        order = sorted(range(len(self._keys)), key=lambda at: (-shares[at], self._keys[at]))
        best = float(nearness[order[0]])
        themes = tuple((self._keys[at], round(float(shares[at]), 4)) for at in order)
        return Ranked(themes, best >= FITS_LEAST, round(best, 4))

    def _read(self, texts: Sequence[str]) -> Matrix:
        return np.vstack([self._model.vector(text) for text in texts]).astype(np.float64)

    def _rows(self, texts: Sequence[str]) -> Matrix:
        return self._turn(self._read(texts))

    def _about(self, rows: Matrix) -> Matrix:
        """Less what everything in the codebook shares, of length one."""
        return lengthened(rows - self._middle)


_kept: dict[tuple[tuple[Described, ...], Encoder], Ranker] = {}
_KEPT_MOST: Final = 8


def ranker_of(themes: Sequence[Described], model: Encoder) -> Ranker:
    """A codebook's ranker, made once in a process for what the codebook says: reading its texts takes seconds.

    Raises: as `Ranker`.
    """
    key = (tuple(themes), model)
    found = _kept.get(key)
    if found is None:
        found = Ranker(themes, model)
        while len(_kept) >= _KEPT_MOST:
            _kept.pop(next(iter(_kept)), None)
        _kept[key] = found
    return found


def residue(vectors: Matrix) -> list[int]:
    """Group what fits no theme, for reading: Ward's tree cut into about an eighth as many groups as lessons.

    Shape:  float[n, 384] -> a group's number for each; never announce them as themes.
    """
    if len(vectors) < 2:
        return [0] * len(vectors)
    from sklearn.cluster import AgglomerativeClustering

    groups = max(1, round(len(vectors) / 8))
    return [
        int(group)
        for group in AgglomerativeClustering(n_clusters=groups, linkage="ward").fit_predict(vectors)
    ]


def quotes(vectors: Matrix, most: int = 3) -> list[int]:
    """Choose members to quote: the medoid, then those that are near the middle and unlike what was chosen.

    Shape:  float[n, 384] of one theme's lessons -> at most `most` row numbers.
    """
    if not len(vectors):
        return []
    rows = np.vstack([unit(row.astype(np.float32)) for row in vectors]).astype(np.float64)
    middle = rows.mean(axis=0)
    chosen = [int(np.argmax(rows @ middle))]
    while len(chosen) < min(most, len(rows)):
        likeness = (rows @ rows[chosen].T).max(axis=1)
        worth = 0.5 * (rows @ middle) - 0.5 * likeness
        worth[chosen] = -np.inf
        chosen.append(int(np.argmax(worth)))
    return chosen


def _standard(scores: Matrix) -> Matrix:
    """Each lesson's scores with mean zero and deviation one, so that rankings of other scales can be added."""
    spread = scores.std(axis=1, keepdims=True)
    return np.asarray((scores - scores.mean(axis=1, keepdims=True)) / np.where(spread > 0, spread, 1.0))

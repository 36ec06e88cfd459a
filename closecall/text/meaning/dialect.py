"""Which words go together in one library, learned from its own reports: latent semantic analysis.

The sentence model knows English; it doesn't know that in this field "went around" and "unstable" tell of one
thing. The library's own reports do. Pure numpy; what is learned is one small file.
"""

import hashlib
import io
import math
import os
import re
from collections import Counter
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from functools import cached_property
from pathlib import Path
from typing import Final

import numpy as np
from numpy.typing import NDArray

from closecall.text.meaning.model import Matrix, Vector, unit

DIRECTIONS: Final = 100
LEAST_TEXTS: Final = 200
"""A smaller library has no dialect yet: what goes together in it is chance."""
MOST_TEXTS: Final = 6_000
"""So many are enough to learn from, within seconds; who has more takes them evenly spread."""

_LEAST_HOLDING: Final = 5  # a word that fewer hold could point at one report
_MOST_WORDS: Final = 20_000
_COMMON: Final = 0.6
_SPARE: Final = 12
_ROUNDS: Final = 4
_STEP: Final = 400_000
_WORD: Final = re.compile(r"[^\W_]{2,30}")

_Counts = tuple[NDArray[np.int32], NDArray[np.int32]]  # places of words, and how often each is said


@dataclass(frozen=True, eq=False)
class Dialect:
    """What was learned: a row for each word. Shape: float32[words, DIRECTIONS]."""

    words: tuple[str, ...]
    rows: Matrix
    size: int  # of the library when it was learned

    @cached_property
    def name(self) -> str:
        """Names it: vectors of different dialects can't be compared."""
        told = hashlib.blake2b("\n".join(self.words).encode(), digest_size=8)
        told.update(self.rows.tobytes())
        return f"dialect-{told.hexdigest()}"

    def vector(self, passages: Sequence[str]) -> Vector:
        """What a text tells in this dialect: float32[DIRECTIONS] of length one; zeros for no known word."""
        counted = [
            (at, count) for word, count in _counted(passages).items() if (at := self._at.get(word, -1)) >= 0
        ]
        if not counted:
            return np.zeros(self.rows.shape[1], np.float32)
        weights = np.array([1 + math.log(count) for _, count in counted], np.float32)
        return unit(weights @ self.rows[[at for at, _ in counted]])

    def save(self, file: Path) -> None:
        """Write it in one step that survives a crash."""
        told = io.BytesIO()
        np.savez(
            told,
            words=np.frombuffer("\n".join(self.words).encode(), np.uint8),
            rows=self.rows,
            size=np.int64(self.size),
        )
        waiting = file.with_suffix(".new")
        with waiting.open("wb") as stream:
            stream.write(told.getvalue())
            stream.flush()
            os.fsync(stream.fileno())
        waiting.replace(file)

    @classmethod
    def load(cls, file: Path) -> "Dialect":
        """Read it back. Raises: OSError, ValueError, KeyError when it is missing or damaged."""
        with np.load(file, allow_pickle=False) as told:
            words = tuple(told["words"].tobytes().decode().split("\n"))
            rows, size = np.asarray(told["rows"], np.float32), int(told["size"])
        if rows.shape != (len(words), DIRECTIONS):
            raise ValueError("dialect")
        return cls(words, rows, size)

    @cached_property
    def _at(self) -> dict[str, int]:
        return {word: at for at, word in enumerate(self.words)}


def learn(texts: Iterable[Sequence[str]], *, size: int = 0) -> Dialect | None:
    """Learn from texts, each as its passages. None: too few of them, or too few words in common.

    Shape:  `size` is the library's, when the texts are only some of it.
    Source: Deerwester et al. 1990; the main directions of the TF-IDF matrix by subspace iteration (Halko,
            Martinsson, Tropp 2011). The same texts in the same order give the same dialect.
    """
    numbers: dict[str, int] = {}
    counts: list[_Counts] = []
    for passages in texts:
        told = _counted(passages)
        places = [numbers.setdefault(word, len(numbers)) for word in told]
        counts.append((np.array(places, np.int32), np.array(list(told.values()), np.int32)))
    if len(counts) < LEAST_TEXTS:
        return None
    holding = np.bincount(np.concatenate([places for places, _ in counts]), minlength=len(numbers))
    known = [word for word, at in numbers.items() if _LEAST_HOLDING <= holding[at] <= _COMMON * len(counts)]
    known = sorted(sorted(known, key=lambda word: (-holding[numbers[word]], word))[:_MOST_WORDS])
    if len(known) < DIRECTIONS + _SPARE:
        return None
    kept = np.array([numbers[word] for word in known], np.int64)
    rarity = np.log(1 + len(counts) / holding[kept]).astype(np.float32)
    renumbered = np.full(len(numbers), -1, np.int64)
    renumbered[kept] = np.arange(len(known))
    matrix = _Told.of(counts, renumbered, rarity)
    basis = np.random.default_rng(0).normal(size=(len(known), DIRECTIONS + _SPARE)).astype(np.float32)
    for _ in range(_ROUNDS):
        basis = np.linalg.qr(matrix.back(np.linalg.qr(matrix.along(basis))[0]))[0]
    turned = np.linalg.svd(matrix.along(basis), full_matrices=False)[2][:DIRECTIONS]
    rows = np.zeros((len(known), DIRECTIONS), np.float32)  # fewer texts than directions leave zeros
    rows[:, : len(turned)] = rarity[:, None] * (basis @ turned.T)
    return Dialect(tuple(known), rows, size or len(counts))


def _counted(passages: Sequence[str]) -> Counter[str]:
    return Counter(word for text in passages for word in _WORD.findall(text.lower()))


@dataclass(frozen=True)
class _Told:
    """A sparse matrix, texts by words, every row of length one: its entries by text and, again, by word."""

    texts: NDArray[np.int64]
    words: NDArray[np.int64]
    values: Matrix
    by_word: NDArray[np.int64]
    shape: tuple[int, int]

    @classmethod
    def of(cls, counts: Sequence[_Counts], renumbered: NDArray[np.int64], rarity: Matrix) -> "_Told":
        """Rows of TF-IDF, for the words that `renumbered` keeps."""
        texts, words, values = [], [], []
        for number, (places, said) in enumerate(counts):
            at = renumbered[places]
            held = at >= 0
            row = (1 + np.log(said[held])).astype(np.float32) * rarity[at[held]]
            texts.append(np.full(len(row), number, np.int64))
            words.append(at[held])
            values.append(unit(row))
        where = np.concatenate(words)
        shape = (len(counts), len(rarity))
        order = np.argsort(where, kind="stable")
        return cls(np.concatenate(texts), where, np.concatenate(values), order, shape)

    def along(self, basis: Matrix) -> Matrix:
        """The matrix times `basis`."""
        return _summed(self.texts, self.words, self.values, basis, self.shape[0])

    def back(self, sums: Matrix) -> Matrix:
        """The matrix, turned, times `sums`."""
        order = self.by_word
        return _summed(self.words[order], self.texts[order], self.values[order], sums, self.shape[1])


def _summed(
    into: NDArray[np.int64], taken: NDArray[np.int64], values: Matrix, rows: Matrix, height: int
) -> Matrix:
    """For each place of the sorted `into`, the sum of the rows `taken`, weighed; some entries at a time."""
    sums = np.zeros((height, rows.shape[1]), np.float32)
    step = max(1, _STEP // rows.shape[1] * 16)
    for start in range(0, len(into), step):
        part = slice(start, start + step)
        places, first = np.unique(into[part], return_index=True)
        sums[places] += np.add.reduceat(values[part, None] * rows[taken[part]], first, axis=0)
    return sums

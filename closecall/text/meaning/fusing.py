"""Joining two rankings into one, and saying who found what."""

import math
from collections.abc import Callable, Sequence
from typing import Final, Literal, NamedTuple

import numpy as np

from closecall.text.meaning.model import Matrix, Vector
from closecall.text.meaning.vectors import SAME_DECIMALS, Vectors, VectorsDamaged

By = Literal["words", "meaning", "both"]

WORDS_SHARE: Final = 0.4
"""How much words count against meaning when whole reports are compared: chosen by bench/meaning.py."""

WORDS_SHARE_BESIDE_DIALECT: Final = 0.1
"""The same once the library has a dialect, which knows its words better than their mere sameness does."""

CODES_SHARE: Final = 0.2
"""How much the codes that tell causes and ends count beside texts: chosen by bench/meaning.py."""

EXPECTED_SHARE: Final = 0.3
"""The same for the codes that texts let one expect."""

LEAST_ALIKE: Final = 0.1
"""Whole reports whose texts are less alike than this aren't alike: a centred cosine."""

Beside = Callable[[Sequence[str]], Matrix]
"""What was coded of some keys, a row each of length one or 0: products tell how alike they are in it."""

_FLATNESS: Final = 60
_RIDGE: Final = 1.0  # chosen on the queries that bench/meaning.py chooses on
_NOTHING: Final = 1e-6


class Fused(NamedTuple):
    """One result: `by` says which ranking holds it."""

    key: str
    by: By


def fuse(
    words: Sequence[str], meaning: Sequence[str], *, share: float = WORDS_SHARE, flatness: int = _FLATNESS
) -> list[Fused]:
    """Reciprocal rank fusion: a place near the top of either counts, near the top of both counts most.

    Shape:  two rankings of keys, best first -> every key once; equal sums in the order of words, then meaning.
    Source: Cormack, Clarke, Büttcher 2009; the flatness is theirs.

    >>> [one.key for one in fuse(["a", "b"], ["b", "c"])]
    ['b', 'c', 'a']
    """
    sums: dict[str, float] = {}
    for ranking, weight in ((words, share), (meaning, 1 - share)):
        for place, key in enumerate(ranking, start=1):
            sums[key] = sums.get(key, 0.0) + weight / (flatness + place)
    by_words, by_meaning = set(words), set(meaning)
    ranked = sorted(sums, key=lambda key: -sums[key])
    return [Fused(key, _by(key in by_words, key in by_meaning)) for key in ranked]


def near_in_all(
    stores: Sequence[Vectors],
    key: str,
    *,
    limit: int,
    least: float = -1.0,
    without: frozenset[str] = frozenset(),
    beside: Beside | None = None,
) -> list[str]:
    """The keys nearest to one, on the average of their centred cosines in all stores that hold it.

    Shape: the `limit` nearest of each store, compared again in all of them; a store that broke says nothing.
           `beside` tells what was coded of these. How alike they are in that, and in what their texts let one
           expect of it, ranks them anew with two shares of the score, and lets none in or out.
    """
    others = without | {key}
    asked: list[Vectors] = []
    found: set[str] = set()
    try:
        for there in stores:
            vector = there.vector(key)
            if vector is not None and vector.any():
                asked.append(there)
                near = there.nearest(vector, limit=limit, without=others, centred=True)
                found.update(one.key for one in near)
        told = sorted(found)
        rows = [there.apart([key, *told]) for there in asked]
    except VectorsDamaged:
        return []
    if not told:
        return []
    texts = np.hstack(rows) / np.float32(math.sqrt(len(rows)))
    alike = texts[1:] @ texts[0]
    passing = np.flatnonzero(alike >= least)
    kept, scores = [told[at] for at in passing], alike[passing]
    if beside is not None and kept:
        scores = with_codes(texts[[0, *(passing + 1)]], beside([key, *kept]))
    rounded = np.round(scores, SAME_DECIMALS).tolist()
    ranked = sorted(zip(rounded, kept, strict=True), key=lambda pair: (-pair[0], pair[1]))
    return [one for _, one in ranked[:limit]]


def with_codes(
    texts: Matrix, codes: Matrix, *, share: float = CODES_SHARE, expected_share: float = EXPECTED_SHARE
) -> Vector:
    """How alike the first of some reports is to each other one, in texts, in codes and in the codes to be expected.

    Shape: float32[reports, features] twice, rows of length one or less -> float32[reports - 1], from -1 to 1.
    """
    likely = expected(texts, codes)
    return np.asarray(
        (1 - share - expected_share) * (texts[1:] @ texts[0])
        + share * (codes[1:] @ codes[0])
        + expected_share * (likely[1:] @ likely[0]),
        np.float32,
    )


def expected(texts: Matrix, codes: Matrix) -> Matrix:
    """What each report's text, beside its own codes, lets one expect of them: those of who tells alike among these.

    Analysts code one story in several ways, and some codes not at all; reports around it even that out. Nothing is
    learned beforehand or kept: whoever isn't among the rows has no part in it.

    Shape:  float32[reports, features], float32[reports, codes] -> float32[reports, codes], rows of length one,
            or zeros for a text that tells nothing.
    Source: kernel ridge regression on the cosines of texts (Saunders, Gammerman, Vovk 1998).
    """
    alike = texts @ texts.T
    rows = alike @ np.linalg.solve(alike + _RIDGE * np.eye(len(alike), dtype=np.float32), codes)
    return np.asarray(rows / np.maximum(np.linalg.norm(rows, axis=1, keepdims=True), _NOTHING), np.float32)


def _by(words: bool, meaning: bool) -> By:
    if words and meaning:
        return "both"
    return "words" if words else "meaning"

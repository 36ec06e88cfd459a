"""Joining two rankings into one, and saying who found what."""

from collections.abc import Callable, Mapping, Sequence
from typing import Final, Literal, NamedTuple

from closecall.text.meaning.model import Vector
from closecall.text.meaning.vectors import Vectors, VectorsDamaged

By = Literal["words", "meaning", "both"]

WORDS_SHARE: Final = 0.4
"""How much words count against meaning when whole reports are compared: chosen by bench/meaning.py."""

WORDS_SHARE_BESIDE_DIALECT: Final = 0.1
"""The same once the library has a dialect, which knows its words better than their mere sameness does."""

CODES_SHARE: Final = 0.3
"""How much the codes that tell causes and ends count beside texts: chosen by bench/meaning.py."""

Beside = Callable[[Sequence[str]], Mapping[str, float]]

_FLATNESS: Final = 60


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
    beside_share: float = CODES_SHARE,
) -> list[str]:
    """The keys nearest to one, on the average of their centred cosines in all stores that hold it.

    Shape: the `limit` nearest of each store, compared again in all of them; a store that broke says nothing.
           `beside` tells how alike some of these are in another way, from 0 to 1; it ranks them anew with its
           share of the score, and lets none in or out.
    """
    others = without | {key}
    mine: list[tuple[Vectors, Vector]] = []
    found: set[str] = set()
    try:
        for there in stores:
            vector = there.vector(key)
            if vector is not None and vector.any():
                mine.append((there, vector))
                near = there.nearest(vector, limit=limit, without=others, centred=True)
                found.update(one.key for one in near)
        sums = dict.fromkeys(sorted(found), 0.0)
        for there, vector in mine:
            for one in there.nearest(vector, limit=len(found), within=tuple(found), centred=True):
                sums[one.key] += one.cosine / len(mine)
    except VectorsDamaged:
        return []
    kept = [other for other in sums if sums[other] >= least]
    if beside is not None and kept and (alike := beside(kept)):
        for other in kept:
            sums[other] = (1 - beside_share) * sums[other] + beside_share * alike.get(other, 0.0)
    return sorted(kept, key=lambda other: (-sums[other], other))[:limit]


def _by(words: bool, meaning: bool) -> By:
    if words and meaning:
        return "both"
    return "words" if words else "meaning"

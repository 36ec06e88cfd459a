"""Joining two rankings into one, and saying who found what."""

from collections.abc import Sequence
from typing import Final, Literal, NamedTuple

By = Literal["words", "meaning", "both"]

WORDS_SHARE: Final = 0.4
"""How much words count against meaning when whole reports are compared: chosen by bench/meaning.py."""

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


def _by(words: bool, meaning: bool) -> By:
    if words and meaning:
        return "both"
    return "words" if words else "meaning"

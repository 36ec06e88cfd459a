"""Words that no report holds, and the nearest word that some report does."""

from typing import Final

import tantivy

from closecall.text.searching import schema
from closecall.text.searching.query import Clause, Group, Query

ANY_WORD: Final = Query((Group((Clause("any"),)),))
"""A query that only says "rank by score"."""

_MOST_CANDIDATES: Final = 20_000
_SHORTEST: Final = 4


def suggest(searcher: tantivy.Searcher, query: Query) -> dict[str, str]:
    """Map each unknown word to the likeliest known one: few edits first, then the commoner word.

    A first letter is seldom mistyped, so candidates share it; short words are left alone.
    """
    found: dict[str, str] = {}
    for clause in query.wanted:
        if clause.kind == "prefix":
            continue
        for word in schema.CUTTER.analyze(clause.text):
            if len(word) < _SHORTEST or word in found or searcher.doc_freq("plain", word):
                continue
            allowed = 1 if len(word) < 6 else 2
            candidates = searcher.terms_with_prefix("plain", word[0], limit=_MOST_CANDIDATES)
            ranked = [
                (edits, -count, known)
                for known, count in candidates
                if abs(len(known) - len(word)) <= allowed
                and (edits := distance(word, known, allowed)) <= allowed
            ]
            if ranked:
                found[word] = min(ranked)[2]
    return found


def distance(left: str, right: str, most: int) -> int:
    """Edits between two words, neighbours swapped counting as one; `most` + 1 when there are more.

    >>> distance("holser", "holster", 2), distance("hodlster", "holdster", 2), distance("a", "xyz", 1)
    (1, 1, 2)
    """
    before: list[int] = []
    row = list(range(len(right) + 1))
    for i, a in enumerate(left, start=1):
        current = [i]
        for j, b in enumerate(right, start=1):
            cost = min(row[j] + 1, current[j - 1] + 1, row[j - 1] + (a != b))
            if i > 1 and j > 1 and a == right[j - 2] and left[i - 2] == b:
                cost = min(cost, before[j - 2] + 1)
            current.append(cost)
        if min(current) > most:
            return most + 1
        before, row = row, current
    return min(row[-1], most + 1)

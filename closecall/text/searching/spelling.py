"""Words that no report holds, and the nearest word that some report does."""

from typing import Final

import tantivy
from rapidfuzz import process
from rapidfuzz.distance import OSA

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
            candidates = dict(searcher.terms_with_prefix("plain", word[0], limit=_MOST_CANDIDATES))
            # Swapped neighbours count as one edit.
            near = process.extract(
                word, list(candidates), scorer=OSA.distance, score_cutoff=allowed, limit=None
            )
            if near:
                found[word] = min((edits, -candidates[known], known) for known, edits, _at in near)[2]
    return found

"""Which words of a text tell it from others, as a query for texts like it."""

import math
from collections import Counter
from collections.abc import Sequence
from typing import Final

import tantivy

from closecall.text.searching import schema

_MOST_WORDS: Final = 100
_COMMON_PART: Final = 4
_LEAST_COMMON: Final = 3


def query(built: tantivy.Schema, searcher: tantivy.Searcher, passages: Sequence[str]) -> tantivy.Query | None:
    """The hundred most telling words, each as often as it is said (damped). None: nothing is told.

    Words in more than a quarter of the library tell nothing, and cost the most to look up. The engine's own
    likeness query takes 25 words and forgets how often they are said; with the codes of analysts as the
    measure it finds less (docs/measurements.md).
    """
    size = int(searcher.num_docs)
    common = max(_LEAST_COMMON, size // _COMMON_PART)
    weights: dict[str, float] = {}
    rarity: dict[str, float] = {}
    for word, count in Counter(word for text in passages for word in schema.STEMMER.analyze(text)).items():
        holding = int(searcher.doc_freq("words", word))
        if 2 <= holding <= common:  # one that only the text itself holds leads nowhere
            weights[word] = 1 + math.log(count)
            rarity[word] = weights[word] * math.log(1 + size / holding)
    telling = sorted(weights, key=lambda word: (-rarity[word], word))[:_MOST_WORDS]
    if not telling:
        return None
    return tantivy.Query.boolean_query(
        [
            (
                tantivy.Occur.Should,
                tantivy.Query.boost_query(tantivy.Query.term_query(built, "words", word), weights[word]),
            )
            for word in telling
        ]
    )

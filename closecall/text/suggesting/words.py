"""Words and pairs of words, weighed by how rare they are: the half of a suggestion that sees spelling."""

import math
import re
from collections import Counter
from collections.abc import Sequence
from dataclasses import dataclass
from functools import cached_property
from itertools import pairwise
from typing import TYPE_CHECKING, Any, Final

import numpy as np
import numpy.typing as npt

if TYPE_CHECKING:
    from scipy.sparse import csr_matrix

Numbers = npt.NDArray[np.float32]

_TOKEN: Final = re.compile(r"\w[\w/'-]*")
_MOST_TERMS: Final = 50_000
_MANY: Final = 1_000


def terms(text: str) -> list[str]:
    """Every word in small letters, and every two that follow each other.

    >>> terms("No back-up yet.")
    ['no', 'back-up', 'yet', 'no back-up', 'back-up yet']
    """
    words = _TOKEN.findall(text.lower())
    return words + [f"{first} {second}" for first, second in pairwise(words)]


@dataclass(frozen=True)
class Words:
    """A vocabulary with a weight for each term. Shape: `rarity` float32[terms]."""

    vocabulary: tuple[str, ...]
    rarity: Numbers

    def row(self, text: str) -> tuple[npt.NDArray[np.int64], Numbers]:
        """Which terms a text holds, and their weights, of length one together; unknown terms are left out."""
        counted = Counter(self._places[term] for term in terms(text) if term in self._places)
        places = np.fromiter(sorted(counted), np.int64, len(counted))
        told = np.array([1.0 + math.log(counted[int(place)]) for place in places], np.float32)
        weights = told * self.rarity[places]
        length = float(np.linalg.norm(weights))
        return places, (weights / np.float32(length) if length else weights)

    @cached_property
    def _places(self) -> dict[str, int]:
        return {term: place for place, term in enumerate(self.vocabulary)}


def learn_words(texts: Sequence[str]) -> tuple[Words, "csr_matrix"]:
    """Learn a vocabulary, and weigh every text by it. Needs scikit-learn.

    Shape:  what stands in fewer than two texts (three, once there are a thousand) or in more than half is left
            out; float32[texts, terms], rows of length one.
    Raises: ValueError when nothing is left.
    """
    from sklearn.feature_extraction.text import TfidfVectorizer

    few = len(texts) < 10
    machine: Any = TfidfVectorizer(
        analyzer=terms,
        sublinear_tf=True,
        min_df=1 if few else 2 if len(texts) < _MANY else 3,
        max_df=1.0 if few else 0.5,
        max_features=_MOST_TERMS,
        dtype=np.float32,
    )
    rows = machine.fit_transform(texts)
    vocabulary = tuple(str(term) for term in machine.get_feature_names_out())
    return Words(vocabulary, np.asarray(machine.idf_, np.float32)), rows

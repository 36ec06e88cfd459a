"""One event told twice, and one text sent twice: candidates for a person to judge. Never for the public process.

TF-IDF finds two officers' tellings of one event, if month and state narrow the choice; vectors are worse at it,
since they find what is alike, not what is the same. MinHash finds the text that was sent again with a few words
changed, wherever and whenever it says it happened. Both libraries are imported with the first question.
"""

from collections import defaultdict
from collections.abc import Collection, Iterable, Sequence
from dataclasses import dataclass
from typing import Any, Final

import numpy as np

MOST: Final = 5
LEAST_SCORE: Final = 0.02

_COPY_JACCARD: Final = 0.3  # unrelated texts share at most 3 of 100 shingles
_PERMUTATIONS: Final = 128
_BLOCK: Final = 512


@dataclass(frozen=True)
class Telling:
    """One text. `month` and `state` as the source spells them; "" when it doesn't say: then it may be any."""

    key: str
    text: str
    month: str = ""
    state: str = ""


@dataclass(frozen=True)
class Candidate:
    """Another telling. `score` is from 0 to 1; `copy`: the same text, or nearly."""

    key: str
    score: float
    copy: bool = False


def candidates(
    tellings: Sequence[Telling], *, most: int = MOST, least: float = LEAST_SCORE
) -> dict[str, tuple[Candidate, ...]]:
    """For each telling, who may tell of the same event: copies first, then by falling score.

    Shape: those whose month and state agree, or aren't told; copies whatever they say.
    """
    weights = _weights([one.text for one in tellings])
    found: list[dict[int, Candidate]] = [{} for _ in tellings]
    if weights is not None:
        for rows, others in _windows(tellings):
            for start in range(0, len(rows), _BLOCK):
                block = rows[start : start + _BLOCK]
                scores = (weights[block] @ weights[others].T).toarray()
                for row, line in zip(block, scores, strict=True):
                    _take(tellings, found[row], int(row), others, line, most, least)
    for first, second, jaccard in _copies([one.text for one in tellings]):
        cosine = float((weights[first] @ weights[second].T).toarray()[0, 0]) if weights is not None else 0.0
        score = round(min(1.0, max(cosine, jaccard)), 4)
        found[first][second] = Candidate(tellings[second].key, score, copy=True)
        found[second][first] = Candidate(tellings[first].key, score, copy=True)
    ranked = (
        sorted(one.values(), key=lambda other: (not other.copy, -other.score, other.key)) for one in found
    )
    return {one.key: tuple(others[:most]) for one, others in zip(tellings, ranked, strict=True)}


def accounts_of(
    mine: Telling,
    others: Sequence[Telling],
    *,
    within: Collection[str],
    most: int = MOST,
    least: float = LEAST_SCORE,
) -> tuple[Candidate, ...]:
    """For one telling, who of the others may tell of the same event: copies first, then by falling score.

    Shape: `within` are the keys of those that may, by day and place; copies whatever they say. How rare a word is
           is learned from all of them.
    """
    texts = [mine.text, *(one.text for one in others)]
    weights = _weights(texts)
    found: dict[str, Candidate] = {}
    if weights is not None:
        scores = (weights[1:] @ weights[:1].T).toarray().ravel()
        for one, score in zip(others, scores, strict=True):
            if one.key in within and score >= least:
                found[one.key] = Candidate(one.key, round(min(1.0, float(score)), 4))
    for first, second, jaccard in _copies(texts):
        if first == 0:  # pairs are given with the earlier text first
            one = others[second - 1]
            before = found.get(one.key)
            score = round(min(1.0, max(jaccard, before.score if before else 0.0)), 4)
            found[one.key] = Candidate(one.key, score, copy=True)
    ranked = sorted(found.values(), key=lambda one: (not one.copy, -one.score, one.key))
    return tuple(ranked[:most])


def _take(
    tellings: Sequence[Telling],
    found: dict[int, Candidate],
    row: int,
    others: "np.ndarray[Any, np.dtype[np.int64]]",
    line: "np.ndarray[Any, np.dtype[np.float64]]",
    most: int,
    least: float,
) -> None:
    """Keep the best of one row of scores."""
    count = min(most + 1, len(line))  # itself is among them
    for at in np.argpartition(-line, count - 1)[:count]:
        other = int(others[at])
        if other != row and line[at] >= least:
            found[other] = Candidate(tellings[other].key, round(min(1.0, float(line[at])), 4))


def _windows(
    tellings: Sequence[Telling],
) -> Iterable[tuple["np.ndarray[Any, np.dtype[np.int64]]", "np.ndarray[Any, np.dtype[np.int64]]"]]:
    """Rows that name the same month and state, each time with every row that doesn't contradict them."""
    groups: dict[tuple[str, str], list[int]] = defaultdict(list)
    for row, one in enumerate(tellings):
        groups[one.month.strip().casefold(), one.state.strip().casefold()].append(row)
    for (month, state), rows in groups.items():
        others = [
            row
            for (their_month, their_state), there in groups.items()
            if _agree(month, their_month) and _agree(state, their_state)
            for row in there
        ]
        yield np.array(rows, np.int64), np.array(sorted(others), np.int64)


def _agree(first: str, second: str) -> bool:
    return not first or not second or first == second


def _weights(texts: Sequence[str]) -> Any:
    """TF-IDF rows of length one; None when no text holds a word."""
    from sklearn.feature_extraction.text import TfidfVectorizer

    vectorizer = TfidfVectorizer(sublinear_tf=True, stop_words="english", dtype=np.float64)
    try:
        return vectorizer.fit_transform(texts)
    except ValueError:  # an empty vocabulary
        return None


def _copies(texts: Sequence[str]) -> Iterable[tuple[int, int, float]]:
    """Pairs of texts that share at least three of ten three-word shingles, by MinHash."""
    from datasketch import MinHash, MinHashLSH

    index = MinHashLSH(threshold=_COPY_JACCARD, num_perm=_PERMUTATIONS)
    prints: dict[int, Any] = {}
    for row, text in enumerate(texts):
        words = text.casefold().split()
        shingles = {" ".join(words[at : at + 3]) for at in range(len(words) - 2)}
        if not shingles:
            continue
        mark = MinHash(num_perm=_PERMUTATIONS, seed=1)
        mark.update_batch([shingle.encode() for shingle in shingles])
        for other in sorted(index.query(mark)):
            jaccard = float(mark.jaccard(prints[other]))
            if jaccard >= _COPY_JACCARD:
                yield other, row, jaccard
        index.insert(row, mark)
        prints[row] = mark

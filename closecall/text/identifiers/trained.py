"""The trained voter: a conditional random field over words, that learned from invented narratives.

`bench/identifier_training.py` makes its file from the narratives under `bench/narratives/train`; nothing is fetched. It
reads what rules and gazetteers said as features, so its probability is that of the three together.
"""

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from functools import cache
from pathlib import Path
from typing import Final

import numpy as np
import pycrfsuite

from closecall.text.identifiers import contextual, features, gazetteers
from closecall.text.identifiers.contextual import Probabilities
from closecall.text.identifiers.spans import Kind, Span
from closecall.text.identifiers.tokens import Token

SOURCE: Final = "trained"
FILE: Final = Path(__file__).parent / "data/identifiers.crfsuite"
LEAST_P: Final = 0.014
OUTSIDE: Final = "O"
_SURE_CORE_P: Final = 0.5
_EDGE_P: Final = 0.05
_SMALL_P: Final = 0.5  # small words alone count only when the model is sure of them
_SMALL: Final = gazetteers.words("small_words")
_NEVER_LAST: Final = _SMALL | frozenset(
    (
        "about",
        "along",
        "around",
        "behind",
        "between",
        "near",
        "past",
        "since",
        "till",
        "toward",
        "towards",
        "until",
    )
)

# Kinds that look alike are one family to the model; which of them it is, the rules or the shape decide.
FAMILIES: Final[dict[Kind, str]] = {
    Kind.PERSON: "person",
    Kind.AGENCY: "agency",
    Kind.ORGANIZATION: "business",
    Kind.PLACE: "place",
    Kind.LANDMARK: "landmark",
    Kind.ADDRESS: "street",
    Kind.STREET: "street",
    Kind.DATE: "date",
    Kind.TIME: "time",
    Kind.AGE: "age",
    Kind.UNIT: "unit",
    Kind.VEHICLE: "vehicle",
    Kind.ANIMAL: "animal",
    Kind.PHONE: "number",
    Kind.BADGE: "number",
    Kind.CASE: "number",
    Kind.PLATE: "number",
    Kind.VIN: "number",
    Kind.WEAPON: "number",
    Kind.EMAIL: "contact",
    Kind.HANDLE: "contact",
    Kind.URL: "contact",
    Kind.TENURE: "tenure",
    Kind.ASSIGNMENT: "assignment",
    Kind.APPEARANCE: "appearance",
    Kind.EVENT: "event",
    Kind.FACT: "event",
}
_KINDS: Final = {
    "person": Kind.PERSON,
    "agency": Kind.AGENCY,
    "business": Kind.ORGANIZATION,
    "place": Kind.PLACE,
    "landmark": Kind.LANDMARK,
    "street": Kind.STREET,
    "date": Kind.DATE,
    "time": Kind.TIME,
    "age": Kind.AGE,
    "unit": Kind.UNIT,
    "vehicle": Kind.VEHICLE,
    "animal": Kind.ANIMAL,
    "number": Kind.CASE,
    "contact": Kind.HANDLE,
    "tenure": Kind.TENURE,
    "assignment": Kind.ASSIGNMENT,
    "appearance": Kind.APPEARANCE,
    "event": Kind.EVENT,
}

_FAMILY_NAMES: Final = tuple(sorted(set(FAMILIES.values())))
LABELS: Final = (OUTSIDE, *(f"{side}-{family}" for family in _FAMILY_NAMES for side in "BI"))
_BEGINS: Final = slice(1, None, 2)
_READING: Final = 0.6
"""The reading model's share, chosen on the development narratives."""


@cache
def _model() -> pycrfsuite.Tagger:
    tagger = pycrfsuite.Tagger()
    tagger.open(str(FILE))
    return tagger


@dataclass(frozen=True)
class TrainedVoter:
    """Weighs every word with its neighbours; `reads`: the reading model has a say too (desk and command line only)."""

    reads: bool = False
    name: str = SOURCE

    def vote(
        self, text: str, tokens: Sequence[Token], found: Sequence[Span] = (), *, mended: bool = False
    ) -> Iterator[Span]:
        """Propose spans in `text`, knowing what the first voters `found` there."""
        if not tokens:
            return
        told = _told(text, tokens, found, mended=mended)
        if self.reads:
            read = contextual.read(text, tokens, found, mended=mended, labels=len(LABELS))
            told = (1 - _READING) * told + _READING * read
        yield from spans_of(text, tokens, told)


def _told(text: str, tokens: Sequence[Token], found: Sequence[Span], *, mended: bool) -> Probabilities:
    """How likely each label is for each word, as the random field says: float32[tokens, labels]."""
    tagger = _model()
    tagger.set(features.rows(text, tokens, found, mended=mended))
    tagger.tag()
    known = set(tagger.labels())
    return np.array(
        [
            [tagger.marginal(label, at) if label in known else 0.0 for label in LABELS]
            for at in range(len(tokens))
        ],
        np.float32,
    )


def spans_of(text: str, tokens: Sequence[Token], told: Probabilities) -> Iterator[Span]:
    """Join words that are likely part of a mention; `told`: [tokens, labels]."""
    names = [float(one) for one in 1.0 - told[:, 0]]
    families = [_family(row) for row in told]
    begins = [float(row[_BEGINS].sum()) > 0.5 for row in told]
    at = 0
    while at < len(tokens):
        if names[at] < LEAST_P:
            at += 1
            continue
        end = at + 1
        while (
            end < len(tokens)
            and names[end] >= LEAST_P
            and not begins[end]
            and (names[end] < 0.5 or families[end] == families[at])
            and not (tokens[end].opens and "\n" in text[tokens[end - 1].end : tokens[end].start])
        ):
            end += 1
        first, last = _edges(names, at, end)
        while last - first > 1 and tokens[last - 1].low in _NEVER_LAST and names[last - 1] < _SMALL_P:
            last -= 1  # "the gate on": a mention doesn't end with a preposition
        p = max(names[at:end])
        if p >= _SMALL_P or any(token.low not in _SMALL for token in tokens[at:end]):
            yield Span(
                tokens[first].start, tokens[last - 1].end, _KINDS[families[at]], min(p, 0.999), (SOURCE,)
            )
        at = end


def _edges(names: Sequence[float], first: int, last: int) -> tuple[int, int]:
    """Where a mention really begins and ends: unlikely words beside a likely one aren't part of it."""
    if max(names[first:last]) < _SURE_CORE_P:
        return first, last
    while names[first] < _EDGE_P:
        first += 1
    while names[last - 1] < _EDGE_P:
        last -= 1
    return first, last


def _family(row: Probabilities) -> str:
    """The likeliest family of a word that is part of a mention."""
    return _FAMILY_NAMES[int((row[1::2] + row[2::2]).argmax())]

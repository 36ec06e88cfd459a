"""The trained voter: a conditional random field over words, that learned from invented narratives.

`bench/identifier_training.py` makes its file from the narratives under `bench/narratives/train`; nothing is fetched. It
reads what rules and gazetteers said as features, so its probability is that of the three together.
"""

from collections.abc import Iterator, Sequence
from functools import cache
from pathlib import Path
from typing import Final

import pycrfsuite

from closecall.text.identifiers import features, gazetteers
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


@cache
def _model() -> pycrfsuite.Tagger:
    tagger = pycrfsuite.Tagger()
    tagger.open(str(FILE))
    return tagger


class TrainedVoter:
    """Weighs every word with its neighbours."""

    name = SOURCE

    def vote(
        self, text: str, tokens: Sequence[Token], found: Sequence[Span] = (), *, mended: bool = False
    ) -> Iterator[Span]:
        """Propose spans in `text`, knowing what the first voters `found` there."""
        if not tokens:
            return
        tagger = _model()
        tagger.set(features.rows(text, tokens, found, mended=mended))
        labels = tagger.tag()
        names = [1.0 - tagger.marginal(OUTSIDE, at) for at in range(len(tokens))]
        at = 0
        while at < len(tokens):
            if names[at] < LEAST_P:
                at += 1
                continue
            family = _family(tagger, labels[at], at)
            end = at + 1
            while (
                end < len(tokens)
                and names[end] >= LEAST_P
                and not labels[end].startswith("B-")
                and (labels[end] == OUTSIDE or labels[end][2:] == family)
                and not (tokens[end].opens and "\n" in text[tokens[end - 1].end : tokens[end].start])
            ):
                end += 1
            first, last = _edges(names, at, end)
            p = max(names[at:end])
            if p >= _SMALL_P or any(token.low not in _SMALL for token in tokens[at:end]):
                yield Span(
                    tokens[first].start, tokens[last - 1].end, _KINDS[family], min(p, 0.999), (SOURCE,)
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


def _family(tagger: pycrfsuite.Tagger, label: str, at: int) -> str:
    if label != OUTSIDE:
        return label[2:]
    likely: str = max(
        (one for one in tagger.labels() if one != OUTSIDE), key=lambda one: tagger.marginal(one, at)
    )
    return likely[2:]

"""Finding what could identify somebody, and what would stand instead.

find(text)            -> Findings: tier 1 (pre-selected) and tier 2 ("look at this"), by rules and gazetteers
find(text, "all")     -> the same, with the trained voter and a spaCy pipeline
options(span)         -> what else could stand in its place
core(words)            -> the same without the preposition or article that a span takes along
redact(text, {(start, end): words}) · all_same(text, span)

Pure Python, no Django; keeps no text.
"""

from closecall.text.identifiers.phrasing import core
from closecall.text.identifiers.recogniser import (
    ALL,
    RULES,
    TRAINED,
    Recogniser,
    Voter,
    all_same,
    find,
    redact,
)
from closecall.text.identifiers.replacing import options
from closecall.text.identifiers.spans import Findings, Kind, Span
from closecall.text.identifiers.statistical import DEFAULT_PIPELINE, NO_PIPELINE

__all__ = [
    "ALL",
    "DEFAULT_PIPELINE",
    "NO_PIPELINE",
    "RULES",
    "TRAINED",
    "Findings",
    "Kind",
    "Recogniser",
    "Span",
    "Voter",
    "all_same",
    "core",
    "find",
    "options",
    "redact",
]

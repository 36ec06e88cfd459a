"""Finding what could identify somebody, and what would stand instead.

find(text)            -> Findings: tier 1 (pre-selected) and tier 2 ("look at this")
options(span)         -> what else could stand in its place
redact(text, {(start, end): words}) · all_same(text, span)

Pure Python, no Django; keeps no text.
"""

from closecall.text.identifiers.recogniser import Recogniser, Voter, all_same, find, redact
from closecall.text.identifiers.replacing import options
from closecall.text.identifiers.spans import Findings, Kind, Span

__all__ = ["Findings", "Kind", "Recogniser", "Span", "Voter", "all_same", "find", "options", "redact"]

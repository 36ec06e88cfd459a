"""The check step's marks: what we would take out of a story, shown before anything is kept."""

from dataclasses import dataclass, replace
from typing import Final

from closecall.sealed.intake.forms import KEPT_MOST, ShareFields
from closecall.sealed.intake.rules.submission import clean
from closecall.text import identifiers
from closecall.text.identifiers import hint_build

SHOWN_MOST: Final = 40


@dataclass(frozen=True)
class Mark:
    """One marked word or number, and what it may be."""

    text: str
    what: str


@dataclass(frozen=True)
class Told:
    """A story as lines of pieces (text, marked), and each marked word once."""

    lines: tuple[tuple[tuple[str, bool], ...], ...]
    marks: tuple[Mark, ...]


def find(narrative: str, kept: tuple[str, ...]) -> Told:
    """Mark what could identify somebody, except words that the reporter said don't."""
    pieces: list[tuple[str, bool]] = []
    marked: dict[str, Mark] = {}
    place = 0
    for span in identifiers.find(narrative, identifiers.TRAINED).spans:
        words = narrative[span.start : span.end]
        if span.start < place or words in kept or len(marked) >= SHOWN_MOST:
            continue
        pieces += [(narrative[place : span.start], False), (words, True)]
        marked.setdefault(words, Mark(words, hint_build.NAMES.get(str(span.type), hint_build.OTHERWISE)))
        place = span.end
    pieces.append((narrative[place:], False))
    return Told(_lines(pieces), tuple(marked.values()))


def _lines(pieces: list[tuple[str, bool]]) -> tuple[tuple[tuple[str, bool], ...], ...]:
    """Break pieces at line ends; empty lines are dropped."""
    lines: list[list[tuple[str, bool]]] = [[]]
    for text, is_marked in pieces:
        first, *rest = text.split("\n")
        lines[-1].append((first, is_marked))
        lines += [[(part, is_marked)] for part in rest]
    return tuple(tuple(line) for line in lines if any(text.strip() for text, _mark in line))


def take_out(fields: ShareFields, words: str) -> ShareFields:
    """Replace the marked words everywhere by what the machine would write in their place."""
    words = clean(words)
    narrative = fields.submission.narrative
    for span in reversed(identifiers.find(narrative, identifiers.TRAINED).spans):
        if narrative[span.start : span.end] == words:
            replacement = span.replacement or "[removed]"
            narrative = narrative[: span.start] + replacement + narrative[span.end :]
    return fields.with_narrative(narrative)


def keep(fields: ShareFields, words: str) -> ShareFields:
    """Remember that these words are none."""
    return replace(fields, kept=(*fields.kept, clean(words)[:200])[-KEPT_MOST:])

"""The second pass: what still identifies in everything that would be published."""

from collections.abc import Callable, Iterable, Mapping, Sequence
from dataclasses import dataclass, field
from typing import Final

from closecall.sealed.workbench.rules.redaction import Choice, Piece, Redaction, pieces
from closecall.text.identifiers import core

SHORTEST: Final = 3
"""Removed words shorter than this aren't looked for again: "a" and "10" stand everywhere."""

Found = tuple[int, int, str]
"""Start, end and type of what the machine found in a text."""


@dataclass(frozen=True)
class Leftover:
    """Words that still stand in a text and would identify, or that were removed elsewhere."""

    place: str
    start: int
    end: int
    type: str
    words: str = field(repr=False)


def in_redacted(redaction: Redaction, find: Callable[[str], Sequence[Found]]) -> tuple[Leftover, ...]:
    """Search the redacted text again.

    What stands inside a replacement that the machine itself offered, or inside words kept for a reason, is
    settled; a replacement that somebody typed is searched like any other words.
    """
    parts = pieces(redaction)
    text = "".join(part.shown for part in parts)
    settled = [(part.at, part.at + len(part.shown)) for part in parts if _is_settled(part)]
    return tuple(_search("narrative", text, settled, redaction, find))


def in_texts(
    texts: Mapping[str, str], redaction: Redaction, find: Callable[[str], Sequence[Found]]
) -> tuple[Leftover, ...]:
    """Search everything else that would be published (title, lessons, questions) in the same way.

    Replacements that stand in the redacted text may stand here too.
    """
    ours = {piece.shown for piece in pieces(redaction) if _is_settled(piece) and not _is_kept(piece)}
    found: list[Leftover] = []
    for place, text in texts.items():
        settled = [(at, at + len(words)) for words in ours for at in _places(text, words)]
        found += _search(place, text, settled, redaction, find)
    return tuple(found)


def _search(
    place: str,
    text: str,
    settled: Sequence[tuple[int, int]],
    redaction: Redaction,
    find: Callable[[str], Sequence[Found]],
) -> list[Leftover]:
    named = {core(entry.words).casefold() for entry in redaction.kept}
    kept = named | {
        core(redaction.story[span.start : span.end]).casefold()
        for span in redaction.spans
        if span.choice is Choice.KEEP
    }
    again = [
        Leftover(place, start, end, kind, text[start:end])
        for start, end, kind in find(text)
        if not any(left <= start and end <= right for left, right in settled)
        and core(text[start:end]).casefold() not in kept
    ]
    again += [
        leftover
        for leftover in _returned(place, _outside(text, settled), redaction)
        if core(leftover.words).casefold() not in named
    ]
    once = {(leftover.start, leftover.end): leftover for leftover in reversed(again)}
    return [once[where] for where in sorted(once)]


def _is_settled(piece: Piece) -> bool:
    if piece.span is None:
        return False
    if piece.span.choice is Choice.REPLACE:
        return piece.shown in piece.span.options
    return True


def _is_kept(piece: Piece) -> bool:
    return piece.span is not None and piece.span.choice is Choice.KEEP


def _returned(place: str, text: str, redaction: Redaction) -> Iterable[Leftover]:
    """Find words again that a decision took out elsewhere: a name that slipped into the title."""
    folded = text.casefold()
    if len(folded) != len(text):
        folded = text.lower() if len(text.lower()) == len(text) else text
    gone = {
        core(redaction.story[span.start : span.end]).casefold()
        for span in redaction.spans
        if span.choice in (Choice.REPLACE, Choice.REMOVE)
    }
    for words in gone:
        if len(words) < SHORTEST:
            continue
        for at in _places(folded, words):
            end = at + len(words)
            before, after = folded[at - 1 : at], folded[end : end + 1]
            if not before.isalnum() and not after.isalnum():
                yield Leftover(place, at, end, "removed elsewhere", text[at:end])


def _outside(text: str, settled: Sequence[tuple[int, int]]) -> str:
    """The text with settled stretches blanked out, so that offsets stay."""
    blanked = list(text)
    for left, right in settled:
        blanked[left:right] = "\0" * (right - left)
    return "".join(blanked)


def _places(text: str, words: str) -> Iterable[int]:
    at = text.find(words)
    while words and at >= 0:
        yield at
        at = text.find(words, at + 1)

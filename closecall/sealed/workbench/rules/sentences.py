"""The sentences of a redacted text: what codes rest on, and where pauses may stand."""

import re
from collections.abc import Iterator
from dataclasses import dataclass, field
from typing import Final

_END: Final = re.compile(r"[.!?…]+[\"'”’)\]]*(?=\s)|\n+")
_SHORT: Final = frozenset(
    (
        "mr",
        "mrs",
        "ms",
        "dr",
        "lt",
        "sgt",
        "cpl",
        "capt",
        "ofc",
        "approx",
        "vs",
        "a.m",
        "p.m",
        "e.g",
        "i.e",
        "u.s",
    )
)


@dataclass(frozen=True)
class Sentence:
    """One sentence, counted from 1; `start` and `end` are code point offsets into its text."""

    number: int
    start: int
    end: int
    text: str = field(repr=False)


def split(text: str) -> tuple[Sentence, ...]:
    """Split at sentence ends and line breaks, keeping offsets.

    >>> [(s.number, s.text) for s in split("I stopped. [Officer A] didn't!  Why?")]
    [(1, 'I stopped.'), (2, "[Officer A] didn't!"), (3, 'Why?')]
    """
    return tuple(
        Sentence(number, start, end, text[start:end])
        for number, (start, end) in enumerate(_edges(text), start=1)
    )


def boundaries(sentences: tuple[Sentence, ...]) -> tuple[int, ...]:
    """Where a pause may stand: at the start of every sentence but the first."""
    return tuple(sentence.start for sentence in sentences[1:])


def _edges(text: str) -> Iterator[tuple[int, int]]:
    start = 0
    for mark in _END.finditer(text):
        if "\n" not in mark.group() and _abbreviates(text, mark.start()):
            continue
        yield from _trimmed(text, start, mark.end())
        start = mark.end()
    yield from _trimmed(text, start, len(text))


def _abbreviates(text: str, dot: int) -> bool:
    if text[dot] != "." or text[dot : dot + 2] == "..":
        return False
    word = text[max(0, dot - 8) : dot].rsplit(maxsplit=1)[-1:] if dot else []
    last = word[0].strip("([\"'“‘").lower() if word else ""
    return last in _SHORT


def _trimmed(text: str, start: int, end: int) -> Iterator[tuple[int, int]]:
    words = text[start:end]
    left = start + len(words) - len(words.lstrip())
    right = end - (len(words) - len(words.rstrip()))
    if right > left:
        yield left, right

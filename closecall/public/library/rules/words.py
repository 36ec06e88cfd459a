"""Stretches of a narrative: paragraphs, and the words in [brackets] that analysts changed."""

import re
from dataclasses import dataclass
from typing import Final

_BRACKETS: Final = re.compile(r"(\[[^\[\]\n]{1,120}\])")
_MOSTLY_CAPITALS: Final = 0.85
_SHORT: Final = 24


@dataclass(frozen=True)
class Stretch:
    """Some words of one paragraph; `changed` when they stand in brackets, `short` when they mustn't break."""

    text: str
    changed: bool = False
    short: bool = False


def paragraphs(text: str) -> tuple[tuple[Stretch, ...], ...]:
    """Cut a text into paragraphs of stretches.

    >>> paragraphs("At [a hospital].\\n\\nThen")[0][1]
    Stretch(text='[a hospital]', changed=True, short=True)
    """
    blocks = [block.strip() for block in re.split(r"\n\s*\n", text.replace("\r\n", "\n"))]
    return tuple(stretches(block) for block in blocks if block)


def stretches(block: str) -> tuple[Stretch, ...]:
    """Cut one paragraph at its brackets; brackets stay in the text."""
    pieces = [piece for piece in _BRACKETS.split(block) if piece]
    return tuple(_stretch(piece) for piece in pieces)


def _stretch(piece: str) -> Stretch:
    changed = _BRACKETS.fullmatch(piece) is not None
    return Stretch(piece, changed=changed, short=changed and len(piece) <= _SHORT)


def in_capitals(text: str) -> bool:
    """Tell whether a text is written in capitals throughout, as old ASRS narratives are.

    >>> in_capitals("ON FINAL WE HEARD A TFC CALL."), in_capitals("On final we heard a call.")
    (True, False)
    """
    letters = [character for character in text if character.isalpha()]
    capitals = sum(character.isupper() for character in letters)
    return bool(letters) and capitals / len(letters) > _MOSTLY_CAPITALS

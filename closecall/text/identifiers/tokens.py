"""Words of a text with their places, and the same text in the letter case that its author left out."""

import re
from dataclasses import dataclass
from typing import Final

from closecall.text.identifiers import gazetteers

_WORD: Final = re.compile(r"[^\W_]+(?:[.'’\-][^\W_]+)*")
_ENDS: Final = gazetteers.words("case_ends")
_CASED_LEAST: Final = 0.012
_CASED_MOST: Final = 0.5
# A word before one of these is the name of a street, place or house, however it is written.
_HEADS: Final = gazetteers.words("case_heads")
_TITLES: Final = gazetteers.words("case_titles")
_LEADS: Final = gazetteers.words("case_leads")


@dataclass(frozen=True, slots=True)
class Token:
    """A word. `opens`: it begins a sentence, so its capital says nothing."""

    start: int
    end: int
    text: str
    low: str
    opens: bool

    @property
    def capital(self) -> bool:
        """Whether it begins with a capital letter."""
        return self.text[0].isupper()


def tokens_of(text: str) -> list[Token]:
    """Split into words; `o'brien`, `K9-4` and `St.John` are one word each."""
    found: list[Token] = []
    last = 0
    for match in _WORD.finditer(text):
        start, end = match.span()
        gap = text[last:start]
        opens = not found or not _ENDS.isdisjoint(gap)
        if opens and found and gap[:1] == "." and _abbreviates(found[-1]):
            opens = "\n" in gap
        word = match[0]
        found.append(Token(start, end, word, word.lower().replace("’", "'"), opens))
        last = end
    return found


def _abbreviates(token: Token) -> bool:
    """ "Sgt." and "J." end no sentence."""
    return (
        len(token.text) == 1
        or token.low in _TITLES
        or token.low in {"st", "mt", "ft", "ave", "rd", "blvd", "hwy"}
    )


def truecased(text: str) -> str | None:
    """The text with capitals where names are, when its author used none or nothing else; None when it is cased.

    Shape: as long as the text, so offsets hold.
    """
    letters = sum(map(str.isalpha, text))
    capitals = sum(map(str.isupper, text))
    if letters < 20 or _CASED_LEAST <= capitals / letters <= _CASED_MOST:
        return None
    low = text.lower()
    if len(low) != len(text):
        return None
    pieces = list(low)
    words = tokens_of(low)
    for place, token in enumerate(words):
        before = words[place - 1].low if place else ""
        after = words[place + 1].low if place + 1 < len(words) else ""
        if token.opens or _is_name(token, before, after):
            pieces[token.start] = pieces[token.start].upper()
    again = "".join(pieces)
    return again if len(again) == len(text) else None


def _is_name(token: Token, before: str, after: str) -> bool:
    lists = gazetteers.load()
    if token.low[0].isdigit() or len(token.low) < 3:
        return False
    if after in _HEADS and (before in _LEADS or before[:1].isdigit() or not lists.ordinary_word(token.low)):
        return True
    if token.low in _HEADS and not lists.ordinary_word(before):
        return True
    if before in _TITLES and (token.low in lists.surnames or token.low in lists.rare_surnames):
        return not lists.ordinary_word(token.low) or token.low in lists.surnames
    if lists.ordinary_word(token.low):
        return False
    return token.low in lists.surnames or token.low in lists.first_names or lists.is_place(token.low)

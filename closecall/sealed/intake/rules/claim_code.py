"""The claim code: six words, the reporter's only key.

Spelled from the form's random bits, so that a form sent twice shows the same words. Why six words and not
a long number: docs/adr/0004-claim-code.md.
"""

import re
import unicodedata
from dataclasses import dataclass, field
from hashlib import blake2b
from itertools import count
from typing import Final

from closecall.errors import BadInput
from closecall.sealed.vault.wordlist import WORDS

ENTROPY_BYTES: Final = 16
WORDS_IN_A_CODE: Final = 6
LETTERS_THAT_COUNT: Final = 3
DOES_NOT_MATCH: Final = "That code doesn't match. Check the first three letters of each word."

_POSSIBLE = len(WORDS) ** WORDS_IN_A_CODE
# The largest multiple of the number of codes below 2^64: draws above it would favour the first words.
_FAIR = (1 << 64) // _POSSIBLE * _POSSIBLE
_NOT_A_LETTER = re.compile(r"[^a-z]+")


def _letters(word: str) -> str:
    """Keep a word's letters: "yo-yo" counts as "yoyo"."""
    return _NOT_A_LETTER.sub("", word)


_BY_START: Final = {_letters(word)[:LETTERS_THAT_COUNT]: word for word in WORDS}


@dataclass(frozen=True)
class ClaimCode:
    """Six words of the list. Kept out of every repr: a repr ends up in a log."""

    words: tuple[str, ...] = field(repr=False)

    @property
    def spoken(self) -> str:
        """The words as they are copied down, and what the keys are derived from."""
        return " ".join(self.words)

    @property
    def parts(self) -> tuple[tuple[str, str], ...]:
        """Each word as its start that counts and its rest: ("can", "oe")."""
        return tuple(_split(word) for word in self.words)


def spell(entropy: bytes) -> ClaimCode:
    """Spell a form's random bits as words that a tired person can copy by hand.

    Shape:  16 bytes -> six words, each known by its first three letters (62 bits, uniform).
    Raises: ValueError unless `entropy` is exactly 16 bytes.
    Source: EFF short word list 2; BLAKE2b with rejection (ADR 0004).
    """
    if len(entropy) != ENTROPY_BYTES:
        raise ValueError("A claim code is spelled from 16 bytes.")
    for attempt in count():
        drawn = int.from_bytes(
            blake2b(entropy, digest_size=8, person=b"claim code", salt=attempt.to_bytes(8, "big")).digest(),
            "big",
        )
        if drawn < _FAIR:
            return _from_number(drawn % _POSSIBLE)
    raise AssertionError("count() never ends")


def read(typed: str) -> ClaimCode:
    """Read what somebody typed from a note.

    Case, accents, commas, hyphens, numbering, line breaks and further letters don't matter; the first
    three letters of each word do.

    Raises: BadInput when there aren't six words, or one starts like none of the list.

    >>> read("1. CANnon, vel-  ham9\\norbit PIC;wis").words[0]
    'cannon'
    """
    plain = unicodedata.normalize("NFKD", typed[:1000]).lower()
    plain = "".join(letter for letter in plain if not unicodedata.combining(letter))
    tokens = _joined([token for token in _NOT_A_LETTER.split(plain) if token])
    starts = [token[:LETTERS_THAT_COUNT] for token in tokens]
    if len(starts) != WORDS_IN_A_CODE or not all(start in _BY_START for start in starts):
        raise BadInput(DOES_NOT_MATCH)
    return ClaimCode(tuple(_BY_START[start] for start in starts))


def _joined(tokens: list[str]) -> list[str]:
    """Put the halves of "yo-yo" together again: no word of the list is as short as two letters."""
    joined: list[str] = []
    for token in tokens:
        if joined and len(joined[-1]) < LETTERS_THAT_COUNT and len(token) < LETTERS_THAT_COUNT:
            joined[-1] += token
        else:
            joined.append(token)
    return joined


def _from_number(number: int) -> ClaimCode:
    words = []
    for _place in range(WORDS_IN_A_CODE):
        number, index = divmod(number, len(WORDS))
        words.append(WORDS[index])
    return ClaimCode(tuple(words))


def _split(word: str) -> tuple[str, str]:
    seen = 0
    for place, letter in enumerate(word):
        seen += letter.isalpha()
        if seen == LETTERS_THAT_COUNT:
            return word[: place + 1], word[place + 1 :]
    return word, ""

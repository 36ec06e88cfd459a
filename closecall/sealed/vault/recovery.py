"""Two of three printed shares open what no analyst is left to open.

The recovery pair grows from a 16-byte seed. Each two holders share the seed as an XOR pair: one has random
bytes, the other the seed XOR them. So one share alone is pure noise. No polynomial, nothing to get wrong.

A share is 29 words of EFF's short list 2: holder (1 byte), two halves (32), checksum (4).
"""

import secrets
from collections.abc import Sequence
from dataclasses import dataclass

from closecall.sealed.vault import wordlist
from closecall.site.crypto import boxes, hashing

SEED_BYTES = 16
HOLDERS = 3
WORDS_EACH = 29
_CHECK_BYTES = 4
_BASE = len(wordlist.WORDS)
_NUMBER = {word: number for number, word in enumerate(wordlist.WORDS)}
# Holder -> the pairs they hold a half of, in the order of their two halves; pairs are named by holders.
_PAIRS = {1: ((1, 2), (1, 3)), 2: ((1, 2), (2, 3)), 3: ((1, 3), (2, 3))}


class ShareMistyped(ValueError):
    """A share was typed wrongly; `position` names the first unknown word (from 1), or 0 for the whole."""

    def __init__(self, position: int) -> None:
        self.position = position
        where = f"Word {position} isn't on the list." if position else "One of the words is wrong or missing."
        super().__init__(f"{where} Compare it with the printed share.")


class SharesDiffer(ValueError):
    """Two shares that don't belong together, or the same one twice."""


@dataclass(frozen=True)
class _Share:
    holder: int
    halves: tuple[bytes, bytes]


def new_seed() -> bytes:
    """Draw a recovery seed."""
    return secrets.token_bytes(SEED_BYTES)


def pair_of(seed: bytes) -> boxes.KeyPair:
    """Grow the recovery pair from its seed."""
    return boxes.from_secret(hashing.digest(b"", purpose="recovery-box", key=seed))


def split(seed: bytes) -> tuple[str, str, str]:
    """Split a seed into three shares, any two of which give it back."""
    if len(seed) != SEED_BYTES:
        raise ValueError("A recovery seed is 16 bytes.")
    noise = {pair: secrets.token_bytes(SEED_BYTES) for pair in ((1, 2), (1, 3), (2, 3))}

    def half(pair: tuple[int, int], holder: int) -> bytes:
        return noise[pair] if holder == pair[0] else _xor(noise[pair], seed)

    first, second, third = (
        _words(_Share(holder, (half(pairs[0], holder), half(pairs[1], holder))))
        for holder, pairs in _PAIRS.items()
    )
    return first, second, third


def check(share: str) -> int:
    """Check one typed share for itself; returns its holder, 1 to 3.

    Raises: ShareMistyped.
    """
    return _read(share).holder


def combine(shares: Sequence[str]) -> bytes:
    """Give back the seed from two or three typed shares.

    Raises: ShareMistyped; SharesDiffer.
    """
    read = {share.holder: share for share in map(_read, shares)}
    if len(read) < 2 or len(read) != len(shares):
        raise SharesDiffer("Two different shares are needed.")
    seeds = set()
    for pair in ((1, 2), (1, 3), (2, 3)):
        if pair[0] in read and pair[1] in read:
            seeds.add(_xor(_half(read[pair[0]], pair), _half(read[pair[1]], pair)))
    if len(seeds) != 1:
        raise SharesDiffer("These shares don't belong together.")
    return seeds.pop()


def restore(shares: Sequence[str], public: bytes) -> boxes.KeyPair:
    """Give back the recovery pair, and make sure that it is the one whose public half is known.

    Raises: ShareMistyped; SharesDiffer.
    """
    pair = pair_of(combine(shares))
    if pair.public != bytes(public):
        raise SharesDiffer("These shares belong to another instance or to an older key.")
    return pair


def _half(share: _Share, pair: tuple[int, int]) -> bytes:
    return share.halves[_PAIRS[share.holder].index(pair)]


def _xor(left: bytes, right: bytes) -> bytes:
    return bytes(one ^ other for one, other in zip(left, right, strict=True))


def _checksum(content: bytes) -> bytes:
    return hashing.digest(content, purpose="recovery-share", length=_CHECK_BYTES)


def _words(share: _Share) -> str:
    content = bytes([share.holder]) + share.halves[0] + share.halves[1]
    number = int.from_bytes(content + _checksum(content), "big")
    words = []
    for _ in range(WORDS_EACH):
        number, digit = divmod(number, _BASE)
        words.append(wordlist.WORDS[digit])
    return " ".join(reversed(words))


def _read(typed: str) -> _Share:
    words = wordlist.read(typed)
    for position, word in enumerate(words, start=1):
        if word is None:
            raise ShareMistyped(position)
    number = 0
    for word in words:
        number = number * _BASE + _NUMBER[word or ""]
    length = 1 + 2 * SEED_BYTES + _CHECK_BYTES
    if len(words) != WORDS_EACH or number.bit_length() > 8 * length:
        raise ShareMistyped(0)
    raw = number.to_bytes(length, "big")
    content, checksum = raw[:-_CHECK_BYTES], raw[-_CHECK_BYTES:]
    if checksum != _checksum(content) or content[0] not in _PAIRS:
        raise ShareMistyped(0)
    return _Share(content[0], (content[1 : 1 + SEED_BYTES], content[1 + SEED_BYTES :]))

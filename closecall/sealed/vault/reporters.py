"""A reporter's keys: derived from the claim code each time, stored nowhere."""

from dataclasses import dataclass

from closecall.sealed.vault import wordlist
from closecall.site.crypto import boxes, hashing, stretching
from closecall.site.crypto.stretching import Cost

LOCATOR_BYTES = 16


@dataclass(frozen=True)
class ReporterKeys:
    """Where the report lies, and what opens its dialogue."""

    locator: bytes
    pair: boxes.KeyPair


def derive(code_words: str, salt: bytes, *, cost: Cost = stretching.CLAIM_CODE) -> ReporterKeys:
    """Derive the keys of a claim code; first three letters of each word are enough.

    A code that can't be right is stretched all the same: right and wrong codes take the same work.
    """
    master = stretching.stretch(
        wordlist.spelled_out(code_words).encode("utf-8", "replace"),
        salt=salt,
        mebibytes=cost.mebibytes,
        passes=cost.passes,
        length=32,
    )
    return ReporterKeys(
        hashing.digest(b"", purpose="claim-locator", length=LOCATOR_BYTES, key=master),
        boxes.from_secret(hashing.digest(b"", purpose="claim-box", key=master)),
    )

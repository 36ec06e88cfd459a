"""Seven generated words: against a seized disk the passphrase *is* the security."""

import secrets

from closecall.sealed.vault import wordlist

WORDS_EACH = 7


def generate() -> str:
    """Draw seven words: 72 bits, uniform."""
    return " ".join(secrets.choice(wordlist.WORDS) for _ in range(WORDS_EACH))


def as_bytes(typed: str) -> bytes:
    """Write a typed passphrase the one way that is stretched: case, gaps and word endings don't matter."""
    return wordlist.spelled_out(typed).encode()

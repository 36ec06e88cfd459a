"""Argon2id: makes guessing a passphrase or a claim code slow.

At most two derivations run at a time, so that a flood of sign-ins can't take all memory: the third waits,
and gives up when its turn doesn't come.
"""

import threading
from dataclasses import dataclass

from nacl.pwhash import argon2id

from closecall.errors import TooBusy

SALT_BYTES = argon2id.SALTBYTES
AT_A_TIME = 2
PATIENCE_SECONDS = 20
_MIB = 1024 * 1024
_pool = threading.BoundedSemaphore(AT_A_TIME)


@dataclass(frozen=True)
class Cost:
    """What one derivation costs: memory in MiB and passes over it."""

    mebibytes: int
    passes: int


PASSPHRASE = Cost(mebibytes=256, passes=3)
CLAIM_CODE = Cost(mebibytes=64, passes=2)
# For tests alone, and named so that no reviewer can miss it in a diff: it protects nothing.
INSECURE_FOR_TESTS = Cost(mebibytes=1, passes=1)


def stretch(secret: bytes, *, salt: bytes, mebibytes: int, passes: int, length: int) -> bytes:
    """Derive `length` bytes from a low-entropy secret.

    Raises: ValueError for a salt that isn't 16 bytes; TooBusy when no turn came for 20 seconds.
    Source: RFC 9106; costs measured in docs/adr/0003-keys.md.
    """
    if len(salt) != SALT_BYTES:
        raise ValueError("A salt is 16 bytes.")
    if not _pool.acquire(timeout=PATIENCE_SECONDS):
        raise TooBusy
    try:
        return bytes(argon2id.kdf(length, secret, salt, opslimit=passes, memlimit=mebibytes * _MIB))
    finally:
        _pool.release()

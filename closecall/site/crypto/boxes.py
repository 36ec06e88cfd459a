"""X25519 sealed boxes: anybody seals to a public key, only the pair opens.

Shape: header (2 bytes: version 1, algorithm 2), sealed box (plaintext + binding + 48).
libsodium's sealed box has no associated data, so purpose and object id lie inside and are checked.
"""

import hmac
from dataclasses import dataclass, field

from nacl.exceptions import CryptoError
from nacl.public import PrivateKey, PublicKey, SealedBox

from closecall.site.crypto.binding import ObjectId, bind
from closecall.site.crypto.errors import CannotOpen

KEY_BYTES = 32
HEADER = b"\x01\x02"


@dataclass(frozen=True)
class KeyPair:
    """An X25519 pair; the secret half stays out of every repr."""

    secret: bytes = field(repr=False)
    public: bytes


def generate() -> KeyPair:
    """Draw a new pair."""
    return from_secret(bytes(PrivateKey.generate()))


def from_secret(secret: bytes) -> KeyPair:
    """Complete a pair from its secret half, 32 bytes."""
    return KeyPair(secret, bytes(PrivateKey(secret).public_key))


def seal(public: bytes, plaintext: bytes, *, purpose: str, object_id: ObjectId) -> bytes:
    """Seal `plaintext` to `public`, for one purpose and one object."""
    bound = bind(HEADER, purpose, object_id)
    inside = len(bound).to_bytes(2, "big") + bound + plaintext
    return HEADER + bytes(SealedBox(PublicKey(bytes(public))).encrypt(inside))


def open_sealed(pair: KeyPair, envelope: bytes, *, purpose: str, object_id: ObjectId) -> bytes:
    """Open what `seal` wrote.

    Raises: CannotOpen for any other pair, purpose, object, version or a flipped bit.
    """
    envelope = bytes(envelope)
    if envelope[: len(HEADER)] != HEADER:
        raise CannotOpen
    try:
        inside = SealedBox(PrivateKey(pair.secret)).decrypt(envelope[len(HEADER) :])
    except (CryptoError, ValueError, TypeError):
        raise CannotOpen from None
    expected = bind(HEADER, purpose, object_id)
    length = int.from_bytes(inside[:2], "big")
    if not hmac.compare_digest(inside[2 : 2 + length], expected):
        raise CannotOpen
    return inside[2 + length :]

"""XChaCha20-Poly1305 envelopes.

Shape: header (2 bytes: version 1, algorithm 1), nonce (24), ciphertext and tag (plaintext + 16).
Associated data: header, purpose and object id. An envelope moved to another row does not open.
"""

import secrets

from nacl.exceptions import CryptoError
from nacl.secret import Aead

from closecall.site.crypto.binding import ObjectId, bind
from closecall.site.crypto.errors import CannotOpen

KEY_BYTES = Aead.KEY_SIZE
HEADER = b"\x01\x01"
OVERHEAD_BYTES = len(HEADER) + Aead.NONCE_SIZE + Aead.MACBYTES


def new_key() -> bytes:
    """Draw a random key: 32 bytes."""
    return secrets.token_bytes(KEY_BYTES)


def seal(key: bytes, plaintext: bytes, *, purpose: str, object_id: ObjectId) -> bytes:
    """Encrypt `plaintext` under `key`, for one purpose and one object."""
    return HEADER + bytes(Aead(key).encrypt(plaintext, bind(HEADER, purpose, object_id)))


def open_sealed(key: bytes, envelope: bytes, *, purpose: str, object_id: ObjectId) -> bytes:
    """Decrypt what `seal` wrote.

    Raises: CannotOpen for any other key, purpose, object, version or a flipped bit.
    """
    envelope = bytes(envelope)  # PostgreSQL hands out memoryviews
    if envelope[: len(HEADER)] != HEADER or len(envelope) < OVERHEAD_BYTES or len(key) != KEY_BYTES:
        raise CannotOpen
    try:
        return Aead(key).decrypt(envelope[len(HEADER) :], bind(HEADER, purpose, object_id))
    except CryptoError:
        raise CannotOpen from None

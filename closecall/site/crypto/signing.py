"""Ed25519 signatures."""

from collections.abc import Callable
from dataclasses import dataclass, field

from nacl.exceptions import CryptoError
from nacl.signing import SigningKey, VerifyKey

from closecall.site.crypto.errors import BadSignature

SEED_BYTES = 32
SIGNATURE_BYTES = 64


@dataclass(frozen=True)
class SigningPair:
    """A signing seed and the key that verifies what it signs."""

    seed: bytes = field(repr=False)
    verify_key: bytes


def generate() -> SigningPair:
    """Draw a new pair."""
    return from_seed(bytes(SigningKey.generate()))


def from_seed(seed: bytes) -> SigningPair:
    """Complete a pair from its seed, 32 bytes."""
    return SigningPair(seed, bytes(SigningKey(seed).verify_key))


def sign(seed: bytes, message: bytes) -> bytes:
    """Sign `message`: 64 bytes."""
    return bytes(SigningKey(seed).sign(message).signature)


def signer(seed: bytes) -> Callable[[bytes], bytes]:
    """`sign` for many messages: the key is completed once."""
    key = SigningKey(seed)
    return lambda message: bytes(key.sign(message).signature)


def verify(verify_key: bytes, message: bytes, signature: bytes) -> None:
    """Pass in silence when the signature is good.

    Raises: BadSignature otherwise, also for keys and signatures of a wrong length.
    """
    try:
        VerifyKey(bytes(verify_key)).verify(message, bytes(signature))
    except (CryptoError, ValueError, TypeError):
        raise BadSignature from None

"""Intake pairs. Reports are sealed to the newest generation's public half."""

from dataclasses import dataclass

from closecall.site.crypto import boxes, hashing

_PURPOSE = "generation"


@dataclass(frozen=True)
class Generation:
    """One intake pair and its number; 1 is the first."""

    number: int
    pair: boxes.KeyPair


def create(number: int) -> Generation:
    """Draw generation `number`."""
    if number < 1:
        raise ValueError("Generations are numbered from 1.")
    return Generation(number, boxes.generate())


def wrap(generation: Generation, recipient_public: bytes) -> bytes:
    """Seal a generation to an analyst or to the recovery key."""
    return boxes.seal(recipient_public, generation.pair.secret, purpose=_PURPOSE, object_id=generation.number)


def unwrap(wrapped: bytes, pair: boxes.KeyPair, *, number: int) -> Generation:
    """Open what `wrap` sealed.

    Raises: CannotOpen for another recipient or another number.
    """
    secret = boxes.open_sealed(pair, wrapped, purpose=_PURPOSE, object_id=number)
    return Generation(number, boxes.from_secret(secret))


def pin_of(public: bytes) -> bytes:
    """Hash a generation's public half: what analysts keep, so that a swapped key is found."""
    return hashing.digest(bytes(public), purpose="intake-pin")

"""The form token: proves that a form came from this site, when, and carries the claim code's random bits.

It replaces a CSRF cookie: a reporter's browser is asked to keep nothing that tells one from another.

Shape: base64url of purpose's MAC: entropy (16 bytes), issue time in seconds (8), keyed BLAKE2b (16).
"""

import hmac
from base64 import urlsafe_b64decode, urlsafe_b64encode
from dataclasses import dataclass, field
from hashlib import blake2b
from typing import Final

from closecall.errors import NotAllowed

LIFETIME_SECONDS: Final = 12 * 60 * 60
DWELL_SECONDS: Final = 6
WRONG: Final = "This page was too old or broken to send. Your words are still here. Send them again."
EXPIRED: Final = "This page was open for too long. Your words are still here. Send them again."
_ENTROPY, _TIME, _MAC = 16, 8, 16


@dataclass(frozen=True)
class FormToken:
    """What a good token carries. `age` in whole seconds."""

    entropy: bytes = field(repr=False)
    age: int

    @property
    def rested(self) -> bool:
        """Whether the page was open long enough for a person to write something."""
        return self.age >= DWELL_SECONDS


def issue(key: bytes, entropy: bytes, *, purpose: str, now: int) -> str:
    """Write the token of a fresh form.

    Raises: ValueError unless `entropy` is 16 bytes.
    """
    if len(entropy) != _ENTROPY:
        raise ValueError("A form token carries 16 random bytes.")
    body = entropy + now.to_bytes(_TIME, "big")
    return urlsafe_b64encode(body + _mac(key, body, purpose)).decode()


def read(key: bytes, token: str, *, purpose: str, now: int) -> FormToken:
    """Read a token that came back.

    Raises: NotAllowed with a sentence for one that is forged, broken, another form's, or too old.
    """
    try:
        raw = urlsafe_b64decode(token.encode("ascii"))
    except ValueError:
        raise NotAllowed(WRONG) from None
    body, mac = raw[:-_MAC], raw[-_MAC:]
    if len(raw) != _ENTROPY + _TIME + _MAC or not hmac.compare_digest(mac, _mac(key, body, purpose)):
        raise NotAllowed(WRONG)
    age = now - int.from_bytes(body[_ENTROPY:], "big")
    if age < 0:
        raise NotAllowed(WRONG)
    if age > LIFETIME_SECONDS:
        raise NotAllowed(EXPIRED)
    return FormToken(body[:_ENTROPY], age)


def _mac(key: bytes, body: bytes, purpose: str) -> bytes:
    secret = blake2b(key, digest_size=32, person=b"form token").digest()
    return blake2b(purpose.encode() + b"\0" + body, digest_size=_MAC, key=secret).digest()

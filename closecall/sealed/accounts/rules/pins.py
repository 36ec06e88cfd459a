"""Whom an analyst trusts, and how a swapped intake key is found.

An analyst's wrapped bundle pins a hash of every intake key they were given and the verify keys of the
colleagues they trust. A database can be rewritten by whoever runs it; the bundle can't, without the
passphrase. A new generation is believed only when its grant is signed by somebody trusted: the first
granter, whose voice compared the fingerprint, and everybody whom somebody trusted has granted to.
"""

import json
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, field

from closecall.errors import Refused
from closecall.sealed.vault.generations import Generation, pin_of
from closecall.site.crypto import canonical, signing
from closecall.site.crypto.errors import BadSignature


class KeySwapped(Refused):
    """The intake key isn't the one that was pinned."""

    status = 503
    default = (
        "The intake key isn't the one you were given. Somebody may have swapped it. "
        "New reports are not taken until this is cleared up. Call your colleagues; don't open any report."
    )


@dataclass(frozen=True)
class Pins:
    """What an analyst remembers."""

    generations: Mapping[int, bytes] = field(default_factory=dict)
    trusted: frozenset[bytes] = frozenset()

    def to_bytes(self) -> bytes:
        """Write the pins as canonical JSON."""
        return canonical.dumps(
            {
                "generations": {str(number): pin.hex() for number, pin in self.generations.items()},
                "trusted": sorted(key.hex() for key in self.trusted),
            }
        )

    @classmethod
    def from_bytes(cls, written: bytes) -> "Pins":
        """Read what `to_bytes` wrote; nothing written is nothing pinned."""
        if not written:
            return cls()
        value = json.loads(written)
        generations = {int(number): bytes.fromhex(pin) for number, pin in value["generations"].items()}
        return cls(generations, frozenset(bytes.fromhex(key) for key in value["trusted"]))


@dataclass(frozen=True)
class Grant:
    """Who gave which generation to whom, signed by the giver."""

    number: int
    pin: bytes
    recipient_id: int
    recipient_box: bytes
    recipient_verify: bytes
    granter_key: bytes
    signature: bytes

    def genuine(self) -> bool:
        """Tell whether the giver signed exactly this."""
        message = grant_message(
            self.number, self.pin, self.recipient_id, self.recipient_box, self.recipient_verify
        )
        try:
            signing.verify(self.granter_key, message, self.signature)
        except BadSignature:
            return False
        return True


def grant_message(
    number: int, pin: bytes, recipient_id: int, recipient_box: bytes, recipient_verify: bytes
) -> bytes:
    """Write what a granter signs."""
    content = {
        "generation": number,
        "pin": pin.hex(),
        "recipient": recipient_id,
        "box": recipient_box.hex(),
        "verify": recipient_verify.hex(),
    }
    return b"closecall grant\n" + canonical.dumps(content)


def trusted_by(trusted: Iterable[bytes], grants: Sequence[Grant]) -> frozenset[bytes]:
    """Widen trust along grants until nothing is added."""
    known = set(trusted)
    waiting = [grant for grant in grants if grant.recipient_verify and grant.genuine()]
    while True:
        added = {grant.recipient_verify for grant in waiting if grant.granter_key in known} - known
        if not added:
            return frozenset(known)
        known |= added


def settle(
    pins: Pins, own_verify: bytes, held: Sequence[tuple[Generation, Grant]], grants: Sequence[Grant]
) -> Pins:
    """Check what an analyst holds against what they pinned; returns the pins to keep from now on.

    Raises: KeySwapped for another key under a pinned number, a forged grant, or one signed by nobody trusted.
    """
    first_time = not pins.trusted
    generations = dict(pins.generations)
    trusted = pins.trusted
    for generation, grant in sorted(held, key=lambda one: one[0].number):
        pin = pin_of(generation.pair.public)
        if generation.number in generations:
            if generations[generation.number] != pin:
                raise KeySwapped
            continue
        if pin != grant.pin or not grant.genuine():
            raise KeySwapped
        if first_time and not trusted:
            trusted = frozenset({own_verify, grant.granter_key})
        trusted = trusted_by(trusted, grants)
        if grant.granter_key not in trusted:
            raise KeySwapped
        generations[generation.number] = pin
    return Pins(generations, trusted_by(trusted, grants))


def require_same(generations: Iterable[Generation], in_use: Mapping[int, bytes]) -> None:
    """Check the public keys that reports are sealed to against the generations that an analyst holds.

    Raises: KeySwapped.
    """
    for generation in generations:
        public = in_use.get(generation.number)
        if public is not None and bytes(public) != generation.pair.public:
            raise KeySwapped

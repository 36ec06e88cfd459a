"""An analyst's keys, opened by the passphrase alone: checking it *is* unwrapping them."""

import secrets
from dataclasses import dataclass, field

from closecall.sealed.vault import passphrases
from closecall.site.crypto import aead, boxes, hashing, signing, stretching
from closecall.site.crypto.errors import CannotOpen
from closecall.site.crypto.stretching import Cost

_PURPOSE = "analyst-keys"
_VERSION = b"\x01"
_SALT = slice(4, 4 + stretching.SALT_BYTES)
SECRET_BYTES = boxes.KEY_BYTES + signing.SEED_BYTES
_MOST = Cost(mebibytes=2048, passes=16)


@dataclass(frozen=True)
class AnalystKeys:
    """What a passphrase opens: the pair that reads and the seed that signs."""

    box: boxes.KeyPair
    signing_seed: bytes = field(repr=False)
    verify_key: bytes

    def to_bytes(self) -> bytes:
        """Write both secrets: 64 bytes."""
        return self.box.secret + self.signing_seed

    @classmethod
    def from_bytes(cls, secret: bytes) -> "AnalystKeys":
        """Read what `to_bytes` wrote."""
        if len(secret) != SECRET_BYTES:
            raise CannotOpen
        seed = secret[boxes.KEY_BYTES :]
        return cls(boxes.from_secret(secret[: boxes.KEY_BYTES]), seed, signing.from_seed(seed).verify_key)

    def own_key(self, purpose: str) -> bytes:
        """Derive a key of this analyst's own, e.g. for what only they may read about themselves."""
        return hashing.digest(b"own", purpose=purpose, key=self.box.secret)


@dataclass(frozen=True)
class Bundle:
    """What a passphrase opened: keys, and notes that nobody without it can change or take away."""

    keys: AnalystKeys
    notes: bytes
    _head: bytes = field(repr=False)
    _key: bytes = field(repr=False)
    _analyst_id: int

    def rewrap(self, notes: bytes) -> bytes:
        """Wrap the same keys with other notes, under the same passphrase."""
        return self._head + aead.seal(
            self._key, self.keys.to_bytes() + notes, purpose=_PURPOSE, object_id=self._analyst_id
        )


def create(
    passphrase: str, *, analyst_id: int, cost: Cost = stretching.PASSPHRASE, notes: bytes = b""
) -> tuple[bytes, AnalystKeys]:
    """Draw an analyst's keys and wrap them, with `notes`, under `passphrase`.

    Shape: version (1), memory in MiB (2), passes (1), salt (16), envelope of 64 bytes of keys and the notes.
    """
    pair = signing.generate()
    keys = AnalystKeys(boxes.generate(), pair.seed, pair.verify_key)
    salt = secrets.token_bytes(stretching.SALT_BYTES)
    head = _VERSION + cost.mebibytes.to_bytes(2, "big") + cost.passes.to_bytes(1, "big") + salt
    bundle = Bundle(keys, notes, head, _stretched(passphrase, salt, cost), analyst_id)
    return bundle.rewrap(notes), keys


def unlock(wrapped: bytes, passphrase: str, *, analyst_id: int) -> AnalystKeys:
    """Open an analyst's keys.

    Raises: CannotOpen for a wrong passphrase, another analyst's row or a changed byte.
    """
    return open_bundle(wrapped, passphrase, analyst_id=analyst_id).keys


def open_bundle(wrapped: bytes, passphrase: str, *, analyst_id: int) -> Bundle:
    """Open an analyst's keys and notes.

    Raises: CannotOpen for a wrong passphrase, another analyst's row or a changed byte.
    """
    wrapped = bytes(wrapped)
    cost = Cost(int.from_bytes(wrapped[1:3], "big"), int.from_bytes(wrapped[3:4], "big"))
    salt = wrapped[_SALT]
    possible = 1 <= cost.mebibytes <= _MOST.mebibytes and 1 <= cost.passes <= _MOST.passes
    if wrapped[:1] != _VERSION or len(salt) != stretching.SALT_BYTES or not possible:
        raise CannotOpen
    key = _stretched(passphrase, salt, cost)
    opened = aead.open_sealed(key, wrapped[_SALT.stop :], purpose=_PURPOSE, object_id=analyst_id)
    keys = AnalystKeys.from_bytes(opened[:SECRET_BYTES])
    return Bundle(keys, opened[SECRET_BYTES:], wrapped[: _SALT.stop], key, analyst_id)


def pretend(passphrase: str, *, cost: Cost = stretching.PASSPHRASE) -> None:
    """Do the work of an unlock and throw it away, so that an unknown name takes as long as a known one."""
    _stretched(passphrase, bytes(stretching.SALT_BYTES), cost)


def _stretched(passphrase: str, salt: bytes, cost: Cost) -> bytes:
    return stretching.stretch(
        passphrases.as_bytes(passphrase),
        salt=salt,
        mebibytes=cost.mebibytes,
        passes=cost.passes,
        length=aead.KEY_BYTES,
    )

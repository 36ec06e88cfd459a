"""What an entry is, how it hangs on the one before, and how a broken chain is found."""

from collections.abc import Collection, Iterable, Mapping
from dataclasses import dataclass
from datetime import date
from typing import Protocol

from closecall.site.crypto import canonical, hashing, signing
from closecall.site.crypto.errors import BadSignature

FIRST_PREVIOUS = bytes(32)


class Signer(Protocol):
    """Who signs an entry; the desk's `Desk` is one."""

    @property
    def pseudonym(self) -> str:
        """How the chain names them."""

    @property
    def verify_key(self) -> bytes:
        """What their signatures are checked with."""

    def sign(self, message: bytes) -> bytes:
        """Sign with the key that belongs to `verify_key`."""


@dataclass(frozen=True)
class Entry:
    """One link. `detail` is canonical JSON; `obj` is pseudonymous."""

    seq: int
    on: date
    actor: str
    action: str
    obj: str
    detail: str
    verify_key: bytes
    previous: bytes
    hash: bytes
    signature: bytes


@dataclass(frozen=True)
class Head:
    """What was the newest entry on a day: enough to notice a chain that was cut."""

    on: date
    seq: int
    hash: bytes


@dataclass(frozen=True)
class Verdict:
    """What a check of the chain found. `first_bad` is 0 when all is well."""

    checked: int
    first_bad: int = 0
    reason: str = ""

    @property
    def sound(self) -> bool:
        """Tell whether nothing was found."""
        return not self.first_bad


def write_head(head: Head) -> str:
    """Write a head as the line that is printed, mailed and kept: day, seq, hash."""
    return f"{head.on.isoformat()} {head.seq} {head.hash.hex()}"


def read_heads(text: str) -> tuple[Head, ...]:
    """Read kept heads, one a line; empty lines and lines that begin with # are skipped.

    Raises: ValueError naming the first line that is no head.
    """
    heads = []
    for number, line in enumerate(text.splitlines(), start=1):
        if not line.strip() or line.lstrip().startswith("#"):
            continue
        try:
            day, seq, found = line.split()
            head = Head(date.fromisoformat(day), int(seq), bytes.fromhex(found))
        except ValueError:
            head = None
        if head is None or head.seq < 1 or len(head.hash) != hashing.DIGEST_BYTES:
            raise ValueError(f"Line {number} is no head. A head looks like: 2026-11-24 17 0f3c…")
        heads.append(head)
    return tuple(heads)


def hash_of(
    *, seq: int, on: date, actor: str, action: str, obj: str, detail: str, verify_key: bytes, previous: bytes
) -> bytes:
    """Hash an entry's content together with the hash of the entry before: 32 bytes."""
    content = {
        "seq": seq,
        "on": on.isoformat(),
        "actor": actor,
        "action": action,
        "object": obj,
        "detail": detail,
        "key": verify_key.hex(),
        "previous": previous.hex(),
    }
    return hashing.digest(canonical.dumps(content), purpose="audit-entry")


def append(
    before: Entry | None, *, on: date, by: Signer, action: str, obj: str, detail: Mapping[str, object]
) -> Entry:
    """Make the entry that follows `before`, signed by `by`."""
    seq = before.seq + 1 if before else 1
    previous = before.hash if before else FIRST_PREVIOUS
    written = canonical.dumps(detail).decode()
    actor, key = by.pseudonym, by.verify_key
    found = hash_of(
        seq=seq, on=on, actor=actor, action=action, obj=obj, detail=written, verify_key=key, previous=previous
    )
    return Entry(seq, on, actor, action, obj, written, key, previous, found, by.sign(_signed(found)))


def verify(
    entries: Iterable[Entry],
    staff_keys: Mapping[str, Collection[bytes]],
    *,
    heads: Iterable[Head] = (),
) -> Verdict:
    """Recompute a chain, given in order of seq from 1, and name the first bad entry.

    staff_keys: pseudonym -> every verify key that person ever had.
    heads:      heads kept elsewhere; a chain that lacks one was cut or rewritten.
    """
    known: dict[int, set[bytes]] = {}
    for head in heads:
        known.setdefault(head.seq, set()).add(head.hash)
    previous, expected = FIRST_PREVIOUS, 1
    for entry in entries:
        reason = _fault(entry, expected, previous, staff_keys, known.pop(expected, set()))
        if reason:
            return Verdict(checked=expected - 1, first_bad=expected, reason=reason)
        previous, expected = entry.hash, expected + 1
    if known:
        return Verdict(
            expected - 1, expected, "The chain ends before a head that was kept: entries were cut off."
        )
    return Verdict(checked=expected - 1)


def _fault(
    entry: Entry,
    expected: int,
    previous: bytes,
    staff_keys: Mapping[str, Collection[bytes]],
    heads: Collection[bytes],
) -> str:
    if entry.seq != expected:
        return "An entry is missing or out of order."
    if entry.previous != previous:
        return "The entry doesn't hang on the one before."
    recomputed = hash_of(
        seq=entry.seq,
        on=entry.on,
        actor=entry.actor,
        action=entry.action,
        obj=entry.obj,
        detail=entry.detail,
        verify_key=entry.verify_key,
        previous=entry.previous,
    )
    if recomputed != entry.hash:
        return "The entry was altered."
    if entry.verify_key not in staff_keys.get(entry.actor, ()):
        return "The entry is signed with a key that its actor never had."
    try:
        signing.verify(entry.verify_key, _signed(entry.hash), entry.signature)
    except BadSignature:
        return "The entry's signature is wrong."
    if any(head != entry.hash for head in heads):
        return "The entry isn't the one whose hash was kept as a head."
    return ""


def _signed(found: bytes) -> bytes:
    # A prefix of its own: a signature under an audit entry can never pass for one under a report's text.
    return b"closecall audit entry\n" + found

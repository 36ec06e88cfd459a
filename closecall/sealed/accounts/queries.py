"""Reading people, grants and staff keys."""

from collections.abc import Mapping
from dataclasses import dataclass

from django.conf import settings
from django.db import router

from closecall.errors import NotFound
from closecall.sealed.accounts.models import RECOVERY, Analyst, GenerationWrap, RecoveryKey, StaffKey
from closecall.sealed.accounts.rules.certificates import certified
from closecall.sealed.accounts.rules.desk import Desk
from closecall.sealed.accounts.rules.names import fingerprint
from closecall.sealed.accounts.rules.pins import Grant, KeySwapped, Pins, settle
from closecall.sealed.accounts.rules.roles import READS_REPORTS, Role
from closecall.sealed.vault import generations
from closecall.sealed.vault.analysts import AnalystKeys
from closecall.sealed.vault.generations import Generation
from closecall.site.crypto.errors import CannotOpen


@dataclass(frozen=True)
class Person:
    """Somebody with an account, as other people may see them."""

    analyst_id: int
    pseudonym: str
    name: str
    role: Role
    active: bool
    verify_key: bytes
    fingerprint: str
    generations: tuple[int, ...]

    @property
    def has_keys(self) -> bool:
        """Tell whether they have signed in for the first time."""
        return bool(self.verify_key)

    @property
    def holds_key(self) -> bool:
        """Tell whether they can open reports."""
        return bool(self.generations)

    @property
    def waits_for_grant(self) -> bool:
        """Tell whether a colleague should compare the fingerprint and grant."""
        return self.active and self.has_keys and not self.holds_key and self.role in READS_REPORTS


def database() -> str:
    """Name the database of this room's tables."""
    return router.db_for_write(Analyst)


def people() -> tuple[Person, ...]:
    """Give everybody who has or had an account, active ones first, by name."""
    held: dict[int, list[int]] = {}
    for analyst_id, number in GenerationWrap.objects.order_by("number").values_list("analyst_id", "number"):
        held.setdefault(analyst_id, []).append(number)
    rows = Analyst.objects.order_by("-is_active", "name")
    return tuple(_person(row, tuple(held.get(row.id, ()))) for row in rows)


def person(analyst_id: int) -> Person:
    """Give one person. Raises: NotFound."""
    row = Analyst.objects.filter(id=analyst_id).first()
    if row is None:
        raise NotFound("There is no such person.")
    numbers = GenerationWrap.objects.filter(analyst_id=analyst_id).order_by("number")
    return _person(row, tuple(numbers.values_list("number", flat=True)))


def names() -> Mapping[str, str]:
    """Map pseudonyms to names, for desk pages; the public side and the chain know pseudonyms only."""
    return dict(Analyst.objects.values_list("pseudonym", "name"))


def staff_keys() -> Mapping[str, frozenset[bytes]]:
    """Map each pseudonym to every certified key it ever had: what checking the audit chain needs.

    A row whose certificate isn't the instance's doesn't count: somebody put it there by hand.
    """
    found: dict[str, set[bytes]] = {}
    for row in StaffKey.objects.all():
        key = bytes(row.verify_key)
        if certified(settings.INSTANCE_VERIFY_KEY, row.pseudonym, key, bytes(row.certificate)):
            found.setdefault(row.pseudonym, set()).add(key)
    return {pseudonym: frozenset(keys) for pseudonym, keys in found.items()}


def recovery_public() -> bytes:
    """Give the public half of the recovery key; empty before `closecall init`."""
    row = RecoveryKey.objects.order_by("-id").first()
    return bytes(row.public) if row else b""


def recovery_wraps() -> Mapping[int, bytes]:
    """Map generation numbers to what is sealed to the recovery key."""
    rows = GenerationWrap.objects.filter(analyst_id=RECOVERY).order_by("number")
    return {row.number: bytes(row.wrapped) for row in rows}


def grants() -> tuple[Grant, ...]:
    """Give every grant between people, as the granter signed it."""
    people_by_id = {row.id: row for row in Analyst.objects.all()}
    rows = GenerationWrap.objects.exclude(analyst_id=RECOVERY)
    return tuple(_grant(row, people_by_id[row.analyst_id]) for row in rows if row.analyst_id in people_by_id)


def held_by(analyst: Analyst, keys: AnalystKeys) -> tuple[tuple[Generation, Grant], ...]:
    """Open every generation that was granted to a person.

    Raises: KeySwapped for a row that their keys don't open: nobody who granted wrote it.
    """
    rows = GenerationWrap.objects.filter(analyst_id=analyst.id).order_by("number")
    try:
        return tuple(
            (generations.unwrap(bytes(row.wrapped), keys.box, number=row.number), _grant(row, analyst))
            for row in rows
        )
    except CannotOpen:
        raise KeySwapped from None


def desk(analyst: Analyst, keys: AnalystKeys, pins: Pins, *, learn: bool = False) -> tuple[Desk, Pins]:
    """Put together who acts; returns the pins as they stand after what was granted since.

    learn: also take note of colleagues whom others have granted to; done at sign-in.
    Raises: KeySwapped.
    """
    role = Role(analyst.role)
    held = held_by(analyst, keys) if role in READS_REPORTS else ()
    new = any(generation.number not in pins.generations for generation, _ in held)
    settled = settle(pins, keys.verify_key, held, grants() if new or learn else ())
    opened = tuple(generation for generation, _ in held)
    return Desk(analyst.id, analyst.pseudonym, analyst.name, role, keys, opened), settled


def _grant(row: GenerationWrap, recipient: Analyst) -> Grant:
    return Grant(
        number=row.number,
        pin=bytes(row.pin),
        recipient_id=recipient.id,
        recipient_box=bytes(recipient.box_public),
        recipient_verify=bytes(recipient.verify_key),
        granter_key=bytes(row.granter_key),
        signature=bytes(row.signature),
    )


def _person(row: Analyst, numbers: tuple[int, ...]) -> Person:
    verify_key = bytes(row.verify_key)
    return Person(
        analyst_id=row.id,
        pseudonym=row.pseudonym,
        name=row.name,
        role=Role(row.role),
        active=row.is_active,
        verify_key=verify_key,
        fingerprint=fingerprint(bytes(row.box_public), verify_key) if verify_key else "",
        generations=numbers,
    )

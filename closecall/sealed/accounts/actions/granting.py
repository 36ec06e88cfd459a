"""Giving intake generations to people. Only somebody who holds them can."""

from collections.abc import Iterable, Sequence

from django.conf import settings
from django.db import transaction

from closecall.errors import Conflict, NotAllowed, NotFound
from closecall.public.library.actions import register_staff_key
from closecall.public.library.rules.signing import certify
from closecall.sealed.accounts import box, queries
from closecall.sealed.accounts.models import RECOVERY, Analyst, GenerationWrap, StaffKey
from closecall.sealed.accounts.rules.desk import Desk
from closecall.sealed.accounts.rules.pins import grant_message
from closecall.sealed.accounts.rules.roles import READS_REPORTS, Role
from closecall.sealed.vault import generations
from closecall.sealed.vault.generations import Generation, pin_of
from closecall.site.audit.actions import record


def grant(analyst_id: int, *, fingerprint: str, by: Desk) -> None:
    """Give a colleague every generation that one holds, after comparing their fingerprint by voice.

    fingerprint: the eight words as the granter saw them; keys that changed since are not granted to.
    Raises: NotAllowed; NotFound; Conflict.
    """
    by.require("grant")
    if not by.generations:
        raise NotAllowed("You hold no key yourself, so you can't grant one.")
    with transaction.atomic(using=queries.database()):
        analyst = Analyst.objects.select_for_update().filter(id=analyst_id, is_active=True).first()
        if analyst is None:
            raise NotFound("There is no such person, or their account is closed.")
        if Role(analyst.role) not in READS_REPORTS:
            raise NotAllowed("This role never opens reports, so it gets no key.")
        if not analyst.verify_key or queries.person(analyst_id).fingerprint != fingerprint:
            raise Conflict("Their keys have changed. Compare the new fingerprint before you grant.")
        for generation in by.generations:
            give(generation, analyst, by=by)
        record(
            action="keys.grant",
            obj=analyst.pseudonym,
            by=by,
            detail={"generations": [generation.number for generation in by.generations]},
        )
        vouch_for([bytes(analyst.verify_key)])
    register_granted_keys()


def wrap_for_everybody(generation: Generation, *, by: Desk) -> None:
    """Seal a new generation to everybody who holds one, to its maker and to the recovery key.

    Call it in the transaction that opens the generation. Raises: NotAllowed.
    """
    by.require("rotate")
    holders = set(GenerationWrap.objects.exclude(analyst_id=RECOVERY).values_list("analyst_id", flat=True))
    readers = [role.value for role in READS_REPORTS]
    active = Analyst.objects.filter(is_active=True, role__in=readers).exclude(verify_key=b"")
    with transaction.atomic(using=queries.database()):
        everybody = active.filter(id__in=holders | {by.analyst_id})
        seal_generation(generation, everybody, by=by, recovery_public=queries.recovery_public())
        record(
            action="keys.rotate",
            obj=f"generation {generation.number}",
            by=by,
            detail={"people": len(everybody)},
        )


def rotate(*, by: Desk) -> tuple[Generation, int]:
    """Open a new intake generation, give it to everybody who holds one, and move living reports to it.

    Shape: the generation and how many reports moved. Moving is repeatable: `move_reports` finishes what a
    crash cut short.
    Raises: NotAllowed; Unavailable when intake isn't connected.
    """
    by.require("rotate")
    if not by.generations:
        raise NotAllowed("You hold no key yourself, so you can't open a new one.")
    with transaction.atomic(using=queries.database()):
        generation = generations.create(box.next_number())
        wrap_for_everybody(generation, by=by)
        box.open_generation(generation)
    return generation, move_reports(generation, by=by)


def move_reports(to: Generation, *, by: Desk) -> int:
    """Seal what lives under every older generation to `to`. Raises: NotAllowed."""
    by.require("rotate")
    return sum(box.move(old, to) for old in by.generations if old.number < to.number)


def seal_generation(
    generation: Generation, people: Iterable[Analyst], *, by: Desk, recovery_public: bytes
) -> None:
    """Write one generation's wraps, inside the caller's transaction."""
    for analyst in people:
        give(generation, analyst, by=by)
    pin = pin_of(generation.pair.public)
    GenerationWrap.objects.create(
        analyst_id=RECOVERY,
        number=generation.number,
        wrapped=generations.wrap(generation, recovery_public),
        pin=pin,
        granter_key=by.verify_key,
        signature=by.sign(grant_message(generation.number, pin, RECOVERY, recovery_public, b"")),
    )


def drop_generations(numbers: Sequence[int], *, by: Desk) -> None:
    """Forget old generations that no living report is sealed to any more. Raises: NotAllowed; Conflict."""
    by.require("rotate")
    newest = max((generation.number for generation in by.generations), default=0)
    if newest in numbers:
        raise Conflict("The newest intake key is in use and can't be dropped.")
    with transaction.atomic(using=queries.database()):
        GenerationWrap.objects.filter(number__in=list(numbers)).delete()
        record(action="keys.drop", obj="generations", by=by, detail={"numbers": sorted(numbers)})


def register_granted_keys() -> int:
    """Tell the public library whose signatures count: everybody whom a colleague has granted to.

    Repeatable: what a crash left undone between the two databases is done at the next call.
    """
    rows = StaffKey.objects.exclude(library_certificate=b"")
    for row in rows:
        register_staff_key(row.pseudonym, bytes(row.verify_key), bytes(row.library_certificate))
    return len(rows)


def vouch_for(verify_keys: Iterable[bytes]) -> None:
    """Certify for the library keys that a colleague has just granted to, in the caller's transaction."""
    for row in StaffKey.objects.filter(verify_key__in=list(verify_keys)):
        key = bytes(row.verify_key)
        certificate = certify(settings.INSTANCE_SIGNING_SEED, row.pseudonym, key).certificate
        StaffKey.objects.filter(verify_key=key).update(library_certificate=certificate)


def give(generation: Generation, analyst: Analyst, *, by: Desk) -> None:
    """Seal one generation to one person and sign that, inside the caller's transaction."""
    box_public, verify_key = bytes(analyst.box_public), bytes(analyst.verify_key)
    pin = pin_of(generation.pair.public)
    GenerationWrap.objects.update_or_create(
        analyst_id=analyst.id,
        number=generation.number,
        defaults={
            "wrapped": generations.wrap(generation, box_public),
            "pin": pin,
            "granter_key": by.verify_key,
            "signature": by.sign(grant_message(generation.number, pin, analyst.id, box_public, verify_key)),
        },
    )

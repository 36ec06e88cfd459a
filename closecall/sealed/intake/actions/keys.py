"""Intake generations and erasure slots."""

from datetime import date

from django.db import transaction

from closecall.errors import Conflict
from closecall.sealed.intake import queries
from closecall.sealed.intake.models import IntakeGeneration, SealedAddition, SealedReport
from closecall.sealed.vault import reports
from closecall.sealed.vault.generations import Generation
from closecall.sealed.vault.slots import SlotBurnt
from closecall.site.crypto import aead, boxes


def open_generation(number: int, public_key: bytes, *, today: date | None = None) -> None:
    """Seal new reports to this generation from now on. Repeatable with the same key.

    Raises: Conflict for another key under a known number, or a number that isn't the next.
    """
    with transaction.atomic(using=queries.database()):
        known = queries.generation_keys()
        if number in known:
            if known[number] != bytes(public_key):
                raise Conflict("That generation has another key already.")
            IntakeGeneration.objects.filter(number=number).update(open=True)
            return
        if number != max(known, default=0) + 1:
            raise Conflict("Generations are opened one after the other.")
        IntakeGeneration.objects.create(
            number=number, public_key=public_key, opened_week=queries.this_week(today)
        )


def close_intake() -> None:
    """Take no further report under the newest generation: its key isn't the one that analysts pinned."""
    with transaction.atomic(using=queries.database()):
        newest = IntakeGeneration.objects.order_by("-number").first()
        if newest is not None:
            newest.open = False
            newest.save(update_fields=["open"])


def move_to_generation(old: Generation, new: Generation) -> int:
    """Seal every living key of `old` to `new`, so that a leaver's copy opens no later backup.

    Shape: returns how many reports moved. Burnt keys stay burnt. Repeatable.
    """
    slots = queries.slots()
    moved = 0
    for report_id in list(SealedReport.objects.filter(generation=old.number).values_list("id", flat=True)):
        with transaction.atomic(using=queries.database()):
            report = SealedReport.objects.select_for_update().get(id=report_id)
            if report.generation != old.number:
                continue
            sealed = reports.regrant(queries.sealed_keys(report), old, new, slots, report_id=report.id)
            report.generation = new.number
            report.key_original, report.key_draft = sealed.original, sealed.draft
            report.key_dialogue = sealed.dialogue
            report.save(update_fields=["generation", "key_original", "key_draft", "key_dialogue"])
            moved += 1
    for addition in SealedAddition.objects.filter(generation=old.number).select_related("report"):
        try:
            secret = slots.get(addition.report.slot_original)
        except SlotBurnt:
            continue
        boxed = aead.open_sealed(secret, bytes(addition.envelope), purpose="addition", object_id=addition.id)
        padded = boxes.open_sealed(old.pair, boxed, purpose="addition", object_id=addition.id)
        again = boxes.seal(new.pair.public, padded, purpose="addition", object_id=addition.id)
        envelope = aead.seal(secret, again, purpose="addition", object_id=addition.id)
        with transaction.atomic(using=queries.database()):
            SealedAddition.objects.filter(id=addition.id).update(generation=new.number, envelope=envelope)
    return moved


def sweep_slots() -> int:
    """Burn slots that no row knows: what a crash between slots and row left behind.

    Call it before the first worker takes requests; a submission under way has slots and no row yet.
    """
    return queries.slots().sweep(queries.live_slots())

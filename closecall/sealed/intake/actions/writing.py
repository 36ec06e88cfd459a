"""Sealing one more thing to an existing report, in the caller's transaction."""

from django.db.models import Max

from closecall.errors import Conflict, Gone
from closecall.sealed.intake import queries
from closecall.sealed.intake.models import SealedAddition, SealedMessage, SealedReport
from closecall.sealed.intake.rules.dialogue import MessageKind
from closecall.sealed.intake.rules.stages import ENDED
from closecall.sealed.vault.slots import SlotBurnt
from closecall.site.crypto import aead, boxes, hashing, padding

MOST_ADDITIONS = 20
MOST_MESSAGES = 60
FULL = "This report holds all that it can. Share the rest as a new report."
TOO_LATE = "The original is erased, so nothing can be added to it. Share this as a new report."
TAKEN_BACK = "This report was taken back or erased. What you write now would be a new report."


def derived_id(secret: bytes, purpose: str, plain: bytes) -> int:
    """Name a row by what it says, under a secret that isn't stored: the same thing twice is one row.

    Shape: 1 to 2^63 - 1, uniform; says nothing without the claim code.
    """
    digest = hashing.digest(plain, purpose=purpose, length=8, key=secret)
    return (int.from_bytes(digest, "big") >> 1) or 1


def locked(report_id: int) -> SealedReport:
    """Read a report's row for writing; the transaction is the caller's.

    Raises: Gone after withdrawal or erasure.
    """
    report = SealedReport.objects.select_for_update().get(id=report_id)
    if report.stage in ENDED:
        raise Gone(TAKEN_BACK)
    return report


def add(report: SealedReport, text: str, *, row_id: int, week: str) -> bool:
    """Seal added detail behind the original's slot; False when it was there already.

    Raises: Conflict when the original is burnt or the report is full.
    """
    if SealedAddition.objects.filter(id=row_id).exists():
        return False
    if SealedAddition.objects.filter(report=report).count() >= MOST_ADDITIONS:
        raise Conflict(FULL)
    number, public = queries.current_generation()
    padded = padding.pad(text.encode(), padding.REPORT_BUCKETS)
    boxed = boxes.seal(public, padded, purpose="addition", object_id=row_id)
    try:
        secret = queries.slots().get(report.slot_original)
    except SlotBurnt:
        raise Conflict(TOO_LATE) from None
    envelope = aead.seal(secret, boxed, purpose="addition", object_id=row_id)
    SealedAddition.objects.create(id=row_id, report=report, week=week, generation=number, envelope=envelope)
    return True


def say(report: SealedReport, kind: MessageKind, plain: bytes, *, key: bytes, row_id: int, week: str) -> bool:
    """Seal one message of the dialogue; False when it was there already.

    Raises: Conflict when the dialogue is full.
    """
    if SealedMessage.objects.filter(id=row_id).exists():
        return False
    last = SealedMessage.objects.filter(report=report).aggregate(last=Max("number"))["last"] or 0
    if last >= MOST_MESSAGES:
        raise Conflict(FULL)
    buckets = padding.REPORT_BUCKETS if kind is MessageKind.TEXT else padding.MESSAGE_BUCKETS
    envelope = aead.seal(key, padding.pad(plain, buckets), purpose=f"message-{kind}", object_id=row_id)
    SealedMessage.objects.create(
        id=row_id, report=report, number=last + 1, kind=kind, week=week, envelope=envelope
    )
    return True

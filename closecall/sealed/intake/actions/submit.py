"""Submitting: pad, seal, slots, one transaction; only then is the code shown."""

import secrets
from dataclasses import dataclass
from datetime import date
from typing import Final

from django.db import IntegrityError, transaction

from closecall.errors import Gone, Unavailable
from closecall.sealed.intake import queries
from closecall.sealed.intake.actions import counting, writing
from closecall.sealed.intake.models import SealedReport
from closecall.sealed.intake.rules import claim_code
from closecall.sealed.intake.rules.claim_code import ClaimCode
from closecall.sealed.intake.rules.stages import CLOSED, ENDED, Stage
from closecall.sealed.intake.rules.submission import Submission, as_addition, to_bytes
from closecall.sealed.vault import reports
from closecall.sealed.vault.reporters import ReporterKeys
from closecall.site.crypto import aead, padding

# No I, L, O, U: nobody reads them for 1 and 0, and no word appears by accident.
PUBLIC_ID_LETTERS: Final = "0123456789ABCDEFGHJKMNPQRSTVWXYZ"
PUBLIC_ID_LENGTH: Final = 6
_TRIES = 8


@dataclass(frozen=True)
class Sent:
    """What a submission came to. `added`: the form had been sent before, with other words."""

    code: ClaimCode
    new: bool
    added: bool


def submit_report(
    submission: Submission, *, entropy: bytes, unproven: bool = False, today: date | None = None
) -> Sent:
    """Keep a checked submission, sealed to the intake key, under the code that the form's bits spell.

    Sent again, the same form gives the same code: with the same words nothing changes, with others they are
    sealed as added detail. When this returns, the report is on disk.

    Raises: Unavailable (intake closed, too many at once), Gone (this form's report was taken back).
    """
    code = claim_code.spell(entropy)
    keys = queries.reporter_keys(code.spoken)
    plain = to_bytes(submission)
    week = queries.this_week(today)
    report_id = writing.derived_id(keys.pair.secret, "report-id", plain)
    for _attempt in range(_TRIES):
        earlier = SealedReport.objects.filter(locator=keys.locator).first()
        if earlier is not None:
            return Sent(code, new=False, added=_sent_again(earlier, submission, keys, report_id, plain, week))
        try:
            _insert(report_id, keys, plain, unproven=unproven, week=week)
        except IntegrityError:
            # The same form came twice at once, or a public id was taken: look again.
            continue
        return Sent(code, new=True, added=False)
    raise Unavailable("We couldn't save. Your words are still here. Try again.")


def _insert(report_id: int, keys: ReporterKeys, plain: bytes, *, unproven: bool, week: str) -> None:
    number, public = queries.current_generation()
    slots = queries.slots()
    opened, sealed = reports.create(
        report_id=report_id,
        generation_number=number,
        generation_public=public,
        reporter_public=keys.pair.public,
        slots=slots,
    )
    padded = padding.pad(plain, padding.REPORT_BUCKETS)
    envelope = aead.seal(opened.original, padded, purpose="original", object_id=report_id)
    public_id = "".join(secrets.choice(PUBLIC_ID_LETTERS) for _ in range(PUBLIC_ID_LENGTH))
    try:
        with transaction.atomic(using=queries.database()):
            SealedReport.objects.create(
                id=report_id,
                public_id=public_id,
                locator=keys.locator,
                week=week,
                unproven=unproven,
                generation=number,
                key_original=sealed.original,
                key_draft=sealed.draft,
                key_dialogue=sealed.dialogue,
                key_dialogue_reporter=sealed.dialogue_reporter,
                slot_original=sealed.slot_original,
                slot_analysts=sealed.slot_analysts,
                slot_reporter=sealed.slot_reporter,
                envelope=envelope,
            )
            counting.count("unproven" if unproven else "submitted", week)
    except Exception:
        # No row knows these slots. A crash here leaves orphans, which `sweep_slots` burns at the next start.
        reports.burn_all(sealed, slots)
        raise


def _sent_again(
    earlier: SealedReport, submission: Submission, keys: ReporterKeys, report_id: int, plain: bytes, week: str
) -> bool:
    if earlier.stage in ENDED:
        raise Gone(writing.TAKEN_BACK)
    if earlier.id == report_id:
        return False
    with transaction.atomic(using=queries.database()):
        report = writing.locked(earlier.id)
        row_id = writing.derived_id(keys.pair.secret, "addition-id", plain)
        added = writing.add(report, as_addition(submission), row_id=row_id, week=week)
        if added:
            counting.count("added", week)
            if submission.use == "numbers_only" and report.stage not in CLOSED | {Stage.PUBLISHED}:
                report.decision, report.decision_week = "numbers_only", week
                report.save(update_fields=["decision", "decision_week"])
    return added

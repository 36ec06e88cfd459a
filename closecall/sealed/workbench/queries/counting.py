"""Reports for numbers only: who waits to be counted, which months are due, and what was sealed of each."""

import json
from dataclasses import dataclass
from datetime import date
from typing import Final

from closecall.errors import Gone, NotFound
from closecall.public.library import queries as library
from closecall.public.studies.rules import numbers
from closecall.public.studies.rules.numbers import Counted, Month
from closecall.public.taxonomy import queries as taxonomy
from closecall.sealed.accounts.rules.desk import Desk, generation
from closecall.sealed.intake import queries as intake
from closecall.sealed.intake.rules import weeks
from closecall.sealed.intake.rules.stages import Stage
from closecall.sealed.workbench.models import IssuedMonth, Screening, Tally
from closecall.sealed.workbench.queries import cases, drafts
from closecall.sealed.workbench.queries.cases import CaseHead
from closecall.sealed.workbench.rules import counting as rules
from closecall.site.crypto import aead, boxes, padding

PURPOSE: Final = "tally"


@dataclass(frozen=True)
class Counting:
    """What waits: cases that a person must count, how many are counted, months due, months issued."""

    waiting: tuple[CaseHead, ...]
    counted: int
    due: tuple[Month, ...]
    issued: tuple[tuple[Month, date], ...]
    now: Month


def numbers_only(on: date | None = None) -> Counting:
    """Everything about numbers only that needs no key."""
    day = on or cases.today()
    there = set(Tally.objects.values_list("case_id", flat=True))
    heads = cases.heads_at(Stage.NUMBERS_ONLY)
    issued = IssuedMonth.objects.order_by("-month").values_list("month", "on")
    return Counting(
        waiting=tuple(head for head in heads if head.report.report_id not in there and may_count(head)),
        counted=len(there),
        due=months_due(day),
        issued=tuple(issued),
        now=numbers.month_of(day),
    )


def months_due(on: date) -> tuple[Month, ...]:
    """Months that are over and not issued, from the first in which reports were taken; oldest first.

    It rests on the calendar alone: that a sheet is there, or isn't, says nothing of any report.
    """
    last = IssuedMonth.objects.order_by("-month").values_list("month", flat=True).first()
    if last is not None:
        return numbers.closed(numbers.after(last), on)
    began = intake.opened_week()
    return numbers.closed(numbers.month_of(weeks.monday_of(began)), on) if began else ()


def may_count(head: CaseHead) -> bool:
    """Whether a case counts in the monthly table: numbers only, never in the library, not counted yet.

    What once stood in the library is known there, so it would tell of the others beside it.
    """
    if head.stage is not Stage.NUMBERS_ONLY or head.counted_in or head.report.originals_burnt:
        return False
    try:
        library.must_be_listed(head.public_id)
    except NotFound:
        return True
    except Gone:
        return False
    return False


def known_count(head: CaseHead, desk: Desk) -> Counted | None:
    """What the desk knows of a case without asking again. None when a person must say."""
    try:
        coding = drafts.opened(head.report.report_id, drafts.CODING, desk).value
        rows = Screening.objects.filter(case_id=head.report.report_id).order_by("id")
        views = [drafts.opened_view(row, desk) for row in rows]
    except Gone:
        return None
    return rules.known(taxonomy.pack(), coding, views)


def tally_of(head: CaseHead, desk: Desk) -> Counted | None:
    """How a case is counted until its month is issued; None when it isn't. Raises: NotAllowed."""
    row = Tally.objects.filter(case_id=head.report.report_id).first()
    try:
        return opened_tally(row, desk) if row else None
    except Gone:
        return None


def opened_tally(row: Tally, desk: Desk) -> Counted:
    """Open one tally. Raises: NotAllowed without its generation; Gone once the reporter took the report back."""
    secret = intake.lasting_secret(row.case_id)
    boxed = aead.open_sealed(secret, bytes(row.envelope), purpose=PURPOSE, object_id=row.case_id)
    pair = generation(desk, row.generation).pair
    plain = padding.unpad(boxes.open_sealed(pair, boxed, purpose=PURPOSE, object_id=row.case_id))
    group, risk_class = json.loads(plain)
    return Counted(group, risk_class)


def sealed_tally(case_id: int, counted: Counted, public: bytes) -> bytes:
    """Seal a tally to an intake key, behind the secret that a withdrawal burns. Raises: Gone."""
    plain = padding.pad(json.dumps([counted.group, counted.risk_class]).encode(), padding.MESSAGE_BUCKETS)
    boxed = boxes.seal(public, plain, purpose=PURPOSE, object_id=case_id)
    return aead.seal(intake.lasting_secret(case_id), boxed, purpose=PURPOSE, object_id=case_id)

"""Numbers only: count a report without telling it, and issue a month's sheet, once."""

import contextlib
from datetime import date

from django.db import transaction

from closecall.errors import Conflict, Gone
from closecall.public.studies.rules import numbers
from closecall.public.studies.rules.numbers import Counted, Issued, Month
from closecall.public.taxonomy import queries as taxonomy
from closecall.sealed.accounts.rules.desk import Desk
from closecall.sealed.intake import queries as intake
from closecall.sealed.intake.rules.stages import ENDED, Stage
from closecall.sealed.workbench.actions import outbox
from closecall.sealed.workbench.actions.outbox import Payload
from closecall.sealed.workbench.actions.work import Work, at_work
from closecall.sealed.workbench.models import Case, IssuedMonth, Tally
from closecall.sealed.workbench.queries import cases, counting, drafts
from closecall.sealed.workbench.rules import counting as rules
from closecall.site.audit import actions as audit

NOT_COUNTED_HERE = (
    "This case isn't counted here: it isn't for numbers only, it was published once, its month was issued, or its "
    "original is erased."
)
NOT_DUE = "No month is due. A month is issued once, after it is over."


def tally(public_id: str, group: str, harm: str, margin: str, *, by: Desk) -> None:
    """Say how a report for numbers only counts; until its month is issued it may be said again.

    Raises: BadInput, Conflict, Gone, NotAllowed.
    """
    counted = rules.chosen(taxonomy.pack(), group, harm, margin)
    with at_work(public_id, "code", by) as work:
        if not counting.may_count(work.head):
            raise Conflict(NOT_COUNTED_HERE)
        keep(work, counted)
        work.record("tallied")


def count_as_known(work: Work) -> None:
    """Count a case that has just become numbers only, if the desk knows how; otherwise it waits for a person."""
    counted = counting.known_count(work.head, work.by)
    if counted is not None:
        keep(work, counted)


def keep(work: Work, counted: Counted) -> None:
    """Seal how a case counts; nothing of it stands in the clear but the month."""
    held = max(work.by.generations, key=lambda each: each.number)
    sealed = {
        "generation": held.number,
        "envelope": counting.sealed_tally(work.report_id, counted, held.pair.public),
    }
    month = numbers.month_of(cases.today())
    Tally.objects.update_or_create(
        case=work.case, defaults=sealed, create_defaults={**sealed, "month": month}
    )


def issue_months(*, by: Desk, on: date | None = None) -> tuple[Month, ...]:
    """Issue every month that is over and not issued yet, the oldest first; returns them.

    The tallies are opened once, counted, and destroyed in the same sealed transaction: afterwards nobody can
    work a smaller number out of this table, not even we. What goes out holds no number below the threshold.

    Raises: Conflict when none is due; NotAllowed (the role, or a tally's key).
    """
    by.require("release")
    day = on or cases.today()
    with transaction.atomic(using=drafts.database()):
        due = counting.months_due(day)
        if not due:
            raise Conflict(NOT_DUE)
        for month in due:
            sheet = numbers.sheet(taxonomy.pack(), month, _taken(month, by))
            IssuedMonth.objects.create(month=month, on=day, by=by.pseudonym)
            outbox.note("numbers", month, None, Payload(issued=Issued(sheet, day)))
            audit.record(action="numbers.issued", obj=month, by=by, detail={})
    outbox.replay()
    return due


def forget_withdrawn() -> None:
    """Delete the tallies of reports that were taken back or erased. Their secret is burnt already."""
    ended = [one.report_id for one in intake.everything() if one.stage in ENDED]
    Tally.objects.filter(case_id__in=ended).delete()


def _taken(month: Month, by: Desk) -> list[Counted]:
    """Open the tallies of a month, and of any before it, and destroy them.

    What was taken back doesn't count, nor does a further account of an event that counts: eleven colleagues who
    tell of one night are one event, which nobody may read off.
    """
    found = []
    for row in list(Tally.objects.select_for_update().filter(month__lte=month).select_related("case")):
        event = row.case.event
        again = bool(event) and Case.objects.filter(event=event).exclude(counted_in="").exists()
        if not again and intake.summary(row.case_id).stage is Stage.NUMBERS_ONLY:
            with contextlib.suppress(Gone):  # taken back a moment ago
                found.append(counting.opened_tally(row, by))
            Case.objects.filter(id=row.case_id).update(counted_in=month)
        row.delete()
    return found

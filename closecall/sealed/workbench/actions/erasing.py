"""Destroying keys on schedule, and the legal hold that stops it."""

from dataclasses import dataclass
from datetime import date

from django.db import transaction

from closecall.errors import Conflict
from closecall.sealed.accounts.rules.desk import Desk
from closecall.sealed.intake import actions as intake_actions
from closecall.sealed.intake import queries as intake
from closecall.sealed.intake.rules.stages import Stage
from closecall.sealed.workbench.actions import counting
from closecall.sealed.workbench.actions.work import at_work
from closecall.sealed.workbench.models import Case, Draft, Screening
from closecall.sealed.workbench.queries import cases, drafts, publication
from closecall.site.audit import actions as audit

SAME_PERSON = "You asked for this. A second approver must agree."


@dataclass(frozen=True)
class Erased:
    """How much was destroyed. `unhandled`: reports that nobody brought to an end within 90 days."""

    originals: int
    dialogues: int
    unhandled: int
    held: int


def erase_due(*, by: Desk, on: date | None = None) -> Erased:
    """Destroy every key whose time has come; reports under a legal hold stay.

    A key is gone the moment its slot is overwritten, even if the machine stops before the entry is written:
    then the same run is simply repeated.

    Raises: NotAllowed.
    """
    by.require("hold")
    day = on or cases.today()
    with transaction.atomic(using=drafts.database()):
        due = publication.due_erasures(day)
        free = [each for each in due if not each.held]
        for each in free:
            if each.originals:
                intake_actions.burn_originals(each.report_id)
                Draft.objects.filter(case_id=each.report_id).delete()
                Screening.objects.filter(case_id=each.report_id).delete()
            if each.dialogue:
                intake_actions.burn_dialogue(each.report_id)
                Case.objects.filter(id=each.report_id).update(dialogue_burnt=True)
        taken_back = [each.report_id for each in intake.everything() if each.stage is Stage.WITHDRAWN]
        Case.objects.filter(id__in=taken_back).exclude(event="").update(event="")
        counting.forget_withdrawn()
        erased = Erased(
            originals=sum(each.originals for each in free),
            dialogues=sum(each.dialogue for each in free),
            unhandled=intake_actions.erase_unhandled(day),
            held=len(due) - len(free),
        )
        audit.record(
            action="keys.erased",
            obj="schedule",
            by=by,
            detail={
                "originals": erased.originals,
                "dialogues": erased.dialogues,
                "unhandled": erased.unhandled,
                "held": erased.held,
            },
        )
    return erased


def change_hold(public_id: str, *, by: Desk) -> bool:
    """Begin a legal hold on a report, or end the one that stands: it takes two approvers, one after the other.

    The reporter reads of a hold in the mailbox.

    Returns: whether it is done; False after the first person.
    Raises:  NotAllowed; Conflict when the same person asks twice.
    """
    with at_work(public_id, "hold", by) as work:
        asked = work.case.hold_asked_by
        if asked == by.pseudonym:
            raise Conflict(SAME_PERSON)
        held = work.head.report.held
        work.case.hold_asked_by = "" if asked else by.pseudonym
        work.case.save(update_fields=["hold_asked_by"])
        if not asked:
            work.record("hold_end_asked" if held else "hold_asked")
            return False
        work.record("hold_ended" if held else "held")
        if held:
            intake_actions.lift_hold(work.report_id)
        else:
            intake_actions.hold(work.report_id)
        return True


def forget_hold(public_id: str, *, by: Desk) -> None:
    """Take back what one person asked about a hold; whoever asked, or another approver, may."""
    with at_work(public_id, "hold", by) as work:
        work.case.hold_asked_by = ""
        work.case.save(update_fields=["hold_asked_by"])
        work.record("hold_not_asked")

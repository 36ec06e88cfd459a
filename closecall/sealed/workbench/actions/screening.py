"""Triage: two independent views, and what follows from them."""

from closecall.errors import BadInput, Conflict
from closecall.public.taxonomy import queries as taxonomy
from closecall.sealed.accounts.rules.desk import Desk
from closecall.sealed.intake import actions as intake_actions
from closecall.sealed.intake import queries as intake
from closecall.sealed.intake.rules.stages import Stage
from closecall.sealed.workbench.actions import counting
from closecall.sealed.workbench.actions.joining import case_of, tie
from closecall.sealed.workbench.actions.work import TOO_LONG, Work, at_work, must_stand_at, new_id
from closecall.sealed.workbench.models import Screening
from closecall.sealed.workbench.queries import cases, drafts
from closecall.sealed.workbench.rules import screening as rules
from closecall.sealed.workbench.rules.screening import Screening as View
from closecall.sealed.workbench.rules.screening import Settled, Verdict
from closecall.sealed.workbench.rules.stages import OPEN, Event

NOT_TWICE = "You have screened this report. A second person screens it without seeing your view."
DECLINED = "We can't publish this report. Why: "


def screen(public_id: str, view: View, *, by: Desk) -> Settled | None:
    """Keep one person's view of a report; the second one settles it when both agree.

    Returns: None while a second view is missing; `verdict` None when the two differ.
    Raises:  BadInput; Conflict when this person has screened it before, or two have.
    """
    with at_work(public_id, "screen", by) as work:
        must_stand_at(work, Stage.RECEIVED, Stage.SCREENING)
        pack = taxonomy.pack()
        known = [code.key for code in pack.facet(pack.release.group_by).choices]
        rules.check(view, public_id=public_id, categories=known)
        _must_exist(view.duplicate_of)
        rows = Screening.objects.filter(case=work.case)
        if rows.filter(by=by.pseudonym).exists():
            raise Conflict(NOT_TWICE)
        if rows.count() >= 2:
            raise Conflict("Two people have screened this report already.")
        _keep(work, view)
        if view.hazard:
            work.case.hazard = True
        if work.stage is Stage.RECEIVED:
            work.move(Event.SCREENED_ONCE)
        work.case.save()
        work.record("screened", verdict=view.verdict.value, hazard=view.hazard)
        settled = cases.screening(work.head, by).settled
        if settled is not None and settled.verdict is not None:
            _settle(work, settled)
        return settled


def resolve(public_id: str, verdict: Verdict, *, duplicate_of: str = "", by: Desk) -> None:
    """End a disagreement between two screeners: either of them may, or a third person; never to decline.

    Raises: BadInput, Conflict.
    """
    with at_work(public_id, "screen", by) as work:
        must_stand_at(work, Stage.SCREENING)
        state = cases.screening(work.head, by)
        if len(state.views) < 2:
            raise Conflict("A second person must screen it first.")
        _must_exist(duplicate_of)
        use = cases.original(work.head, by).use
        settled = rules.resolve([view for _by, view in state.views], verdict, duplicate_of, use)
        work.record("resolved", verdict=verdict.value)
        _settle(work, settled)


def decline(public_id: str, reason: str, *, by: Desk) -> bool:
    """Say that a case should be declined; it is once a second person says so too.

    The reason of the first is what the reporter is told, unless the second writes another.

    Returns: whether the case is declined now.
    Raises:  BadInput without a reason; Conflict when the same person says it twice.
    """
    with at_work(public_id, "redact", by) as work:
        notes = work.opened(drafts.NOTES)
        reason = reason.strip()
        if not (reason or notes.value.decline):
            raise BadInput("Say why it should be declined: the reporter is told.")
        if work.case.declined_by == by.pseudonym:
            raise Conflict("You have said so. A second person must agree before it is declined.")
        if reason:
            work.save(drafts.NOTES, drafts.Notes(decline=reason[: rules.NOTE_CHARACTERS]), over=notes.version)
        if not work.case.declined_by:
            must_stand_at(work, *OPEN)
            work.case.declined_by = by.pseudonym
            work.case.save(update_fields=["declined_by"])
            work.record("decline_proposed")
            return False
        work.record("declined")
        _decline(work, reason or notes.value.decline)
        return True


def count_only(public_id: str, *, by: Desk) -> None:
    """Keep a case for numbers only: its story is never published, as the reporter or an analyst decides."""
    with at_work(public_id, "redact", by) as work:
        work.record("numbers_only")
        work.void_approval()
        work.move(Event.COUNTED)
        counting.count_as_known(work)


def _settle(work: Work, settled: Settled) -> None:
    match settled.verdict:
        case Verdict.DECLINE:
            reasons = [view.note for _by, view in cases.screening(work.head, work.by).views if view.note]
            _decline(work, reasons[0] if reasons else "")
        case Verdict.NUMBERS_ONLY:
            _join(work, settled.duplicate_of)
            work.move(Event.COUNTED)
            counting.count_as_known(work)
        case Verdict.PUBLISH:
            _join(work, settled.duplicate_of)
            work.move(Event.ACCEPTED)
        case None:
            return


def _join(work: Work, other: str) -> None:
    """Two people say that it is another account of an event that we have. Nobody's mailbox says so: whoever sent
    one to learn whether somebody else did would be told."""
    if other:
        tie(work, case_of(other))


def _decline(work: Work, reason: str) -> None:
    work.void_approval()
    if reason:
        intake_actions.notify(work.report_id, DECLINED + reason, work.by.generations)
    work.move(Event.DECLINED)


def _keep(work: Work, view: View) -> None:
    key = intake.draft_key(work.report_id, work.by.generations)
    try:
        envelope = drafts.sealed(
            key,
            drafts.VIEW.dump_json(view),
            purpose="screening",
            object_id=f"{work.report_id}/{work.by.pseudonym}",
        )
    except ValueError:
        raise BadInput(TOO_LONG) from None
    Screening.objects.create(
        id=new_id(),
        case=work.case,
        by=work.by.pseudonym,
        hazard=view.hazard,
        verdict=view.verdict.value,
        envelope=envelope,
    )


def _must_exist(public_id: str) -> None:
    if public_id:
        intake.report_id_of(public_id)

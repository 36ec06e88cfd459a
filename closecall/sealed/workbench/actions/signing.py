"""The approver's signature, and the author's again when reasons change."""

from dataclasses import replace

from closecall.errors import Conflict, NotAllowed
from closecall.sealed.accounts.rules.desk import Desk
from closecall.sealed.intake.rules.stages import Stage
from closecall.sealed.workbench.actions.coding import NO_TEXT, author_of, exceptions, sign_anew
from closecall.sealed.workbench.actions.work import Work, at_work, must_stand_at
from closecall.sealed.workbench.models import Approval
from closecall.sealed.workbench.queries import drafts, publication
from closecall.sealed.workbench.rules import release
from closecall.sealed.workbench.rules.release import Reasons
from closecall.sealed.workbench.rules.stages import Event

ONE_PERSON = "You proposed this text. Somebody else must approve it."


def sign_again(public_id: str, *, reasons: Reasons, by: Desk) -> None:
    """Sign as the author once more, with other reasons for exceptions; the approver must sign again, too.

    The words stay as the second reader and the reporter have seen them.

    Raises: Conflict, NotAllowed.
    """
    with at_work(public_id, "propose", by) as work:
        must_stand_at(work, Stage.SECOND_READING, Stage.YOUR_APPROVAL, Stage.SCHEDULED)
        sign_anew(work, author_of(work).reader, reasons)
        work.record("signed_again", exceptions=exceptions(reasons))


def approve(public_id: str, *, by: Desk) -> None:
    """Approve a proposed text as a second person, with a signature; it then waits for the next batch.

    Raises: NotAllowed (the author, the role); Conflict while the reader or the reporter hasn't agreed.
    """
    with at_work(public_id, "sign", by) as work:
        must_stand_at(work, Stage.YOUR_APPROVAL)
        approval = _approval(work)
        if approval.author == by.pseudonym:
            raise NotAllowed(ONE_PERSON)
        if not approval.reader:
            raise Conflict("A second reader must try to break the text first.")
        if not publication.reporter_agrees(work.head):
            raise Conflict("The reporter still has time to object, or has objected.")
        saved = work.opened(drafts.PROPOSAL)
        if saved.value is None:
            raise Conflict(NO_TEXT)
        signed = release.sign(saved.value, by.verify_key, by.sign)
        work.save(drafts.PROPOSAL, replace(saved.value, approver=signed), over=saved.version)
        approval.approver = by.pseudonym
        approval.save(update_fields=["approver"])
        work.record("approved", exceptions=exceptions(saved.value.reasons))
        work.move(Event.APPROVED)


def _approval(work: Work) -> Approval:
    approval = Approval.objects.select_for_update().filter(case=work.case).first()
    if approval is None:
        raise Conflict(NO_TEXT)
    return approval

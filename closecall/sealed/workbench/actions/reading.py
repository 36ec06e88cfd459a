"""The second reader, who sees the redacted text alone and tries to break it."""

from dataclasses import replace

from closecall.errors import Conflict, NotAllowed
from closecall.sealed.accounts.rules.desk import Desk
from closecall.sealed.intake import actions as intake_actions
from closecall.sealed.intake.rules.dialogue import ProposedText
from closecall.sealed.intake.rules.stages import Stage
from closecall.sealed.workbench.actions.work import at_work, must_stand_at
from closecall.sealed.workbench.models import Approval
from closecall.sealed.workbench.queries import drafts
from closecall.sealed.workbench.rules import reading as rules
from closecall.sealed.workbench.rules.reading import Attempt
from closecall.sealed.workbench.rules.stages import Event

YOUR_OWN = "You proposed this text. Somebody else must read it."


def second_read(public_id: str, attempt: Attempt, *, by: Desk) -> bool:
    """Keep an attempt at naming somebody from the redacted text.

    Any yes or tick sends it back to redaction with the note; what is only ticked may stand when the reader
    accepts the reason that the author signed for it. A text that stood is offered to the reporter.

    Returns: whether the text stood.
    Raises:  BadInput, Conflict, NotAllowed (the author).
    """
    with at_work(public_id, "second_read", by) as work:
        must_stand_at(work, Stage.SECOND_READING)
        approval = Approval.objects.select_for_update().filter(case=work.case).first()
        proposal = work.opened(drafts.PROPOSAL).value
        if approval is None or proposal is None:
            raise Conflict("Nobody has proposed a text yet.")
        if approval.author == by.pseudonym:
            raise NotAllowed(YOUR_OWN)
        rules.check(attempt, proposal.reasons.marked)
        attempts = work.opened(drafts.READING)
        work.save(
            drafts.READING,
            replace(attempts.value, attempts=(*attempts.value.attempts, attempt)),
            over=attempts.version,
        )
        work.record(
            "second_read",
            stood=not attempt.sends_back,
            named=list(attempt.named),
            noticed=list(attempt.noticed),
            overruled=attempt.overruled,
        )
        if attempt.sends_back:
            work.void_approval()
            work.move(Event.BROKEN)
            return False
        approval.reader = by.pseudonym
        approval.save(update_fields=["reader"])
        work.move(Event.STOOD)
        text = proposal.text
        offered = ProposedText(
            title=text.title,
            narrative=text.narrative,
            lessons=tuple(lesson.text for lesson in text.lessons),
            synopsis=text.synopsis,
        )
        intake_actions.offer_text(work.report_id, offered, by.generations)
        return True

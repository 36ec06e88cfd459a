"""The batch: an act of one approver, over texts that two people have signed each."""

from dataclasses import dataclass
from datetime import date

from django.db import transaction

from closecall.errors import Conflict
from closecall.sealed.accounts.actions.granting import register_granted_keys
from closecall.sealed.accounts.rules.desk import Desk
from closecall.sealed.intake import queries as intake
from closecall.sealed.intake.rules.stages import Stage
from closecall.sealed.workbench.actions import outbox
from closecall.sealed.workbench.actions.outbox import Payload, replay
from closecall.sealed.workbench.actions.work import new_id
from closecall.sealed.workbench.models import Batch, Case
from closecall.sealed.workbench.queries import cases, drafts, publication
from closecall.sealed.workbench.queries import work as reading
from closecall.sealed.workbench.queries.cases import CaseHead
from closecall.sealed.workbench.rules import release
from closecall.sealed.workbench.rules.release import Proposal
from closecall.site.audit import actions as audit

__all__ = ["Held", "Released", "release_batch", "replay"]


@dataclass(frozen=True)
class Held:
    """A report that stays behind, and why."""

    public_id: str
    sentence: str


@dataclass(frozen=True)
class Released:
    """What a batch came to. `pending`: decided, but the library couldn't be reached yet."""

    released: tuple[str, ...]
    held: tuple[Held, ...]
    pending: int


def release_batch(*, by: Desk, on: date | None = None) -> Released:
    """Release every approved report of the due batch; what the gate or a signature holds stays behind.

    The decision and its outbox rows are one sealed transaction; the library follows, and is caught up with at
    the next release or start should it be out of reach.

    Raises: NotAllowed; Conflict while the batch isn't due.
    """
    by.require("release")
    register_granted_keys()
    replay()
    day = on or cases.today()
    with transaction.atomic(using=drafts.database()):
        if day < publication.batch_due_on(day):
            raise Conflict(
                "The next batch isn't due yet: reports are released together, so no date gives one away."
            )
        batch = reading.scheduled_proposals(by)
        chosen: list[str] = []
        held: list[Held] = []
        for public_id in sorted(batch):
            head = cases.head(public_id)
            refusal = _refusal(head, batch[public_id], batch, day)
            if refusal:
                held.append(Held(public_id, refusal))
                continue
            _decide(head, batch[public_id], batch)
            chosen.append(public_id)
        held += [Held(public_id, NO_KEY) for public_id in _scheduled() if public_id not in batch]
        if chosen:
            Batch.objects.create(id=new_id(), on=day, by=by.pseudonym, count=len(chosen))
        audit.record(
            action="batch.released",
            obj="batch",
            by=by,
            detail={"reports": chosen, "held": [each.public_id for each in held]},
        )
    return Released(tuple(chosen), tuple(held), pending=replay())


NO_KEY = "You don't hold this report's key, or its proposal is gone."


def _scheduled() -> list[str]:
    return [report.public_id for report in intake.waiting() if report.stage is Stage.SCHEDULED]


def _refusal(head: CaseHead, proposal: Proposal, batch: dict[str, Proposal], day: date) -> str:
    """Why a report may not go out now; empty when it may."""
    Case.objects.select_for_update().get(id=head.report.report_id)
    if not publication.holds_signatures(head, proposal):
        return (
            "A signature doesn't fit this text, or isn't from two different people. It must be signed again."
        )
    if not head.reader or head.reader == head.author:
        return "No second reader stands for this text."
    if not publication.reporter_agrees(head, day):
        return "The reporter still has time to object, or has objected."
    if not reading.gate_of(head, proposal, batch).opens:
        return "Too few reports share its event group. It waits, or two people give a reason."
    return ""


def _decide(head: CaseHead, proposal: Proposal, batch: dict[str, Proposal]) -> None:
    gate = reading.gate_of(head, proposal, batch)
    texts = {text.period: text for text in release.told_with(proposal.text)}
    payload = Payload(text=texts[gate.period], signatures=release.signatures(proposal, gate.period))
    outbox.note("publish", head.public_id, head.report.report_id, payload)

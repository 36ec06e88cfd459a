"""What stands between a case and the library, and what is due to be destroyed."""

from dataclasses import dataclass
from datetime import date

from django.conf import settings

from closecall.sealed.accounts import queries as accounts
from closecall.sealed.accounts.rules.desk import Desk
from closecall.sealed.intake import queries as intake
from closecall.sealed.intake.rules.stages import Stage
from closecall.sealed.workbench.models import Batch, Case
from closecall.sealed.workbench.queries import cases, work
from closecall.sealed.workbench.queries.cases import CaseHead
from closecall.sealed.workbench.rules import erasure, release
from closecall.sealed.workbench.rules.release import Gate, Proposal
from closecall.site.crypto import BadSignature


@dataclass(frozen=True)
class Check:
    """One thing that publication asks for: whether it holds, and a sentence that says what is the matter."""

    label: str
    holds: bool
    sentence: str


@dataclass(frozen=True)
class PublishState:
    """Everything that stands between a case and the library."""

    proposal: Proposal | None
    checks: tuple[Check, ...]
    gate: Gate | None
    due_on: date

    @property
    def ready(self) -> bool:
        """Whether the next batch may take it."""
        return self.proposal is not None and all(check.holds for check in self.checks)


@dataclass(frozen=True)
class DueErasure:
    """What may be destroyed now: `originals` (with the drafts), or the `dialogue` for analysts."""

    public_id: str
    report_id: int
    originals: bool
    dialogue: bool
    held: bool


def batch_due_on(today: date) -> date:
    """The day from which the next batch may be released."""
    last = Batch.objects.order_by("-on").first()
    return release.next_batch_on(last.on if last else None, settings.RELEASE_DAYS, today)


def publish_state(case: CaseHead, desk: Desk, on: date | None = None) -> PublishState:
    """Check everything that publication asks for, and say what is missing. Raises: NotAllowed, Gone."""
    day = on or cases.today()
    proposal = work.proposal_of(case, desk)
    due_on = batch_due_on(day)
    if proposal is None:
        missing = Check("Proposed text", False, "Nobody has proposed a text yet.")
        return PublishState(None, (missing,), None, due_on)
    gate = work.gate_of(case, proposal, work.scheduled_proposals(desk))
    checks = (
        Check(
            "Author", _signed(case.author, proposal, author=True), f"Proposed and signed by {case.author}."
        ),
        _read(case),
        _reporter(case, day),
        _approved(case, proposal),
        _gate(gate),
    )
    return PublishState(proposal, checks, gate, due_on)


def holds_signatures(case: CaseHead, proposal: Proposal) -> bool:
    """Tell whether two different people's own keys signed exactly this text, as the rows say."""
    return (
        bool(case.author)
        and bool(case.approver)
        and case.author != case.approver
        and _signed(case.author, proposal, author=True)
        and _signed(case.approver, proposal, author=False)
    )


def reporter_agrees(case: CaseHead, on: date | None = None) -> bool:
    """Tell whether the reporter said yes, or let the window pass without a word."""
    return _reporter(case, on or cases.today()).holds


def due_erasures(on: date | None = None) -> tuple[DueErasure, ...]:
    """Originals and dialogues whose time has come; those under a hold are listed and stay.

    A demonstration erases as soon as somebody asks.
    """
    day = on or cases.today()
    rows = {row.id: row for row in Case.objects.exclude(closed_week="")}
    found = []
    for report in intake.everything():
        row = rows.get(report.report_id)
        if row is None or report.stage in (Stage.WITHDRAWN, Stage.ERASED):
            continue
        originals = not report.originals_burnt and (
            settings.DEMO or erasure.due(row.closed_week, erasure.ORIGINAL_DAYS, day)
        )
        dialogue = not row.dialogue_burnt and erasure.due(row.closed_week, erasure.DIALOGUE_DAYS, day)
        if originals or dialogue:
            found.append(DueErasure(report.public_id, report.report_id, originals, dialogue, report.held))
    return tuple(found)


def _signed(pseudonym: str, proposal: Proposal, *, author: bool) -> bool:
    signed = proposal.author if author else proposal.approver
    if signed is None or bytes.fromhex(signed.verify_key) not in accounts.staff_keys().get(pseudonym, ()):
        return False
    try:
        release.verify(proposal, signed)
    except BadSignature:
        return False
    return True


def _read(case: CaseHead) -> Check:
    read = bool(case.reader)
    return Check(
        "Second reader",
        read,
        f"{case.reader} could not name anybody." if read else "A different analyst must try to break it.",
    )


def _reporter(case: CaseHead, day: date) -> Check:
    report = case.report
    if report.decision.kind == "approved":
        return Check("Reporter", True, "The reporter said yes.")
    if report.decision.blocks:
        return Check("Reporter", False, "The reporter asked for something else: see the dialogue.")
    if not report.asked_week:
        return Check("Reporter", False, "The reporter hasn't been asked yet.")
    left = intake.days_to_object(report.report_id, day)
    if left:
        return Check("Reporter", False, f"The reporter has {left} more days; silence is no objection.")
    return Check("Reporter", True, "The window has passed without an objection.")


def _approved(case: CaseHead, proposal: Proposal) -> Check:
    if not case.approver:
        return Check("Approver", False, "Somebody other than the author must approve and sign.")
    if not holds_signatures(case, proposal):
        return Check("Approver", False, "A signature doesn't fit this text. It must be signed again.")
    return Check("Approver", True, f"Approved and signed by {case.approver}.")


def _gate(gate: Gate) -> Check:
    shared = gate.shared_by
    if gate.by_reason:
        return Check("Gate", True, f"Only {shared} of 5 share it; two people let it pass, with no period.")
    if not gate.opens:
        return Check("Gate", False, f"Only {shared} of 5 reports share it, even without a period.")
    period = gate.period or "no period"
    return Check("Gate", True, f"{shared} reports share it; it is told with {period}.")

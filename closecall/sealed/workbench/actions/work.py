"""What every verb shares: the role, one sealed transaction, the lock, the stage, the audit entry."""

import secrets
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass

from django.db import transaction

from closecall.errors import BadInput, Conflict
from closecall.sealed.accounts.rules.desk import Desk
from closecall.sealed.accounts.rules.roles import Verb
from closecall.sealed.intake import actions as intake_actions
from closecall.sealed.intake import queries as intake
from closecall.sealed.intake.rules.stages import Stage
from closecall.sealed.workbench.models import Approval, Case, Draft, Outbox
from closecall.sealed.workbench.queries import cases, drafts
from closecall.sealed.workbench.queries.cases import CaseHead
from closecall.sealed.workbench.queries.drafts import Kind, Opened, T
from closecall.sealed.workbench.rules import stages
from closecall.sealed.workbench.rules.stages import Event
from closecall.site.audit import actions as audit

RELEASING = "This case is on its way into the library. Unpublish it there if it must not be seen."
TAKEN = "Somebody else has taken this case. Ask them to release it; an approver can break the lock."
STALE = "This was saved meanwhile in another window. What you typed is still here: compare, then save again."
TOO_LONG = "That is more than one case can hold. Shorten it."


@dataclass
class Work:
    """A case in the hands of one verb: its row is locked until the transaction ends."""

    case: Case
    head: CaseHead
    by: Desk

    @property
    def report_id(self) -> int:
        """The report's id, which is the case's."""
        return self.case.id

    @property
    def stage(self) -> Stage:
        """Where the case stood when the verb began, or where it was moved since."""
        return self._moved or self.head.stage

    _moved: Stage | None = None

    def move(self, event: Event) -> Stage:
        """Advance the case. Raises: Conflict when the event can't happen now."""
        self._moved = stages.advance(self.stage, event)
        intake_actions.set_stage(self.report_id, self._moved)
        if self._moved in (Stage.PUBLISHED, Stage.DECLINED, Stage.NUMBERS_ONLY):
            self.case.closed_week = intake.this_week()
        if event in (Event.PROPOSED, Event.COUNTED, Event.DECLINED):
            self.case.taken_by = ""
        self.case.save()
        return self._moved

    def opened(self, kind: Kind[T]) -> Opened[T]:
        """Open one of the case's sealed parts."""
        return drafts.opened(self.report_id, kind, self.by)

    def save(self, kind: Kind[T], value: T, *, over: int) -> None:
        """Seal and keep one part. Raises: Conflict unless `over` is the version that stands; BadInput."""
        row = Draft.objects.select_for_update().filter(case=self.case, kind=kind.name).first()
        if over != (row.version if row else 0):
            raise Conflict(STALE)
        key = intake.draft_key(self.report_id, self.by.generations)
        try:
            envelope = drafts.sealed(
                key,
                drafts.written(kind, value),
                purpose=f"draft-{kind.name}",
                object_id=drafts.object_id(self.report_id, over + 1),
            )
        except ValueError:
            raise BadInput(TOO_LONG) from None
        if row is None:
            row = Draft(id=new_id(), case=self.case, kind=kind.name)
        row.version, row.envelope = over + 1, envelope
        row.save()

    def void_approval(self) -> None:
        """Forget who stood for the text: it is about to change."""
        Approval.objects.filter(case=self.case).delete()
        proposal = self.opened(drafts.PROPOSAL)
        if proposal.value is not None:
            self.save(drafts.PROPOSAL, None, over=proposal.version)

    def record(self, action: str, **detail: object) -> None:
        """Leave the audit entry. `detail`: kinds and counts, never words."""
        audit.record(action=f"case.{action}", obj=self.case.public_id, by=self.by, detail=detail)


@contextmanager
def at_work(public_id: str, verb: Verb, by: Desk, *, taking: bool = False) -> Iterator[Work]:
    """Hold a case for one verb by one person, in one sealed transaction.

    taking: the verb edits, so the case must be free or taken by this person; it is taken then.
    Raises: NotAllowed, NotFound, Conflict.
    """
    by.require(verb)
    with transaction.atomic(using=drafts.database()):
        report_id = intake.report_id_of(public_id)
        Case.objects.get_or_create(id=report_id, defaults={"public_id": public_id})
        case = Case.objects.select_for_update().get(id=report_id)
        if Outbox.objects.filter(report_id=report_id).exists():
            raise Conflict(RELEASING)
        if taking:
            if case.taken_by not in ("", by.pseudonym):
                raise Conflict(TAKEN)
            if not case.taken_by:
                case.taken_by = by.pseudonym
                case.save(update_fields=["taken_by"])
        yield Work(case, cases.head(public_id), by)


def must_stand_at(work: Work, *allowed: Stage) -> None:
    """Pass when the case stands at one of these stages. Raises: Conflict."""
    if work.stage not in allowed:
        raise Conflict(stages.NOT_NOW)


def new_id() -> int:
    """A random key: row order says nothing."""
    return secrets.randbits(63) or 1

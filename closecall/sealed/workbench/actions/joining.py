"""Several accounts of one event become one case: it takes two people, and moves neither report.

Each keeps its own mailbox, keys, text and signatures; what becomes of one changes nothing of the other. Joining
lets no one publish more: it takes support away at the gate, and never adds any.
"""

import secrets
from typing import Final

from closecall.errors import BadInput, Conflict
from closecall.sealed.accounts.rules.desk import Desk
from closecall.sealed.intake import queries as intake
from closecall.sealed.intake.rules.stages import Stage
from closecall.sealed.workbench.actions import outbox
from closecall.sealed.workbench.actions.outbox import Payload
from closecall.sealed.workbench.actions.work import Work, at_work
from closecall.sealed.workbench.models import Case
from closecall.sealed.workbench.queries import cases

_LETTERS: Final = "0123456789ABCDEFGHJKMNPQRSTVWXYZ"

SAME_PERSON = "You said so. A second person must agree."
NOT_ITSELF = "A case can't be another account of itself."


def join(public_id: str, other: str, *, by: Desk) -> bool:
    """Say that two reports tell of one event; they are joined once a second person says the same.

    Returns: whether they are joined now.
    Raises:  NotAllowed, NotFound; BadInput (itself); Conflict (said twice by one person, joined already).
    """
    if other == public_id:
        raise BadInput(NOT_ITSELF)
    with at_work(public_id, "screen", by) as work:
        there = case_of(other)
        if work.stage is Stage.WITHDRAWN or cases.head(other).stage is Stage.WITHDRAWN:
            raise Conflict("One of them was taken back by who sent it.")
        if work.case.event and work.case.event == there.event:
            raise Conflict("They are one case already.")
        if not _agreed(work, other):
            return False
        tie(work, there)
    outbox.replay()
    return True


def part(public_id: str, *, by: Desk) -> bool:
    """Take a report out of its event; it takes two people as well. Returns: whether it is done now."""
    with at_work(public_id, "screen", by) as work:
        if not work.case.event:
            raise Conflict("It is the only account of its event.")
        if not _agreed(work, public_id):  # its own name stands for parting
            return False
        work.case.event = ""
        work.case.save(update_fields=["event"])
        work.record("parted")
        if work.stage is Stage.PUBLISHED:
            outbox.note("part", work.case.public_id, work.report_id, Payload())
    outbox.replay()
    return True


def tie(work: Work, other: Case) -> None:
    """Join two cases, and whatever each was joined with before. The caller has the word of two people."""
    mine = work.case
    key = mine.event or other.event or _new_key()
    merged = [one for one in {mine.event, other.event} if one]
    Case.objects.filter(event__in=merged).update(event=key)
    Case.objects.filter(id=other.id).update(event=key)
    mine.event, mine.join_with, mine.join_asked_by = key, "", ""
    mine.save(update_fields=["event", "join_with", "join_asked_by"])
    work.record("joined", other=other.public_id)
    if len(outbox.told_accounts(key)) > 1:
        outbox.note("join", mine.public_id, work.report_id, Payload(note=key))


def case_of(public_id: str) -> Case:
    """The row of a case, made when nobody has worked on it yet; locked. Raises: NotFound."""
    report_id = intake.report_id_of(public_id)
    Case.objects.get_or_create(id=report_id, defaults={"public_id": public_id})
    return Case.objects.select_for_update().get(id=report_id)


def _agreed(work: Work, other: str) -> bool:
    """Whether a second person says what a first one said; else note that this person does."""
    case = work.case
    if case.join_asked_by and case.join_with == other:
        if case.join_asked_by == work.by.pseudonym:
            raise Conflict(SAME_PERSON)
        case.join_with, case.join_asked_by = "", ""
        case.save(update_fields=["join_with", "join_asked_by"])
        return True
    case.join_with, case.join_asked_by = other, work.by.pseudonym
    case.save(update_fields=["join_with", "join_asked_by"])
    work.record("join_asked", other=other)
    return False


def _new_key() -> str:
    """Draw an event's key: random, so it says nothing of any report."""
    return "".join(secrets.choice(_LETTERS) for _ in range(10))

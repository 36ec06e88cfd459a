"""Taking a case, so that two people don't edit it at once."""

from closecall.errors import Conflict
from closecall.sealed.accounts.rules.desk import Desk
from closecall.sealed.workbench.actions.work import TAKEN, at_work
from closecall.sealed.workbench.rules import stages


def take(public_id: str, *, by: Desk) -> None:
    """Take a case. Raises: Conflict when somebody else has it, or nothing is left to do."""
    with at_work(public_id, "screen", by, taking=True) as work:
        if work.stage not in stages.OPEN:
            raise Conflict(stages.NOT_NOW)
        work.record("taken")


def release_take(public_id: str, *, by: Desk) -> None:
    """Give a case back; an approver may break somebody else's lock. Raises: Conflict otherwise."""
    with at_work(public_id, "screen", by) as work:
        holder = work.case.taken_by
        if not holder:
            return
        broken = holder != by.pseudonym
        if broken and not by.may("sign"):
            raise Conflict(TAKEN)
        work.case.taken_by = ""
        work.case.save(update_fields=["taken_by"])
        work.record("lock_broken" if broken else "given_back")

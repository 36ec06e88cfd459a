"""Talking with the reporter through the mailbox."""

from closecall.sealed.accounts.rules.desk import Desk
from closecall.sealed.intake import actions as intake_actions
from closecall.sealed.workbench.actions.work import at_work


def ask(public_id: str, text: str, *, by: Desk) -> None:
    """Put a question to the reporter. Raises: BadInput, Conflict, Gone, NotAllowed."""
    with at_work(public_id, "converse", by) as work:
        intake_actions.ask(work.report_id, text, by.generations)
        work.record("asked")


def tell(public_id: str, text: str, *, by: Desk) -> None:
    """Tell the reporter something that needs no answer. Raises: BadInput, Conflict, Gone, NotAllowed."""
    with at_work(public_id, "converse", by) as work:
        intake_actions.notify(work.report_id, text, by.generations)
        work.record("told")

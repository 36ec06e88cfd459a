"""What may change, one verb each.

A reporter's verbs (submit, mailbox) leave no audit entry, only a weekly total. The desk's verbs are called
inside the workbench's sealed transaction, which writes the audit entry.
"""

from closecall.sealed.intake.actions.desk import (
    ask,
    burn_dialogue,
    burn_originals,
    erase_unhandled,
    hold,
    lift_hold,
    notify,
    offer_text,
    set_stage,
)
from closecall.sealed.intake.actions.keys import (
    close_intake,
    move_to_generation,
    open_generation,
    sweep_slots,
)
from closecall.sealed.intake.actions.mailbox import add_detail, answer, decide, withdraw
from closecall.sealed.intake.actions.order import forget_order
from closecall.sealed.intake.actions.outbox import replay
from closecall.sealed.intake.actions.submit import Sent, submit_report

__all__ = [
    "Sent",
    "add_detail",
    "answer",
    "ask",
    "burn_dialogue",
    "burn_originals",
    "close_intake",
    "decide",
    "erase_unhandled",
    "forget_order",
    "hold",
    "lift_hold",
    "move_to_generation",
    "notify",
    "offer_text",
    "open_generation",
    "replay",
    "set_stage",
    "submit_report",
    "sweep_slots",
    "withdraw",
]

"""What may change in reliability, one staff verb each.

    draw · recode                    a sample and its coders      (drawing)
    code_facet · finish              one coder's own sheets       (coding)
    settle · agree · withdraw_ruling differences                  (settling)
    make_anchor · correct            what comes of it             (settling)
    forget_withdrawn                 what nobody may keep         (drawing)

Each checks the role, runs in one transaction on the sealed database, and leaves one audit entry that names no code.
"""

from closecall.sealed.reliability.actions.coding import code_facet, finish
from closecall.sealed.reliability.actions.drawing import draw, forget_withdrawn, recode
from closecall.sealed.reliability.actions.settling import agree, correct, make_anchor, settle, withdraw_ruling

__all__ = [
    "agree",
    "code_facet",
    "correct",
    "draw",
    "finish",
    "forget_withdrawn",
    "make_anchor",
    "recode",
    "settle",
    "withdraw_ruling",
]

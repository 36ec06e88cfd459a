"""What may change at the desk, one staff verb each.

    take · release_take                                         locks        (taking)
    screen · resolve · decline · count_only                     triage       (screening)
    join · part                                                 one event told by several   (joining)
    decide_spans · mark_words · undo · keep_words · finish_redaction · reopen          (redacting)
    code_facet · write_lessons · place_pauses · word · generalise · propose           (coding)
    second_read                                                 the attempt  (reading)
    sign_again · approve                                        signatures   (signing)
    release_batch · replay                                      the batch    (releasing)
    unpublish · propose_correction · approve_correction · drop_correction · settle_warning   (correcting)
    tally · issue_months                          numbers only (counting)
    ask · tell                                                  the reporter (talking)
    erase_due · change_hold · forget_hold                       destruction  (erasing)

Each checks the role, runs in one transaction on the sealed database, and leaves one audit entry signed by the
person who acts. Saves name the version they were typed over; a stale one is a Conflict.
"""

from closecall.sealed.workbench.actions.coding import (
    code_facet,
    generalise,
    place_pauses,
    propose,
    word,
    write_lessons,
)
from closecall.sealed.workbench.actions.correcting import (
    approve_correction,
    drop_correction,
    propose_correction,
    settle_warning,
    unpublish,
)
from closecall.sealed.workbench.actions.counting import issue_months, tally
from closecall.sealed.workbench.actions.erasing import change_hold, erase_due, forget_hold
from closecall.sealed.workbench.actions.joining import join, part
from closecall.sealed.workbench.actions.reading import second_read
from closecall.sealed.workbench.actions.redacting import (
    decide_spans,
    finish_redaction,
    keep_words,
    mark_words,
    reopen,
    undo,
)
from closecall.sealed.workbench.actions.releasing import Held, Released, release_batch, replay
from closecall.sealed.workbench.actions.screening import count_only, decline, resolve, screen
from closecall.sealed.workbench.actions.signing import approve, sign_again
from closecall.sealed.workbench.actions.taking import release_take, take
from closecall.sealed.workbench.actions.talking import ask, tell

__all__ = [
    "Held",
    "Released",
    "approve",
    "approve_correction",
    "ask",
    "change_hold",
    "code_facet",
    "count_only",
    "decide_spans",
    "decline",
    "drop_correction",
    "erase_due",
    "finish_redaction",
    "forget_hold",
    "generalise",
    "issue_months",
    "join",
    "keep_words",
    "mark_words",
    "part",
    "place_pauses",
    "propose",
    "propose_correction",
    "release_batch",
    "release_take",
    "reopen",
    "replay",
    "resolve",
    "screen",
    "second_read",
    "settle_warning",
    "sign_again",
    "take",
    "tally",
    "tell",
    "undo",
    "unpublish",
    "word",
    "write_lessons",
]

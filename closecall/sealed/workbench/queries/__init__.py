"""Reading the desk.

worklist(desk)                  the queue: hazards first, then by stage and age
head(public_id)                 one case without its words
original · screening            what a screener sees
redaction_of · redacted_text    spans with decisions, the text, what the second pass finds
coding_of                       codes, lessons, wording; what is missing
generalising_of                 how rare the facts are together, and the ladders that help
readings_of · proposal_of · publish_state · batch_due_on
dialogue_of                     the messages with the reporter
accounts · candidates           the cases of one event, and reports that may tell of it
numbers_only · known_count · tally_of   numbers only: who waits, which months are due, how a case counts
due_erasures · holds            what is due to be destroyed
corrections                     corrected texts that wait for their second signature
"""

from closecall.sealed.workbench.queries.cases import (
    CaseHead,
    Queue,
    QueueRow,
    ScreeningState,
    accounts,
    head,
    holds,
    original,
    screening,
    worklist,
)
from closecall.sealed.workbench.queries.corrections import WaitingCorrection, corrections
from closecall.sealed.workbench.queries.counting import (
    Counting,
    known_count,
    may_count,
    numbers_only,
    tally_of,
)
from closecall.sealed.workbench.queries.events import Account, candidates, noted_of
from closecall.sealed.workbench.queries.generalising import Generalising, generalising_of
from closecall.sealed.workbench.queries.publication import (
    Check,
    DueErasure,
    PublishState,
    batch_due_on,
    due_erasures,
    publish_state,
)
from closecall.sealed.workbench.queries.work import (
    CodingState,
    RedactionState,
    coding_of,
    dialogue_of,
    preview,
    proposal_of,
    readings_of,
    redacted_text,
    redaction_of,
)

__all__ = [
    "Account",
    "CaseHead",
    "Check",
    "CodingState",
    "Counting",
    "DueErasure",
    "Generalising",
    "PublishState",
    "Queue",
    "QueueRow",
    "RedactionState",
    "ScreeningState",
    "WaitingCorrection",
    "accounts",
    "batch_due_on",
    "candidates",
    "coding_of",
    "corrections",
    "dialogue_of",
    "due_erasures",
    "generalising_of",
    "head",
    "holds",
    "known_count",
    "may_count",
    "noted_of",
    "numbers_only",
    "original",
    "preview",
    "proposal_of",
    "publish_state",
    "readings_of",
    "redacted_text",
    "redaction_of",
    "screening",
    "tally_of",
    "worklist",
]

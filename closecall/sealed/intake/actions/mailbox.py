"""What a reporter may do with the claim code. Each verb takes an entered mailbox (`queries.enter`)."""

from datetime import date
from typing import Literal

from django.db import transaction

from closecall.errors import BadInput, Conflict, Gone, NotFound
from closecall.sealed.intake import queries
from closecall.sealed.intake.actions import counting, outbox, writing
from closecall.sealed.intake.models import SealedReport
from closecall.sealed.intake.queries import Entered
from closecall.sealed.intake.rules import claim_code
from closecall.sealed.intake.rules.dialogue import MessageKind
from closecall.sealed.intake.rules.stages import CLOSED, Stage
from closecall.sealed.intake.rules.submission import MESSAGE_BYTES, NARRATIVE_BYTES, check_length, clean

NOTHING_WRITTEN = "Write something first, or leave the field empty and close the page."
WHICH_CHANGE = "Say what to change, in a sentence."


def add_detail(entered: Entered, text: str, *, today: date | None = None) -> bool:
    """Seal further detail to analysts; False when the same words were added before.

    Raises: BadInput (empty, too long), Conflict (full, original erased), Gone, NotFound.
    """
    words = _written(text, NARRATIVE_BYTES, NOTHING_WRITTEN)
    week = queries.this_week(today)
    with transaction.atomic(using=queries.database()):
        report = _mine(entered)
        row_id = writing.derived_id(entered.keys.pair.secret, "addition-id", words.encode())
        added = writing.add(report, words, row_id=row_id, week=week)
        if added:
            counting.count("added", week)
    return added


def answer(entered: Entered, text: str, *, once: bytes, today: date | None = None) -> bool:
    """Seal an answer into the dialogue. `once`: the page's random bits; a re-send is no second answer.

    Raises: BadInput (empty, too long), Conflict (dialogue full), Gone, NotFound.
    """
    words = _written(text, MESSAGE_BYTES, NOTHING_WRITTEN)
    week = queries.this_week(today)
    with transaction.atomic(using=queries.database()):
        said = _say(_mine(entered), entered, MessageKind.ANSWER, words, once, week)
        if said:
            counting.count("answered", week)
    return said


def decide(
    entered: Entered,
    kind: Literal["approved", "change", "numbers_only"],
    *,
    change: str = "",
    once: bytes = b"",
    today: date | None = None,
) -> None:
    """Say yes to the proposed text, ask for a change, or allow numbers only. The last word counts.

    Raises: BadInput (a change that says nothing, too long), Conflict (no text waits), Gone, NotFound.
    """
    wish = _written(change, MESSAGE_BYTES, WHICH_CHANGE) if kind == "change" else ""
    week = queries.this_week(today)
    with transaction.atomic(using=queries.database()):
        report = _mine(entered)
        stage = Stage(report.stage)
        if stage in CLOSED or stage is Stage.PUBLISHED:
            raise Conflict("Nothing waits for your word any more. You can still take the report back.")
        offered = report.messages.filter(kind=MessageKind.TEXT).exists()
        if kind != "numbers_only" and not offered:
            raise Conflict("There is no text to decide on yet. Come back when analysts have written it.")
        if wish:
            _say(report, entered, MessageKind.CHANGE, wish, once, week)
        if report.decision != kind or kind == "change":
            report.decision, report.decision_week = kind, week
            report.save(update_fields=["decision", "decision_week"])
            counting.count(kind, week)


def withdraw(entered: Entered, *, today: date | None = None) -> None:
    """Take a report back: burn every slot, take it out of the library, leave a tombstone. Repeatable.

    Decided first, in one transaction with the outbox; what then happens outside the database is replayed at
    the next start should the machine stop in between. A legal hold delays the burning, nothing else.

    Raises: NotFound.
    """
    week = queries.this_week(today)
    if entered.report is None:
        raise NotFound(claim_code.DOES_NOT_MATCH)
    report_id = entered.report.id
    with transaction.atomic(using=queries.database()):
        report = SealedReport.objects.select_for_update().get(id=report_id)
        if report.stage not in (Stage.WITHDRAWN, Stage.ERASED):
            report.stage, report.decision, report.decision_week = Stage.WITHDRAWN, "withdrawn", week
            report.originals_burnt = not report.held
            report.save(update_fields=["stage", "decision", "decision_week", "originals_burnt"])
            if not report.held:
                outbox.note(report, "burn")
            outbox.note(report, "retract")
            counting.count("withdrawn", week)
    outbox.replay(report_id)


def _mine(entered: Entered) -> SealedReport:
    if entered.report is None:
        raise NotFound(claim_code.DOES_NOT_MATCH)
    return writing.locked(entered.report.id)


def _say(
    report: SealedReport, entered: Entered, kind: MessageKind, words: str, once: bytes, week: str
) -> bool:
    if entered.dialogue is None:
        raise Gone(writing.TAKEN_BACK)
    row_id = writing.derived_id(entered.keys.pair.secret, "message-id", once + words.encode())
    return writing.say(report, kind, words.encode(), key=entered.dialogue, row_id=row_id, week=week)


def _written(text: str, limit: int, when_empty: str) -> str:
    words = clean(text)
    if not words:
        raise BadInput(when_empty)
    check_length(words, limit)
    return words

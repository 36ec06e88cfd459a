"""The desk's verbs on a report, called inside the workbench's sealed transaction, with its audit."""

import secrets
from collections.abc import Sequence
from datetime import date

from django.db import transaction

from closecall.errors import BadInput, Conflict, Gone
from closecall.sealed.intake import queries
from closecall.sealed.intake.actions import outbox, writing
from closecall.sealed.intake.models import SealedReport
from closecall.sealed.intake.rules.dialogue import MessageKind, ProposedText, text_to_bytes
from closecall.sealed.intake.rules.stages import ENDED, Stage, may_become
from closecall.sealed.intake.rules.submission import MESSAGE_BYTES, check_length, clean
from closecall.sealed.vault import reports
from closecall.sealed.vault.generations import Generation
from closecall.site.crypto import padding

HELD = "A legal hold stands on this report: nothing of it is erased until two people lift the hold."


def ask(report_id: int, text: str, generations: Sequence[Generation], *, today: date | None = None) -> None:
    """Put a question into the reporter's mailbox; the reporter has `APPROVAL_DAYS` to answer.

    Raises: BadInput (empty, too long), Gone, NotAllowed, NotFound.
    """
    _write(report_id, MessageKind.QUESTION, _words(text), generations, today)


def notify(
    report_id: int, text: str, generations: Sequence[Generation], *, today: date | None = None
) -> None:
    """Tell the reporter something that needs no answer: why a report is declined, that a hold stands."""
    _write(report_id, MessageKind.NOTICE, _words(text), generations, today)


def offer_text(
    report_id: int, text: ProposedText, generations: Sequence[Generation], *, today: date | None = None
) -> None:
    """Show the reporter what we'd publish and open the window to object; an earlier decision is void.

    Raises: BadInput (too long), Conflict (numbers only, declined), Gone, NotAllowed, NotFound.
    """
    plain = text_to_bytes(text)
    if len(plain) > padding.capacity(padding.REPORT_BUCKETS):
        raise BadInput("The text is too long for the mailbox. Shorten it.")
    with transaction.atomic(using=queries.database()):
        report = _live(report_id)
        if report.decision == "numbers_only":
            raise Conflict("The reporter allows numbers only.")
        _put(report, MessageKind.TEXT, plain, generations, queries.this_week(today))
        _advance(report, Stage.YOUR_APPROVAL)
        report.decision, report.decision_week = "none", ""
        report.asked_week = queries.this_week(today)
        report.save(update_fields=["stage", "decision", "decision_week", "asked_week"])


def set_stage(report_id: int, stage: Stage | str) -> None:
    """Move a report on. Raises Conflict for a step that doesn't exist, Gone after withdrawal, NotFound."""
    with transaction.atomic(using=queries.database()):
        report = _live(report_id)
        _advance(report, Stage(stage))
        report.save(update_fields=["stage"])


def burn_originals(report_id: int) -> None:
    """Erase the original, its added detail and the drafts, on schedule. Repeatable.

    Raises: Conflict under a legal hold; NotFound.
    """
    report = _not_held(report_id)
    reports.burn_original(queries.sealed_keys(report), queries.slots())
    with transaction.atomic(using=queries.database()):
        SealedReport.objects.filter(id=report_id).update(originals_burnt=True)


def burn_dialogue(report_id: int) -> None:
    """Close the dialogue to analysts, on schedule; the reporter still reads it. Repeatable.

    Raises: Conflict under a legal hold; NotFound.
    """
    report = _not_held(report_id)
    reports.burn_analyst_dialogue(queries.sealed_keys(report), queries.slots())


def erase_unhandled(today: date | None = None) -> int:
    """Erase what nobody brought to an end within 90 days; returns how many. Held reports stay."""
    erased = 0
    for found, age in queries.unhandled(today):
        if age < queries.ERASE_AFTER_DAYS or found.held:
            continue
        with transaction.atomic(using=queries.database()):
            report = writing.locked(found.report_id)
            report.stage, report.originals_burnt = Stage.ERASED, True
            report.save(update_fields=["stage", "originals_burnt"])
            outbox.note(report, "burn")
        outbox.replay(found.report_id)
        erased += 1
    return erased


def hold(report_id: int) -> None:
    """Stop every erasure of a report, that of a withdrawal too. The workbench takes the two signatures."""
    queries.report_row(report_id)
    with transaction.atomic(using=queries.database()):
        SealedReport.objects.filter(id=report_id).update(held=True)


def lift_hold(report_id: int) -> None:
    """Let erasure go on; what a withdrawal asked for meanwhile is done now."""
    with transaction.atomic(using=queries.database()):
        report = queries.report_row(report_id)
        report.held = False
        if report.stage in ENDED:
            report.originals_burnt = True
            outbox.note(report, "burn")
        report.save(update_fields=["held", "originals_burnt"])
    outbox.replay(report_id)


def _write(
    report_id: int, kind: MessageKind, words: str, generations: Sequence[Generation], today: date | None
) -> None:
    with transaction.atomic(using=queries.database()):
        report = _live(report_id)
        week = queries.this_week(today)
        _put(report, kind, words.encode(), generations, week)
        if kind is MessageKind.QUESTION:
            report.asked_week = week
            report.save(update_fields=["asked_week"])


def _put(
    report: SealedReport, kind: MessageKind, plain: bytes, generations: Sequence[Generation], week: str
) -> None:
    key = queries.opened_keys(report, generations).dialogue
    if key is None:
        raise Gone("The dialogue with this reporter is closed: its key was erased on schedule.")
    writing.say(report, kind, plain, key=key, row_id=secrets.randbits(63) or 1, week=week)


def _live(report_id: int) -> SealedReport:
    queries.report_row(report_id)
    return writing.locked(report_id)


def _not_held(report_id: int) -> SealedReport:
    report = queries.report_row(report_id)
    if report.held:
        raise Conflict(HELD)
    return report


def _advance(report: SealedReport, stage: Stage) -> None:
    if not may_become(Stage(report.stage), stage):
        raise Conflict("A report can't go from where it stands to there.")
    report.stage = stage


def _words(text: str) -> str:
    words = clean(text)
    if not words:
        raise BadInput("Write something first.")
    check_length(words, MESSAGE_BYTES)
    return words

"""De-identification: one decision a span, and the way on when nothing is left."""

from collections.abc import Sequence

from closecall.errors import Conflict
from closecall.sealed.accounts.rules.desk import Desk
from closecall.sealed.intake.rules.stages import Stage
from closecall.sealed.workbench.actions.work import STALE, Work, at_work, must_stand_at
from closecall.sealed.workbench.queries import drafts
from closecall.sealed.workbench.queries import work as reading
from closecall.sealed.workbench.rules import redaction as rules
from closecall.sealed.workbench.rules.redaction import Choice, Decision, Redaction
from closecall.sealed.workbench.rules.stages import Event

LATE = "The reporter added detail. Save once to take it in, then decide what was found there."
UNDECIDED = "Some words are still undecided. Decide each of them first."
LEFT = "The second pass still finds words that could identify. Take them out, or keep them with a reason."


def decide_spans(public_id: str, decisions: Sequence[Decision], *, over: int, by: Desk) -> int:
    """Decide about spans of a case's story; returns the new version. One undo takes all of them back.

    Raises: BadInput, Conflict (stale, taken, wrong stage), NotAllowed.
    """
    with at_work(public_id, "redact", by, taking=True) as work:
        before = _current(work, over)
        after = rules.decide(before, decisions)
        work.record(
            "spans_decided",
            marked=sum(each.marked for each in decisions),
            **rules.counts(after.steps[-1].after if after.steps else ()),
        )
        return _save(work, after, over)


def mark_words(
    public_id: str, words: str, *, choice: Choice, replacement: str = "", over: int, by: Desk
) -> int:
    """Mark exact words that no machine found, wherever they stand; returns the new version.

    Raises: BadInput, Conflict, NotAllowed.
    """
    with at_work(public_id, "redact", by, taking=True) as work:
        after = rules.mark(_current(work, over), words, replacement, choice=choice)
        work.record("words_marked", **rules.counts(after.steps[-1].after))
        return _save(work, after, over)


def undo(public_id: str, *, over: int, by: Desk) -> int:
    """Take the last decision back; returns the new version. Raises: Conflict, NotAllowed."""
    with at_work(public_id, "redact", by, taking=True) as work:
        after = rules.undo(_current(work, over))
        work.record("undone")
        return _save(work, after, over)


def keep_words(public_id: str, words: str, reason: str, *, over: int, by: Desk) -> int:
    """Let words that the second pass finds stand, for a reason; returns the new version.

    While coding too: titles and lessons have a second pass of their own.

    Raises: BadInput, Conflict, NotAllowed.
    """
    with at_work(public_id, "redact", by, taking=True) as work:
        must_stand_at(work, Stage.REDACTING, Stage.CODING)
        saved = work.opened(drafts.REDACTION)
        if work.stage is Stage.REDACTING:
            before = _current(work, over)
        elif saved.version != over:
            raise Conflict(STALE)
        else:
            before = saved.value
        after = rules.keep_words(before, words, reason)
        work.record("words_kept")
        return _save(work, after, over)


def finish_redaction(public_id: str, *, over: int, by: Desk) -> None:
    """Hand the redacted text on to coding.

    Raises: Conflict while a span is undecided, later detail is unread or the second pass finds anything.
    """
    with at_work(public_id, "redact", by, taking=True) as work:
        must_stand_at(work, Stage.REDACTING)
        state = reading.redaction_of(work.head, by)
        if state.version != over:
            raise Conflict(STALE)
        must_be_clean(state)
        if not state.version:
            work.save(drafts.REDACTION, state.redaction, over=0)
        work.record("redacted", spans=len(state.redaction.spans), **rules.counts(state.redaction.spans))
        work.move(Event.REDACTED)


def reopen(public_id: str, *, by: Desk) -> None:
    """Go back to the text from any later stage: every approval of it is void.

    Raises: Conflict when it is published or closed, NotAllowed.
    """
    with at_work(public_id, "redact", by, taking=True) as work:
        work.void_approval()
        work.record("reopened")
        work.move(Event.REOPENED)


def must_be_clean(state: reading.RedactionState) -> None:
    """Pass when nothing in the redacted text still identifies. Raises: Conflict."""
    if state.late:
        raise Conflict(LATE)
    if state.redaction.undecided:
        raise Conflict(UNDECIDED)
    if state.leftovers:
        raise Conflict(LEFT)


def _current(work: Work, over: int) -> Redaction:
    must_stand_at(work, Stage.REDACTING)
    current = reading.current_redaction(work.head, work.by)
    if current.version != over:
        raise Conflict(STALE)
    return current.value


def _save(work: Work, value: Redaction, over: int) -> int:
    work.void_approval()
    work.save(drafts.REDACTION, value, over=over)
    return over + 1

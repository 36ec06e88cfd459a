"""After publication: taking a report down at once, and correcting it with two signatures."""

from dataclasses import replace

from django.db import transaction

from closecall.errors import BadInput, Conflict, Gone, NotAllowed, NotFound
from closecall.public.library import actions as library
from closecall.public.library import queries as published
from closecall.public.library.rules.report import ReleasedText, Signature, canonical_bytes, check
from closecall.sealed.accounts.actions.granting import register_granted_keys
from closecall.sealed.accounts.rules.desk import Desk
from closecall.sealed.intake import queries as intake
from closecall.sealed.intake.rules.stages import Stage
from closecall.sealed.workbench.actions import outbox
from closecall.sealed.workbench.actions.outbox import Payload
from closecall.sealed.workbench.actions.work import RELEASING, TOO_LONG, at_work, new_id
from closecall.sealed.workbench.models import Correction, Outbox
from closecall.sealed.workbench.queries import cases, drafts, finding
from closecall.sealed.workbench.queries import work as reading
from closecall.sealed.workbench.queries.corrections import CORRECTED, PURPOSE, Corrected, opened_correction
from closecall.sealed.workbench.rules.stages import Event
from closecall.site.audit import actions as audit
from closecall.site.crypto import boxes, padding

NOTE_CHARACTERS = 300


def unpublish(public_id: str, *, reason: str = "other", by: Desk) -> None:
    """Take a report out of the library at once; one person may. It comes back only with two signatures.

    A release that is under way is stopped as well.

    Raises: NotAllowed, NotFound.
    """
    by.require("unpublish")
    with transaction.atomic(using=drafts.database()):
        report_id = _case_of(public_id)
        under_way = Outbox.objects.filter(public_id=public_id, verb="publish").exists()
        outbox.note("unpublish", public_id, report_id, Payload(note=reason))
        audit.record(action="report.unpublished", obj=public_id, by=by, detail={"release_stopped": under_way})
    outbox.replay()
    if under_way and report_id is not None and intake.summary(report_id).stage is Stage.SCHEDULED:
        with at_work(public_id, "unpublish", by) as work:
            work.void_approval()
            work.move(Event.REOPENED)
            work.record("reopened")


def base_text(public_id: str, by: Desk) -> ReleasedText:
    """The text that a correction starts from: the published one, or the signed one of a report taken down.

    Raises: NotAllowed; NotFound; Gone; Conflict for reports that aren't ours.
    """
    by.require("propose")
    try:
        there = published.report(public_id)
    except Gone:
        proposal = reading.proposal_of(cases.head(public_id), by)
        if proposal is None:
            raise
        return proposal.text
    if there.origin != "own":
        raise Conflict("Only our own reports are corrected here; imported ones are imported again.")
    return there.text


def propose_correction(text: ReleasedText, note: str, *, by: Desk) -> None:
    """Put a corrected text forward with the author's signature; a second person approves it.

    Raises: BadInput (nothing changed, a finer period, words that could identify, no note); Conflict; Gone.
    """
    by.require("propose")
    before = base_text(text.public_id, by)
    note = note.strip()
    if not note or len(note) > NOTE_CHARACTERS:
        raise BadInput("Say in a sentence what was corrected; readers see it.")
    if text == before:
        raise BadInput("Nothing has changed.")
    if not before.period.startswith(text.period):
        raise BadInput("A correction can't tell the period more finely.")
    check(text, "own")
    if _new_finds(before, text) or _new_finds(before, replace(before, synopsis=note)):
        raise BadInput("The corrected text holds words that could identify somebody. Take them out.")
    signed = by.sign(canonical_bytes(text, "own"))
    corrected = Corrected(text, note, by.verify_key.hex(), signed.hex())
    held = max(by.generations, key=lambda each: each.number)
    with transaction.atomic(using=drafts.database()):
        if Outbox.objects.filter(public_id=text.public_id).exists():
            raise Conflict(RELEASING)
        Correction.objects.filter(public_id=text.public_id).delete()
        row_id = new_id()
        try:
            plain = padding.pad(CORRECTED.dump_json(corrected), drafts.BUCKETS)
        except ValueError:
            raise BadInput(TOO_LONG) from None
        Correction.objects.create(
            id=row_id,
            public_id=text.public_id,
            author=by.pseudonym,
            generation=held.number,
            envelope=boxes.seal(held.pair.public, plain, purpose=PURPOSE, object_id=row_id),
        )
        audit.record(action="correction.proposed", obj=text.public_id, by=by, detail={})


def approve_correction(public_id: str, *, by: Desk) -> None:
    """Approve a correction as a second person: it replaces the published text, with its note.

    Raises: NotAllowed (its author, the role); NotFound.
    """
    by.require("sign")
    register_granted_keys()
    with transaction.atomic(using=drafts.database()):
        row = _correction(public_id)
        if row.author == by.pseudonym:
            raise NotAllowed("You wrote this correction. Somebody else must approve it.")
        waiting = opened_correction(row, by)
        corrected = waiting.corrected
        mine = by.sign(canonical_bytes(corrected.text, "own"))
        signatures = (
            Signature(bytes.fromhex(corrected.verify_key), bytes.fromhex(corrected.signature)),
            Signature(by.verify_key, mine),
        )
        payload = Payload(text=corrected.text, signatures=signatures, note=corrected.note)
        outbox.note("correct", public_id, _case_of(public_id), payload)
        row.delete()
        audit.record(action="correction.approved", obj=public_id, by=by, detail={})
    outbox.replay()


def drop_correction(public_id: str, *, by: Desk) -> None:
    """Let a waiting correction go. Raises: NotAllowed, NotFound."""
    by.require("propose")
    with transaction.atomic(using=drafts.database()):
        _correction(public_id).delete()
        audit.record(action="correction.dropped", obj=public_id, by=by, detail={})


def settle_warning(public_id: str, *, by: Desk) -> None:
    """Mark readers' warnings about a report as looked at; the next one opens them again."""
    by.require("unpublish")
    with transaction.atomic(using=drafts.database()):
        audit.record(action="warning.settled", obj=public_id, by=by, detail={})
    library.settle_warning(public_id)


def _correction(public_id: str) -> Correction:
    row = Correction.objects.select_for_update().filter(public_id=public_id).first()
    if row is None:
        raise NotFound("No correction of this report waits.")
    return row


def _case_of(public_id: str) -> int | None:
    try:
        return intake.report_id_of(public_id)
    except NotFound:
        return None


def _new_finds(before: ReleasedText, after: ReleasedText) -> bool:
    """Tell whether the machine finds words in `after` that didn't stand in `before`."""
    stood = _all_words(before).casefold()
    words = _all_words(after)
    return any(words[start:end].casefold() not in stood for start, end, _kind in finding.again(words))


def _all_words(text: ReleasedText) -> str:
    told = [text.title, text.synopsis, text.content_note, text.narrative]
    told += [lesson.text for lesson in text.lessons]
    told += [line for pause in text.pauses for line in (pause.situation, *pause.questions)]
    told += [applied.sentence for applied in text.codes]
    return "\n".join(told)

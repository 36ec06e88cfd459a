"""What a committed decision still has to do in the public database; repeated until it is done."""

import contextlib
import json
import logging
from dataclasses import dataclass
from typing import Final, Literal

from django.db import DatabaseError, transaction
from pydantic import TypeAdapter

from closecall.errors import Conflict, Gone, NotFound, Refused
from closecall.public.library import actions as library
from closecall.public.library.rules.report import ReleasedText, Signature, from_data, to_data
from closecall.public.studies import actions as studies
from closecall.public.studies.rules.numbers import Issued
from closecall.sealed.intake import actions as intake_actions
from closecall.sealed.intake import queries as intake
from closecall.sealed.intake.rules.stages import ENDED, Stage
from closecall.sealed.workbench.actions.work import new_id
from closecall.sealed.workbench.models import Case, Outbox
from closecall.sealed.workbench.queries import drafts

log = logging.getLogger("closecall.workbench")

Verb = Literal["publish", "correct", "unpublish", "join", "part", "numbers"]
_ISSUED: Final = TypeAdapter(Issued)


@dataclass(frozen=True)
class Payload:
    """What the public wing is given: a text with its two signatures, the reason for taking one down, or a month."""

    text: ReleasedText | None = None
    signatures: tuple[Signature, ...] = ()
    note: str = ""
    issued: Issued | None = None


def note(verb: Verb, public_id: str, report_id: int | None, payload: Payload) -> None:
    """Write down what is to be done, in the caller's sealed transaction; a newer word replaces an older."""
    Outbox.objects.filter(public_id=public_id).delete()
    Outbox.objects.create(
        id=new_id(), verb=verb, public_id=public_id, report_id=report_id, payload=_written(payload)
    )


def replay() -> int:
    """Do everything that is written down; returns how much stays undone. Each step may run twice.

    Needs no key: called after every decision, at the next release, and when the desk starts.
    """
    undone = 0
    for row in Outbox.objects.order_by("id"):
        try:
            _carry_out(row)
        except (Refused, DatabaseError, OSError) as fault:
            undone += 1
            log.error("fault", exc_info=fault)
    return undone


def _carry_out(row: Outbox) -> None:
    payload = _read(bytes(row.payload))
    stage = intake.summary(row.report_id).stage if row.report_id is not None else None
    if stage not in ENDED:
        try:
            _in_library(row, payload)
        except (Gone, NotFound):
            # Withdrawn meanwhile, or never published: nothing of it may appear, and nothing is left to do.
            stage = None
    with transaction.atomic(using=drafts.database()):
        moves = row.verb not in ("join", "part")
        if moves and stage is not None and stage not in ENDED and row.report_id is not None:
            _follow(row.report_id, stage, row.verb)
        Outbox.objects.filter(id=row.id).delete()


def _in_library(row: Outbox, payload: Payload) -> None:
    if row.verb == "numbers":
        _issue(payload)
    elif row.verb == "unpublish":
        library.unpublish(row.public_id, reason=payload.note)
    elif row.verb == "join":
        library.join_event(payload.note, told_accounts(payload.note))
    elif row.verb == "part":
        library.part_event(row.public_id)
    elif payload.text is None:
        raise NotFound("This outbox row holds no text.")
    elif row.verb == "publish":
        library.publish(payload.text, origin="own", signatures=payload.signatures)
        event = Case.objects.filter(public_id=row.public_id).values_list("event", flat=True).first() or ""
        accounts = {*told_accounts(event), row.public_id}
        if len(accounts) > 1:
            library.join_event(event, accounts)
    else:
        library.correct(payload.text, signatures=payload.signatures, note=payload.note)


def told_accounts(event: str) -> list[str]:
    """The published reports of an event: only of these the library is told that they belong together."""
    ids = dict(Case.objects.filter(event=event).values_list("id", "public_id")) if event else {}
    return sorted(ids[one] for one in ids if intake.summary(one).stage is Stage.PUBLISHED)


def _issue(payload: Payload) -> None:
    """Issue a month. One that stands already stays: a restored desk doesn't issue it a second time."""
    if payload.issued is None:
        raise NotFound("This outbox row holds no month.")
    with contextlib.suppress(Conflict):
        studies.issue_month(payload.issued.sheet, on=payload.issued.issued_on)


def _follow(report_id: int, stage: Stage, verb: str) -> None:
    """Bring the report's stage to what the library shows now."""
    then = Stage.NUMBERS_ONLY if verb == "unpublish" else Stage.PUBLISHED
    if stage is then or (verb == "unpublish" and stage is not Stage.PUBLISHED):
        return
    try:
        intake_actions.set_stage(report_id, then)
    except (Gone, Conflict) as moved:
        log.info("outbox.moved_on", exc_info=moved)
        return
    Case.objects.filter(id=report_id, closed_week="").update(closed_week=intake.this_week())


def _written(payload: Payload) -> bytes:
    return json.dumps(
        {
            "text": to_data(payload.text) if payload.text else None,
            "signatures": [[one.verify_key.hex(), one.signature.hex()] for one in payload.signatures],
            "note": payload.note,
            "issued": _ISSUED.dump_python(payload.issued, mode="json") if payload.issued else None,
        }
    ).encode()


def _read(plain: bytes) -> Payload:
    data = json.loads(plain)
    return Payload(
        text=from_data(data["text"]) if data["text"] else None,
        signatures=tuple(
            Signature(bytes.fromhex(key), bytes.fromhex(signature)) for key, signature in data["signatures"]
        ),
        note=data["note"],
        issued=_ISSUED.validate_python(data["issued"]) if data.get("issued") else None,
    )

"""From the board to the public page: publish, correct, withdraw. The public database follows through the outbox."""

import contextlib
import json

from django.db import transaction
from django.utils import timezone

from closecall.errors import Conflict, NotFound
from closecall.public.studies import actions as public
from closecall.public.studies.rules import results
from closecall.sealed.accounts.rules.desk import Desk
from closecall.sealed.research.actions.opening import changed_after, reason_of
from closecall.sealed.research.actions.reading import CHANGED
from closecall.sealed.research.actions.work import Held, at_study
from closecall.sealed.research.models import Outbox, Seat, Study
from closecall.sealed.research.queries import database, stored
from closecall.sealed.research.rules import stages
from closecall.sealed.research.rules.stages import Stage


def publish(slug: str, *, over: int, by: Desk) -> None:
    """Publish the board as it stands; a study that was published before gets its next version.

    Raises: Conflict (a report changed; the board did; one codes blind), NotFound, NotAllowed.
    """
    with at_study(slug, by, Stage.DECIDING, over=over) as held:
        _must_have_seen(held)
        content = content_of(held.study)
        held.study.stage = Stage.PUBLISHED
        held.changed()
        _send(held, "publish", results.spell(content))
        held.record("published", sha256=results.content_hash(content), version=held.study.version + 1)
    replay()


def correct(slug: str, *, reason: str, by: Desk) -> None:
    """Open a published study's board again; its next version says why.

    Raises: BadInput, Conflict, NotFound, NotAllowed.
    """
    reason = reason_of(reason)
    with at_study(slug, by, Stage.PUBLISHED) as held:
        notes = [*json.loads(held.study.notes), changed_after(held.study.version, reason)]
        held.study.notes, held.study.stage = json.dumps(notes), Stage.DECIDING
        held.changed()
        held.record("opened_again", version=held.study.version)


def withdraw(slug: str, *, by: Desk) -> None:
    """Take a study down, every version, for good. Raises: Conflict, NotFound, NotAllowed."""
    with at_study(slug, by, Stage.READING, Stage.DECIDING, Stage.PUBLISHED) as held:
        held.study.stage = Stage.WITHDRAWN
        held.changed()
        if held.study.version:
            _send(held, "withdraw")
        held.record("withdrawn", version=held.study.version)
    replay()


def replay() -> None:
    """Do in the public database what was decided here and isn't done there yet; repeatable."""
    for row in Outbox.objects.select_related("study").order_by("study_id"):
        version = None
        if row.verb == "publish":
            version = public.publish_study(row.study.slug, json.loads(row.payload), on=row.on).version
        else:
            with contextlib.suppress(NotFound):  # it is gone already
                public.withdraw_study(row.study.slug)
        with transaction.atomic(using=database()):
            if version is not None:
                Study.objects.filter(id=row.study_id).update(version=version)
            Outbox.objects.filter(study=row.study_id).delete()


def content_of(study: Study) -> dict[str, object]:
    """Everything that would be published now. Raises: Conflict when a report isn't what was frozen."""
    state = stored(study)
    if not public.still_as_frozen(state.cohort.frozen) or len(state.grouped.vectors) < len(
        state.cohort.lessons
    ):
        raise Conflict(CHANGED)
    return public.compose(
        state.cohort,
        state.grouped,
        state.book,
        book_hash=state.book_sha256,
        title=study.title,
        question=study.question,
        decisions=state.decisions,
        second=state.second,
        notes=json.loads(study.notes),
    )


def _must_have_seen(held: Held) -> None:
    mine = Seat.objects.filter(study=held.study, person=held.by.pseudonym, kind=stages.Seat.SECOND).first()
    if mine is not None and not mine.done:
        raise Conflict(stages.CODING_BLIND)


def _send(held: Held, verb: str, payload: str = "") -> None:
    Outbox.objects.create(study=held.study, verb=verb, payload=payload, on=timezone.localdate())

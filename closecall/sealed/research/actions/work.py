"""What every verb shares: the role, one sealed transaction, the lock, the stage, the audit entry."""

import json
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass

from django.db import transaction
from django.utils import timezone

from closecall.errors import Conflict, NotFound
from closecall.public.studies.rules.board import Decision
from closecall.sealed.accounts.rules.desk import Desk
from closecall.sealed.research.models import Decided, Outbox, Seat, Study
from closecall.sealed.research.queries import database
from closecall.sealed.research.rules import stages
from closecall.sealed.research.rules.stages import Stage
from closecall.site.audit import actions as audit


@dataclass
class Held:
    """A study in the hands of one verb: its row is locked until the transaction ends."""

    study: Study
    by: Desk

    def changed(self) -> None:
        """Save, so that a page drawn before is refused."""
        self.study.revision += 1
        self.study.save()

    def add(self, decision: Decision) -> None:
        """Keep one decision, the newest."""
        add_decision(self.study, decision)

    def record(self, action: str, **detail: object) -> None:
        """Leave the audit entry. `detail`: kinds and counts, never words."""
        audit.record(action=f"study.{action}", obj=f"study-{self.study.id}", by=self.by, detail=detail)


@contextmanager
def at_study(slug: str, by: Desk, *allowed: Stage, over: int | None = None) -> Iterator[Held]:
    """Hold a study for one verb by one person, in one sealed transaction.

    over: the revision that the person looked at; None where that doesn't matter.
    Raises: NotAllowed, NotFound, Conflict.
    """
    by.require("study")
    with transaction.atomic(using=database()):
        study = Study.objects.select_for_update().filter(slug=slug).first()
        if study is None:
            raise NotFound("There is no study of this name on the desk.")
        if Outbox.objects.filter(study=study).exists():
            raise Conflict(stages.ON_ITS_WAY)
        if Stage(study.stage) not in allowed:
            raise Conflict(stages.NOT_NOW)
        if over is not None and over != study.revision:
            raise Conflict(stages.STALE)
        yield Held(study, by)


def add_decision(study: Study, decision: Decision, *, at_round: int | None = None) -> None:
    """Write a decision behind those that stand."""
    number = at_round if at_round is not None else study.round
    last = Decided.objects.filter(study=study, round=number).count()
    Decided.objects.create(
        study=study,
        round=number,
        number=last + 1,
        by=decision.by,
        on=timezone.localdate(),
        verb=decision.verb,
        theme=decision.theme,
        into=decision.into,
        label=decision.label,
        lessons=json.dumps(decision.lessons),
    )


def sit(held: Held, kind: stages.Seat) -> Seat:
    """This person's seat, taken now when it is free. Raises: Conflict."""
    mine = Seat.objects.filter(study=held.study, person=held.by.pseudonym).first()
    if mine is not None:
        if mine.kind != kind:
            raise Conflict(stages.NOT_BOTH)
        return mine
    if kind is stages.Seat.SECOND and Seat.objects.filter(study=held.study, kind=kind).exists():
        raise Conflict(stages.ONE_SECOND)
    return Seat.objects.create(study=held.study, person=held.by.pseudonym, kind=kind)

"""Where studies stand."""

import json
from collections.abc import Mapping
from dataclasses import dataclass

from django.db.models import Count, Q

from closecall.errors import NotFound
from closecall.public.studies import queries as published
from closecall.public.studies.queries import Published
from closecall.sealed.accounts.rules.desk import Desk
from closecall.sealed.research.models import Lesson, Outbox, Seat, SecondChoice, Study
from closecall.sealed.research.rules.stages import LABELS, Stage
from closecall.sealed.research.rules.stages import Seat as SeatKind


@dataclass(frozen=True)
class Head:
    """A study as its every page shows it. `read`: lessons that the machine has read; `seat`: this person's."""

    slug: str
    title: str
    question: str
    query: str
    stage: Stage
    halted: str
    notes: tuple[str, ...]
    reports: int
    lessons: int
    read: int
    coded: int
    revision: int
    version: int
    opened_by: str
    on_its_way: bool
    seats: Mapping[str, SeatKind]
    seat: SeatKind | None
    second_done: bool

    @property
    def stage_label(self) -> str:
        """The stage in words."""
        return LABELS[self.stage]

    @property
    def second(self) -> str:
        """Who codes blind; "" for nobody."""
        return next((who for who, kind in self.seats.items() if kind is SeatKind.SECOND), "")

    @property
    def blind(self) -> bool:
        """Whether this person codes blind and hasn't finished: the board is not for them yet."""
        return self.seat is SeatKind.SECOND and not self.second_done

    @property
    def page(self) -> str:
        """Where this person's next work is done."""
        if self.stage is Stage.READING:
            return "cohort"
        return "code" if self.blind else "publish" if self.stage is not Stage.DECIDING else "themes"


def heads(desk: Desk) -> tuple[Head, ...]:
    """Every study, newest first."""
    return tuple(_head(row, desk) for row in Study.objects.order_by("-id"))


def head(slug: str, desk: Desk) -> Head:
    """One study. Raises: NotFound."""
    row = Study.objects.filter(slug=slug).first()
    if row is None:
        raise NotFound("There is no study of this name on the desk.")
    return _head(row, desk)


def elsewhere() -> tuple[Published, ...]:
    """Published studies that aren't on the desk: made by a command, or shipped with the demonstration."""
    here = set(Study.objects.values_list("slug", flat=True))
    return tuple(one for one in published.studies() if one.slug not in here)


def waiting() -> tuple[str, ...]:
    """Studies whose lessons the machine still has to read, oldest first."""
    rows = Study.objects.filter(stage=Stage.READING, halted="").order_by("id")
    return tuple(rows.values_list("slug", flat=True))


def _head(row: Study, desk: Desk) -> Head:
    counted = Lesson.objects.filter(study=row, round=row.round).aggregate(
        lessons=Count("id"), read=Count("id", filter=~Q(vector=b""))
    )
    seats = {one.person: one for one in Seat.objects.filter(study=row).order_by("id")}
    mine = seats.get(desk.pseudonym)
    return Head(
        slug=row.slug,
        title=row.title,
        question=row.question,
        query=row.query,
        stage=Stage(row.stage),
        halted=row.halted,
        notes=tuple(json.loads(row.notes)),
        reports=len(json.loads(row.ids)),
        lessons=counted["lessons"],
        read=counted["read"],
        coded=SecondChoice.objects.filter(study=row).count(),
        revision=row.revision,
        version=row.version,
        opened_by=row.opened_by,
        on_its_way=Outbox.objects.filter(study=row).exists(),
        seats={who: SeatKind(one.kind) for who, one in seats.items()},
        seat=SeatKind(mine.kind) if mine else None,
        second_done=any(one.done for one in seats.values() if one.kind == SeatKind.SECOND),
    )

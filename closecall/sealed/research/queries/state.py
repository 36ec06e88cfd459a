"""A study's board: what the machine proposed, replayed with what people decided."""

import json
from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date

import numpy as np
from django.db import router

from closecall.errors import NotFound
from closecall.public.studies.actions import Cohort, Grouped
from closecall.public.studies.rules import board as boards
from closecall.public.studies.rules.board import Board, Decision, StudyLesson
from closecall.public.studies.rules.results import Frozen
from closecall.public.taxonomy.rules.codebook import Codebook
from closecall.sealed.research.models import Decided, Lesson, SecondChoice, Study


@dataclass(frozen=True)
class Taken:
    """A decision and its day."""

    decision: Decision
    on: date


@dataclass(frozen=True)
class State:
    """All of a study. `digests` stand for the lessons' words; `second` maps lessons to the second coder's themes."""

    book: Codebook
    book_sha256: str
    cohort: Cohort
    grouped: Grouped
    taken: tuple[Taken, ...]
    board: Board
    second: Mapping[str, str]

    @property
    def decisions(self) -> tuple[Decision, ...]:
        """What was decided, in order."""
        return tuple(one.decision for one in self.taken)

    @property
    def digests(self) -> dict[str, str]:
        """What stands for each lesson's words."""
        return {one.id: one.digest for one in self.cohort.lessons}

    @property
    def where(self) -> dict[str, str]:
        """Each lesson's event: its report's own id where that alone tells of it."""
        return {one.id: self.cohort.frozen.event(one.public_id) for one in self.cohort.lessons}


def database() -> str:
    """Name the database of this room's tables."""
    return router.db_for_write(Study)


def codebook_of(row: Study) -> Codebook:
    """The codebook that a study was opened with, whatever the pack holds today."""
    return Codebook.model_validate_json(row.codebook, strict=False)  # a JSON list is a tuple here


def state(slug: str) -> State:
    """Everything of one study. Raises: NotFound."""
    row = Study.objects.filter(slug=slug).first()
    if row is None:
        raise NotFound("There is no study of this name on the desk.")
    return stored(row)


def stored(row: Study) -> State:
    """The same for a row at hand."""
    book = codebook_of(row)
    rows = list(Lesson.objects.filter(study=row, round=row.round).order_by("number"))
    lessons = tuple(
        StudyLesson(one.lesson_id, one.lesson_id.partition("/")[0], "", one.digest) for one in rows
    )
    labels = {theme.key: theme.label for theme in book.themes}
    residue: dict[int, list[str]] = {}
    for one in rows:
        if one.residue is not None:
            residue.setdefault(one.residue, []).append(one.lesson_id)
    grouped = Grouped(
        ranked={one.lesson_id: tuple((key, p) for key, p in json.loads(one.proposed)) for one in rows},
        first=Board(labels, {one.lesson_id: one.placed for one in rows}),
        vectors={
            one.lesson_id: np.frombuffer(bytes(one.vector), np.float32) for one in rows if bytes(one.vector)
        },
        model=row.model,
        residue=tuple(tuple(residue[number]) for number in sorted(residue)),
    )
    taken = tuple(
        taken_of(one) for one in Decided.objects.filter(study=row, round=row.round).order_by("number")
    )
    there = {one.id for one in lessons}
    chosen = SecondChoice.objects.filter(study=row).values_list("lesson_id", "theme")
    ids, events = tuple(json.loads(row.ids)), json.loads(row.events)
    frozen = Frozen(row.query, ids, row.seq, row.fingerprint, events)
    return State(
        book=book,
        book_sha256=row.book_sha256,
        cohort=Cohort(frozen, lessons),
        grouped=grouped,
        taken=taken,
        board=boards.replay(grouped.first, [one.decision for one in taken]),
        second={lesson: theme for lesson, theme in chosen if lesson in there},
    )


def taken_of(row: Decided) -> Taken:
    """A row as the decision that it keeps."""
    decision = Decision(
        verb=row.verb,  # type: ignore[arg-type] # written by actions from a Decision alone
        by=row.by,
        theme=row.theme,
        into=row.into,
        label=row.label,
        lessons=tuple(json.loads(row.lessons)),
    )
    return Taken(decision, row.on)

"""The job: the machine reads a study's lessons, slice by slice, and proposes themes once it has read them all.

Each slice is kept before the next begins, so whatever stops the process loses a slice at most, and whoever goes on
finds where it stopped. Two that work at once do the same, and the second changes nothing.
"""

import json
import time
from collections.abc import Callable, Mapping

import numpy as np
from django.db import transaction

from closecall.errors import Conflict, Refused
from closecall.public.library import queries as library
from closecall.public.studies import actions as public
from closecall.public.studies.actions import Cohort, Encode, Grouped
from closecall.public.studies.rules.board import StudyLesson
from closecall.sealed.research.actions.work import add_decision
from closecall.sealed.research.models import Decided, Lesson, SecondChoice, Study
from closecall.sealed.research.queries import codebook_of, database, stored, waiting
from closecall.sealed.research.queries.state import taken_of
from closecall.sealed.research.queries.words import words_of
from closecall.sealed.research.rules.carrying import carry
from closecall.sealed.research.rules.stages import Stage
from closecall.text import meaning

SLICE = 32
CHANGED = (
    "A report of this cohort was changed or taken down. Freeze the cohort again: what still holds stays."
)


def work(
    *, seconds: float, encode: Encode = meaning.vector, clock: Callable[[], float] = time.monotonic
) -> bool:
    """Read lessons for about so long; True when nothing waits any more.

    A study that can't be read says why on its page, and waits until somebody freezes it again.
    """
    until = clock() + seconds
    for slug in waiting():
        study = Study.objects.get(slug=slug)
        try:
            while _read_slice(study, encode):
                if clock() >= until:
                    return False
            _propose(study, encode)
        except Refused as refused:
            Study.objects.filter(id=study.id, round=study.round).update(halted=refused.sentence[:200])
        if clock() >= until:
            return not waiting()
    return True


def forget_withdrawn() -> int:
    """Forget the vectors of lessons whose report has left the library; gives how many."""
    gone: list[int] = []
    for study in Study.objects.all():
        held = dict(Lesson.objects.filter(study=study).exclude(vector=b"").values_list("id", "lesson_id"))
        reports = sorted({lesson.partition("/")[0] for lesson in held.values()})
        listed = {one.public_id for one in library.reports(reports)} if reports else set()
        stays = listed if study.stage != Stage.WITHDRAWN else set()
        gone += [row for row, lesson in held.items() if lesson.partition("/")[0] not in stays]
    with transaction.atomic(using=database()):
        return Lesson.objects.filter(id__in=gone).update(vector=b"")


def _read_slice(study: Study, encode: Encode) -> bool:
    """Read some lessons that nobody has read; False when there are none. Raises: Refused."""
    rows = list(Lesson.objects.filter(study=study, round=study.round, vector=b"").order_by("number")[:SLICE])
    if not rows:
        return False
    known = {
        digest: bytes(vector)
        for digest, vector in Lesson.objects.filter(study=study, digest__in=[one.digest for one in rows])
        .exclude(vector=b"")
        .values_list("digest", "vector")
    }
    words = _words({one.lesson_id: one.digest for one in rows})
    for row in rows:
        row.vector = known.get(row.digest) or np.asarray(encode(words[row.lesson_id]), np.float32).tobytes()
    with transaction.atomic(using=database()):
        Lesson.objects.bulk_update(rows, ["vector"])
    return True


def _propose(study: Study, encode: Encode) -> None:
    """Everything is read: rank, group, carry over what was decided before, and open the board. Raises: Refused."""
    state = stored(study)
    words = _words(state.digests)
    lessons = tuple(
        StudyLesson(one.id, one.public_id, words[one.id], one.digest) for one in state.cohort.lessons
    )
    grouped = public.group_lessons(
        Cohort(state.cohort.frozen, lessons), codebook_of(study), encode=encode, vectors=state.grouped.vectors
    )
    with transaction.atomic(using=database()):
        row = Study.objects.select_for_update().get(id=study.id)
        if (row.round, row.stage) != (study.round, Stage.READING):
            return
        _save_proposal(row, grouped)
        before = Lesson.objects.filter(study=row, round__lt=row.round)
        digests = dict(before.values_list("lesson_id", "digest"))
        earlier = before.order_by("-round").values_list("round", flat=True).first()
        if earlier is not None:
            rows = Decided.objects.filter(study=row, round=earlier).order_by("number")
            kept = {one.id for one in lessons if digests.get(one.id) == one.digest}
            for decision in carry(grouped.first, [taken_of(one).decision for one in rows], kept):
                add_decision(row, decision)
        before.delete()
        _drop_other_choices(row, state.digests)
        row.stage, row.model, row.revision = Stage.DECIDING, grouped.model, row.revision + 1
        row.save()


def _save_proposal(study: Study, grouped: Grouped) -> None:
    group = {lesson: number for number, members in enumerate(grouped.residue) for lesson in members}
    rows = list(Lesson.objects.filter(study=study, round=study.round))
    for one in rows:
        one.proposed = json.dumps(grouped.ranked[one.lesson_id])
        one.placed = grouped.first.placed[one.lesson_id]
        one.residue = group.get(one.lesson_id)
    Lesson.objects.bulk_update(rows, ["proposed", "placed", "residue"], batch_size=200)


def _drop_other_choices(study: Study, digests: Mapping[str, str]) -> None:
    """A choice stands while its lesson does, in the same words."""
    for choice in SecondChoice.objects.filter(study=study):
        if digests.get(choice.lesson_id) != choice.digest:
            choice.delete()


def _words(digests: Mapping[str, str]) -> dict[str, str]:
    """The words of lessons. Raises: Conflict when one isn't there as it was."""
    found = words_of(digests, digests)
    if len(found) < len(digests):
        raise Conflict(CHANGED)
    return found

"""What the house does by itself: it reads lessons, so that no page has to wait for it."""

import time
from collections.abc import Sequence
from typing import Final

import numpy as np
from django.db import router, transaction

from closecall.public.library import queries as library
from closecall.public.taxonomy import queries as taxonomy
from closecall.public.taxonomy.rules.codebook import Codebook
from closecall.sealed.week.models import Placed
from closecall.sealed.week.rules import unlike
from closecall.text.meaning import MODEL
from closecall.text.meaning.themes import Described, Ranker, ranker_of, residue

_AT_ONCE: Final = 20
# How far the log was when every lesson had been read, so that a minute without news costs nothing.
_complete: dict[str, tuple[str, int]] = {}
_Lesson = tuple[str, int, str, str]
"""A report's id, the lesson's place, its print, its words."""


def place_lessons(*, seconds: float) -> bool:
    """Read lessons that nobody has read yet, for so long; False when there are more.

    Nobody acts, so no audit entry: what is kept could be read from the public library at any time.
    Raises: NoModel.
    """
    until = time.monotonic() + seconds
    codebook = taxonomy.pack().codebook
    mark = library.log_mark()
    if not codebook.themes or _complete.get(_database()) == mark:
        return True
    wanted = list(_lessons(codebook))
    there = list(Placed.objects.values_list("public_id", "place", "print"))
    gone = unlike.stale(there, [one[:3] for one in wanted])
    known = {row[:2] for row in there} - gone
    new = [one for one in wanted if one[:2] not in known]
    if not new and not gone:
        _complete[_database()] = mark
        return True
    ranker = _ranker(taxonomy.pack().key)
    with transaction.atomic(using=_database()):
        for public_id, place in gone:
            Placed.objects.filter(public_id=public_id, place=place).delete()
    while new and time.monotonic() < until:
        batch, new = new[:_AT_ONCE], new[_AT_ONCE:]
        _keep(batch, ranker)
    if not new:
        _group({one[:2]: one[3] for one in wanted})
    return not new


def _ranker(pack: str) -> Ranker:
    """A pack's themes, read once in a process: two hundred sentences take the model seconds."""
    themes = taxonomy.pack(pack).codebook.themes
    return ranker_of([Described(one.key, one.label, one.description, one.exemplars) for one in themes], MODEL)


def _lessons(codebook: Codebook) -> Sequence[_Lesson]:
    ids = [public_id for public_id, _day in library.coded_here()]
    return [
        (report.public_id, place, unlike.print_of(lesson.text, codebook), lesson.text)
        for report in library.reports(ids)
        for place, lesson in enumerate(report.text.lessons)
    ]


def _keep(batch: Sequence[_Lesson], ranker: Ranker) -> None:
    ranked = ranker.rank([text for *_names, text in batch])
    with transaction.atomic(using=_database()):
        Placed.objects.bulk_create(
            [
                Placed(
                    public_id=public_id,
                    place=place,
                    print=mark,
                    theme=found.themes[0][0],
                    fits=found.fits,
                    nearness=found.nearness,
                )
                for (public_id, place, mark, _text), found in zip(batch, ranked, strict=True)
            ],
            ignore_conflicts=True,  # another process was quicker
        )


def _group(words: dict[tuple[str, int], str]) -> None:
    """Put lessons that fit none beside each other, for reading."""
    rows = [row for row in Placed.objects.filter(fits=False) if (row.public_id, row.place) in words]
    if not rows:
        return
    vectors = np.vstack([MODEL.vector(words[row.public_id, row.place]) for row in rows]).astype(np.float64)
    for row, group in zip(rows, residue(vectors), strict=True):
        row.grouped = group
    with transaction.atomic(using=_database()):
        Placed.objects.bulk_update(rows, ["grouped"])


def _database() -> str:
    return router.db_for_write(Placed)

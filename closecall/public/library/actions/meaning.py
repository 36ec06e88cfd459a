"""Bringing the vectors up to the publication log. Words never wait for it; what was dropped goes at once."""

import logging
import time
from collections.abc import Callable
from typing import Final

from closecall.errors import Refused
from closecall.public.library import queries
from closecall.public.library.actions.dialect import follow_dialect
from closecall.public.library.models import PublicationLog
from closecall.public.library.rules.meaning import STORY_CHUNKS, meant
from closecall.public.library.rules.report import ReleasedText
from closecall.text.meaning import MODEL, Placed, Vector, Vectors, VectorsDamaged, unit

log = logging.getLogger("closecall.library")

_CHUNK: Final = 64


def make_vectors(*, seconds: float = 0.0, wait_seconds: float = 20.0) -> bool:
    """Make the vectors that the log asks for and that aren't there; in `seconds`, if it isn't 0.

    Returns: whether nothing is left to do.
    Raises:  VectorsBusy when another process keeps writing; NoModel.
    """
    until = time.monotonic() + seconds if seconds else float("inf")
    there = _ours(wait_seconds)
    while lines := _pending(there.applied, _CHUNK):
        ids = list(dict.fromkeys(line.public_id for line in lines))
        texts = {one.public_id: one.text for one in queries.reports(ids)}
        placed = [_placed(there, public_id, texts.get(public_id)) for public_id in ids]
        # A report may have been dropped while its vector was made: the log, read again, has the last word.
        gone = queries.removed_since(lines[-1].seq)
        placed = [Placed(one.key, None) if one.key in gone else one for one in placed]
        there.apply(placed, applied=lines[-1].seq, wait_seconds=wait_seconds)
        drop_vectors()  # what was dropped between the look above and the writing
        if time.monotonic() >= until:
            return not _pending(there.applied, 1)
    follow_dialect(wait_seconds=wait_seconds)
    drop_vectors()
    return True


def drop_vectors() -> None:
    """After a commit: take out what the log dropped, without waiting for vectors still to be made.

    A failure is logged, not raised: searches leave out what was dropped whatever the vectors hold.
    """
    _drop(queries.vectors)
    _drop(queries.dialect_vectors)


def _drop(opened: Callable[[], Vectors]) -> None:
    try:
        there = opened()
        gone = queries.removed_since(there.applied)
        listed = {one.public_id for one in queries.reports(sorted(gone))}
        held = [key for key in sorted(gone - listed) if there.vector(key) is not None]
        if held:
            there.apply([Placed(key, None) for key in held], wait_seconds=2.0)
    except VectorsDamaged:
        return  # none are there: whoever makes them reads the log
    except (Refused, OSError) as fault:
        log.warning("vectors.pending", exc_info=fault)


def remake_vectors(*, wait_seconds: float = 20.0) -> int:
    """Go through the whole library: make what is missing or of another text, drop what isn't listed.

    Returns: how many reports have a vector.
    Raises:  VectorsBusy, NoModel.
    """
    there = _ours(wait_seconds)
    _, last = queries.log_mark()
    ids = queries.every_public_id()
    there.apply([Placed(key, None) for key in there.held() - set(ids)], wait_seconds=wait_seconds)
    for start in range(0, len(ids), _CHUNK):
        placed = [
            _placed(there, one.public_id, one.text)
            for one in queries.reports(ids[start : start + _CHUNK])
            if there.digest(one.public_id) != meant(one.text).digest
        ]
        if placed:
            there.apply(placed, wait_seconds=wait_seconds)
    there.apply([], applied=last, wait_seconds=wait_seconds)
    follow_dialect(anew=True, wait_seconds=wait_seconds)
    make_vectors(wait_seconds=wait_seconds)  # whatever was published or dropped meanwhile
    return there.size


def _ours(wait_seconds: float) -> Vectors:
    """The vectors of this library's log: empty ones when they are missing, damaged or another's."""
    history, last = queries.log_mark()
    try:
        there = queries.vectors()
        if there.history == history and there.applied <= last:
            return there
    except VectorsDamaged:
        if queries.vectors_path().exists():
            log.warning("vectors.remaking")
    Vectors.create(queries.vectors_path(), history=history, wait_seconds=wait_seconds)
    queries.forget_vectors()
    return queries.vectors()


def _pending(applied: int, most: int) -> list[PublicationLog]:
    return list(PublicationLog.objects.filter(seq__gt=applied).order_by("seq")[:most])


def _placed(there: Vectors, public_id: str, text: ReleasedText | None) -> Placed:
    """What the database says now about a report; a vector of the same text is taken over."""
    if text is None:
        return Placed(public_id, None)
    told = meant(text)
    kept = there.vector(public_id) if there.digest(public_id) == told.digest else None
    if kept is None or not kept.any():
        kept = _vector(told.head, told.story)
    return Placed(public_id, kept, told.digest)


def _vector(head: str, story: str) -> Vector:
    return unit(MODEL.vector(head) + MODEL.vector(story, most_chunks=STORY_CHUNKS))

"""The library's dialect: learned from its reports, learned anew when it has grown or shrunk by half."""

import logging
from pathlib import Path
from typing import Final

from closecall.public.library import queries
from closecall.public.library.models import PublicationLog
from closecall.public.library.rules.meaning import meant, passages
from closecall.text.meaning import Dialect, Placed, Vectors, VectorsDamaged, dialect

log = logging.getLogger("closecall.library")

_CHUNK: Final = 256
_GROWN: Final = 1.5


def follow_dialect(*, anew: bool = False, wait_seconds: float = 20.0) -> int:
    """Place every report that the log names, after learning the dialect if that is due or asked for.

    Returns: how many reports are placed; 0 while the library is too small to have a dialect.
    Raises:  VectorsBusy when another process keeps writing.
    """
    history, last = queries.log_mark()
    if not anew and (followed := _followed(history, last)) is not None:
        return followed.size
    size = queries.total()
    told = _kept()
    there = (
        _placed_in(told, history, last) if told is not None and not anew and not _due(told, size) else None
    )
    if there is None or told is None:
        told = _learned(size)
        if told is None:
            _without(history, last, wait_seconds)
            return 0
        log.info("dialect.learned")
        path = queries.dialect_path()
        path.mkdir(parents=True, exist_ok=True)
        told.save(path / "dialect.npz")
        there = Vectors.create(
            path, history=history, model=told.name, width=dialect.DIRECTIONS, wait_seconds=wait_seconds
        )
        queries.forget_vectors()
    while lines := list(PublicationLog.objects.filter(seq__gt=there.applied).order_by("seq")[:_CHUNK]):
        _place(there, told, lines, wait_seconds)
    return there.size


def _place(there: Vectors, told: Dialect, lines: list[PublicationLog], wait_seconds: float) -> None:
    ids = list(dict.fromkeys(line.public_id for line in lines))
    placed = {public_id: Placed(public_id, None) for public_id in ids}
    for one in queries.reports(ids):
        vector = told.vector(passages(one.text))
        placed[one.public_id] = Placed(one.public_id, vector, meant(one.text).digest)
    # A report may have been dropped meanwhile: the log, read again, has the last word.
    gone = queries.removed_since(lines[-1].seq)
    kept = [Placed(one.key, None) if one.key in gone else one for one in placed.values()]
    there.apply(kept, applied=lines[-1].seq, wait_seconds=wait_seconds)


def _followed(history: str, last: int) -> Vectors | None:
    """The store, when nothing has happened since it was written: this is asked every second."""
    try:
        there = queries.dialect_vectors()
        return there if (there.history, there.applied) == (history, last) else None
    except VectorsDamaged:
        return None


def _due(told: Dialect, size: int) -> bool:
    return not told.size / _GROWN <= size <= told.size * _GROWN


def _file() -> Path:
    return queries.dialect_path() / "dialect.npz"


def _kept() -> Dialect | None:
    try:
        return Dialect.load(_file())
    except (OSError, ValueError, KeyError):
        return None


def _placed_in(told: Dialect, history: str, last: int) -> Vectors | None:
    """The store, when it is of this dialect and of this log."""
    try:
        there = Vectors.open(queries.dialect_path(), model=told.name, width=dialect.DIRECTIONS)
        return there if there.history == history and there.applied <= last else None
    except VectorsDamaged:
        return None


def _learned(size: int) -> Dialect | None:
    if size < dialect.LEAST_TEXTS:
        return None
    ids = queries.every_public_id()
    step = -(-len(ids) // dialect.MOST_TEXTS)
    some = ids[::step]
    batches = (queries.reports(some[start : start + _CHUNK]) for start in range(0, len(some), _CHUNK))
    return dialect.learn((passages(one.text) for batch in batches for one in batch), size=size)


def _without(history: str, last: int, wait_seconds: float) -> None:
    """Remember that there is no dialect up to here; what was learned of a library that has shrunk isn't kept."""
    there = Vectors.create(
        queries.dialect_path(), history=history, model="", width=dialect.DIRECTIONS, wait_seconds=wait_seconds
    )
    there.apply([], applied=last, wait_seconds=wait_seconds)
    _file().unlink(missing_ok=True)
    queries.forget_vectors()

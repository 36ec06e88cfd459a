"""Bringing the search index up to the publication log, and rebuilding it."""

import logging
from collections.abc import Callable, Iterator, Sequence
from typing import Final, TypeVar

from django.conf import settings

from closecall.errors import Refused
from closecall.public.library import queries
from closecall.public.library.actions.meaning import drop_vectors
from closecall.public.library.models import PublicationLog
from closecall.public.library.queries import Report
from closecall.public.library.rules.indexing import document_of
from closecall.text.searching import Document, Entry, Index, IndexBusy, IndexDamaged

T = TypeVar("T")

log = logging.getLogger("closecall.library")

_CHUNK: Final = 2_000
_PATIENCE_SECONDS: Final = 1.0


def index_pending(*, wait_seconds: float = 20.0) -> int:
    """Apply what the log holds and the index doesn't; rebuild it when it is missing, damaged or foreign.

    Returns: the log entry up to which the index has come.
    Raises:  IndexBusy when another process keeps writing it.
    """
    is_first = not settings.INDEX_PATH.exists()
    try:
        index = queries.index()
        index.refresh(now=True)
        reached = index.applied
        history, last = queries.log_mark()
        if history != index.history or reached > last:
            is_first = not index.history  # made before anything was published
            raise IndexDamaged
        while reached < last:
            lines = list(PublicationLog.objects.filter(seq__gt=reached).order_by("seq")[:_CHUNK])
            if not lines:
                break
            reached = index.apply(_entries(lines), wait_seconds=wait_seconds)
    except IndexDamaged:
        if not is_first:
            log.warning("index.rebuilding")
        return _rebuild(unless_mended=True, wait_seconds=wait_seconds)
    return reached


def catch_up() -> None:
    """Before a search: apply what is pending, without waiting long and without ever failing."""
    try:
        if queries.behind():
            index_pending(wait_seconds=_PATIENCE_SECONDS)
    except IndexBusy:
        return


def ask_index(ask: Callable[[], T]) -> T:
    """Ask the index once it is up to date; when it breaks under the question, mend it and ask again."""
    catch_up()
    try:
        return ask()
    except IndexDamaged:
        queries.forget_index()
        index_pending()
        return ask()


def follow() -> None:
    """After a publication's commit: apply it. A failure is logged, not raised: the log keeps it pending.

    Vectors are made later (`make_vectors`); those of dropped reports go now.
    """
    drop_vectors()
    try:
        index_pending()
    except (Refused, OSError) as fault:
        log.warning("index.pending", exc_info=fault)


def reindex() -> int:
    """Rebuild the whole index from the database, tombstones obeyed; the old one answers meanwhile.

    Returns: how many reports it holds.
    Raises:  IndexBusy.
    """
    _rebuild(unless_mended=False, wait_seconds=20.0)
    keep_common_words()
    return queries.index().size


def keep_common_words(*, is_wanted: Callable[[], bool] = lambda: True) -> bool:
    """Make a large library's table of common words, if it has none that fits; no page ever waits for it.

    Returns: whether it was made. Raises: IndexDamaged, OSError.
    """
    return queries.index().keep_common_words(is_wanted=is_wanted)


def _rebuild(*, unless_mended: bool, wait_seconds: float) -> int:
    history, last = queries.log_mark()

    def still_wanted() -> bool:
        if not unless_mended:
            return True
        try:
            there = Index.open(settings.INDEX_PATH)
            return there.history != history or there.applied > queries.log_mark()[1]
        except IndexDamaged:
            return True

    index = Index.rebuild(
        settings.INDEX_PATH,
        _everything(),
        applied=last,
        history=history,
        still_wanted=still_wanted,
        wait_seconds=wait_seconds,
    )
    reached = index.applied
    queries.forget_index()
    # Whatever was published while the new index was being written.
    lines = list(PublicationLog.objects.filter(seq__gt=reached).order_by("seq")[:_CHUNK])
    return index.apply(_entries(lines), wait_seconds=wait_seconds) if lines else reached


def _entries(lines: Sequence[PublicationLog]) -> list[Entry]:
    """What the database says now about every report that these lines name; the last line of each counts."""
    last = {line.public_id: line.seq for line in lines}
    documents = {one.public_id: _document(one) for one in queries.reports(list(last))}
    entries = [Entry(seq, public_id, documents.get(public_id)) for public_id, seq in last.items()]
    return sorted(entries, key=lambda entry: entry.seq)


def _everything() -> Iterator[Entry]:
    ids = queries.every_public_id()
    for start in range(0, len(ids), _CHUNK):
        for one in queries.reports(ids[start : start + _CHUNK]):
            yield Entry(0, one.public_id, _document(one))


def _document(one: Report) -> Document:
    return document_of(one.text, one.origin, one.position)

"""The index itself: read by everybody, written by one at a time."""

import threading
import time
from collections.abc import Callable, Iterable, Iterator, Sequence
from contextlib import contextmanager
from dataclasses import replace
from pathlib import Path
from typing import Final

import tantivy

from closecall.text.searching import (
    finding,
    frequent,
    ledger,
    likeness,
    matching,
    schema,
    snippets,
    spelling,
    storage,
)
from closecall.text.searching.documents import Entry, Found, Order, Request
from closecall.text.searching.finding import View
from closecall.text.searching.query import Query
from closecall.text.searching.storage import IndexDamaged

RELOAD_SECONDS: Final = 0.2

_MOST_KEPT: Final = 64
_HEAP_BYTES: Final = 30_000_000
_BULK_HEAP_BYTES: Final = 256_000_000
_BULK_ENTRIES: Final = 1_000


class Index:
    """One opened index. Safe to share between threads; every search sees one commit."""

    _view: View

    def __init__(self, path: Path) -> None:
        """Open the index at `path`. Raises: IndexDamaged."""
        self._path = path
        self._guard = threading.Lock()
        self._checked_at = 0.0
        self._folder = storage.current(path)
        self._stamp = 0
        self._columns: ledger.Kept | None = None
        self._table: frequent.Table | None = None
        self._table_stamp: tuple[Path, int] | None = None
        self._kept: tuple[View, dict[tuple[Order, int, int, bool], Found]] | None = None
        self._open()

    @classmethod
    def create(cls, path: Path) -> "Index":
        """Make an empty index at `path`, whatever lay there before, and open it."""
        return cls.rebuild(path, (), applied=0)

    @classmethod
    def open(cls, path: Path) -> "Index":
        """Open the index at `path`. Raises: IndexDamaged when it is missing or can't be read."""
        return cls(path)

    @classmethod
    def rebuild(
        cls,
        path: Path,
        entries: Iterable[Entry],
        *,
        applied: int,
        history: str = "",
        still_wanted: Callable[[], bool] = lambda: True,
        wait_seconds: float = storage.LOCK_SECONDS,
    ) -> "Index":
        """Write a new index from `entries` and switch to it in one step; the old one answers until then.

        Shape:  `history` names the log that `applied` counts in; `still_wanted` is asked once the lock is
                held, since another process may have mended the index meanwhile.
        Raises: IndexBusy when another process keeps writing.
        """
        with storage.writing(path, wait_seconds=wait_seconds):
            if not still_wanted():
                return cls(path)
            folder = storage.fresh(path)
            built = schema.build()
            index = tantivy.Index(built, path=str(folder))
            schema.register(index)
            writer = index.writer(heap_size=_BULK_HEAP_BYTES, num_threads=2)
            columns = ledger.Filling(folder, applied)
            for entry in entries:
                if entry.document is not None:
                    writer.add_document(schema.row(built, entry.key, entry.document))
                    columns.add(entry.key, entry.document)
            columns.close()
            writer.add_document(schema.applied_row(built, applied, history))
            writer.commit()
            writer.wait_merging_threads()
            storage.switch(path, folder)
        return cls(path)

    def apply(self, entries: Iterable[Entry], *, wait_seconds: float = storage.LOCK_SECONDS) -> int:
        """Write log entries, oldest first, in one commit; those that were applied before are skipped.

        Returns: the sequence number up to which the index has come.
        Raises:  IndexBusy, IndexDamaged.
        """
        pending = list(entries)
        with storage.writing(self._path, wait_seconds=wait_seconds), _damage():
            self.refresh(now=True)
            reached, history = self._view.applied, self._view.history
            fresh = [entry for entry in pending if entry.seq > reached]
            if not fresh:
                return reached
            if self._columns is None:
                raise IndexDamaged  # a rebuild gives it columns again
            storage.sweep(self._folder)
            bulk = len(fresh) > _BULK_ENTRIES
            heap = _BULK_HEAP_BYTES if bulk else _HEAP_BYTES
            writer = self._index.writer(heap_size=heap, num_threads=2 if bulk else 1)
            for entry in fresh:
                # By a raw text key: by a number, this engine deletes nothing and says nothing.
                writer.delete_documents_by_term("key", entry.key)
                if entry.document is not None:
                    writer.add_document(schema.row(self._schema, entry.key, entry.document))
            reached = max(entry.seq for entry in fresh)
            written = ledger.append(self._columns, fresh, reached)
            writer.delete_documents_by_term("key", schema.APPLIED_KEY)
            writer.add_document(schema.applied_row(self._schema, reached, history))
            writer.commit()
            writer.wait_merging_threads()
            ledger.sweep(written)
            self.refresh(now=True)
        return reached

    def keep_common_words(self, *, is_wanted: Callable[[], bool] = lambda: True) -> bool:
        """Make the table that common words are counted by, if the library is large and has none that fits.

        Nothing has to wait for it: without, the index counts by itself and takes its time. It costs some 50 µs a
        report, so `is_wanted` is asked between words.
        Returns: whether it was made. Raises: IndexDamaged; OSError when it can't be written.
        """
        self.refresh()
        kept, view = self._columns, self._view
        if kept is None or view.columns is not kept.columns or not frequent.is_due(kept.columns, self._table):
            return False
        with storage.alone(self._path) as is_mine:
            if not is_mine:
                return False
            file = kept.file.with_suffix(frequent.SUFFIX)
            try:
                frequent.make(file, kept.columns, view.searcher, self._schema, is_wanted)
            except ValueError:
                raise IndexDamaged from None
            if not kept.file.exists():  # a commit wrote others meanwhile, and swept before this one was there
                file.unlink(missing_ok=True)
        self.refresh(now=True)
        return self._view.frequent is not None

    @property
    def applied(self) -> int:
        """The log entry up to which this index has come. Raises: IndexDamaged."""
        return self._view.applied

    @property
    def history(self) -> str:
        """The name of the log that this index was filled from. Raises: IndexDamaged."""
        return self._view.history

    @property
    def size(self) -> int:
        """How many reports it holds."""
        return int(self._view.searcher.num_docs) - 1

    def refresh(self, *, now: bool = False) -> None:
        """See what others have committed; without `now` at most every `RELOAD_SECONDS`.

        Raises: IndexDamaged.
        """
        with self._guard:
            if not now and time.monotonic() - self._checked_at < RELOAD_SECONDS:
                return
            self._checked_at = time.monotonic()
            folder = storage.current(self._path)
            if folder != self._folder:
                self._folder = folder
                self._open()
            elif self._stamp != self._read_stamp():
                with _damage():
                    stamp = self._read_stamp()
                    self._index.reload()
                    self._look()
                    self._stamp = stamp
            elif self._columns is None:
                self._look()  # a writer was half way when this looked last
            elif self._table_stamp != self._read_table_stamp():
                self._view = replace(self._view, frequent=self._frequent(self._view.searcher))

    def search(self, request: Request) -> Found:
        """Search. Never fails on what was asked, only on a broken index.

        Raises: IndexDamaged.
        """
        self.refresh()
        with _damage():
            view = self._view
            return self._everything(view, request) if request.is_everything else finding.found(view, request)

    def count(self, request: Request) -> int:
        """How many reports answer, and nothing else. Raises: IndexDamaged."""
        self.refresh()
        with _damage():
            return finding.counted(self._view, request)

    def snippets(self, query: Query, passages: Sequence[str]) -> list[str]:
        """Show why passages were found: escaped HTML with <mark>, "" where nothing is marked."""
        if not query.wanted:
            return ["" for _ in passages]
        with _damage():
            return snippets.cut(self._view.searcher, self._schema, query, passages)

    def similar(
        self,
        passages: Sequence[str],
        *,
        without: frozenset[str],
        every: Sequence[tuple[str, str]] = (),
        limit: int = 3,
    ) -> list[str]:
        """Keys of the reports that share the most telling words with `passages`, best first.

        Shape: `every` are (facet, code) pairs that all hold.
        """
        self.refresh()
        with _damage():
            view = self._view
            alike = likeness.query(self._schema, view.searcher, passages)
            if alike is None:
                return []
            gone = tantivy.Query.term_set_query(self._schema, "key", sorted({*without, schema.APPLIED_KEY}))
            query = tantivy.Query.boolean_query(
                [
                    (tantivy.Occur.Must, alike),
                    (tantivy.Occur.MustNot, gone),
                    *((tantivy.Occur.Must, matching.coded(self._schema, *pair)) for pair in every),
                ]
            )
            _, hits = finding.best(view, query, Request(query=_SCORED, limit=limit))
            return [hit.key for hit in hits]

    def spelling(self, query: Query) -> dict[str, str]:
        """For typed words that no report holds: the likeliest word that some report does."""
        self.refresh()
        with _damage():
            return spelling.suggest(self._view.searcher, query)

    def forget_counts(self) -> None:
        """Count the whole library anew next time: for those who measure."""
        self._kept = None

    def _open(self) -> None:
        with _damage():
            stamp = self._read_stamp()
            index = tantivy.Index.open(str(self._folder))
            schema.register(index)
            index.reload()
            self._schema = index.schema
            self._index = index
            self._look()
            self._stamp = stamp

    def _look(self) -> None:
        """See the commit that the engine has loaded, with the columns that belong to it."""
        searcher = self._index.searcher()
        query = tantivy.Query.term_query(self._schema, "key", schema.APPLIED_KEY)
        hits = searcher.search(query, 1).hits
        if not hits:
            raise IndexDamaged
        mark = searcher.doc(hits[0][1])
        applied, history = int(mark["applied"][0]), str(mark["history"][0])
        before = self._columns if self._columns is None or self._columns.file.parent == self._folder else None
        self._columns = ledger.kept(self._folder, applied, before)
        columns = self._columns.columns if self._columns is not None else None
        self._view = View(searcher, self._schema, columns, self._frequent(searcher), applied, history)

    def _frequent(self, searcher: tantivy.Searcher) -> frequent.Frequent | None:
        """The table of common words that belongs to the columns, if there is one."""
        stamp = self._read_table_stamp()
        if stamp != self._table_stamp:
            self._table = frequent.read(stamp[0]) if stamp is not None else None
            self._table_stamp = stamp
        if self._columns is None or self._table is None or self._table.rows > len(self._columns.columns):
            return None
        return frequent.Frequent(self._table, self._columns.columns, searcher, self._schema)

    def _read_table_stamp(self) -> tuple[Path, int] | None:
        if self._columns is None:
            return None
        file = self._columns.file.with_suffix(frequent.SUFFIX)
        try:
            return file, file.stat().st_mtime_ns
        except OSError:
            return None

    def _read_stamp(self) -> int:
        try:
            return (self._folder / "meta.json").stat().st_mtime_ns
        except OSError:
            raise IndexDamaged from None

    def _everything(self, view: View, request: Request) -> Found:
        """The whole library is looked at most often, and alike by everybody: it is kept until the next commit."""
        kept = self._kept
        if kept is None or kept[0] is not view:
            kept = self._kept = (view, {})
        asked = (request.order, request.offset, request.limit, request.counted)
        there = kept[1].get(asked)
        if there is None:
            there = finding.found(view, request)
            if len(kept[1]) < _MOST_KEPT:
                kept[1][asked] = there
        return there


_SCORED: Final = spelling.ANY_WORD


@contextmanager
def _damage() -> Iterator[None]:
    try:
        yield
    except (ValueError, OSError, KeyError):
        raise IndexDamaged from None

"""The index itself: read by everybody, written by one at a time."""

import threading
import time
from collections.abc import Callable, Iterable, Iterator, Sequence
from contextlib import contextmanager
from pathlib import Path
from typing import Final

import tantivy

from closecall.text.searching import likeness, matching, schema, snippets, spelling, storage
from closecall.text.searching.documents import Entry, Found, Hit, Order, Request
from closecall.text.searching.query import Query
from closecall.text.searching.storage import IndexDamaged

RELOAD_SECONDS: Final = 0.2

_MOST_CODES: Final = 20_000  # above any pack's cardinality: below it, counts would be estimates
_MOST_QUARTERS: Final = 4_000
_MOST_KEPT: Final = 64
_WIDEST_TIE: Final = 4_096
_HEAP_BYTES: Final = 30_000_000
_BULK_HEAP_BYTES: Final = 256_000_000
_BULK_ENTRIES: Final = 1_000

_Counts = tuple[dict[str, dict[str, int]], tuple[tuple[int, int], ...]]


class Index:
    """One opened index. Safe to share between threads; every search sees one commit."""

    def __init__(self, path: Path) -> None:
        """Open the index at `path`. Raises: IndexDamaged."""
        self._path = path
        self._guard = threading.Lock()
        self._checked_at = 0.0
        self._folder = storage.current(path)
        self._stamp = 0
        self._kept: tuple[tuple[int, int], dict[tuple[Order, int, int, bool], Found]] | None = None
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
            for entry in entries:
                if entry.document is not None:
                    writer.add_document(schema.row(built, entry.key, entry.document))
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
            reached, history = self._mark()
            fresh = [entry for entry in pending if entry.seq > reached]
            if not fresh:
                return reached
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
            writer.delete_documents_by_term("key", schema.APPLIED_KEY)
            writer.add_document(schema.applied_row(self._schema, reached, history))
            writer.commit()
            writer.wait_merging_threads()
            self.refresh(now=True)
        return reached

    @property
    def applied(self) -> int:
        """The log entry up to which this index has come. Raises: IndexDamaged."""
        return self._mark()[0]

    @property
    def history(self) -> str:
        """The name of the log that this index was filled from. Raises: IndexDamaged."""
        return self._mark()[1]

    @property
    def size(self) -> int:
        """How many reports it holds."""
        return int(self._index.searcher().num_docs) - 1

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
                    # Last: another thread must not keep what the old commit counted under the new one's name.
                    self._stamp = stamp

    def search(self, request: Request) -> Found:
        """Search. Never fails on what was asked, only on a broken index.

        Raises: IndexDamaged.
        """
        self.refresh()
        with _damage():
            stamp = self._stamp
            searcher = self._index.searcher()
            if request.is_everything:
                return self._everything(searcher, (stamp, int(searcher.num_docs)), request)
            return self._found(searcher, request)

    def count(self, request: Request) -> int:
        """How many reports answer, and nothing else. Raises: IndexDamaged."""
        self.refresh()
        with _damage():
            query = matching.request_query(self._schema, request)
            return _total(self._index.searcher().search(query, 1))

    def snippets(self, query: Query, passages: Sequence[str]) -> list[str]:
        """Show why passages were found: escaped HTML with <mark>, "" where nothing is marked."""
        if not query.wanted:
            return ["" for _ in passages]
        with _damage():
            return snippets.cut(self._index.searcher(), self._schema, query, passages)

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
            searcher = self._index.searcher()
            alike = likeness.query(self._schema, searcher, passages)
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
            _, hits = self._hits(searcher, query, Request(query=_SCORED, limit=limit))
            return [hit.key for hit in hits]

    def spelling(self, query: Query) -> dict[str, str]:
        """For typed words that no report holds: the likeliest word that some report does."""
        self.refresh()
        with _damage():
            return spelling.suggest(self._index.searcher(), query)

    def forget_counts(self) -> None:
        """Count the whole library anew next time: for those who measure."""
        self._kept = None

    def _mark(self) -> tuple[int, str]:
        with _damage():
            searcher = self._index.searcher()
            query = tantivy.Query.term_query(self._schema, "key", schema.APPLIED_KEY)
            hits = searcher.search(query, 1).hits
            if not hits:
                raise IndexDamaged
            found = searcher.doc(hits[0][1])
            return int(found["applied"][0]), str(found["history"][0])

    def _open(self) -> None:
        with _damage():
            stamp = self._read_stamp()
            index = tantivy.Index.open(str(self._folder))
            schema.register(index)
            index.reload()
            self._schema = index.schema
            self._index = index
            self._stamp = stamp

    def _read_stamp(self) -> int:
        try:
            return (self._folder / "meta.json").stat().st_mtime_ns
        except OSError:
            raise IndexDamaged from None

    def _hits(
        self, searcher: tantivy.Searcher, query: tantivy.Query, request: Request
    ) -> tuple[int, tuple[Hit, ...]]:
        if request.limit < 1:
            return _total(searcher.search(query, 1)), ()
        if request.order != "best" or not request.query.wanted:
            order = tantivy.Order.Asc if request.order == "old" else tantivy.Order.Desc
            result = searcher.search(
                query, request.limit, offset=request.offset, order_by_field="position", order=order
            )
            return _total(result), tuple(Hit(_key(searcher, address), 0.0) for _, address in result.hits)
        return self._best(searcher, query, request)

    def _best(
        self, searcher: tantivy.Searcher, query: tantivy.Query, request: Request
    ) -> tuple[int, tuple[Hit, ...]]:
        """By score, equal scores by position: segment order, which merges change, must not decide a page."""
        end = request.offset + request.limit
        wanted = end + 1
        while True:
            result = searcher.search(query, wanted)
            hits = result.hits
            complete = len(hits) < wanted or hits[-1][0] < hits[end - 1][0]
            if complete or wanted - end > _WIDEST_TIE:
                break
            wanted += max(64, wanted - end)
        addresses = [address for _, address in hits]
        positions = searcher.fast_field_values("position", addresses)
        ranked = sorted(zip(hits, positions, strict=True), key=lambda item: (-item[0][0], -int(item[1] or 0)))
        page = ranked[request.offset : end]
        return _total(result), tuple(Hit(_key(searcher, address), score) for (score, address), _ in page)

    def _found(self, searcher: tantivy.Searcher, request: Request) -> Found:
        total, hits = self._hits(searcher, matching.request_query(self._schema, request), request)
        counts, quarters = self._counts(searcher, request) if request.counted else ({}, ())
        return Found(total, hits, counts, quarters, self.applied)

    def _everything(self, searcher: tantivy.Searcher, generation: tuple[int, int], request: Request) -> Found:
        """The whole library is looked at most often, and alike by everybody: it is kept until the next commit."""
        kept = self._kept
        if kept is None or kept[0] != generation:
            kept = self._kept = (generation, {})
        asked = (request.order, request.offset, request.limit, request.counted)
        there = kept[1].get(asked)
        if there is None:
            there = self._found(searcher, request)
            if len(kept[1]) < _MOST_KEPT:
                kept[1][asked] = there
        return there

    def _counts(self, searcher: tantivy.Searcher, request: Request) -> _Counts:
        if request.is_everything and _is_undeleted(searcher):
            return _from_terms(searcher)
        answer = searcher.aggregate(
            matching.request_query(self._schema, request, ranked=False),
            {
                "codes": {"terms": {"field": "codes", "size": _MOST_CODES}},
                "quarters": {"terms": {"field": "quarter", "size": _MOST_QUARTERS}},
            },
        )
        counts = _by_facet((str(one["key"]), int(one["doc_count"])) for one in answer["codes"]["buckets"])
        for facet in (facet for facet, codes in request.filters.items() if codes):
            wider = matching.request_query(self._schema, request, skipping=facet, ranked=False)
            start = schema.code_term(facet, "")
            alone = searcher.terms_with_prefix("codes", start, filter_query=wider, limit=_MOST_CODES)
            counts[facet] = _by_facet(pair for pair in alone if pair[1]).get(facet, {})
        quarters = sorted((int(one["key"]), int(one["doc_count"])) for one in answer["quarters"]["buckets"])
        return counts, tuple(quarters)


_SCORED: Final = spelling.ANY_WORD


@contextmanager
def _damage() -> Iterator[None]:
    try:
        yield
    except (ValueError, OSError, KeyError):
        raise IndexDamaged from None


def _total(result: tantivy.SearchResult) -> int:
    count: int = getattr(result, "count", 0)  # missing from the engine's stubs, present in the engine
    return count


def _key(searcher: tantivy.Searcher, address: tantivy.DocAddress) -> str:
    return str(searcher.doc(address)["key"][0])


def _is_undeleted(searcher: tantivy.Searcher) -> bool:
    """Tell whether no segment still holds a deleted report: then the terms' own counts are exact."""
    return bool(searcher.doc_freq("marks", schema.REPORT_MARK) == searcher.num_docs - 1)


def _from_terms(searcher: tantivy.Searcher) -> _Counts:
    """The whole library's counts, read off the terms themselves in no time."""
    mark = schema.QUARTER_MARK
    quarters = searcher.terms_with_prefix("marks", mark, limit=_MOST_QUARTERS)
    return (
        _by_facet(searcher.terms_with_prefix("codes", "", limit=_MOST_CODES)),
        tuple(sorted((int(term.removeprefix(mark)), count) for term, count in quarters)),
    )


def _by_facet(terms: Iterable[tuple[str, int]]) -> dict[str, dict[str, int]]:
    counts: dict[str, dict[str, int]] = {}
    for term, count in terms:
        facet, _, code = term.partition("=")
        counts.setdefault(facet, {})[code] = count
    return counts

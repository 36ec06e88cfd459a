"""Where the columns lie beside the index: a file that every commit appends to, before the index commits.

A reader takes the lines up to the entry that its index has come to, so whatever kills the writer, both agree: what
was appended for a commit that never came is not read, and the next writer cuts it off. A commit that takes something
out, or changes what is there, writes a new file instead; the old one goes once the index has committed, so that
nothing of a withdrawn report stays behind. Without a file that fits, the index counts by itself, more slowly.

<index folder>/<name>.columns       batches: one line of JSON, then the arrays that it describes
"""

import json
import os
import secrets
import zlib
from collections.abc import Iterable, Sequence
from dataclasses import dataclass, field
from pathlib import Path
from typing import IO, Any, Final

import numpy as np

from closecall.text.searching import frequent
from closecall.text.searching.columns import NO_QUARTER, Columns, Table
from closecall.text.searching.documents import Document, Entry
from closecall.text.searching.schema import code_term

_SUFFIX: Final = ".columns"
_BATCH: Final = 65_536
_LONGEST_HEAD: Final = 64_000_000
_MOST_BATCHES: Final = 500  # then a commit writes them as one: opening stays quick


@dataclass(frozen=True)
class Kept:
    """What a file says up to one entry of the log. `end` is where the last of its `batches` ends, in bytes."""

    file: Path
    end: int
    batches: int
    applied: int
    columns: Columns


class _Broken(Exception):
    """This file can't be read on: it was cut short, or another writer's batch begins here."""


def kept(folder: Path, applied: int, before: Kept | None = None) -> Kept | None:
    """Read the columns as they stood after log entry `applied`; None when no file of the folder tells.

    Shape: `before` is what was read last: its file is read on from there, if it fits.
    """
    if before is not None and before.file.parent == folder and before.applied <= applied:
        found = _read(before.file, applied, before)
        if found is not None:
            return found
    for file in sorted(folder.glob(f"*{_SUFFIX}")):
        found = _read(file, applied, None)
        if found is not None:
            return found
    return None


def append(there: Kept, entries: Sequence[Entry], applied: int) -> Kept:
    """Write what `entries` put and drop, before the index commits them as entry `applied`.

    Returns: what `sweep` is to keep once it has. Raises: OSError.
    """
    wanted = {entry.key: entry.document for entry in entries}
    fresh = _Batch(list(there.columns.table.terms))
    for key, document in sorted(wanted.items(), key=_position):
        if document is not None:
            fresh.add(key, document)
    table = fresh.table()
    mine = there.columns.table
    last = int(mine.positions[-1]) if len(mine.positions) else -1
    old = np.flatnonzero(np.isin(mine.keys, [key.encode() for key in wanted]))
    rises = not len(table.positions) or (table.positions[0] > last and table.is_rising)
    if len(old) or not rises or there.batches >= _MOST_BATCHES:
        stay = np.delete(np.arange(len(mine.positions)), old)
        both = Table.joined([mine.taken(stay), table])
        ordered = both.taken(np.argsort(both.positions, kind="stable"))
        file = there.file.with_name(f"{secrets.token_hex(6)}{_SUFFIX}")
        with file.open("wb") as stream:
            end = _write(stream, ordered, ordered.terms, applied)
        return Kept(file, end, 1, applied, there.columns)
    with there.file.open("r+b") as stream:
        stream.truncate(there.end)  # what a killed writer left behind
        stream.seek(there.end)
        end = _write(stream, table, table.terms[len(mine.terms) :], applied)
    return Kept(there.file, end, there.batches + 1, applied, there.columns)


def sweep(written: Kept) -> None:
    """After the commit: delete the files that are no longer the truth, and the tables that count their rows."""
    for pattern in (f"*{_SUFFIX}", f"*{frequent.SUFFIX}*"):
        for other in written.file.parent.glob(pattern):
            if other.name.partition(".")[0] != written.file.stem:
                other.unlink(missing_ok=True)


class Filling:
    """Columns of a new index, written while it is being filled."""

    def __init__(self, folder: Path, applied: int) -> None:
        """Begin a file in `folder`, which holds none."""
        self._file = folder / f"{secrets.token_hex(6)}{_SUFFIX}"
        self._applied = applied
        self._batch = _Batch([])
        self._told = 0
        self._stream = self._file.open("wb")
        self._last = -1
        self._rises = True

    def add(self, key: str, document: Document) -> None:
        """Take a report in."""
        self._rises = self._rises and document.position > self._last
        self._last = document.position
        self._batch.add(key, document)
        if len(self._batch.keys) >= _BATCH:
            self._flush(more=True)

    def close(self) -> None:
        """Write what is left. Reports that came out of their order are put into it."""
        self._flush(more=False)
        self._stream.close()
        if self._rises:
            return
        there = _read(self._file, self._applied, None, ordered=False)
        if there is not None:
            table = there.columns.table
            table = table.taken(np.argsort(table.positions, kind="stable"))
            with self._file.open("wb") as stream:
                _write(stream, table, table.terms, self._applied)

    def _flush(self, *, more: bool) -> None:
        table = self._batch.table()
        _write(self._stream, table, table.terms[self._told :], self._applied, more=more)
        self._told = len(table.terms)
        self._batch = _Batch(list(table.terms))


@dataclass
class _Batch:
    """Rows on their way into a table."""

    terms: list[str]
    positions: list[int] = field(default_factory=list)
    keys: list[bytes] = field(default_factory=list)
    sizes: list[int] = field(default_factory=list)
    codes: list[int] = field(default_factory=list)
    first: list[int] = field(default_factory=list)
    last: list[int] = field(default_factory=list)

    def __post_init__(self) -> None:
        self._numbers = {term: at for at, term in enumerate(self.terms)}

    def add(self, key: str, document: Document) -> None:
        numbers = self._numbers
        found = {numbers.setdefault(code_term(*pair), len(numbers)) for pair in document.codes}
        self.positions.append(document.position)
        self.keys.append(key.encode())
        self.sizes.append(len(found))
        self.codes.extend(sorted(found))
        first, last = document.quarters or (NO_QUARTER, NO_QUARTER)
        self.first.append(first)
        self.last.append(last)

    def table(self) -> Table:
        terms = tuple(self._numbers)
        return Table(
            terms,
            np.array(self.positions, np.int64),
            np.array(self.keys, np.bytes_) if self.keys else np.zeros(0, "S1"),
            np.array(self.sizes, np.uint16),
            np.array(self.codes, _code_type(len(terms))),
            np.array(self.first, np.int32),
            np.array(self.last, np.int32),
        )


def _position(item: tuple[str, Document | None]) -> int:
    return item[1].position if item[1] is not None else -1


def _code_type(terms: int) -> Any:
    return np.uint16 if terms <= 1 << 16 else np.uint32


def _write(stream: IO[bytes], table: Table, fresh: Iterable[str], applied: int, *, more: bool = False) -> int:
    """One batch, on disk before this returns. Returns: where it ends."""
    arrays = (table.positions, table.keys, table.sizes, table.codes, table.first, table.last)
    body = b"".join(one.tobytes() for one in arrays)
    head = {
        "applied": applied,
        "more": more,
        "terms": list(fresh),
        "arrays": [[one.dtype.str, len(one)] for one in arrays],
        "bytes": len(body),
        "sum": zlib.crc32(body),
    }
    stream.write(json.dumps(head).encode() + b"\n")
    stream.write(body)
    stream.flush()
    os.fsync(stream.fileno())
    return stream.tell()


def _read(file: Path, applied: int, before: Kept | None, *, ordered: bool = True) -> Kept | None:
    """Read a file up to the entry `applied`; None when it doesn't come to just that."""
    tables = [before.columns.table] if before is not None else []
    end = before.end if before is not None else 0
    reached = before.applied if before is not None else None
    more = False
    try:
        with file.open("rb") as stream:
            stream.seek(end)
            while reached != applied or more:
                terms = tables[-1].terms if tables else ()
                table, reached, more = _batch(stream, terms, applied)
                tables.append(table)
                end = stream.tell()
    except (OSError, ValueError, KeyError, TypeError, _Broken):
        return None
    if before is not None and len(tables) == 1:
        return before
    whole = Table.joined(tables)
    if ordered and not whole.is_rising:
        return None
    columns = Columns.of(whole, before.columns if before is not None else None)
    batches = len(tables) if before is None else before.batches + len(tables) - 1
    return Kept(file, end, batches, applied, columns)


def _batch(stream: IO[bytes], terms: tuple[str, ...], applied: int) -> tuple[Table, int, bool]:
    line = stream.readline(_LONGEST_HEAD)
    if not line.endswith(b"\n"):
        raise _Broken
    head = json.loads(line)
    if head["applied"] > applied:
        raise _Broken
    body = stream.read(int(head["bytes"]))
    if len(body) != head["bytes"] or zlib.crc32(body) != head["sum"]:
        raise _Broken
    arrays: list[Any] = []
    at = 0
    for kind, many in head["arrays"]:
        arrays.append(np.frombuffer(body, np.dtype(kind), many, at))
        at += arrays[-1].nbytes
    return Table((*terms, *head["terms"]), *arrays), int(head["applied"]), bool(head["more"])

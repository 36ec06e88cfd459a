"""Which rows hold each of a library's commonest words, one bit each.

Two words that each stand in every fifth report meet by an AND of bits, and columns count what is left, where the
index would name every report. The table belongs to one file of columns and is right for as many of its rows as it
has; later rows are asked of the index, a word at a time. It can be made anew whenever it is missing, and goes when a
commit that takes something out writes other columns: nothing of a withdrawn report stays behind.

<index folder>/<columns' name>.words        one line of JSON, filled up with spaces, then each word's bits
"""

import json
import os
import zlib
from collections.abc import Callable, Mapping
from contextlib import suppress
from dataclasses import dataclass, field
from pathlib import Path
from typing import Final

import numpy as np
import tantivy

from closecall.text.searching import matching, schema
from closecall.text.searching.columns import Bits, Columns, Rows
from closecall.text.searching.query import Query

SUFFIX: Final = ".words"

_LEAST_REPORTS: Final = 32_768  # in fewer, the index names whatever it finds in no time
_MOST_WORDS: Final = 1_024
_COMMON_PART: Final = 32  # a word is common that stands in one report of so many
_GROWN: Final = 1.125
_STRETCH: Final = 262_144  # rows that the index names at once
_HEAD_BYTES: Final = 131_072  # room for so many words of the greatest length


@dataclass(frozen=True)
class Table:
    """The bits as they lie on disk, mapped. Shape: `bits` uint64[words, rows / 64, rounded up]."""

    words: Mapping[str, int]
    rows: int
    bits: Bits


@dataclass(frozen=True)
class Frequent:
    """The table as one commit sees it."""

    table: Table
    columns: Columns
    searcher: tantivy.Searcher
    schema: tantivy.Schema
    _late: dict[str, Rows] = field(default_factory=dict)

    def answering(self, query: Query) -> Bits | None:
        """The rows that answer. None: some of what is asked isn't a common word."""
        found = self.columns.every
        for group in query.groups:
            asked = [schema.STEMMER.analyze(clause.text) for clause in group.any_of]
            asked = [stems for stems in asked if stems]  # punctuation alone means nothing
            plain = all(clause.kind != "prefix" and not clause.field for clause in group.any_of)
            if not plain or not all(len(stems) == 1 and stems[0] in self.table.words for stems in asked):
                return None
            if asked:
                holding = self._holding(asked[0][0])
                for stems in asked[1:]:
                    holding |= self._holding(stems[0])
                found = found & ~holding if group.excluded else found & holding
        return found

    def _holding(self, stem: str) -> Bits:
        holding = np.zeros_like(self.columns.every)
        bits = self.table.bits[self.table.words[stem]]
        holding[: len(bits)] = bits
        if self.table.rows < len(self.columns):
            if stem not in self._late:
                self._late[stem] = _named(self.searcher, self.schema, self.columns, stem, self.table.rows)
            late = self._late[stem]
            np.bitwise_or.at(holding, late >> 6, np.uint64(1) << (late & 63).astype(np.uint64))
        return holding


def is_due(columns: Columns, there: Table | None) -> bool:
    """Tell whether a table is worth making: the library is large, and has none, or one that it has outgrown."""
    return len(columns) >= _LEAST_REPORTS and (there is None or len(columns) > there.rows * _GROWN)


def make(
    file: Path,
    columns: Columns,
    searcher: tantivy.Searcher,
    built: tantivy.Schema,
    is_wanted: Callable[[], bool],
) -> None:
    """Write the table of these columns to `file`, in one step, unless it is no longer wanted.

    Raises: OSError; ValueError when the index can't be read.
    """
    found = searcher.terms_with_prefix("words", "", limit=_MOST_WORDS)
    words = [word for word, holding in found if holding * _COMMON_PART >= len(columns)]
    total = 0
    waiting = file.with_name(f"{file.name}.new")
    with waiting.open("wb") as stream:
        stream.seek(_HEAD_BYTES)
        for word in words:
            if not is_wanted():
                waiting.unlink(missing_ok=True)
                return
            inside = np.zeros(len(columns.every) * 64, np.bool_)
            inside[_named(searcher, built, columns, word, 0)] = True
            body = np.packbits(inside, bitorder="little").tobytes()
            total = zlib.crc32(body, total)
            stream.write(body)
        head = {"rows": len(columns), "words": words, "sum": total}
        stream.seek(0)
        stream.write(json.dumps(head).encode().ljust(_HEAD_BYTES - 1) + b"\n")
        stream.flush()
        os.fsync(stream.fileno())
    with suppress(FileNotFoundError):  # a commit wrote other columns and swept it away: nobody needs it
        waiting.replace(file)


def read(file: Path) -> Table | None:
    """Map a table. None: there is none that can be read."""
    try:
        with file.open("rb") as stream:
            head = json.loads(stream.read(_HEAD_BYTES))
        words = {str(word): at for at, word in enumerate(head["words"])}
        if not words:
            return Table(words, int(head["rows"]), np.zeros((0, 0), np.uint64))
        bits = np.memmap(file, np.uint64, "r", _HEAD_BYTES)
        if zlib.crc32(bits.data) != head["sum"]:
            return None
        return Table(words, int(head["rows"]), bits.reshape(len(words), -1))
    except (OSError, ValueError, KeyError, TypeError):
        return None


def _named(
    searcher: tantivy.Searcher, built: tantivy.Schema, columns: Columns, word: str, first: int
) -> Rows:
    """The rows from `first` on that hold a word, as the index names them. Raises: ValueError."""
    term = tantivy.Query.term_query(built, "words", word)
    positions = columns.table.positions
    found = [np.zeros(0, np.int64)]
    for begin in range(first, len(columns), _STRETCH):
        last = min(begin + _STRETCH, len(columns)) - 1
        stretch = tantivy.Query.range_query(
            built, "position", tantivy.FieldType.Unsigned, int(positions[begin]), int(positions[last])
        )
        both = tantivy.Query.boolean_query([(tantivy.Occur.Must, term), (tantivy.Occur.Must, stretch)])
        hits = searcher.search(matching.unscored(both), last - begin + 1).hits
        rows = columns.rows(searcher.fast_field_values("position", [address for _, address in hits]))
        if rows is None:
            raise ValueError("The index and its columns aren't of one commit.")
        found.append(rows)
    return np.concatenate(found)

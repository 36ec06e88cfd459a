"""What an import file yields: reports, and rows that can't be taken, with the reason.

A report keeps every cell of its row, so nothing is lost: `record` is the row as it stood, under canonical
column names, and what other files say differently is kept beside it.
"""

import json
from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field

TITLE_CHARACTERS = 110
_ID_CHARACTERS = 64


@dataclass(frozen=True)
class Account:
    """A further telling: a second narrative, a callback, the action that was taken."""

    label: str
    text: str


@dataclass(frozen=True)
class Row:
    """One row of one file: every cell that isn't blank, by column.

    Shape: `columns` counts the columns of the file's header. `file` and `line` say where it begins, and make
           no difference between rows.
    """

    foreign_id: str
    columns: int
    cells: Mapping[str, str]
    file: str = field(default="", compare=False)
    line: int = field(default=0, compare=False)


@dataclass(frozen=True)
class Merged:
    """Every row about one report, from all files.

    The row with most columns wins (of equals, the one whose canonical form comes last); a value that another
    row has instead is kept in `alternates`. Merging is commutative, associative and idempotent, so the order
    of files never matters.
    """

    row: Row
    alternates: Mapping[str, tuple[str, ...]] = field(default_factory=dict)

    def data(self) -> dict[str, object]:
        """Plain JSON data; `from_data` is its inverse."""
        alternates = {column: list(values) for column, values in self.alternates.items()}
        return {"columns": self.row.columns, "cells": dict(self.row.cells), "alternates": alternates}

    @classmethod
    def from_data(cls, foreign_id: str, data: Mapping[str, object]) -> "Merged":
        """Read one back."""
        columns, cells, alternates = data["columns"], data["cells"], data["alternates"]
        if not (isinstance(columns, int) and isinstance(cells, dict) and isinstance(alternates, dict)):
            raise TypeError("columns, cells and alternates")
        kept = {column: tuple(values) for column, values in alternates.items()}
        return cls(Row(foreign_id, columns, cells), kept)


def merge(first: Merged, second: Merged) -> Merged:
    """Join what two sources know of one report."""
    winner, other = sorted((first, second), key=_rank, reverse=True)
    alternates: dict[str, tuple[str, ...]] = {}
    for column in sorted({*_columns(first), *_columns(second)}):
        values = {*_values(first, column), *_values(other, column), *_values(winner, column)}
        values.discard(winner.row.cells.get(column, ""))
        if values:
            alternates[column] = tuple(sorted(values))
    return Merged(winner.row, alternates)


def merge_all(rows: Iterable[Row]) -> dict[str, Merged]:
    """Join rows by report, in the order in which each report first appears."""
    found: dict[str, Merged] = {}
    for row in rows:
        known = found.get(row.foreign_id)
        found[row.foreign_id] = Merged(row) if known is None else merge(known, Merged(row))
    return found


@dataclass(frozen=True)
class ImportedReport:
    """A report of another system, in our terms.

    `codes` are (facet, code) of the pack. `extra` holds what has no code: values and columns that the pack
    doesn't know, by column; under "alternates", what other files say instead.
    `period` is "2019-Q1", or "" when the source gives no month.
    """

    kind: str
    foreign_id: str
    pack: str
    title: str
    synopsis: str
    narrative: str
    accounts: tuple[Account, ...]
    period: str
    codes: tuple[tuple[str, str], ...]
    extra: Mapping[str, tuple[str, ...]]
    merged: Merged

    @property
    def story(self) -> str:
        """The narrative and every further account, each under its own heading."""
        return "\n\n".join([self.narrative, *(f"{each.label}:\n\n{each.text}" for each in self.accounts)])


@dataclass(frozen=True)
class RefusedRow:
    """A row that can't be taken, or a whole file. The reason is a constant.

    Shape: `line` is where the row begins; 0 for a file that can't be opened, or a mapping that can't be used.
    """

    file: str
    line: int
    reason: str


@dataclass(frozen=True)
class ReadFile:
    """What one file yielded."""

    rows: tuple[Row, ...]
    refused: tuple[RefusedRow, ...]


def is_id(value: str) -> bool:
    """Tell whether a report's own number is one that can be kept: one to 64 characters."""
    return 0 < len(value) <= _ID_CHARACTERS


def shorten(text: str) -> str:
    """A title: the first sentence, cut between words when it is too long for a line.

    >>> shorten("The gear stuck. It came down later.")
    'The gear stuck.'
    """
    words = " ".join(text.split())
    for mark in (". ", "! ", "? "):
        first, found, _ = words.partition(mark)
        if found and 12 <= len(first) < TITLE_CHARACTERS:
            words = first + mark.strip()
            break
    if len(words) <= TITLE_CHARACTERS:
        return words
    return words[:TITLE_CHARACTERS].rsplit(" ", 1)[0].rstrip(" ,;:") + "…"


def _rank(merged: Merged) -> tuple[int, str]:
    return merged.row.columns, json.dumps(dict(merged.row.cells), sort_keys=True)


def _columns(merged: Merged) -> set[str]:
    return {*merged.row.cells, *merged.alternates}


def _values(merged: Merged, column: str) -> set[str]:
    own = merged.row.cells.get(column, "")
    return {*merged.alternates.get(column, ()), *([own] if own else [])}

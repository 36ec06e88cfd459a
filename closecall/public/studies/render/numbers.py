"""Issued months as tables, lines of CSV and data."""

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from typing import Final

from closecall.public.library.rules.tables import CAVEAT, safe_cell
from closecall.public.studies.rules.numbers import AT_MOST, TABLES, THRESHOLD, Issued, Sheet, Table

CAVEAT_OF_NUMBERS: Final = (
    f"{CAVEAT} Reports given for numbers only, by the month in which the desk counted them; none of them is in the "
    f"library. Fewer than {THRESHOLD}, none included, isn't told; there are no totals. A month is issued once."
)
HIDDEN: Final = f"0 to {AT_MOST}"
_MONTHS: Final = ("January", "February", "March", "April", "May", "June", "July", "August", "September", "October",
                  "November", "December")  # fmt: skip
_TABLES: Final = {"group": "What happened", "class": "How bad it could have been"}


@dataclass(frozen=True)
class MonthlyTable:
    """One table of every issued month. `rows`: a month's name, and what its cells say with whether it is a count."""

    key: str
    title: str
    lines: tuple[str, ...]
    rows: tuple[tuple[str, tuple[tuple[str, bool], ...]], ...]


def month_words(month: str) -> str:
    """A month as people say it.

    >>> month_words("2026-11")
    'November 2026'
    """
    return f"{_MONTHS[int(month[5:]) - 1]} {month[:4]}"


def finding(sheet: Sheet) -> str:
    """What one month's sheet bears out, in a sentence."""
    reached = [f"“{cell.label}”" for cell in sheet.of("group") if cell.reports is not None]
    if not reached:
        return f"{month_words(sheet.month)}: nothing was counted {THRESHOLD} times"
    names = f"{', '.join(reached[:-1])} and {reached[-1]}" if len(reached) > 1 else reached[0]
    return f"{month_words(sheet.month)}: {names} reached {THRESHOLD}"


def tables(issued: Sequence[Issued]) -> tuple[MonthlyTable, ...]:
    """The two tables, the newest month first, its lines across; a line that a later pack dropped stays."""
    found = []
    for key in TABLES:
        lines = {cell.code: cell.label for one in reversed(issued) for cell in one.sheet.of(key)}
        rows = tuple((month_words(one.sheet.month), _across(one.sheet, key, tuple(lines))) for one in issued)
        found.append(MonthlyTable(key, _TABLES[key], tuple(lines.values()), rows))
    return tuple(found)


def _across(sheet: Sheet, table: Table, codes: Sequence[str]) -> tuple[tuple[str, bool], ...]:
    there = {cell.code: cell.reports for cell in sheet.of(table)}
    cells = []
    for code in codes:
        n = there.get(code)
        cells.append(("" if code not in there else HIDDEN if n is None else str(n), n is not None))
    return tuple(cells)


def csv_rows(issued: Sequence[Issued]) -> Iterator[list[str]]:
    """Every cell as a line of CSV; `reports` is empty where `fewer_than` holds the threshold."""
    yield ["month", "issued_on", "pack", "table", "code", "label", "reports", "fewer_than", "caveat"]
    for one in issued:
        for cell in one.sheet.cells:
            head = [one.sheet.month, one.issued_on.isoformat(), one.sheet.pack, cell.table, cell.code]
            counted = ["", str(THRESHOLD)] if cell.reports is None else [str(cell.reports), ""]
            yield [*head, safe_cell(cell.label), *counted, CAVEAT_OF_NUMBERS]


def data(issued: Sequence[Issued]) -> dict[str, object]:
    """Every month as data."""
    return {
        "threshold": THRESHOLD,
        "caveat": CAVEAT_OF_NUMBERS,
        "months": [
            {
                "month": one.sheet.month,
                "issued_on": one.issued_on.isoformat(),
                "pack": one.sheet.pack,
                "cells": [
                    {
                        "table": cell.table,
                        "code": cell.code,
                        "label": cell.label,
                        "reports": cell.reports,
                        "fewer_than": THRESHOLD if cell.reports is None else None,
                    }
                    for cell in one.sheet.cells
                ],
            }
            for one in issued
        ],
    }

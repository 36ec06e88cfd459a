"""Read SAFENET's yearly files.

Header cells are written ` "Name"`, with a space before the quote; cells of several values end in ";".
"""

import re
from collections.abc import Iterable, Mapping

from closecall.public.exchange.rules import table
from closecall.public.exchange.rules.coding import Coder, legible
from closecall.public.exchange.rules.imported import (
    Account,
    ImportedReport,
    Merged,
    ReadFile,
    RefusedRow,
    Row,
    is_id,
    shorten,
)
from closecall.public.taxonomy.rules.pack import Pack

SOURCE_LABEL = "SAFENET, wildland-fire agencies of the United States, voluntary and unverified"

_ID = "SAFENET ID"
_FIRST = ("ID", _ID)
_BEGIN = re.compile(r'"[0-9]+", ?"[0-9A-Z]+",')
_DATE = re.compile(r"(0[1-9]|1[0-2])/[0-3][0-9]/([12][0-9]{3})\b.*")
# What is told in words, best first: two reports have no narrative, only what was done.
_TOLD = {
    "Narrative": "Narrative",
    "Other Factors": "Other factors",
    "Immediate Action Taken": "Immediate action taken",
}

READ = frozenset({_ID, "Event Start Date", *_TOLD})


def read(text: str, file: str) -> ReadFile:
    """Read one file.

    Shape: CSV text -> rows; a row that can't be taken is refused, its neighbours aren't.
    """
    rows: list[Row] = []
    refused: list[RefusedRow] = []
    columns: list[str] | None = None
    for line, cells in table.lines(text, begin=_BEGIN, skip_initial_space=True):
        if cells is None:
            refused.append(RefusedRow(file, line, "This row isn't CSV: check its quotes."))
        elif columns is None:
            columns = table.columns(cell.strip().lstrip("\ufeff").strip('"') for cell in cells)
            if tuple(columns[:2]) != _FIRST:
                refused.append(RefusedRow(file, line, "This isn't a SAFENET file: its first columns differ."))
                return ReadFile((), tuple(refused))
        else:
            kept = table.filled(columns, cells)
            reason = table.unfit(columns, cells) or _reason(kept)
            if reason:
                refused.append(RefusedRow(file, line, reason))
            else:
                rows.append(Row(kept[_ID].strip(), len(columns), kept, file, line))
    if columns is None and not refused:
        refused.append(RefusedRow(file, 1, "The file is empty."))
    return ReadFile(tuple(rows), tuple(refused))


def _reason(kept: Mapping[str, str]) -> str:
    if not is_id(kept.get(_ID, "").strip()):
        return "This row has no SAFENET ID."
    if not any(column in kept for column in _TOLD):
        return "This row has no narrative."
    return ""


def compose_all(reports: Iterable[Merged], pack: Pack) -> list[ImportedReport]:
    """Say in the pack's terms what the reports tell."""
    coder = Coder(pack, READ)
    return [_compose(merged, coder) for merged in reports]


def _compose(merged: Merged, coder: Coder) -> ImportedReport:
    cells = merged.row.cells
    codes, extra = coder.code(merged)
    accounts = [Account(label, legible(cells.get(column, ""))) for column, label in _TOLD.items()]
    told = [account for account in accounts if account.text]
    return ImportedReport(
        kind="safenet",
        foreign_id=merged.row.foreign_id,
        pack=coder.pack.key,
        title=shorten(told[0].text),
        synopsis="",
        narrative=told[0].text,
        accounts=tuple(told[1:]),
        period=quarter(cells.get("Event Start Date", "")),
        codes=codes,
        extra=extra,
        merged=merged,
    )


def quarter(date: str) -> str:
    """The quarter of a "MM/DD/YYYY hh:mm"; "" when there is none.

    >>> quarter("10/27/2010 07:00")
    '2010-Q4'
    """
    found = _DATE.fullmatch(date.strip())
    return f"{found[2]}-Q{(int(found[1]) + 2) // 3}" if found else ""

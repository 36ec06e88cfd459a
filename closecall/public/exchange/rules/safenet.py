"""Read SAFENET's yearly files.

Header cells are written ` "Name"`, with a space before the quote; cells of several values end in ";".
"""

import re
from collections.abc import Iterable

from closecall.public.exchange.rules import table
from closecall.public.exchange.rules.imported import (
    Account,
    ImportedReport,
    Merged,
    ReadFile,
    RefusedRow,
    Row,
    shorten,
)
from closecall.public.exchange.rules.vocabulary import Vocabulary
from closecall.public.taxonomy.rules.pack import Pack

SOURCE_LABEL = "SAFENET, wildland-fire agencies of the United States, voluntary and unverified"

_ID = "SAFENET ID"
_FIRST = ("ID", _ID)
_DATE = re.compile(r"(0[1-9]|1[0-2])/[0-3][0-9]/([12][0-9]{3})\b.*")
_CONTROLS = re.compile("[\x00-\x08\x0b\x0c\x0e-\x1f\x7f]")
_TOLD = {_ID, "Narrative", "Immediate Action Taken", "Other Factors", "Event Start Date"}


def read(text: str, file: str) -> ReadFile:
    """Read one file.

    Shape: CSV text -> rows; a row that can't be taken is refused, its neighbours aren't.
    """
    rows: list[Row] = []
    refused: list[RefusedRow] = []
    columns: list[str] | None = None
    for line, cells in table.lines(text, skip_initial_space=True):
        if cells is None:
            refused.append(RefusedRow(file, line, "This row isn't CSV: check its quotes."))
        elif columns is None:
            columns = [cell.strip().lstrip("\ufeff").strip('"') for cell in cells]
            if tuple(columns[:2]) != _FIRST:
                refused.append(RefusedRow(file, line, "This isn't a SAFENET file: its first columns differ."))
                return ReadFile((), tuple(refused))
        else:
            reason = _reason(columns, cells)
            if reason:
                refused.append(RefusedRow(file, line, reason))
            else:
                kept = {name: cell for name, cell in zip(columns, cells, strict=False) if cell.strip()}
                rows.append(Row(kept[_ID].strip(), len(columns), kept))
    if columns is None and not refused:
        refused.append(RefusedRow(file, 1, "The file is empty."))
    return ReadFile(tuple(rows), tuple(refused))


def _reason(columns: list[str], cells: list[str]) -> str:
    named = dict(zip(columns, cells, strict=False))
    if any(cell.strip() for cell in cells[len(columns) :]):
        return "This row has more cells than the header: check its quotes."
    if not named.get(_ID, "").strip():
        return "This row has no SAFENET ID."
    if not named.get("Narrative", "").strip():
        return "This row has no narrative."
    if any(_CONTROLS.search(cell) for cell in cells):
        return "This row holds control characters."
    return ""


def compose_all(reports: Iterable[Merged], pack: Pack) -> list[ImportedReport]:
    """Say in the pack's terms what the reports tell."""
    vocabularies = {facet.key: Vocabulary.of(facet) for facet in pack.facets}
    return [_compose(merged, pack, vocabularies) for merged in reports]


def _compose(merged: Merged, pack: Pack, vocabularies: dict[str, Vocabulary]) -> ImportedReport:
    cells = merged.row.cells
    codes: dict[tuple[str, str], None] = {}
    extra: dict[str, list[str]] = {}
    coded: set[str] = set()
    for facet in pack.facets:
        if facet.value != "codes":
            continue
        for column in facet.columns:
            coded.add(column)
            for value in vocabularies[facet.key].split(cells.get(column, "")):
                if value.code:
                    codes[facet.key, value.code] = None
                else:
                    extra.setdefault(column, []).append(value.text)
    for column, cell in cells.items():
        if column not in coded and column not in _TOLD:
            extra.setdefault(column, []).append(cell.strip())
    for column, values in merged.alternates.items():
        extra.setdefault("alternates", []).extend(f"{column}: {value}" for value in values)
    narrative = cells["Narrative"].strip()
    told = (
        Account("Other factors", cells.get("Other Factors", "").strip()),
        Account("Immediate action taken", cells.get("Immediate Action Taken", "").strip()),
    )
    return ImportedReport(
        kind="safenet",
        foreign_id=merged.row.foreign_id,
        pack=pack.key,
        title=shorten(narrative),
        synopsis="",
        narrative=narrative,
        accounts=tuple(account for account in told if account.text),
        period=quarter(cells.get("Event Start Date", "")),
        codes=tuple(codes),
        extra={column: tuple(values) for column, values in extra.items()},
        merged=merged,
    )


def quarter(date: str) -> str:
    """The quarter of a "MM/DD/YYYY hh:mm"; "" when there is none.

    >>> quarter("10/27/2010 07:00")
    '2010-Q4'
    """
    found = _DATE.fullmatch(date.strip())
    return f"{found[2]}-Q{(int(found[1]) + 2) // 3}" if found else ""

"""Read anybody's CSV, as a mapping file says.

key: county-review            # names the source; the same number from another source is another report
label: "County fire review, written by its own officers"
pack: law_enforcement
id: "Report No"
narrative: "Story"
accounts: {"What was done": "Action taken"}       # heading: column, optional
title: "Headline"                                 # optional, as is `synopsis`
period: {column: "Date", format: "%m/%d/%Y"}      # optional
codes:                                            # optional; values not named are matched by label or key
  - {column: "Sky", facet: weather, separator: ";", values: {"RA": rain}}
"""

import re
from collections.abc import Iterable
from collections.abc import Mapping as Cells
from datetime import datetime
from typing import Annotated

from pydantic import StringConstraints

from closecall.public.exchange.rules import table
from closecall.public.exchange.rules.coding import legible
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
from closecall.public.library.rules.tables import bare_cell
from closecall.public.taxonomy.rules.entries import Entry, Key, Words
from closecall.public.taxonomy.rules.pack import Facet, Pack

_NEVER = re.compile(r"(?!)")


class Coded(Entry):
    """A column that holds codes. `separator` "" means one value a cell."""

    column: Words
    facet: Key
    separator: str = ""
    values: dict[str, Key] = {}  # noqa: RUF012 - pydantic copies it, and the entry is frozen


class Period(Entry):
    """A column that holds a date, and how it is written (as for Python's strptime)."""

    column: Words
    format: Words


class Mapping(Entry):
    """What a mapping file says."""

    key: Annotated[str, StringConstraints(pattern=r"^[a-z][a-z0-9-]{1,10}$")]
    label: Annotated[str, StringConstraints(strip_whitespace=True, min_length=8, max_length=200)]
    pack: Key
    id: Words
    narrative: Words
    synopsis: str = ""
    title: str = ""
    accounts: dict[str, str] = {}  # noqa: RUF012 - as above
    period: Period | None = None
    codes: tuple[Coded, ...] = ()

    @property
    def kind(self) -> str:
        """What its records are kept under."""
        return f"csv:{self.key}"

    def columns(self) -> tuple[str, ...]:
        """Every column that it names."""
        named = [self.id, self.narrative, self.synopsis, self.title, *self.accounts.values()]
        named += [coded.column for coded in self.codes]
        named += [self.period.column] if self.period else []
        return tuple(name for name in named if name)


def misfits(mapping: Mapping, pack: Pack) -> list[str]:
    """What a mapping names that its pack doesn't have, with the mend."""
    found: list[str] = []
    for coded in mapping.codes:
        try:
            facet = pack.facet(coded.facet)
        except KeyError:
            found.append(f"codes > {coded.column}: the pack has no facet `{coded.facet}`. Correct it.")
            continue
        if facet.class_only:
            found.append(
                f"codes > {coded.column}: only a class made of `{coded.facet}` is public. Leave it out."
            )
        found.extend(
            f"codes > {coded.column} > {theirs}: no code `{coded.facet}/{ours}`. Correct it."
            for theirs, ours in coded.values.items()
            if not pack.has(facet.key, ours)
        )
    return found


def read(text: str, file: str, mapping: Mapping) -> ReadFile:
    """Read one file whose first row names its columns."""
    rows: list[Row] = []
    refused: list[RefusedRow] = []
    columns: list[str] | None = None
    for line, cells in table.lines(text, begin=_NEVER):
        if cells is None:
            refused.append(RefusedRow(file, line, "This row isn't CSV: check its quotes."))
        elif columns is None:
            columns = table.columns(cell.strip().lstrip("\ufeff") for cell in cells)
            if not set(mapping.columns()) <= set(columns):
                refused.append(RefusedRow(file, line, "A column that the mapping names isn't in the header."))
                return ReadFile((), tuple(refused))
        else:
            kept = {name: bare_cell(cell) for name, cell in table.filled(columns, cells).items()}
            reason = table.unfit(columns, cells) or _reason(mapping, kept)
            if reason:
                refused.append(RefusedRow(file, line, reason))
            else:
                rows.append(Row(kept[mapping.id].strip(), len(columns), kept, file, line))
    if columns is None and not refused:
        refused.append(RefusedRow(file, 1, "The file is empty."))
    return ReadFile(tuple(rows), tuple(refused))


def _reason(mapping: Mapping, kept: Cells[str, str]) -> str:
    if not is_id(kept.get(mapping.id, "").strip()):
        return "This row has no number of its own, or one of more than 64 characters."
    if mapping.narrative not in kept:
        return "This row has no narrative."
    return ""


def compose_all(reports: Iterable[Merged], pack: Pack, mapping: Mapping) -> list[ImportedReport]:
    """Say in the pack's terms what the reports tell."""
    spellings = [(coded, _spellings(pack.facet(coded.facet), coded)) for coded in mapping.codes]
    given = tuple((facet.key, code.key) for facet in pack.facets for code in facet.codes if code.on_import)
    return [_compose(merged, mapping, spellings, given) for merged in reports]


def _compose(
    merged: Merged,
    mapping: Mapping,
    spellings: list[tuple[Coded, dict[str, str]]],
    given: tuple[tuple[str, str], ...],
) -> ImportedReport:
    cells = merged.row.cells
    codes: dict[tuple[str, str], None] = dict.fromkeys(given)
    extra = {column: [cell] for column, cell in cells.items() if column not in mapping.columns()}
    for coded, known in spellings:
        cell = cells.get(coded.column, "")
        for value in cell.split(coded.separator) if coded.separator else [cell]:
            code = known.get(value.strip().casefold(), "")
            if code:
                codes[coded.facet, code] = None
            elif value.strip():
                extra.setdefault(coded.column, []).append(value.strip())
    for column, values in merged.alternates.items():
        extra.setdefault("alternates", []).extend(f"{column}: {value}" for value in values)
    narrative = legible(cells[mapping.narrative])
    synopsis = legible(cells.get(mapping.synopsis, ""))
    told = (Account(label, legible(cells.get(column, ""))) for label, column in mapping.accounts.items())
    return ImportedReport(
        kind=mapping.kind,
        foreign_id=merged.row.foreign_id,
        pack=mapping.pack,
        title=shorten(legible(cells.get(mapping.title, "")) or synopsis or narrative),
        synopsis=synopsis,
        narrative=narrative,
        accounts=tuple(account for account in told if account.text),
        period=_quarter(cells, mapping.period),
        codes=tuple(codes),
        extra={column: tuple(values) for column, values in extra.items()},
        merged=merged,
    )


def _spellings(facet: Facet, coded: Coded) -> dict[str, str]:
    found: dict[str, str] = {}
    for code in facet.choices:
        for name in (code.key, code.label, *code.aliases):
            found.setdefault(name.casefold(), code.key)
    return {**found, **{theirs.casefold(): ours for theirs, ours in coded.values.items()}}


def _quarter(cells: Cells[str, str], period: Period | None) -> str:
    if period is None:
        return ""
    try:
        day = datetime.strptime(cells.get(period.column, "").strip(), period.format)  # noqa: DTZ007 - a day
    except ValueError:
        return ""
    return f"{day.year}-Q{(day.month + 2) // 3}"

"""Reports that are counted and never told: one fixed sheet a month, in which no small number can be worked out.

A cell tells its count from THRESHOLD on; below, it tells nothing, zero included. Suppression is usually made safe by
hiding further cells that the numbers pick (complementary suppression); what is picked then tells of the numbers.
Here it is fixed beforehand: no sheet gives a total, and every table leaves one line out for good (what is none of
the groups; what has no class), so that nothing sums up to anything.

What follows, and is tested: each cell of a sheet rests on nothing but its own count, and for every hidden cell
each of the eleven counts 0 to 10 fits everything that was ever issued.
"""

import re
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date
from typing import Final, Literal

from closecall.public.taxonomy.rules.pack import OTHER, UNKNOWN, Pack

THRESHOLD: Final = 11
AT_MOST: Final = THRESHOLD - 1
NEITHER: Final = ""
"""None of the table's lines: never told, in any month."""

Table = Literal["group", "class"]
TABLES: Final[tuple[Table, ...]] = ("group", "class")
Month = str
_MONTH: Final = re.compile(r"[12][0-9]{3}-(?:0[1-9]|1[0-2])")


@dataclass(frozen=True)
class Counted:
    """All that is kept of one report until its month is issued: its line in each table, or NEITHER."""

    group: str = NEITHER
    risk_class: str = NEITHER


@dataclass(frozen=True)
class Cell:
    """One line of one table. `reports` is None below the threshold."""

    table: Table
    code: str
    label: str
    reports: int | None


@dataclass(frozen=True)
class Sheet:
    """What is issued for one month, once."""

    month: Month
    pack: str
    cells: tuple[Cell, ...]

    def of(self, table: Table) -> tuple[Cell, ...]:
        """The lines of one table, in the pack's order."""
        return tuple(cell for cell in self.cells if cell.table == table)


@dataclass(frozen=True)
class Issued:
    """One month's sheet and the day on which it was issued."""

    sheet: Sheet
    issued_on: date


def groups(pack: Pack) -> dict[str, str]:
    """The lines of the first table, key to label: the event groups, or the codes where a pack has no groups."""
    facet = pack.facet(pack.release.group_by)
    lines = facet.groups or facet.codes
    return {each.key: each.label for each in lines if each.key not in (OTHER, UNKNOWN)}


def classes(pack: Pack) -> dict[str, str]:
    """The lines of the second table: the classes of potential; none where a pack has no matrix."""
    return {each.key: f"{each.key}: {each.label}" for each in pack.risk.classes} if pack.risk else {}


def group_of(pack: Pack, code: str) -> str:
    """The line on which an event code counts."""
    facet = pack.facet(pack.release.group_by)
    line = pack.group_of(facet.key, code) if facet.groups and pack.has(facet.key, code) else code
    return line if line in groups(pack) else NEITHER


def sheet(pack: Pack, month: Month, reports: Sequence[Counted]) -> Sheet:
    """Make a month's sheet of everything that was counted in it. Raises: ValueError for what is no month.

    Each cell is a function of its own count alone; there is nothing else to hide.
    """
    if _MONTH.fullmatch(month) is None:
        raise ValueError("A month is written as 2026-11.")
    lines: list[tuple[Table, dict[str, str]]] = [("group", groups(pack)), ("class", classes(pack))]
    return Sheet(
        month,
        pack.key,
        tuple(
            Cell(table, code, label, told(sum(_line(one, table) == code for one in reports)))
            for table, there in lines
            for code, label in there.items()
        ),
    )


def told(count: int) -> int | None:
    """What a cell says of its count.

    >>> told(11), told(10), told(0)
    (11, None, None)
    """
    return count if count >= THRESHOLD else None


def month_of(day: date) -> Month:
    """The month of a day.

    >>> month_of(date(2026, 11, 30))
    '2026-11'
    """
    return f"{day.year}-{day.month:02}"


def after(month: Month) -> Month:
    """The month that follows.

    >>> after("2026-12")
    '2027-01'
    """
    year, number = int(month[:4]), int(month[5:])
    return f"{year + number // 12}-{number % 12 + 1:02}"


def closed(first: Month, today: date) -> tuple[Month, ...]:
    """Every month from `first` on that is over.

    >>> closed("2026-11", date(2027, 1, 2))
    ('2026-11', '2026-12')
    """
    found = []
    month, now = first, month_of(today)
    while month < now:
        found.append(month)
        month = after(month)
    return tuple(found)


def _line(report: Counted, table: Table) -> str:
    return report.group if table == "group" else report.risk_class

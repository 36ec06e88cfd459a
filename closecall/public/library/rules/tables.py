"""Cells that a spreadsheet can't take for a formula, and what every table says of its counts."""

from typing import Final

CAVEAT: Final = "Voluntary reports: counts of reports, never rates. What isn't reported isn't here."

# The wide forms are what some spreadsheets read as the plain ones.
_FORMULA_STARTS: Final = ("=", "+", "-", "@", "\t", "\r", "\n", "\uff1d", "\uff0b", "\uff0d", "\uff20")


def safe_cell(value: str) -> str:
    """Lead a cell that a spreadsheet would run with an apostrophe; `bare_cell` takes it off again.

    A cell that looks as if it had one already gets one more, so that every text comes back as it was.

    >>> safe_cell("=1+1"), safe_cell("'=1+1"), safe_cell("plain"), safe_cell("'plain")
    ("'=1+1", "''=1+1", 'plain', "'plain")
    """
    return f"'{value}" if value.lstrip("'").startswith(_FORMULA_STARTS) else value


def bare_cell(cell: str) -> str:
    """The text that `safe_cell` was given.

    >>> bare_cell("'=1+1"), bare_cell("''=1+1"), bare_cell("plain"), bare_cell("'plain")
    ('=1+1', "'=1+1", 'plain', "'plain")
    """
    led = cell.startswith("'") and cell.lstrip("'").startswith(_FORMULA_STARTS)
    return cell[1:] if led else cell

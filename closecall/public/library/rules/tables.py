"""Cells that a spreadsheet can't take for a formula."""

from typing import Final

_FORMULA_STARTS: Final = ("=", "+", "-", "@", "\t", "\r", "\n")


def safe_cell(value: str) -> str:
    """Lead a cell that a spreadsheet would run with an apostrophe; our import strips it again.

    >>> safe_cell("=1+1"), safe_cell("plain")
    ("'=1+1", 'plain')
    """
    return f"'{value}" if value.startswith(_FORMULA_STARTS) else value

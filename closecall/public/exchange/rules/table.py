"""Read CSV text row by row, knowing where each row begins, and losing none to a broken neighbour."""

import csv
import io
import re
from collections.abc import Iterable, Iterator, Sequence
from itertools import islice

# Longer than any story: past this, a quote was never closed.
csv.field_size_limit(1_000_000)


def decode(raw: bytes) -> str:
    """Text of a file: UTF-8, or the Windows code page that older exports use."""
    try:
        return raw.decode("utf-8-sig")
    except UnicodeDecodeError:
        return raw.decode("cp1252", errors="replace")


def columns(names: Iterable[str]) -> list[str]:
    """Name every column once, so that no cell hides another: a name met again is numbered, "" by its place.

    >>> columns(["No", "Note", "", "Note"])
    ['No', 'Note', '#3', 'Note#2']
    """
    found: dict[str, None] = {}
    for at, given in enumerate(names, start=1):
        name, number = given or f"#{at}", 1
        while name in found:
            number += 1
            name = f"{given}#{number}"
        found[name] = None
    return list(found)


def filled(names: Sequence[str], cells: Sequence[str]) -> dict[str, str]:
    """The cells of a row that aren't blank, by column."""
    # Most cells of an export are empty: asking that first halves the time.
    return {name: cell for name, cell in zip(names, cells, strict=False) if cell and not cell.isspace()}


def unfit(names: Sequence[str], cells: Sequence[str]) -> str:
    """Why a row can't be taken, whatever it says; "" when it can."""
    if len(cells) > len(names) and any(cell.strip() for cell in cells[len(names) :]):
        return "This row has more cells than the header: check its quotes."
    if "\x00" in "".join(cells):
        return "This row holds NUL characters."
    return ""


def lines(
    text: str, *, begin: re.Pattern[str], skip_initial_space: bool = False
) -> Iterator[tuple[int, list[str] | None]]:
    """Every row that isn't blank, with the line that it begins on; None for a row that CSV can't read.

    A row of several lines that holds a line on which a record begins (`begin`), or whose cells don't fill the
    header's columns, has a quote that was never closed and swallowed its neighbours: reading starts again on
    the line after it.
    """
    physical = list(io.StringIO(text, newline=""))  # lines end at CR and LF only, as in CSV
    begins, width, broken = 0, 0, False
    while begins < len(physical):
        reader = csv.reader(islice(physical, begins, None), skipinitialspace=skip_initial_space)
        start, taken = begins, 0
        while True:
            begins = start + taken
            try:
                row = next(reader)
            except StopIteration:
                begins = len(physical)
                break
            except csv.Error:
                row = None
            swallowed = physical[begins + 1 : start + reader.line_num]
            if row is None or (
                swallowed and width and (len(row) != width or any(map(begin.match, swallowed)))
            ):
                if not broken:
                    yield begins + 1, None
                broken = True
                begins += 1
                break
            taken = reader.line_num
            if not any(cell.strip() for cell in row):
                continue
            if broken and len(row) != width:
                continue  # what is left of the broken row
            broken = False
            width = width or len(row)
            yield begins + 1, row

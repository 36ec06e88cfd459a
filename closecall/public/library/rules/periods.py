"""Quarters as ordinals (year × 4 + quarter − 1), and the words people use for them."""

import re
from typing import Final

_PERIOD: Final = re.compile(r"\s*([12][0-9]{3})\s*(?:-?\s*[Qq]\s*([1-4]))?\s*")


def span(period: str) -> tuple[int, int] | None:
    """First and last quarter of a period; None when it is omitted or means nothing.

    >>> span("2026-Q4"), span("2026"), span("2026 q1"), span("")
    ((8107, 8107), (8104, 8107), (8104, 8104), None)
    """
    match = _PERIOD.fullmatch(period)
    if match is None:
        return None
    year = int(match[1]) * 4
    if match[2] is None:
        return year, year + 3
    quarter = year + int(match[2]) - 1
    return quarter, quarter


def spell(ordinal: int) -> str:
    """Write a quarter for an address.

    >>> spell(8107)
    '2026-Q4'
    """
    return f"{ordinal // 4}-Q{ordinal % 4 + 1}"


def label(period: str) -> str:
    """Write a period for people: "2026 Q4", "2026", or "not given".

    >>> label("2026-Q4"), label("2026"), label("")
    ('2026 Q4', '2026', 'not given')
    """
    return period.replace("-", " ") or "not given"

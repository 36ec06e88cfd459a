"""Geometry of charts, in per cent across and pixels down, so that text keeps its size on a phone."""

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Final

HEIGHT: Final = 60
_TOP: Final = 18
_ROOMY: Final = 8


@dataclass(frozen=True)
class Column:
    """One bar that stands. `x` and `width` in per cent with two decimals, `y` and `height` in pixels.

    Shape: `minor` is every second of many bars: on a phone there is no room for its words.
    """

    x: str
    width: str
    y: int
    height: int
    label_y: int
    count: int
    label: str
    group: str
    minor: bool = False


@dataclass(frozen=True)
class Columns:
    """A chart of counts by period. `skip`: how many labels stand between two that are written."""

    columns: tuple[Column, ...]
    height: int
    baseline: int


def columns(counts: Sequence[tuple[str, int]]) -> Columns:
    """Lay out counts by quarter: ("2026-Q2", 6) becomes a bar, its number, "Q2" and, once a year, "2026".

    >>> [(c.x, c.height, c.label, c.group) for c in columns([("2025-Q4", 2), ("2026-Q1", 4)]).columns]
    [('0.00', 30, 'Q4', '2025'), ('50.00', 60, 'Q1', '2026')]
    """
    most = max((count for _, count in counts), default=0) or 1
    each = 100 / max(len(counts), 1)
    sparse = len(counts) > 16
    laid: list[Column] = []
    last_year = ""
    for place, (period, count) in enumerate(counts):
        year, _, quarter = period.partition("-")
        height = round(HEIGHT * count / most)
        laid.append(
            Column(
                x=f"{place * each:.2f}",
                width=f"{each * 0.92:.2f}",
                y=_TOP + HEIGHT - height,
                height=height,
                label_y=_TOP + HEIGHT - height - 5,
                count=count,
                label="" if sparse else quarter,
                group=year if year != last_year else "",
                minor=len(counts) > _ROOMY and place % 2 == 1,
            )
        )
        last_year = year
    return Columns(columns=tuple(laid), height=_TOP + HEIGHT + 38, baseline=_TOP + HEIGHT)

"""Whether coders still code the anchor set as it was settled."""

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Literal

from closecall.public.studies.rules.intervals import Interval
from closecall.sealed.reliability.rules.judging import FEW, Judged


@dataclass(frozen=True)
class Point:
    """One quarter: alpha against the settled codes, or why there is none."""

    quarter: str
    interval: Interval | None
    stories: int
    refused: str


@dataclass(frozen=True)
class Course:
    """A facet over the quarters. `drifted`: the last lies below the first, their intervals apart."""

    points: tuple[Point, ...]
    state: Literal["drifted", "steady", "few"]


def course(quarters: Sequence[str], measured: Sequence[Judged]) -> Course:
    """Put a facet's quarters in a row and say whether it has drifted.

    Shape: "few" until two quarters of ten stories each can be compared; two intervals that don't meet are apart
           on purpose: that asks for more than a difference by the usual test, since every facet is looked at.
    """
    points = tuple(
        Point(quarter, each.alpha.interval if each.alpha else None, each.stories, each.refused)
        for quarter, each in zip(quarters, measured, strict=True)
    )
    told = [point.interval for point in points if point.interval is not None and point.stories >= FEW]
    if len(told) < 2:
        return Course(points, "few")
    return Course(points, "drifted" if told[-1].high < told[0].low else "steady")

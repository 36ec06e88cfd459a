"""Figures: counts with their shares, and the sentence that they bear out, no more."""

import math
from collections.abc import Sequence
from dataclasses import dataclass

from closecall.public.studies.rules.intervals import Interval, share
from closecall.public.studies.rules.quarters import ControlChart
from closecall.public.studies.rules.signals import Judged

FEW = 10
FEW_LATELY = 5


@dataclass(frozen=True)
class Bar:
    """One code: how many of `whole` reports carry it. `address` is the search that finds them."""

    code: str
    label: str
    reports: int
    share: Interval
    address: str


@dataclass(frozen=True)
class Figure:
    """One figure: its finding is its title. `whole`: the reports it is about."""

    key: str
    finding: str
    about: str
    whole: int
    bars: tuple[Bar, ...]


@dataclass(frozen=True)
class Told:
    """A judged table with the words for it: `what` in `where`, told together or lately, or by a cohort."""

    what: str
    where: str
    judged: Judged
    address: str = ""


def bars(counted: Sequence[tuple[str, str, int, str]], whole: int) -> tuple[Bar, ...]:
    """Order (code, label, reports, address) by reports, each with its share of `whole`. Raises: CannotSay."""
    ordered = sorted(counted, key=lambda row: (-row[2], row[1]))
    return tuple(Bar(code, label, n, share(n, whole), address) for code, label, n, address in ordered)


def leads(first: int, second: int) -> bool:
    """Tell whether the first count stands clear of the second: more than two standard errors apart."""
    return first - second > 1.96 * math.sqrt(first + second)


def finding(rows: Sequence[Bar], whole: int) -> str:
    """What the bars bear out, in one sentence.

    >>> finding(bars([("a", "Ambush", 30, ""), ("b", "Belt", 4, "")], 40), 40)
    '“Ambush” is told most often'
    >>> finding(bars([("a", "Ambush", 6, ""), ("b", "Belt", 5, "")], 40), 40)
    '“Ambush” and “Belt” lead, too close to order'
    >>> finding(bars([("a", "Ambush", 3, ""), ("b", "Belt", 1, "")], 40), 40)
    'Too few reports tell of this to say what is common'
    """
    if not rows:
        return "Nothing is told about this yet"
    if whole < FEW:
        return f"{whole} report{'s' if whole != 1 else ''}: too few to say what is common"
    if rows[0].reports < FEW_LATELY:
        return "Too few reports tell of this to say what is common"
    if len(rows) == 1 or leads(rows[0].reports, rows[1].reports):
        return f"“{rows[0].label}” is told most often"
    if len(rows) == 2 or leads(rows[0].reports, rows[2].reports):
        return f"“{rows[0].label}” and “{rows[1].label}” lead, too close to order"
    return f"“{rows[0].label}” counts most, though not clearly"


def together_finding(told: Sequence[Told]) -> str:
    """What stands together beyond chance."""
    found = [one for one in told if one.judged.signal]
    if not found:
        return "Nothing stands together more often than chance explains"
    first = found[0]
    return f"“{first.what}” goes with “{first.where}”"


def lately_finding(told: Sequence[Told], period: str) -> str:
    """What was told more often in the last quarter."""
    found = [one for one in told if one.judged.signal]
    if not found:
        return f"{period}: nothing is told more often than before"
    return f"{period}: “{found[0].what}” is told more often than before"


def cohort_finding(told: Sequence[Told], n: int) -> str:
    """What a cohort tells more often than the rest."""
    found = [one for one in told if one.judged.signal]
    if not found:
        return f"Beyond what chose them, these {n} tell what the others tell"
    return f"These {n} tell of “{found[0].what}” more often than the others"


def quarters_finding(counts: Sequence[int], control: ControlChart | None = None) -> str:
    """What the quarters bear out: those beyond the limits where there are any, else how few and how many came.

    >>> quarters_finding([30, 28, 24]), quarters_finding([7]), quarters_finding([2, 2])
    ('24 to 30 reports a quarter', '7 reports in one quarter', '2 reports a quarter')
    """
    if control is not None:
        unusual = [point for point in control.points if point.unusual]
        if not unusual:
            return "The quarters come and go as usual"
        more = sum(point.unusual == "more" for point in unusual)
        parts = [f"{n} {word}" for n, word in ((more, "more"), (len(unusual) - more, "fewer")) if n]
        places = "quarter" if control.kind == "p" else "gap"
        return (
            f"{len(unusual)} {places}{'s' if len(unusual) != 1 else ''} beyond the usual: {', '.join(parts)}"
        )
    if not counts:
        return "No report says when it happened"
    few, many = min(counts), max(counts)
    if len(counts) == 1:
        return f"{few} report{'s' if few != 1 else ''} in one quarter"
    return (
        f"{few} to {many} reports a quarter"
        if few != many
        else f"{few} report{'s' if few != 1 else ''} a quarter"
    )

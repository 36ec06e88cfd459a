"""Accounts of one event: which day and place agree, and what a screener may note of them."""

import re
from collections.abc import Iterable, Sequence
from dataclasses import dataclass, field
from datetime import date
from typing import Final

from closecall.errors import BadInput

PLACE_CHARACTERS: Final = 80
DAYS_APART: Final = 1
"""People who write of one night give it the day before or after."""

_WORD: Final = re.compile(r"[^\W_]+")
_EMPTY_WORDS: Final = frozenset(
    {"the", "of", "in", "at", "on", "near", "and", "county", "city", "town", "street"}
)


@dataclass(frozen=True)
class Noted:
    """When and where an event was, as far as somebody noted it: an ISO day or "", words or "". Sealed, always."""

    day: str = field(default="", repr=False)
    place: str = field(default="", repr=False)


def check(noted: Noted) -> None:
    """Refuse what can't be compared. Raises: BadInput."""
    if noted.day:
        try:
            date.fromisoformat(noted.day)
        except ValueError:
            raise BadInput("Write the day as year, month, day: 2026-11-20. Or leave it empty.") from None
    if len(noted.place) > PLACE_CHARACTERS:
        raise BadInput("A few words are enough for the place.")


def agree(mine: Sequence[Noted], theirs: Sequence[Noted]) -> bool:
    """Tell whether two reports may be of one event: neither day nor place contradicts, or one isn't noted.

    Shape: what each screener noted of each; where two differ, either may be right.

    >>> agree([Noted("2026-11-20", "Millbrook")], [Noted("2026-11-21", "millbrook, route 9")])
    True
    >>> agree([Noted("2026-11-20", "Millbrook")], [Noted("2026-11-20", "Ashford"), Noted("2026-11-20")])
    False
    """
    return _days_agree(_told(one.day for one in mine), _told(one.day for one in theirs)) and _places_agree(
        _told(one.place for one in mine), _told(one.place for one in theirs)
    )


def together(noted: Sequence[Noted]) -> Noted:
    """What several people noted of one report: the first day and the first place that anybody gave."""
    return Noted(
        next((one.day for one in noted if one.day), ""), next((one.place for one in noted if one.place), "")
    )


def _told(values: Iterable[str]) -> list[str]:
    return [value for value in values if value]


def _days_agree(mine: Sequence[str], theirs: Sequence[str]) -> bool:
    days = [[date.fromisoformat(one) for one in told] for told in (mine, theirs)]
    pairs = [abs((first - second).days) for first in days[0] for second in days[1]]
    return not pairs or min(pairs) <= DAYS_APART


def _places_agree(mine: Sequence[str], theirs: Sequence[str]) -> bool:
    words = [
        {word for one in told for word in _WORD.findall(one.casefold())} - _EMPTY_WORDS
        for told in (mine, theirs)
    ]
    return not words[0] or not words[1] or bool(words[0] & words[1])

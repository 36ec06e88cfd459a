"""Small words with their neighbours, as terms of their own: a phrase that holds one needs no look at positions.

"of", "the" and their like stand in nearly every report, many times. To find where "the door" stands, an index of
positions walks through all of that; an index of pairs looks one term up. (Common grams, as large libraries use them.)
"""

from collections.abc import Sequence
from itertools import pairwise
from typing import Final

_SMALL: Final = """
a about all an and are as at be been but by could did do down for from had has have he her him his i if in into is it
me my no not of off on or our out she so that the their them then there they this to up us was we were what when which
who will with would you your
"""
SMALL: Final = frozenset(_SMALL.split())
"""English words that join others, as the stemmer leaves them. A change needs another `storage.LAYOUT`."""


def pair(first: str, second: str) -> str | None:
    """The term of two stems that stand side by side. None: neither is small, so positions have to tell.

    >>> pair("the", "door"), pair("traffic", "stop")
    ('the_door', None)
    """
    return f"{first}_{second}" if first in SMALL or second in SMALL else None


def pairs(stems: Sequence[str]) -> list[str]:
    """Every term of a text's stems, as often as it stands there.

    >>> pairs(["he", "open", "the", "door", "slowli"])
    ['he_open', 'open_the', 'the_door']
    """
    return [f"{first}_{second}" for first, second in pairwise(stems) if first in SMALL or second in SMALL]

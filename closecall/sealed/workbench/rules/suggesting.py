"""Suggested codes: which are shown, who works without them, and what became of them, in counts.

Shown are a facet's five likeliest, never ticked. One case in ten is coded without any, drawn by a keyed hash, so that
what people do alone stays known (anchoring).
"""

from collections.abc import Collection, Sequence
from dataclasses import dataclass, field
from enum import StrEnum
from typing import Final

from closecall.public.taxonomy.rules.pack import Facet, Pack
from closecall.sealed.workbench.rules.coding import coded_by_analysts
from closecall.site.crypto.hashing import digest

SHOWN: Final = 5
LEAST_P: Final = 0.1
ENOUGH: Final = 100
"""So many published reports, and models are trained; before that, descriptions and examples suggest."""
_ONE_IN: Final = 10
_PARTED: Final = "/"


class Fate(StrEnum):
    """What became of a code at a case's first proposal."""

    ACCEPTED = "accepted"
    REFUSED = "refused"
    MISSED = "missed"


@dataclass(frozen=True)
class SuggestedCode:
    """A code with the sentence that carries it. `p` None: its description comes near, which is no probability."""

    code: str
    label: str
    p: float | None
    number: int
    sentence: str = field(repr=False)


@dataclass(frozen=True)
class Suggestions:
    """What the coding page shows for one facet. `unaided`: this case is one of the tenth that sees none."""

    rows: tuple[SuggestedCode, ...] = ()
    unaided: bool = False


@dataclass(frozen=True)
class Judged:
    """What a case's coding said of every code with a model.

    Shape: `fates` by "facet/code"; `tenths` one pair a code with a model: the tenth of p, and whether it was applied.
    """

    unaided: bool
    fates: tuple[tuple[str, Fate], ...]
    tenths: tuple[tuple[int, bool], ...]


def key_of(facet: str, code: str) -> str:
    """How a code is named beside those of other facets.

    >>> key_of("factors", "no_backup")
    'factors/no_backup'
    """
    return f"{facet}{_PARTED}{code}"


def parted(key: str) -> tuple[str, str]:
    """The inverse of `key_of`."""
    facet, _, code = key.partition(_PARTED)
    return facet, code


def suggestible(pack: Pack) -> tuple[Facet, ...]:
    """Facets whose codes a machine may suggest: those that analysts read out of the text, and readers see."""
    return tuple(
        facet for facet in coded_by_analysts(pack) if facet.asked_by == "analyst" and not facet.class_only
    )


def is_unaided(public_id: str, secret: str) -> bool:
    """Tell whether a case is coded without suggestions: one in ten, and nobody can tell which beforehand."""
    key = digest(secret.encode(), purpose="unaided-key")
    drawn = digest(public_id.encode(), purpose="unaided-tenth", key=key)
    return int.from_bytes(drawn[:8]) % _ONE_IN == 0


def judge(likely: Sequence[tuple[str, float]], applied: Collection[str], *, unaided: bool) -> Judged:
    """Compare what was suggested with what was coded in the end.

    Shape: `likely`: "facet/code" and p, of every code with a model; `applied`: likewise, every code of the coding.
    """
    shown = {key for key, _p in shown_of(likely)}
    known = {key for key, _p in likely}
    fates = [(key, Fate.ACCEPTED if key in applied else Fate.REFUSED) for key in sorted(shown)]
    fates += [(key, Fate.MISSED) for key in sorted((known & set(applied)) - shown)]
    tenths = tuple((min(int(p * 10), 9), key in applied) for key, p in likely)
    return Judged(unaided, tuple(fates), tenths)


def shown_of(likely: Sequence[tuple[str, float]]) -> list[tuple[str, float]]:
    """The five likeliest of each facet that are worth a look, likeliest first."""
    counted: dict[str, int] = {}
    found = []
    for key, p in sorted(likely, key=lambda one: (-one[1], one[0])):
        facet, _code = parted(key)
        if p >= LEAST_P and counted.get(facet, 0) < SHOWN:
            counted[facet] = counted.get(facet, 0) + 1
            found.append((key, p))
    return found

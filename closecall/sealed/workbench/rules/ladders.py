"""The ladder of a coded fact, and of the period: what is told instead, one rung at a time."""

from collections.abc import Iterable, Sequence
from dataclasses import dataclass, replace
from typing import Final

from closecall.public.library.rules.report import AppliedCode
from closecall.public.taxonomy.rules.pack import UNKNOWN, Pack

Fact = tuple[str, str]
"""A facet's key and a code's key."""

PERIOD: Final[Fact] = ("period", "")
WITHHELD: Final = ""


@dataclass(frozen=True)
class Climbed:
    """How many rungs up its ladder a fact is told."""

    facet: str
    code: str
    rungs: int

    @property
    def fact(self) -> Fact:
        """The fact as it is coded."""
        return (self.facet, self.code)


def rungs(pack: Pack, fact: Fact) -> tuple[str, ...]:
    """What may be told of a fact, finest first; WITHHELD is the last rung of whatever may be kept back.

    Shape: ("snow_or_ice", "bad", ""); the period's are "quarter", "year" and WITHHELD. What is never withheld
           by count has one rung.
    """
    if fact == PERIOD:
        return ("quarter", "year", WITHHELD)
    key, code = fact
    facet = pack.facet(key)
    if key in pack.release.never_withheld or code == UNKNOWN:
        return (code,)
    if facet.ladder == "coarser":
        coarser = facet.climb(code)
        return (code, coarser, WITHHELD) if coarser else (code, WITHHELD)
    if facet.ladder == "withheld" or facet.code(code).rare:
        return (code, WITHHELD)
    return (code,)


def is_rare(pack: Pack, fact: Fact) -> bool:
    """Whether the pack marks the code rare; event and activity never count among them."""
    return fact[0] not in pack.release.never_withheld and pack.code(*fact).rare


def climbed(generalised: Iterable[Climbed], fact: Fact) -> int:
    """How many rungs somebody let a fact climb."""
    return next((each.rungs for each in generalised if each.fact == fact), 0)


def told_as(pack: Pack, fact: Fact, generalised: Iterable[Climbed], *, keep_rare: bool) -> int:
    """The rung on which a fact is told: a rare code stands on the second at least, unless two people keep it."""
    least = 1 if is_rare(pack, fact) and not keep_rare else 0
    return min(max(climbed(generalised, fact), least), len(rungs(pack, fact)) - 1)


def told(
    pack: Pack, codes: Sequence[AppliedCode], generalised: Sequence[Climbed] = (), *, keep_rare: bool = False
) -> tuple[AppliedCode, ...]:
    """The codes as they are told: each on its rung, nothing twice, what is withheld left out."""
    kept: dict[Fact, AppliedCode] = {}
    for applied in codes:
        fact = (applied.facet, applied.code)
        code = rungs(pack, fact)[told_as(pack, fact, generalised, keep_rare=keep_rare)]
        if code != WITHHELD:
            kept.setdefault((applied.facet, code), replace(applied, code=code))
    return tuple(kept.values())

"""How rare a combination of facts is: a meter with advice, never a block.

A combination is two or three facts of different facets. One of three is listed only when it is rarer than
every two of it: else it says nothing new (minimal uniques, after Elliot, Manning and Ford, 2002).
"""

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from itertools import combinations as choose
from typing import Final

from closecall.public.library.rules.report import AppliedCode
from closecall.public.taxonomy.rules.pack import OTHER, UNKNOWN, Pack
from closecall.sealed.workbench.rules import ladders
from closecall.sealed.workbench.rules.ladders import PERIOD, WITHHELD, Climbed, Fact

ENOUGH: Final = 5
SHOWN: Final = 6
SAME_ADVICE: Final = 2

Holders = int
"""Which reports hold a fact: one bit a report."""


@dataclass(frozen=True)
class Told:
    """A fact as readers would get it, as it was coded, and its rung."""

    fact: Fact
    coded: Fact
    rung: int
    sentence: str = ""


@dataclass(frozen=True)
class Advice:
    """One way to make a combination commoner: tell `label` as `to` ("" withholds it); `shared_by` holds then.

    Shape: `facet`, `code` and `rungs` are what `coding.generalise` takes.
    """

    facet: str
    code: str
    rungs: int
    label: str
    to: str
    shared_by: int

    @property
    def enough(self) -> bool:
        """Whether five reports share the combination then, this one among them."""
        return self.shared_by >= ENOUGH


@dataclass(frozen=True)
class Wording:
    """A fact that no ladder coarsens, and the sentence that tells it: it is generalised in words."""

    label: str
    sentence: str


@dataclass(frozen=True)
class Combination:
    """Facts that few reports share, by label, and what helps, best first. `shared_by` counts this report, too."""

    labels: tuple[str, ...]
    shared_by: int
    advice: tuple[Advice, ...]
    words: tuple[Wording, ...]

    @property
    def best(self) -> tuple[Advice, ...]:
        """The advice to follow: what suffices, else the two that help most."""
        enough = tuple(each for each in self.advice if each.enough)
        return (enough or self.advice)[:2]

    @property
    def in_words(self) -> tuple[Wording, ...]:
        """What to say more generally, where no ladder suffices."""
        return () if any(each.enough for each in self.advice) else self.words


def facts(
    pack: Pack, codes: Sequence[AppliedCode], generalised: Sequence[Climbed], *, keep_rare: bool
) -> tuple[Told, ...]:
    """The facts that a reader gets and could combine: without `unknown`, `other` and what is withheld."""
    found: dict[Fact, Told] = {}
    for applied in codes:
        coded = (applied.facet, applied.code)
        if applied.code in (UNKNOWN, OTHER) or not _counts(pack, applied.facet):
            continue
        rung = ladders.told_as(pack, coded, generalised, keep_rare=keep_rare)
        code = ladders.rungs(pack, coded)[rung]
        if code != WITHHELD:
            told = Told((applied.facet, code), coded, rung, applied.sentence)
            found.setdefault(told.fact, told)
    return tuple(found.values())


def holders(pack: Pack, told: Iterable[Told], reports: Iterable[frozenset[Fact]]) -> dict[Fact, Holders]:
    """Which of the other reports hold each fact, and each that it could be told as.

    A coarser fact is held by whoever holds one that it covers.
    """
    wanted: dict[Fact, tuple[Fact, ...]] = {}
    for each in told:
        for code in ladders.rungs(pack, each.coded)[each.rung :]:
            if code != WITHHELD:
                facet = each.fact[0]
                keys = (code, *pack.code(facet, code).covers)
                wanted[facet, code] = tuple((facet, key) for key in keys)
    found = dict.fromkeys(wanted, 0)
    for place, codes in enumerate(reports):
        for fact, covered in wanted.items():
            if not codes.isdisjoint(covered):
                found[fact] |= 1 << place
    return found


def rarest(
    pack: Pack, told: Sequence[Told], held: Mapping[Fact, Holders], shown: int = SHOWN
) -> tuple[Combination, ...]:
    """The combinations that fewer than five reports share, rarest first, each with what would help.

    The same first advice is given twice at most: whoever follows it sees the rest anew.
    """
    few: list[tuple[int, int, int, tuple[Told, ...]]] = []
    for place, (members, count) in enumerate(_shared(told, held)):
        if count < ENOUGH:
            stuck = sum(_next(pack, each) is None for each in members)
            few.append((count, stuck, place, members))
    found: list[Combination] = []
    given: dict[object, int] = {}
    for count, _stuck, _place, members in sorted(few, key=lambda one: one[:3]):
        one = _combination(pack, members, held, count)
        first: object = (one.advice[0].facet, one.advice[0].code) if one.advice else one.words[:1]
        given[first] = given.get(first, 0) + 1
        if given[first] <= SAME_ADVICE:
            found.append(one)
        if len(found) == shown:
            break
    return tuple(found)


def _shared(told: Sequence[Told], held: Mapping[Fact, Holders]) -> Iterable[tuple[tuple[Told, ...], int]]:
    """Every two facts, and every three that are rarer than each two of them, with who shares them."""
    two = {
        (one.fact, other.fact): held[one.fact] & held[other.fact]
        for one, other in choose(told, 2)
        if one.fact[0] != other.fact[0]
    }
    by_fact = {each.fact: each for each in told}
    for (one, other), both in two.items():
        yield (by_fact[one], by_fact[other]), 1 + both.bit_count()
    for first, second, third in choose([each.fact for each in told], 3):
        pairs = [two.get(pair) for pair in ((first, second), (first, third), (second, third))]
        if None in pairs:
            continue
        fewest = min(pair.bit_count() for pair in pairs if pair is not None)
        all_three = (two[first, second] & held[third]).bit_count()
        if all_three < fewest:
            yield (by_fact[first], by_fact[second], by_fact[third]), 1 + all_three


def _combination(
    pack: Pack, members: tuple[Told, ...], held: Mapping[Fact, Holders], count: int
) -> Combination:
    advice: list[Advice] = []
    words: list[Wording] = []
    for each in members:
        label = _label(pack, each.fact)
        coarser = _next(pack, each)
        if coarser is None:
            words.append(Wording(label, each.sentence))
            continue
        rest = [held[other.fact] for other in members if other is not each]
        if coarser != WITHHELD:
            rest.append(held[each.fact[0], coarser])
        all_of = rest[0]
        for bits in rest[1:]:
            all_of &= bits
        to = pack.code(each.fact[0], coarser).label if coarser != WITHHELD else ""
        advice.append(Advice(*each.coded, each.rung + 1, label, to, 1 + all_of.bit_count()))
    # A fact told more coarsely is better than one withheld, when both suffice.
    advice.sort(key=lambda one: (not one.enough, one.to == "", -one.shared_by))
    labels = tuple(_label(pack, each.fact) for each in members)
    return Combination(labels, count, tuple(advice), tuple(words))


def _next(pack: Pack, told: Told) -> str | None:
    ladder = ladders.rungs(pack, told.coded)
    return ladder[told.rung + 1] if told.rung + 1 < len(ladder) else None


def _counts(pack: Pack, key: str) -> bool:
    facet = pack.facet(key)
    if key == PERIOD[0] or facet.class_only:
        return False
    return facet.filterable or facet.ladder in ("coarser", "withheld", "rare_withheld")


def _label(pack: Pack, fact: Fact) -> str:
    return pack.code(*fact).label

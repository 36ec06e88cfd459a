"""What two coders differ on, what was settled, and what a report's codes would be then."""

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, replace
from typing import Literal

from closecall.errors import BadInput
from closecall.public.library.rules.report import AppliedCode, ReleasedText
from closecall.public.library.rules.withholding import with_class_only
from closecall.public.taxonomy.rules.pack import UNKNOWN, Facet, Pack
from closecall.sealed.reliability.rules.sheets import Mark, Sheet, applied, of
from closecall.sealed.workbench.rules import ladders
from closecall.sealed.workbench.rules.coding import Coding, apply_codes, coded_by_analysts
from closecall.sealed.workbench.rules.sentences import split

Side = Literal["first", "second"]


@dataclass(frozen=True)
class Difference:
    """One code on which two sheets differ: one applied it, or both did in another state."""

    facet: str
    code: str
    first: Mark | None
    second: Mark | None


def differences(facet: Facet, first: Sheet, second: Sheet) -> tuple[Difference, ...]:
    """What two sheets differ on in one facet, in the pack's order. Another sentence is no difference."""
    mine = {mark.code: mark for mark in of(first, facet.key)}
    theirs = {mark.code: mark for mark in of(second, facet.key)}
    return tuple(
        Difference(facet.key, code.key, one, other)
        for code in facet.choices
        for one, other in [(mine.get(code.key), theirs.get(code.key))]
        if (one is None) != (other is None) or (one and other and one.state != other.state)
    )


def settled(facet: Facet, first: Sheet, second: Sheet, chosen: Mapping[str, Side]) -> Sheet:
    """A facet's marks once every difference was settled; what both have stands, on the earlier sentence.

    Shape: `chosen` maps a code that they differ on to whose view of it holds.
    Raises: BadInput while a difference is open, and when more codes would stand than the facet allows.
    """
    marks: list[Mark] = []
    mine = {mark.code: mark for mark in of(first, facet.key)}
    theirs = {mark.code: mark for mark in of(second, facet.key)}
    open_ones = {each.code: each for each in differences(facet, first, second)}
    if set(chosen) != set(open_ones):
        raise BadInput("Settle every code of this story that they differ on.")
    for code in facet.choices:
        if code.key in open_ones:
            mark = open_ones[code.key].first if chosen[code.key] == "first" else open_ones[code.key].second
            if mark is not None:
                marks.append(mark)
        elif code.key in mine:
            one, other = mine[code.key], theirs[code.key]
            marks.append(min(one, other, key=lambda each: each.sentence or 1_000_000))
    order = [mark.code for mark in (*of(first, facet.key), *of(second, facet.key))]
    return tuple(sorted(marks, key=lambda mark: order.index(mark.code)))


def must_stand(pack: Pack, facet: Facet, marks: Sequence[Mark], story: str) -> None:
    """Pass when these codes may stand together on the story. Raises: BadInput."""
    apply_codes(pack, Coding(), facet.key, applied(marks, split(story)), story)


@dataclass(frozen=True)
class Change:
    """What a correction would change in one facet of a published report: codes that go, codes that come."""

    facet: str
    gone: tuple[str, ...]
    new: tuple[str, ...]


def corrected(pack: Pack, text: ReleasedText, sheet: Sheet) -> tuple[ReleasedText, tuple[Change, ...]]:
    """A published text with the settled codes in place of its own, and what that changes.

    Facets on a ladder stay as they are told: what was told more coarsely, or held back, a correction must not tell
    after all. Rare codes stay for the same reason. Of the codes that make a class only the class is told.
    """
    changes: list[Change] = []
    codes = list(text.codes)
    spoken = split(text.narrative)
    for facet in coded_by_analysts(pack):
        if facet.class_only or facet.ladder not in ("none", "rare_withheld"):
            continue
        there = {one.code for one in codes if one.facet == facet.key and one.code != UNKNOWN}
        rare = {code.key for code in facet.choices if ladders.is_rare(pack, (facet.key, code.key))}
        marks = [mark for mark in of(sheet, facet.key) if mark.code not in rare]
        wanted = {mark.code for mark in marks}
        if wanted == there - rare:
            continue
        kept = [one for one in codes if one.facet == facet.key and one.code in wanted | rare]
        held = {one.code for one in kept}
        come = applied([mark for mark in marks if mark.code not in held], spoken)
        codes = [one for one in codes if one.facet != facet.key]
        first = [mark.code for mark in marks]
        told = sorted(
            (*kept, *come), key=lambda one: first.index(one.code) if one.code in first else len(first)
        )
        codes += _or_unknown(facet, told)
        changes.append(Change(facet.key, tuple(sorted(there - rare - wanted)), tuple(sorted(wanted - there))))
    order = [facet.key for facet in pack.facets]
    codes.sort(key=lambda one: order.index(one.facet) if one.facet in order else len(order))
    after = replace(text, codes=tuple(codes)) if changes else text
    return _with_class(pack, after, sheet, changes)


def _with_class(
    pack: Pack, text: ReleasedText, sheet: Sheet, changes: list[Change]
) -> tuple[ReleasedText, tuple[Change, ...]]:
    if pack.risk is None:
        return text, tuple(changes)
    keys = (pack.risk.harm_facet, pack.risk.margin_facet)
    making = [AppliedCode(mark.facet, mark.code) for key in keys for mark in of(sheet, key)]
    if len(making) < len(keys) or not all(pack.facet(key).class_only for key in keys):
        return text, tuple(changes)
    classed = with_class_only(replace(text, codes=(*text.codes, *making)), pack)
    if classed.risk_class and classed.risk_class != text.risk_class:
        changes.append(Change("risk", tuple(filter(None, (text.risk_class,))), (classed.risk_class,)))
        return classed, tuple(changes)
    return text, tuple(changes)


def _or_unknown(facet: Facet, codes: Iterable[AppliedCode]) -> tuple[AppliedCode, ...]:
    found = tuple(codes)
    return found or ((AppliedCode(facet.key, UNKNOWN),) if facet.required else ())

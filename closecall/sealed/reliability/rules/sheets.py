"""What one coder put on one story: codes, each with the number of the sentence it rests on. No words."""

import hashlib
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass

from closecall.errors import BadInput
from closecall.public.library.rules.report import AppliedCode
from closecall.public.taxonomy.rules.pack import UNKNOWN, Facet, Pack
from closecall.sealed.workbench.rules import coding
from closecall.sealed.workbench.rules.coding import Coding, coded_by_analysts
from closecall.sealed.workbench.rules.sentences import Sentence, split


@dataclass(frozen=True, order=True)
class Mark:
    """One code on one story. `sentence` counts from 1; 0: it rests on none, as `unknown` does."""

    facet: str
    code: str
    state: str = ""
    sentence: int = 0


Sheet = tuple[Mark, ...]


def of(sheet: Iterable[Mark], facet: str) -> Sheet:
    """A facet's marks, the main one first, without `unknown`: silence and "the text doesn't say" are one."""
    return tuple(mark for mark in sheet if mark.facet == facet and mark.code != UNKNOWN)


def replaced(pack: Pack, sheet: Sheet, facet: str, marks: Sequence[Mark], story: str) -> Sheet:
    """Put a facet's marks in place of those before. Raises: BadInput, as the workbench's coding does."""
    before = Coding(codes=applied(sheet, split(story)))
    coding.apply_codes(pack, before, facet, applied(marks, split(story)), story)
    order = [each.key for each in pack.facets]
    kept = [mark for mark in sheet if mark.facet != facet]
    return tuple(sorted((*kept, *marks), key=lambda mark: order.index(mark.facet)))


def applied(sheet: Iterable[Mark], sentences: Sequence[Sentence]) -> tuple[AppliedCode, ...]:
    """A sheet as codes that rest on sentences, for the rules that know those.

    Raises: BadInput for a sentence that isn't there.
    """
    words = {sentence.number: sentence.text for sentence in sentences}
    found = []
    for mark in sheet:
        if mark.sentence and mark.sentence not in words:
            raise BadInput("Choose a sentence of the story.")
        found.append(AppliedCode(mark.facet, mark.code, mark.state, words.get(mark.sentence, "")))
    return tuple(found)


def is_open(facet: Facet, sheet: Sheet) -> bool:
    """Tell whether a facet applies, given what stands on the sheet."""
    return coding.is_open(facet, Coding(codes=applied(_unplaced(sheet), ())))


def missing(pack: Pack, sheet: Sheet, story: str) -> Mapping[str, str]:
    """What keeps a story from being done: a sentence by facet; empty when it is complete."""
    facets = {facet.key for facet in coded_by_analysts(pack)}
    found = coding.missing(pack, Coding(codes=applied(sheet, split(story))), story)
    return {each.place: each.sentence for each in reversed(found) if each.place in facets}


def print_of(story: str) -> str:
    """A fingerprint of a story: what tells that it was changed since somebody coded it."""
    return hashlib.blake2b(story.encode(), digest_size=16).hexdigest()


def _unplaced(sheet: Sheet) -> Iterable[Mark]:
    return (Mark(mark.facet, mark.code, mark.state) for mark in sheet)

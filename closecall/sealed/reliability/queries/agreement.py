"""What two coders made of a sample: agreement, differences, what was settled. Only once everybody has finished."""

from collections.abc import Iterable
from dataclasses import dataclass, field
from typing import NamedTuple

from closecall.errors import NotFound
from closecall.public.library.queries import Report
from closecall.public.taxonomy import queries as taxonomy
from closecall.public.taxonomy.rules.pack import Facet, Pack
from closecall.sealed.accounts.rules.desk import Desk
from closecall.sealed.reliability.models import Ruling, Sample, Unit
from closecall.sealed.reliability.models import Sheet as SheetRow
from closecall.sealed.reliability.queries import drawn, sheets
from closecall.sealed.reliability.queries.drawn import SampleHead
from closecall.sealed.reliability.rules import judging, settling
from closecall.sealed.reliability.rules.judging import Judged, Pair, Tally
from closecall.sealed.reliability.rules.settling import Change, Difference
from closecall.sealed.reliability.rules.sheets import Mark, Sheet
from closecall.sealed.workbench.rules.coding import coded_by_analysts
from closecall.sealed.workbench.rules.sentences import split


class Coded(NamedTuple):
    """One story that both coded, with everything that is known of it."""

    unit: Unit
    report: Report
    same_story: bool
    first: Sheet
    second: Sheet


@dataclass(frozen=True)
class Settled:
    """Who settled a facet of a story, and whether it holds yet."""

    by: str
    agreed_by: str
    holds: bool
    sheet: Sheet = field(repr=False)


@dataclass(frozen=True)
class Line:
    """One code on which they differ, with the sentences that either rested it on ("" where it wasn't applied)."""

    difference: Difference
    first: str = field(repr=False)
    second: str = field(repr=False)


@dataclass(frozen=True)
class Differing:
    """One story with the codes of a facet on which they differ, and how that was settled."""

    place: int
    public_id: str
    title: str = field(repr=False)
    lines: tuple[Line, ...] = field(repr=False)
    settled: Settled | None
    same_story: bool


@dataclass(frozen=True)
class FacetState:
    """A facet's differences, code by code and story by story."""

    head: SampleHead
    pack: Pack = field(repr=False)
    facet: Facet
    judged: Judged
    tallies: tuple[Tally, ...]
    stories: tuple[Differing, ...]


@dataclass(frozen=True)
class Results:
    """How far they agree. `open_differences`: by facet, how many stories wait to be settled."""

    head: SampleHead
    pack: Pack = field(repr=False)
    judged: tuple[Judged, ...]
    differing: dict[str, int]
    unsettled: dict[str, int]
    stories: int
    left: int


@dataclass(frozen=True)
class Correctable:
    """One report whose settled codes aren't those that are published."""

    place: int
    public_id: str
    title: str = field(repr=False)
    changes: tuple[Change, ...]
    own: bool


def results(number: int, desk: Desk) -> Results:
    """Agreement facet by facet. Raises: NotAllowed, NotFound; Conflict until everybody has finished."""
    row = opened_sample(number, desk)
    pack = taxonomy.pack(row.pack)
    coded = coded_units(row, desk)
    pairs = pairs_of(coded)
    done = _holding(row)
    differing: dict[str, int] = {}
    unsettled: dict[str, int] = {}
    for facet in coded_by_analysts(pack):
        for each in coded:
            if settling.differences(facet, each.first, each.second):
                differing[facet.key] = differing.get(facet.key, 0) + 1
                if (each.unit.id, facet.key) not in done:
                    unsettled[facet.key] = unsettled.get(facet.key, 0) + 1
    head = drawn.sample(number, desk)
    return Results(
        head=head,
        pack=pack,
        judged=judging.judged(pack, pairs, seed=row.seed) if pairs else (),
        differing=differing,
        unsettled=unsettled,
        stories=len(coded),
        left=head.size - len(coded),
    )


def facet_state(number: int, facet_key: str, desk: Desk) -> FacetState:
    """The differences of one facet. Raises: NotAllowed, NotFound; Conflict until everybody has finished."""
    row = opened_sample(number, desk)
    pack = taxonomy.pack(row.pack)
    facet = facet_of(pack, facet_key)
    coded = coded_units(row, desk)
    pairs = pairs_of(coded)
    rulings = {each.unit_id: each for each in Ruling.objects.filter(unit__sample=row, facet=facet_key)}
    found = []
    for each in coded:
        there = settling.differences(facet, each.first, each.second)
        if not there:
            continue
        ruling = rulings.get(each.unit.id)
        found.append(
            Differing(
                place=each.unit.place,
                public_id=each.unit.public_id,
                title=each.report.text.title,
                lines=tuple(_line(one, each) for one in there),
                settled=_settled(ruling, desk) if ruling else None,
                same_story=each.same_story,
            )
        )
    judged = judging.judged_facet(pack, facet, pairs, seed=row.seed)
    return FacetState(
        drawn.sample(number, desk), pack, facet, judged, judging.tallies(facet, pairs), tuple(found)
    )


def correctable(number: int, desk: Desk) -> tuple[Correctable, ...]:
    """Reports of which every difference is settled, and whose codes aren't those published.

    Raises: NotAllowed, NotFound; Conflict until everybody has finished.
    """
    row = opened_sample(number, desk)
    pack = taxonomy.pack(row.pack)
    found = []
    for each in coded_units(row, desk):
        sheet = settled_sheet(pack, each, desk)
        if sheet is None or not each.same_story:
            continue
        _text, changes = settling.corrected(pack, each.report.text, sheet)
        if changes:
            own = each.report.origin == "own"
            found.append(
                Correctable(each.unit.place, each.unit.public_id, each.report.text.title, changes, own)
            )
    return tuple(found)


def opened_sample(number: int, desk: Desk) -> Sample:
    """A sample whose codes this person may see. Raises: NotAllowed, NotFound, Conflict."""
    row = drawn.row_of(number)
    if row.recodes_id is not None:
        raise NotFound("A recoding is compared with its anchor set: see Drift.")
    drawn.must_be_open(row, desk)
    return row


def coded_units(row: Sample, desk: Desk) -> list[Coded]:
    """What every coder coded of what is still in the library, in order; one coder's stands in both places.

    Whoever calls has passed `must_be_open`.
    """
    units = list(row.units.order_by("place"))
    there = drawn.reports_of(units)
    by_seat: dict[tuple[int, int], Sheet] = {
        (each.unit_id, each.seat.place): sheets.opened(each, desk)
        for each in SheetRow.objects.filter(unit__sample=row).select_related("seat")
    }
    places = [seat.place for seat in row.seats.order_by("place")]
    found = []
    for unit in units:
        report = there.get(unit.public_id)
        mine = [by_seat.get((unit.id, place)) for place in places]
        opened = [sheet for sheet in mine if sheet is not None]
        if report is not None and opened and len(opened) == len(places):
            same = drawn.is_the_same(unit, report)
            found.append(Coded(unit, report, same, opened[0], opened[-1]))
    return found


def pairs_of(coded: Iterable[Coded]) -> list[Pair]:
    """The two sheets of each story."""
    return [Pair(each.unit.public_id, each.first, each.second) for each in coded]


def settled_sheet(pack: Pack, coded: Coded, desk: Desk) -> Sheet | None:
    """What holds of a story: what both have, and what was settled; None while anything is open."""
    rulings = {each.facet: each for each in Ruling.objects.filter(unit=coded.unit, holds=True)}
    marks: list[Mark] = []
    for facet in coded_by_analysts(pack):
        if facet.key in rulings:
            marks += sheets.opened_ruling(rulings[facet.key], desk)
        elif settling.differences(facet, coded.first, coded.second):
            return None
        else:
            marks += settling.settled(facet, coded.first, coded.second, {})
    return tuple(marks)


def facet_of(pack: Pack, key: str) -> Facet:
    """A facet that people code. Raises: NotFound."""
    for facet in coded_by_analysts(pack):
        if facet.key == key:
            return facet
    raise NotFound("There is no such facet.")


def _holding(row: Sample) -> frozenset[tuple[int, str]]:
    held = Ruling.objects.filter(unit__sample=row, holds=True)
    return frozenset(held.values_list("unit_id", "facet"))


def _settled(ruling: Ruling, desk: Desk) -> Settled:
    return Settled(ruling.by, ruling.agreed_by, ruling.holds, sheets.opened_ruling(ruling, desk))


def _line(difference: Difference, coded: Coded) -> Line:
    if not coded.same_story:
        return Line(difference, "", "")
    words = {sentence.number: sentence.text for sentence in split(coded.report.text.narrative)}
    first, second = (
        words.get(mark.sentence, "") if mark is not None else ""
        for mark in (difference.first, difference.second)
    )
    return Line(difference, first, second)

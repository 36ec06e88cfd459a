"""What one coder sees: the stories of their sample, and their own codes alone."""

from collections.abc import Mapping
from dataclasses import dataclass, field

from closecall.errors import Conflict, Gone, NotFound
from closecall.public.taxonomy import queries as taxonomy
from closecall.public.taxonomy.rules.pack import Pack
from closecall.sealed.accounts.rules.desk import Desk
from closecall.sealed.reliability.models import Seat, Unit
from closecall.sealed.reliability.models import Sheet as SheetRow
from closecall.sealed.reliability.queries import drawn, sheets
from closecall.sealed.reliability.queries.drawn import SampleHead, Story
from closecall.sealed.reliability.rules import sheets as rules
from closecall.sealed.workbench.rules.sentences import Sentence, split

FINISHED = (
    "You have finished this sample, so its codes stand still. What you differ on is settled on the results."
)
CHANGED = "This story was changed or taken down since the sample was drawn. It counts no more."
_OPENING_WORDS = 12


@dataclass(frozen=True)
class StoryState:
    """One story on its coder's page: sentences to rest codes on, their own codes, what is missing.

    The id, the title, the lessons and the published codes aren't here: they would lead.
    """

    head: SampleHead
    place: int
    pack: Pack = field(repr=False)
    sentences: tuple[Sentence, ...] = field(repr=False)
    sheet: rules.Sheet = field(repr=False)
    version: int
    missing: Mapping[str, str]


def stories(number: int, desk: Desk) -> tuple[Story, ...]:
    """A coder's list of stories. Raises: NotAllowed (somebody else's), NotFound."""
    desk.require("code")
    row = drawn.row_of(number)
    seat = drawn.seat_of(row, desk)
    pack = taxonomy.pack(row.pack)
    units = list(row.units.order_by("place"))
    there = drawn.reports_of(units)
    mine = {each.unit_id: each for each in SheetRow.objects.filter(seat=seat)}
    found = []
    for unit in units:
        report = there.get(unit.public_id)
        if report is None or not drawn.is_the_same(unit, report):
            found.append(Story(unit.place, "", unit.id in mine, done=False, left=True))
            continue
        story = report.text.narrative
        opened = sheets.opened(mine[unit.id], desk) if unit.id in mine else ()
        done = bool(opened) and not rules.missing(pack, opened, story)
        opening = " ".join(story.split()[:_OPENING_WORDS])
        found.append(Story(unit.place, opening, unit.id in mine, done=done, left=False))
    return tuple(found)


def story(number: int, place: int, desk: Desk) -> StoryState:
    """One story for its coder.

    Raises: NotAllowed (somebody else's); NotFound; Gone (changed since); Conflict once they have finished.
    """
    desk.require("code")
    row = drawn.row_of(number)
    seat = drawn.seat_of(row, desk)
    if seat.finished:
        raise Conflict(FINISHED)
    unit, text = unit_and_story(row.id, place)
    pack = taxonomy.pack(row.pack)
    saved = SheetRow.objects.filter(unit=unit, seat=seat).first()
    sheet = sheets.opened(saved, desk) if saved else ()
    return StoryState(
        head=drawn.sample(number, desk),
        place=place,
        pack=pack,
        sentences=split(text),
        sheet=sheet,
        version=saved.version if saved else 0,
        missing=rules.missing(pack, sheet, text),
    )


def unit_and_story(sample_id: int, place: int) -> tuple[Unit, str]:
    """A unit and its story as it was drawn. Raises: NotFound; Gone when it was changed or taken down."""
    unit = Unit.objects.filter(sample_id=sample_id, place=place).first()
    if unit is None:
        raise NotFound("The sample has no such story.")
    report = drawn.reports_of([unit]).get(unit.public_id)
    if report is None or not drawn.is_the_same(unit, report):
        raise Gone(CHANGED)
    return unit, report.text.narrative


def unfinished(seat: Seat, desk: Desk) -> int:
    """How many stories this coder has still to complete."""
    listed = stories(seat.sample.number, desk)
    return sum(not each.done and not each.left for each in listed)

"""The anchor set over time: how far each quarter's recoding agrees with what was settled."""

from collections.abc import Sequence
from dataclasses import dataclass, field

from closecall.errors import Refused
from closecall.public.taxonomy import queries as taxonomy
from closecall.public.taxonomy.rules.pack import Facet, Pack
from closecall.sealed.accounts.rules.desk import Desk
from closecall.sealed.reliability.models import Sample
from closecall.sealed.reliability.models import Sheet as SheetRow
from closecall.sealed.reliability.queries import agreement, drawn, sheets
from closecall.sealed.reliability.queries.drawn import SampleHead
from closecall.sealed.reliability.rules import drifting, judging
from closecall.sealed.reliability.rules.drifting import Course
from closecall.sealed.reliability.rules.judging import Pair
from closecall.sealed.reliability.rules.sheets import Sheet
from closecall.sealed.workbench.rules.coding import coded_by_analysts


@dataclass(frozen=True)
class Drift:
    """An anchor set and its quarters. `waits`: recodings that somebody hasn't finished."""

    head: SampleHead
    pack: Pack = field(repr=False)
    stories: int
    quarters: tuple[str, ...]
    courses: tuple[tuple[Facet, Course], ...]
    waits: tuple[SampleHead, ...]
    refused: str = ""


def drift(desk: Desk) -> tuple[Drift, ...]:
    """Every anchor set, the newest first. Raises: NotAllowed.

    An anchor whose codes this person may not see now says so in `refused`, and shows nothing else.
    """
    desk.require("code")
    return tuple(_of(row, desk) for row in Sample.objects.filter(anchor=True).order_by("-number"))


def _of(row: Sample, desk: Desk) -> Drift:
    head = drawn.sample(row.number, desk)
    pack = taxonomy.pack(row.pack)
    heads = [drawn.sample(each.number, desk) for each in row.recodings.order_by("number")]
    waits = tuple(each for each in heads if not each.open)
    try:
        drawn.must_be_open(row, desk)
    except Refused as refused:
        return Drift(head, pack, head.size, (), (), waits, refused.sentence)
    anchored = anchored_sheets(row, pack, desk)
    by_quarter: dict[str, list[Pair]] = {}
    for each in row.recodings.order_by("number"):
        if each.seats.filter(finished=False).exists():
            continue
        by_quarter.setdefault(each.quarter, []).extend(_against(each, anchored, desk))
    quarters = tuple(sorted(by_quarter))
    courses = []
    for facet in coded_by_analysts(pack):
        measured = [
            judging.judged_facet(pack, facet, by_quarter[quarter], seed=row.seed) for quarter in quarters
        ]
        courses.append((facet, drifting.course(quarters, measured)))
    return Drift(head, pack, len(anchored), quarters, tuple(courses), waits)


def anchored_sheets(row: Sample, pack: Pack, desk: Desk) -> dict[str, Sheet]:
    """The settled codes of an anchor's reports, by id; stories with an open difference aren't among them."""
    found = {}
    for each in agreement.coded_units(row, desk):
        sheet = agreement.settled_sheet(pack, each, desk)
        if sheet is not None:
            found[each.unit.public_id] = sheet
    return found


def _against(recoding: Sample, anchored: dict[str, Sheet], desk: Desk) -> Sequence[Pair]:
    """Each coder's sheets beside the settled ones; sheets of one story are drawn again together."""
    rows = SheetRow.objects.filter(unit__sample=recoding).select_related("unit", "seat")
    there = drawn.reports_of([each.unit for each in rows])
    return [
        Pair(each.unit.public_id, anchored[each.unit.public_id], sheets.opened(each, desk))
        for each in rows
        if each.unit.public_id in anchored and each.unit.public_id in there
    ]

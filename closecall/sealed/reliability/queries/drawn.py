"""Samples as everybody at the desk may see them: what was drawn, who codes, how far. No code of anybody."""

from collections.abc import Collection
from dataclasses import dataclass
from typing import Literal

from django.conf import settings

from closecall.errors import Conflict, NotAllowed, NotFound
from closecall.public.library import queries as library
from closecall.public.library.queries import Report
from closecall.public.library.rules import periods
from closecall.sealed.accounts import queries as accounts
from closecall.sealed.accounts.rules.desk import Desk
from closecall.sealed.accounts.rules.roles import may
from closecall.sealed.reliability.models import Sample, Seat, Sheet, Unit
from closecall.sealed.reliability.rules import sheets
from closecall.sealed.reliability.rules.drawing import Candidate, Stratum
from closecall.sealed.workbench.queries.cases import today

NOT_YET = "The results open once everybody who codes this sample has finished."
NOT_WHILE_CODING = (
    "You are still coding some of these stories in another sample. Finish that first: what others made of them "
    "would lead you."
)
NOT_YOURS = "Somebody else codes this sample. Its stories open to them alone, and its results to all."


@dataclass(frozen=True)
class Coder:
    """One coder of a sample, by pseudonym."""

    pseudonym: str
    place: int
    finished: bool


@dataclass(frozen=True)
class SampleHead:
    """One sample without anybody's codes. `open`: every coder has finished."""

    sample_id: int
    number: int
    pack: str
    kind: Literal["pair", "anchor", "recoding"]
    quarter: str
    seed: int
    size: int
    strata: tuple[Stratum, ...]
    coders: tuple[Coder, ...]
    recodes: int | None
    by: str

    @property
    def open(self) -> bool:
        """Whether every coder has finished, so that results may be seen."""
        return all(coder.finished for coder in self.coders)

    def codes(self, pseudonym: str) -> bool:
        """Tell whether this person codes it and hasn't finished."""
        return any(coder.pseudonym == pseudonym and not coder.finished for coder in self.coders)


@dataclass(frozen=True)
class Story:
    """One story as its own coder may see it in the list. `left`: it was changed or taken down since."""

    place: int
    opens_with: str
    begun: bool
    done: bool
    left: bool


@dataclass(frozen=True)
class Person:
    """Somebody who may code."""

    pseudonym: str
    name: str


def this_quarter() -> str:
    """The quarter that it is: "2026-Q4"."""
    day = today()
    return periods.spell(day.year * 4 + (day.month - 1) // 3)


def frame(pack: str | None = None) -> tuple[Candidate, ...]:
    """Every published report that may be drawn, with the month in which it came out."""
    return tuple(
        Candidate(public_id, f"{day.year:04d}-{day.month:02d}")
        for public_id, day in library.coded_here(pack=pack)
    )


def may_code() -> tuple[Person, ...]:
    """Everybody who may be asked to code: an active account that holds a key, by name."""
    return tuple(
        Person(each.pseudonym, each.name)
        for each in accounts.people()
        if each.active and each.holds_key and may(each.role, "code")
    )


def samples(desk: Desk) -> tuple[SampleHead, ...]:
    """Every sample, the newest first. Raises: NotAllowed."""
    desk.require("code")
    rows = Sample.objects.order_by("-number").prefetch_related("seats", "units").select_related("recodes")
    return tuple(_head(row) for row in rows)


def sample(number: int, desk: Desk) -> SampleHead:
    """One sample. Raises: NotAllowed, NotFound."""
    desk.require("code")
    return _head(row_of(number))


def row_of(number: int) -> Sample:
    """A sample's row. Raises: NotFound."""
    row = Sample.objects.filter(number=number).first()
    if row is None:
        raise NotFound("There is no sample of this number.")
    return row


def seat_of(row: Sample, desk: Desk) -> Seat:
    """This person's seat. Raises: NotAllowed."""
    seat = Seat.objects.filter(sample=row, coder=desk.pseudonym).first()
    if seat is None:
        raise NotAllowed(NOT_YOURS)
    return seat


def must_be_open(row: Sample, desk: Desk) -> None:
    """Pass when this person may see what the coders of a sample made of it.

    Every coder has finished, and this person isn't coding any of its stories elsewhere.
    Raises: NotAllowed, Conflict.
    """
    desk.require("code")
    if Seat.objects.filter(sample=row, finished=False).exists() or not row.seats.exists():
        raise Conflict(NOT_YET)
    coding = Seat.objects.filter(coder=desk.pseudonym, finished=False).values("sample")
    mine = Unit.objects.filter(sample__in=coding).values("public_id")
    if Unit.objects.filter(sample=row, public_id__in=mine).exists():
        raise Conflict(NOT_WHILE_CODING)


def reports_of(units: Collection[Unit]) -> dict[str, Report]:
    """The published reports behind some units, by id; what was withdrawn or taken down isn't there."""
    return {report.public_id: report for report in library.reports([unit.public_id for unit in units])}


def is_the_same(unit: Unit, report: Report | None) -> bool:
    """Tell whether the story is still the one that was drawn."""
    return report is not None and sheets.print_of(report.text.narrative) == unit.print


def begun(seat: Seat) -> frozenset[int]:
    """Ids of the units on which this coder has saved anything."""
    return frozenset(Sheet.objects.filter(seat=seat).values_list("unit_id", flat=True))


def _head(row: Sample) -> SampleHead:
    seats = sorted(row.seats.all(), key=lambda seat: seat.place)
    return SampleHead(
        sample_id=row.id,
        number=row.number,
        pack=row.pack,
        kind="recoding" if row.recodes_id is not None else "anchor" if row.anchor else "pair",
        quarter=row.quarter,
        seed=row.seed,
        size=len(row.units.all()),
        strata=tuple(Stratum(month, there, drawn) for month, there, drawn in row.strata),
        coders=tuple(Coder(seat.coder, seat.place, seat.finished) for seat in seats),
        recodes=row.recodes.number if row.recodes is not None else None,
        by=row.by,
    )


def own_pack() -> str:
    """The pack that this instance speaks."""
    return str(settings.PACK)

"""Settling differences: by a third person, or by the two coders together. What comes of it."""

from collections.abc import Mapping

from django.db import transaction

from closecall.errors import BadInput, Conflict, NotAllowed, NotFound
from closecall.public.library import queries as library
from closecall.public.taxonomy import queries as taxonomy
from closecall.sealed.accounts.rules.desk import Desk
from closecall.sealed.reliability.actions.drawing import new_id
from closecall.sealed.reliability.models import Ruling, Sample, Seat
from closecall.sealed.reliability.queries import agreement
from closecall.sealed.reliability.queries.agreement import Coded
from closecall.sealed.reliability.queries.sheets import RULING, bound_to, database, sealed
from closecall.sealed.reliability.rules import settling
from closecall.sealed.reliability.rules.settling import Side
from closecall.sealed.workbench import actions as workbench
from closecall.sealed.workbench import queries as desk_work
from closecall.site.audit import actions as audit

SETTLED = "This was settled already."
CHANGED = "The story was changed since it was coded, so this difference can't be settled any more."
NOTE = "Codes corrected after two people coded it again without seeing each other's codes."


def settle(number: int, place: int, facet: str, chosen: Mapping[str, Side], *, by: Desk) -> None:
    """Say, code by code, whose view holds on one facet of one story.

    A third person's word holds at once. A coder's waits until the other agrees.
    Raises: NotAllowed; NotFound; Conflict (not open yet, settled already); BadInput.
    """
    row = agreement.opened_sample(number, by)
    pack = taxonomy.pack(row.pack)
    chosen_facet = agreement.facet_of(pack, facet)
    coded = _coded(row, place, by)
    if not coded.same_story:
        raise Conflict(CHANGED)
    marks = settling.settled(chosen_facet, coded.first, coded.second, chosen)
    settling.must_stand(pack, chosen_facet, marks, coded.report.text.narrative)
    third = not Seat.objects.filter(sample=row, coder=by.pseudonym).exists()
    with transaction.atomic(using=database()):
        if Ruling.objects.select_for_update().filter(unit=coded.unit, facet=facet).exists():
            raise Conflict(SETTLED)
        row_id = new_id()
        number_of_key, envelope = sealed(marks, by, purpose=RULING, object_id=bound_to(row_id, 1))
        Ruling.objects.create(
            id=row_id,
            unit=coded.unit,
            facet=facet,
            by=by.pseudonym,
            holds=third,
            generation=number_of_key,
            envelope=envelope,
        )
        audit.record(
            action="reliability.settled",
            obj=f"sample-{number}",
            by=by,
            detail={"story": place, "third": third},
        )


def agree(number: int, place: int, facet: str, *, by: Desk) -> None:
    """Agree, as the other coder or as a third person, to what a coder proposed.

    Raises: NotAllowed (their own); NotFound; Conflict.
    """
    with transaction.atomic(using=database()):
        ruling = _ruling(number, place, facet, by)
        if ruling.holds:
            raise Conflict(SETTLED)
        if ruling.by == by.pseudonym:
            raise NotAllowed("You proposed this. The other coder, or a third person, must agree.")
        ruling.agreed_by, ruling.holds = by.pseudonym, True
        ruling.save(update_fields=["agreed_by", "holds"])
        audit.record(action="reliability.agreed", obj=f"sample-{number}", by=by, detail={"story": place})


def withdraw_ruling(number: int, place: int, facet: str, *, by: Desk) -> None:
    """Let go what was proposed and doesn't hold yet. Raises: NotAllowed, NotFound, Conflict."""
    with transaction.atomic(using=database()):
        ruling = _ruling(number, place, facet, by)
        if ruling.holds:
            raise Conflict(SETTLED)
        ruling.delete()
        audit.record(action="reliability.reopened", obj=f"sample-{number}", by=by, detail={"story": place})


def make_anchor(number: int, *, by: Desk) -> None:
    """Keep this sample as an anchor set: its settled codes are what later quarters are compared with.

    Raises: NotAllowed; NotFound; Conflict while a difference is open.
    """
    by.require("sign")
    row = agreement.opened_sample(number, by)
    if any(agreement.results(number, by).unsettled.values()):
        raise Conflict("Settle every difference first: an anchor holds still only if it is settled.")
    with transaction.atomic(using=database()):
        locked = Sample.objects.select_for_update().get(id=row.id)
        if locked.anchor:
            raise Conflict("This is an anchor set already.")
        locked.anchor = True
        locked.save(update_fields=["anchor"])
        audit.record(action="reliability.anchored", obj=f"sample-{number}", by=by, detail={})


def correct(number: int, place: int, *, by: Desk) -> None:
    """Propose the settled codes as a correction of the published report, with this person's signature.

    The report changes only once a second person approves, as with every correction.
    Raises: NotAllowed; NotFound; Gone; Conflict (differences are open, another correction waits, not ours); BadInput.
    """
    by.require("propose")
    row = agreement.opened_sample(number, by)
    coded = _coded(row, place, by)
    pack = taxonomy.pack(row.pack)
    sheet = agreement.settled_sheet(pack, coded, by)
    if sheet is None:
        raise Conflict("Settle every difference of this story first.")
    if not coded.same_story:
        raise Conflict(CHANGED)
    public_id = coded.unit.public_id
    if any(each.public_id == public_id for each in desk_work.corrections(by)):
        raise Conflict("A correction of this report waits already. Approve or drop it first.")
    text, changes = settling.corrected(pack, library.report(public_id).text, sheet)
    if not changes:
        raise BadInput("The published codes are the settled ones.")
    workbench.propose_correction(text, NOTE, by=by)


def _coded(row: Sample, place: int, by: Desk) -> Coded:
    for each in agreement.coded_units(row, by):
        if each.unit.place == place:
            return each
    raise NotFound("The sample has no such story.")


def _ruling(number: int, place: int, facet: str, by: Desk) -> Ruling:
    row = agreement.opened_sample(number, by)
    found = (
        Ruling.objects.select_for_update().filter(unit__sample=row, unit__place=place, facet=facet).first()
    )
    if found is None:
        raise NotFound("Nobody has proposed how to settle this.")
    return found

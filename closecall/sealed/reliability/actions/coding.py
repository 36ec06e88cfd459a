"""One coder's sheets: saved facet by facet, finished once, then still."""

from collections.abc import Sequence

from django.db import transaction

from closecall.errors import BadInput, Conflict
from closecall.public.taxonomy import queries as taxonomy
from closecall.sealed.accounts.rules.desk import Desk
from closecall.sealed.reliability.actions.drawing import new_id
from closecall.sealed.reliability.models import Seat, Sheet
from closecall.sealed.reliability.queries import coding, drawn
from closecall.sealed.reliability.queries.sheets import SHEET, bound_to, database, opened, sealed
from closecall.sealed.reliability.rules import sheets as rules
from closecall.sealed.reliability.rules.sheets import Mark
from closecall.site.audit import actions as audit

STALE = "This was saved meanwhile in another window. What you chose is still here: compare, then save again."
NOT_DONE = "Some stories aren't complete yet: the list says which."


def code_facet(number: int, place: int, facet: str, marks: Sequence[Mark], *, over: int, by: Desk) -> int:
    """Replace one facet of this coder's own sheet; returns the new version.

    Raises: NotAllowed (no seat), NotFound, Gone (changed since), BadInput, Conflict (stale, finished).
    """
    by.require("code")
    pack_row = drawn.row_of(number)
    pack = taxonomy.pack(pack_row.pack)
    with transaction.atomic(using=database()):
        seat = _seat(number, by)
        unit, story = coding.unit_and_story(seat.sample_id, place)
        row = Sheet.objects.select_for_update().filter(unit=unit, seat=seat).first()
        if over != (row.version if row else 0):
            raise Conflict(STALE)
        after = rules.replaced(pack, opened(row, by) if row else (), facet, marks, story)
        if row is None:
            row = Sheet(id=new_id(), unit=unit, seat=seat)
        row.version = over + 1
        try:
            row.generation, row.envelope = sealed(
                after, by, purpose=SHEET, object_id=bound_to(row.id, row.version)
            )
        except ValueError:
            raise BadInput("That is more than one sheet can hold.") from None
        row.save()
        # No facet, no number of codes: whoever reads the chain may be the other coder.
        audit.record(action="reliability.coded", obj=f"sample-{number}", by=by, detail={"story": place})
    return over + 1


def finish(number: int, *, by: Desk) -> None:
    """Say that every story is coded; from now on nothing of this coder's changes.

    Raises: NotAllowed, NotFound; Conflict while a story is open.
    """
    by.require("code")
    with transaction.atomic(using=database()):
        seat = _seat(number, by)
        if coding.unfinished(seat, by):
            raise Conflict(NOT_DONE)
        seat.finished = True
        seat.save(update_fields=["finished"])
        audit.record(action="reliability.finished", obj=f"sample-{number}", by=by, detail={})


def _seat(number: int, by: Desk) -> Seat:
    """This person's seat, locked. Raises: NotAllowed, NotFound; Conflict once they have finished."""
    seat = drawn.seat_of(drawn.row_of(number), by)
    locked = Seat.objects.select_for_update().get(id=seat.id)
    if locked.finished:
        raise Conflict(coding.FINISHED)
    return locked

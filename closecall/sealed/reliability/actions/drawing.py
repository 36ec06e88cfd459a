"""Drawing samples, and forgetting what was withdrawn."""

import secrets
from collections.abc import Sequence

from django.db import transaction

from closecall.errors import BadInput, Conflict
from closecall.public.library import queries as library
from closecall.public.taxonomy import queries as taxonomy
from closecall.sealed.accounts.rules.desk import Desk
from closecall.sealed.reliability.models import Sample, Seat, Unit
from closecall.sealed.reliability.queries import agreement, anchors, drawn
from closecall.sealed.reliability.queries.sheets import database
from closecall.sealed.reliability.rules import drawing, sheets
from closecall.sealed.reliability.rules.drawing import Candidate, Stratum
from closecall.site.audit import actions as audit

TWO_CODERS = "Choose two different people who hold a key."
ONE_CODER = "Choose one or two people who hold a key."
NOBODY_THERE = "No published report lies in these months. Choose others."


def draw(
    size: int,
    coders: Sequence[str],
    *,
    first: str = "",
    last: str = "",
    seed: int | None = None,
    by: Desk,
) -> int:
    """Draw a sample blind, by month, for two coders; returns its number.

    Shape:  `first` and `last` are months ("2026-11") or ""; a seed is drawn unless one is given, and kept.
    Raises: NotAllowed; BadInput (size, coders, months without a report).
    """
    by.require("sign")
    if len(set(coders)) != 2:
        raise BadInput(TWO_CODERS)
    _must_be_able(coders, TWO_CODERS)
    if not 1 <= size <= drawing.MOST:
        raise BadInput(f"Draw 1 to {drawing.MOST} reports.")
    frame = [
        one for one in drawn.frame() if (not first or one.month >= first) and (not last or one.month <= last)
    ]
    if not frame:
        raise BadInput(NOBODY_THERE)
    chosen_seed = secrets.randbits(48) if seed is None else seed
    chosen = drawing.draw(frame, size, chosen_seed)
    strata = drawing.strata(frame, chosen)
    with transaction.atomic(using=database()):
        row = _made(chosen, coders, seed=chosen_seed, strata=strata, by=by)
        audit.record(
            action="reliability.drawn",
            obj=f"sample-{row.number}",
            by=by,
            detail={"reports": len(chosen), "seed": chosen_seed, "months": len(strata)},
        )
    return row.number


def recode(anchor: int, coders: Sequence[str], *, by: Desk) -> int:
    """Give the anchor set out once more, for this quarter; returns the recoding's number.

    The stories stand in a new order. Stories that were never settled, or have left the library, aren't among them.
    Raises: NotAllowed; NotFound; BadInput; Conflict (no anchor; given out already this quarter to one of them).
    """
    by.require("sign")
    if not 1 <= len(set(coders)) == len(coders) <= 2:
        raise BadInput(ONE_CODER)
    _must_be_able(coders, ONE_CODER)
    row = agreement.opened_sample(anchor, by)
    if not row.anchor:
        raise Conflict("This sample isn't an anchor set.")
    quarter = drawn.this_quarter()
    if Seat.objects.filter(sample__recodes=row, sample__quarter=quarter, coder__in=list(coders)).exists():
        raise Conflict("One of them has this quarter's recoding already.")
    kept = anchors.anchored_sheets(row, taxonomy.pack(row.pack), by)
    seed = secrets.randbits(48)
    chosen = drawing.draw([Candidate(public_id, "") for public_id in kept], len(kept), seed)
    if not chosen:
        raise Conflict("No story of this anchor set is settled and still in the library.")
    with transaction.atomic(using=database()):
        made = _made(chosen, coders, seed=seed, strata=(), by=by, recodes=row)
        audit.record(
            action="reliability.recoding",
            obj=f"sample-{made.number}",
            by=by,
            detail={"anchor": anchor, "reports": len(chosen), "quarter": quarter},
        )
    return made.number


def forget_withdrawn() -> int:
    """Destroy what was coded of reports that their reporters took back; the house does it by itself.

    Returns how many stories went. Repeatable; leaves no audit entry, as a reporter's own act leaves none.
    """
    withdrawn, _down = library.taken_back()
    kept = set(Unit.objects.values_list("public_id", flat=True).distinct())
    with transaction.atomic(using=database()):
        gone = Unit.objects.filter(public_id__in=kept.intersection(withdrawn)).delete()[1]
    return gone.get("reliability.Unit", 0)


def _must_be_able(coders: Sequence[str], otherwise: str) -> None:
    if not set(coders) <= {person.pseudonym for person in drawn.may_code()}:
        raise BadInput(otherwise)


def _made(
    chosen: Sequence[Candidate],
    coders: Sequence[str],
    *,
    seed: int,
    strata: Sequence[Stratum],
    by: Desk,
    recodes: Sample | None = None,
) -> Sample:
    there = {report.public_id: report for report in library.reports([one.public_id for one in chosen])}
    newest = Sample.objects.select_for_update().order_by("-number").first()
    row = Sample.objects.create(
        id=new_id(),
        number=newest.number + 1 if newest else 1,
        pack=drawn.own_pack(),
        seed=seed,
        quarter=drawn.this_quarter(),
        by=by.pseudonym,
        strata=[[each.month, each.there, each.drawn] for each in strata],
        recodes=recodes,
    )
    found = [there[one.public_id] for one in chosen if one.public_id in there]
    Unit.objects.bulk_create(
        Unit(
            id=new_id(),
            sample=row,
            place=place,
            public_id=report.public_id,
            print=sheets.print_of(report.text.narrative),
        )
        for place, report in enumerate(found, start=1)
    )
    Seat.objects.bulk_create(
        Seat(id=new_id(), sample=row, place=place, coder=coder) for place, coder in enumerate(coders, start=1)
    )
    return row


def new_id() -> int:
    """A random key: row order says nothing."""
    return secrets.randbits(63) or 1

"""Opening what was sealed. Only this module and `actions` know how it is stored."""

from typing import Final

from django.db import router
from pydantic import TypeAdapter

from closecall.sealed.accounts.rules.desk import Desk, generation
from closecall.sealed.reliability.models import Ruling, Sample, Sheet
from closecall.sealed.reliability.rules import sheets
from closecall.site.crypto import boxes, padding

SHEET: Final = "reliability-sheet"
RULING: Final = "reliability-ruling"
_MARKS: Final = TypeAdapter(tuple[sheets.Mark, ...])


def database() -> str:
    """The alias of the database that this room's tables live in."""
    return router.db_for_write(Sample)


def opened(row: Sheet, desk: Desk) -> sheets.Sheet:
    """Open one coder's sheet. Raises: NotAllowed without its generation."""
    return _open(bytes(row.envelope), row.generation, desk, SHEET, bound_to(row.id, row.version))


def opened_ruling(row: Ruling, desk: Desk) -> sheets.Sheet:
    """Open what was settled. Raises: NotAllowed without its generation."""
    return _open(bytes(row.envelope), row.generation, desk, RULING, bound_to(row.id, 1))


def sealed(marks: sheets.Sheet, desk: Desk, *, purpose: str, object_id: str) -> tuple[int, bytes]:
    """Seal marks to the newest generation that this person holds; gives its number and the envelope.

    Raises: NotAllowed when they hold none; ValueError when it is too long.
    """
    held = generation(desk, max((each.number for each in desk.generations), default=0))
    padded = padding.pad(_MARKS.dump_json(marks), padding.REPORT_BUCKETS)
    return held.number, boxes.seal(held.pair.public, padded, purpose=purpose, object_id=object_id)


def bound_to(row_id: int, version: int) -> str:
    """What an envelope is bound to: an older version doesn't open in a newer one's place."""
    return f"{row_id}/{version}"


def _open(envelope: bytes, number: int, desk: Desk, purpose: str, object_id: str) -> sheets.Sheet:
    pair = generation(desk, number).pair
    plain = boxes.open_sealed(pair, envelope, purpose=purpose, object_id=object_id)
    return _MARKS.validate_json(padding.unpad(plain))

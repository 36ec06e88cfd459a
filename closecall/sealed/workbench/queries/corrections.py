"""Corrected texts that wait for their second signature."""

from dataclasses import dataclass, field
from typing import Final

from pydantic import TypeAdapter

from closecall.public.library.rules.report import ReleasedText
from closecall.sealed.accounts.rules.desk import Desk, generation
from closecall.sealed.workbench.models import Correction
from closecall.site.crypto import boxes, padding

PURPOSE: Final = "correction"


@dataclass(frozen=True)
class Corrected:
    """A corrected text as its author signed it, and what readers are told of it."""

    text: ReleasedText = field(repr=False)
    note: str = field(repr=False)
    verify_key: str
    signature: str


CORRECTED: Final = TypeAdapter(Corrected)


@dataclass(frozen=True)
class WaitingCorrection:
    """One correction, opened."""

    correction_id: int
    public_id: str
    author: str
    corrected: Corrected


def corrections(desk: Desk) -> tuple[WaitingCorrection, ...]:
    """Every correction that waits. Raises: NotAllowed."""
    desk.require("propose")
    return tuple(opened_correction(row, desk) for row in Correction.objects.order_by("public_id"))


def opened_correction(row: Correction, desk: Desk) -> WaitingCorrection:
    """Open one. Raises: NotAllowed without its generation."""
    pair = generation(desk, row.generation).pair
    plain = boxes.open_sealed(pair, bytes(row.envelope), purpose=PURPOSE, object_id=row.id)
    return WaitingCorrection(row.id, row.public_id, row.author, CORRECTED.validate_json(padding.unpad(plain)))

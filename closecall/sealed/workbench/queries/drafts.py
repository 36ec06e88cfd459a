"""Opening the sealed parts of a case. Only this module and `actions.drafts` know how they are stored."""

from dataclasses import dataclass, field
from typing import Any, Final, Generic, TypeVar

from django.db import router
from pydantic import TypeAdapter

from closecall.sealed.accounts.rules.desk import Desk
from closecall.sealed.intake import queries as intake
from closecall.sealed.workbench.models import Case, Draft, Screening
from closecall.sealed.workbench.rules.coding import Coding
from closecall.sealed.workbench.rules.reading import Reading
from closecall.sealed.workbench.rules.redaction import Redaction
from closecall.sealed.workbench.rules.release import Proposal
from closecall.sealed.workbench.rules.screening import Screening as View
from closecall.site.crypto import aead, padding

T = TypeVar("T")

BUCKETS: Final = (*padding.REPORT_BUCKETS, 256 * padding.KIB)
"""A redaction holds its story and every span, so it may need the largest."""


@dataclass(frozen=True)
class Notes:
    """What was decided about a case in words: why it is declined."""

    decline: str = field(default="", repr=False)


@dataclass(frozen=True)
class Opened(Generic[T]):
    """A sealed part, opened, and the version that the next save must name. Version 0: never saved."""

    version: int
    value: T


@dataclass(frozen=True)
class Kind(Generic[T]):
    """One kind of sealed part: its name in the table, and how it is written."""

    name: str
    adapter: TypeAdapter[T] = field(repr=False)
    empty: T = field(repr=False)


REDACTION: Final = Kind("redaction", TypeAdapter(Redaction), Redaction())
CODING: Final = Kind("coding", TypeAdapter(Coding), Coding())
READING: Final = Kind("reading", TypeAdapter(Reading), Reading())
NOTES: Final = Kind("notes", TypeAdapter(Notes), Notes())
PROPOSAL: Final[Kind[Proposal | None]] = Kind("proposal", TypeAdapter(Proposal | None), None)
VIEW: Final = TypeAdapter(View)


def database() -> str:
    """The alias of the database that this room's tables live in."""
    return router.db_for_write(Case)


def opened(report_id: int, kind: Kind[T], desk: Desk) -> Opened[T]:
    """Open one part of a case; the empty one when nothing was saved.

    Raises: NotFound, NotAllowed (no generation), Gone (burnt).
    """
    row = Draft.objects.filter(case_id=report_id, kind=kind.name).first()
    key = intake.draft_key(report_id, desk.generations)
    if row is None:
        return Opened(0, kind.empty)
    padded = aead.open_sealed(
        key,
        bytes(row.envelope),
        purpose=f"draft-{kind.name}",
        object_id=object_id(report_id, row.version),
    )
    return Opened(row.version, kind.adapter.validate_json(padding.unpad(padded)))


def opened_view(row: Screening, desk: Desk) -> View:
    """Open one person's screening."""
    key = intake.draft_key(row.case_id, desk.generations)
    padded = aead.open_sealed(
        key, bytes(row.envelope), purpose="screening", object_id=f"{row.case_id}/{row.by}"
    )
    return VIEW.validate_json(padding.unpad(padded))


def object_id(report_id: int, version: int) -> str:
    """What an envelope is bound to: an older version of a part doesn't open in a newer one's place."""
    return f"{report_id}/{version}"


def sealed(key: bytes, plain: bytes, *, purpose: str, object_id: str) -> bytes:
    """Pad and seal. Raises: ValueError when it is too long."""
    return aead.seal(key, padding.pad(plain, BUCKETS), purpose=purpose, object_id=object_id)


def written(kind: Kind[Any], value: object) -> bytes:
    """Write a part as JSON."""
    return kind.adapter.dump_json(value)

"""Five roles and what each may do."""

from enum import StrEnum
from typing import Literal

from closecall.errors import NotAllowed

Verb = Literal[
    "screen",
    "redact",
    "code",
    "converse",
    "propose",
    "unpublish",
    "grant",
    "rotate",
    "second_read",
    "sign",
    "release",
    "hold",
    "edit_public",
    "study",
    "administer",
]


class Role(StrEnum):
    """A seat at the desk. Screener, analyst and approver each may what the one before may."""

    SCREENER = "screener"
    ANALYST = "analyst"
    APPROVER = "approver"
    EDITOR = "editor"
    ADMINISTRATOR = "administrator"


_SCREENER: frozenset[Verb] = frozenset({"screen"})
_ANALYST: frozenset[Verb] = _SCREENER | {
    "redact",
    "code",
    "converse",
    "propose",
    "unpublish",
    "grant",
    "rotate",
    "study",
}
_APPROVER: frozenset[Verb] = _ANALYST | {"second_read", "sign", "release", "hold"}

MAY: dict[Role, frozenset[Verb]] = {
    Role.SCREENER: _SCREENER,
    Role.ANALYST: _ANALYST,
    Role.APPROVER: _APPROVER,
    Role.EDITOR: frozenset({"edit_public", "study"}),
    Role.ADMINISTRATOR: frozenset({"administer"}),
}

READS_REPORTS = frozenset({Role.SCREENER, Role.ANALYST, Role.APPROVER})
"""Who may be given an intake generation: nobody else ever holds a key that opens a report."""


def may(role: Role, verb: Verb) -> bool:
    """Tell whether `role` may do `verb`."""
    return verb in MAY[role]


def require(role: Role, verb: Verb) -> None:
    """Pass in silence when `role` may do `verb`.

    Raises: NotAllowed.
    """
    if not may(role, verb):
        raise NotAllowed("Your role doesn't allow that. Ask your administrator.")

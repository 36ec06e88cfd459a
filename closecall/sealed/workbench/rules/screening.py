"""Two people screen each report without seeing each other's view; here is when they agree."""

from collections.abc import Sequence
from dataclasses import dataclass, field
from enum import StrEnum
from typing import Literal

from closecall.errors import BadInput
from closecall.public.library.rules.report import is_public_id
from closecall.sealed.workbench.rules import events
from closecall.sealed.workbench.rules.events import Noted

NOTE_CHARACTERS = 2_000
Use = Literal["publish", "numbers_only"]


class Verdict(StrEnum):
    """What a screener would do with a report. A kind of decision: kept in the clear."""

    PUBLISH = "publish"
    NUMBERS_ONLY = "numbers_only"
    DECLINE = "decline"


@dataclass(frozen=True)
class Screening:
    """One person's view. `category` is a code of the event facet, or ""; `duplicate_of` a public id.

    Shape: `day` and `place` of the event, noted to find other accounts of it; they go with the original.
    """

    hazard: bool
    verdict: Verdict
    category: str = field(default="", repr=False)
    duplicate_of: str = field(default="", repr=False)
    note: str = field(default="", repr=False)
    day: str = field(default="", repr=False)
    place: str = field(default="", repr=False)

    @property
    def noted(self) -> Noted:
        """When and where it was, as this person noted it."""
        return Noted(self.day, self.place)


@dataclass(frozen=True)
class Settled:
    """What two people's views come to.

    `verdict` is None while they differ: then a third person, or either of them, resolves it.
    """

    hazard: bool
    verdict: Verdict | None
    duplicate_of: str = field(default="", repr=False)


def check(screening: Screening, *, public_id: str, categories: Sequence[str]) -> None:
    """Refuse a view that can't be kept as it stands.

    Raises: BadInput with the first thing to mend.
    """
    if screening.category and screening.category not in categories:
        raise BadInput("Choose a category from the list.")
    if screening.duplicate_of:
        if not is_public_id(screening.duplicate_of):
            raise BadInput("A case's id has six capital letters or digits.")
        if screening.duplicate_of == public_id:
            raise BadInput("A case can't be another view of itself.")
    events.check(screening.noted)
    if screening.verdict is Verdict.DECLINE and not screening.note.strip():
        raise BadInput("Say why it should be declined: the reporter is told.")
    if len(screening.note) > NOTE_CHARACTERS:
        raise BadInput("Shorten the note.")


def settle(views: Sequence[Screening], use: Use) -> Settled | None:
    """Bring the views together; None until two are in.

    *hazard* if anybody says so, *decline* only if everybody does. What the reporter allowed can't be widened:
    "numbers only" stays numbers only.
    """
    if len(views) < 2:
        return None
    hazard = any(view.hazard for view in views)
    duplicates = {view.duplicate_of for view in views}
    verdicts = {view.verdict for view in views}
    if verdicts == {Verdict.DECLINE}:
        return Settled(hazard, Verdict.DECLINE)
    if len(duplicates) > 1:
        return Settled(hazard, None)
    if use == "numbers_only" and Verdict.DECLINE not in verdicts:
        verdicts = {Verdict.NUMBERS_ONLY}
    return Settled(hazard, verdicts.pop() if len(verdicts) == 1 else None, duplicates.pop())


def resolve(views: Sequence[Screening], verdict: Verdict, duplicate_of: str, use: Use) -> Settled:
    """End a disagreement as one person says, within what one person may say.

    Raises: BadInput: declining needs two people who both say so.
    """
    if verdict is Verdict.DECLINE:
        raise BadInput("Declining needs two people: ask the other screener to say so too.")
    if duplicate_of and not is_public_id(duplicate_of):
        raise BadInput("A case's id has six capital letters or digits.")
    allowed = Verdict.NUMBERS_ONLY if use == "numbers_only" else verdict
    return Settled(any(view.hazard for view in views), allowed, duplicate_of)

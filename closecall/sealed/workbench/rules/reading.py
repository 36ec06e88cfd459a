"""The second reader's attempt: could somebody who never saw the original name them?"""

from dataclasses import dataclass, field
from typing import Final

from closecall.errors import BadInput

NOTE_CHARACTERS: Final = 2_000


CHECKLIST: Final = (
    ("place", "A rare place: a town by what it is known for"),
    ("unit", "A rare unit or assignment"),
    ("number", "An exact number: speed, distance, age, caliber, count"),
    ("reported", "Something that was in the news: search for it"),
)


@dataclass(frozen=True)
class Attempt:
    """One reader's answers: what they could name, and what the text holds of the checklist.

    Shape: `overruled` when what was ticked stands for a reason that both signatures cover. Whatever could be
           named is never overruled.
    """

    agency: bool
    officer: bool
    day: bool
    news: bool
    gave_away: str = field(default="", repr=False)
    place: bool = False
    unit: bool = False
    number: bool = False
    reported: bool = False
    overruled: bool = False

    @property
    def broke_it(self) -> bool:
        """Whether the text gave anything away, or holds what could."""
        return bool(self.named or self.noticed)

    @property
    def sends_back(self) -> bool:
        """Whether the text goes back to redaction."""
        return bool(self.named) or (bool(self.noticed) and not self.overruled)

    @property
    def named(self) -> tuple[str, ...]:
        """What could be named: kinds only, for the audit."""
        answers = {"agency": self.agency, "officer": self.officer, "day": self.day, "news": self.news}
        return tuple(kind for kind, yes in answers.items() if yes)

    @property
    def noticed(self) -> tuple[str, ...]:
        """What the text holds of the checklist: kinds only, for the audit."""
        answers = {"rare place": self.place, "rare unit": self.unit, "exact number": self.number}
        answers["in the news"] = self.reported
        return tuple(kind for kind, yes in answers.items() if yes)


@dataclass(frozen=True)
class Reading:
    """Every attempt on a case, oldest first."""

    attempts: tuple[Attempt, ...] = ()

    @property
    def marked(self) -> tuple[str, ...]:
        """What the last reader ticked: a proposal takes it out, or gives a reason."""
        return self.attempts[-1].noticed if self.attempts else ()

    @property
    def rests_on_a_reason(self) -> bool:
        """Whether the last attempt let something stand for the author's reason."""
        return bool(self.attempts) and self.attempts[-1].overruled


def check(attempt: Attempt, reason: str) -> None:
    """Refuse a yes or a tick without a note, and an overruling without the author's reason. Raises: BadInput."""
    if attempt.broke_it and not attempt.gave_away.strip():
        raise BadInput("Say what gave it away, so that it can be taken out.")
    if len(attempt.gave_away) > NOTE_CHARACTERS:
        raise BadInput("Shorten the note.")
    if attempt.overruled and not reason.strip():
        raise BadInput("The author has given no reason for what you ticked, so it can't stand.")

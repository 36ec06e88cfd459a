"""The second reader's attempt: could somebody who never saw the original name them?"""

from dataclasses import dataclass, field
from typing import Final

from closecall.errors import BadInput

NOTE_CHARACTERS: Final = 2_000


@dataclass(frozen=True)
class Attempt:
    """One reader's answers. Any yes sends the text back to redaction with what gave it away."""

    agency: bool
    officer: bool
    day: bool
    news: bool
    gave_away: str = field(default="", repr=False)

    @property
    def broke_it(self) -> bool:
        """Whether the text gave anything away."""
        return self.agency or self.officer or self.day or self.news

    @property
    def kinds(self) -> tuple[str, ...]:
        """What could be named: kinds only, for the audit."""
        answers = {"agency": self.agency, "officer": self.officer, "day": self.day, "news": self.news}
        return tuple(kind for kind, yes in answers.items() if yes)


@dataclass(frozen=True)
class Reading:
    """Every attempt on a case, oldest first."""

    attempts: tuple[Attempt, ...] = ()


def check(attempt: Attempt) -> None:
    """Refuse a yes that doesn't say what gave it away. Raises: BadInput."""
    if attempt.broke_it and not attempt.gave_away.strip():
        raise BadInput("Say what gave it away, so that it can be taken out.")
    if len(attempt.gave_away) > NOTE_CHARACTERS:
        raise BadInput("Shorten the note.")

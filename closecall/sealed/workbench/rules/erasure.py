"""What is due to be destroyed: originals and drafts a week after a case closes; dialogues after 30 days."""

from datetime import date, timedelta
from typing import Final

from closecall.sealed.intake.rules import weeks

ORIGINAL_DAYS: Final = 7
"""Long enough to mend a slip found on the day of publication."""
DIALOGUE_DAYS: Final = 30


def due(closed_week: str, days: int, today: date) -> bool:
    """Tell whether `days` have passed since the end of the week in which a case was closed."""
    return bool(closed_week) and today > weeks.monday_of(closed_week) + timedelta(days=6 + days)

"""Weekly totals: all that is kept of what reporters did when."""

import secrets

from django.db.models import F

from closecall.sealed.intake.models import WeeklyTotal


def count(event: str, week: str) -> None:
    """Add one to a week's total, in the caller's transaction."""
    WeeklyTotal.objects.get_or_create(week=week, event=event, defaults={"id": secrets.randbits(63)})
    WeeklyTotal.objects.filter(week=week, event=event).update(count=F("count") + 1)

"""Readers' word that a report could identify someone."""

from datetime import date

from django.db import transaction
from django.utils import timezone

from closecall.public.library import queries
from closecall.public.library.models import IdentityWarning


def warn(public_id: str, *, today: date | None = None) -> None:
    """Note that a reader says this report could identify someone. Nothing about the reader is kept.

    Raises: NotFound, Gone.
    """
    day = today or timezone.localdate()
    week = "{}-W{:02}".format(*day.isocalendar())
    queries.must_be_listed(public_id)
    with transaction.atomic(using=queries.database()):
        row, fresh = IdentityWarning.objects.select_for_update().get_or_create(
            public_id=public_id, defaults={"first_week": week}
        )
        if fresh:
            return
        if row.settled:
            row.count, row.first_week, row.settled = 1, week, False
        else:
            row.count += 1
        row.save()


def settle_warning(public_id: str) -> None:
    """Mark a warning as looked at; the next reader's opens it again."""
    with transaction.atomic(using=queries.database()):
        IdentityWarning.objects.filter(public_id=public_id).update(settled=True)

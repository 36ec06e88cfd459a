"""What a committed decision still has to do outside the sealed database; replayed until it is done."""

import logging
import secrets

from django.db import DatabaseError, transaction

from closecall.errors import Unavailable
from closecall.public.library import actions as library
from closecall.sealed.intake import queries
from closecall.sealed.intake.models import SealedReport, Unfinished
from closecall.sealed.vault import reports

log = logging.getLogger("closecall.intake")


def note(report: SealedReport, verb: str) -> None:
    """Write down what is still to do, in the caller's transaction. `verb`: burn or retract."""
    Unfinished.objects.get_or_create(report=report, verb=verb, defaults={"id": secrets.randbits(63)})


def replay(report_id: int | None = None) -> int:
    """Do what is written down, for one report or for all; returns how much stays undone.

    Each step may run twice. Burning comes first: it needs nothing but this machine.
    """
    rows = Unfinished.objects.select_related("report").order_by("verb", "id")
    if report_id is not None:
        rows = rows.filter(report_id=report_id)
    undone = 0
    for row in rows:
        try:
            if row.verb == "burn":
                reports.burn_all(queries.sealed_keys(row.report), queries.slots())
            else:
                library.retract(row.report.public_id)
            with transaction.atomic(using=queries.database()):
                row.delete()
        except (DatabaseError, OSError, Unavailable) as out_of_reach:
            undone += 1
            log.error("fault", exc_info=out_of_reach)
    if report_id is None and len(rows) > undone:
        log.info("outbox.replayed")
    return undone

"""Which reports tell of one event, as far as readers can see them."""

from collections.abc import Collection, Iterable
from typing import Final

from django.conf import settings

from closecall.public.library.models import PublishedReport, SameEvent, Tombstone
from closecall.public.library.queries.reading import Report, reports
from closecall.public.library.rules.events import statement
from closecall.site.crypto import BadSignature, signing

_ONE_LOOK_UP: Final = 500


def told_events(public_ids: Collection[str] | None = None) -> dict[str, str]:
    """The event of every listed report that another listed one tells of, too: report -> event.

    Shape: of all reports, or of those named. What stands alone isn't in it: its key would say that another
           account exists which readers can't see. A row that the instance didn't sign counts for nothing.
    """
    rows = SameEvent.objects.all()
    if public_ids is not None:
        mine = SameEvent.objects.filter(public_id__in=list(public_ids)).values("event")
        rows = rows.filter(event__in=mine)
    known = list(rows.order_by("event", "public_id"))
    listed = _listed([row.public_id for row in known])
    accounts: dict[str, list[str]] = {}
    for row in known:
        if row.public_id in listed and _stands(row):
            accounts.setdefault(row.event, []).append(row.public_id)
    return {
        one: event
        for event, several in accounts.items()
        if len(several) > 1
        for one in several
        if public_ids is None or one in public_ids
    }


def event_keys(public_ids: Iterable[str]) -> dict[str, str]:
    """The key that each of these bears, whether readers can see another account or not: report -> key."""
    ids = list(public_ids)
    found: dict[str, str] = {}
    for at in range(0, len(ids), _ONE_LOOK_UP):
        rows = SameEvent.objects.filter(public_id__in=ids[at : at + _ONE_LOOK_UP])
        found |= {row.public_id: row.event for row in rows if _stands(row)}
    return found


def other_accounts(public_id: str) -> list[Report]:
    """The other listed reports of the same event, oldest publication first."""
    event = told_events([public_id]).get(public_id)
    if event is None:
        return []
    rows = SameEvent.objects.filter(event=event).exclude(public_id=public_id)
    there = told_events(list(rows.values_list("public_id", flat=True)))
    return sorted(reports(sorted(there)), key=lambda one: one.position)


def _listed(public_ids: list[str]) -> set[str]:
    """Which of these readers can see: looked up by their ids, since SQLite would walk through all that are listed."""
    found: set[str] = set()
    for at in range(0, len(public_ids), _ONE_LOOK_UP):
        several = public_ids[at : at + _ONE_LOOK_UP]
        rows = PublishedReport.objects.filter(public_id__in=several).values_list("public_id", "status")
        found |= {public_id for public_id, status in rows if status == PublishedReport.LISTED}
        gone = Tombstone.objects.filter(public_id__in=several)
        found -= set(gone.values_list("public_id", flat=True))
    return found


def _stands(row: SameEvent) -> bool:
    try:
        signing.verify(
            settings.INSTANCE_VERIFY_KEY, statement(row.event, row.public_id), bytes.fromhex(row.signature)
        )
    except (BadSignature, ValueError):
        return False
    return True

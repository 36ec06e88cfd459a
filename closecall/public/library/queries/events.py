"""Which reports tell of one event, as far as readers can see them."""

from collections.abc import Collection

from django.conf import settings

from closecall.public.library.models import PublishedReport, SameEvent, Tombstone
from closecall.public.library.queries.reading import Report, reports
from closecall.public.library.rules.events import statement
from closecall.site.crypto import BadSignature, signing


def told_events(public_ids: Collection[str] | None = None) -> dict[str, str]:
    """The event of every listed report that another listed one tells of, too: report -> event.

    Shape: of all reports, or of those named. What stands alone isn't in it: its key would say that another
           account exists which readers can't see. A row that the instance didn't sign counts for nothing.
    """
    rows = SameEvent.objects.all()
    if public_ids is not None:
        mine = SameEvent.objects.filter(public_id__in=list(public_ids)).values("event")
        rows = rows.filter(event__in=mine)
    listed = PublishedReport.objects.filter(status=PublishedReport.LISTED)
    rows = rows.filter(public_id__in=listed.values("public_id"))
    rows = rows.exclude(public_id__in=Tombstone.objects.values("public_id"))
    accounts: dict[str, list[str]] = {}
    for row in rows.order_by("event", "public_id"):
        if _stands(row):
            accounts.setdefault(row.event, []).append(row.public_id)
    return {
        one: event
        for event, several in accounts.items()
        if len(several) > 1
        for one in several
        if public_ids is None or one in public_ids
    }


def other_accounts(public_id: str) -> list[Report]:
    """The other listed reports of the same event, oldest publication first."""
    event = told_events([public_id]).get(public_id)
    if event is None:
        return []
    rows = SameEvent.objects.filter(event=event).exclude(public_id=public_id)
    there = told_events(list(rows.values_list("public_id", flat=True)))
    return sorted(reports(sorted(there)), key=lambda one: one.position)


def _stands(row: SameEvent) -> bool:
    try:
        signing.verify(
            settings.INSTANCE_VERIFY_KEY, statement(row.event, row.public_id), bytes.fromhex(row.signature)
        )
    except (BadSignature, ValueError):
        return False
    return True

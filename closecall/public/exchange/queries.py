"""What was imported, read back."""

from collections.abc import Iterable, Sequence

from django.db import router

from closecall.public.exchange.models import FeedRecord, ImportedRecord
from closecall.public.exchange.rules.imported import Merged
from closecall.public.exchange.rules.passing_on import Home

_AT_ONCE = 500  # SQLite takes a limited number of values in one question


def database() -> str:
    """The database of imported records."""
    return router.db_for_write(ImportedRecord)


def known(kind: str, foreign_ids: Iterable[str]) -> dict[str, tuple[str, Merged]]:
    """What is kept already: foreign id -> (public id, all that its files said)."""
    ids = list(foreign_ids)
    found: dict[str, tuple[str, Merged]] = {}
    for start in range(0, len(ids), _AT_ONCE):
        chunk = ids[start : start + _AT_ONCE]
        for row in ImportedRecord.objects.filter(kind=kind, foreign_id__in=chunk):
            found[row.foreign_id] = (row.public_id, Merged.from_data(row.foreign_id, row.record))
    return found


def taken(public_ids: Iterable[str]) -> set[str]:
    """Which of these ids imported reports have already."""
    ids = list(public_ids)
    found: set[str] = set()
    for start in range(0, len(ids), _AT_ONCE):
        chunk = ids[start : start + _AT_ONCE]
        found |= set(ImportedRecord.objects.filter(public_id__in=chunk).values_list("public_id", flat=True))
    return found


def record(public_id: str) -> Merged | None:
    """Every cell of the row that a published report came from; None when it wasn't imported."""
    row = ImportedRecord.objects.filter(public_id=public_id).first()
    return None if row is None else Merged.from_data(row.foreign_id, row.record)


def records(public_ids: Iterable[str]) -> dict[str, dict[str, object]]:
    """The imported rows behind several published reports, as plain data; own reports have none."""
    ids = list(public_ids)
    found: dict[str, dict[str, object]] = {}
    for start in range(0, len(ids), _AT_ONCE):
        for row in ImportedRecord.objects.filter(public_id__in=ids[start : start + _AT_ONCE]):
            found[row.public_id] = {"kind": row.kind, "foreign_id": row.foreign_id, **row.record}
    return found


def feed_records(homes: Iterable[Home]) -> dict[Home, FeedRecord]:
    """What is known here of reports that others passed on."""
    found: dict[Home, FeedRecord] = {}
    by_instance: dict[str, list[str]] = {}
    for home in homes:
        by_instance.setdefault(home.instance, []).append(home.id)
    for instance, ids in by_instance.items():
        for start in range(0, len(ids), _AT_ONCE):
            rows = FeedRecord.objects.filter(home=instance, foreign_id__in=ids[start : start + _AT_ONCE])
            found |= {Home(row.home, row.foreign_id): row for row in rows}
    return found


def homes(public_ids: Sequence[str]) -> dict[str, FeedRecord]:
    """Where these reports were first shared, for those that another library passed on."""
    found: dict[str, FeedRecord] = {}
    for start in range(0, len(public_ids), _AT_ONCE):
        rows = FeedRecord.objects.filter(public_id__in=public_ids[start : start + _AT_ONCE])
        found |= {row.public_id: row for row in rows}
    return found


def withdrawn_elsewhere() -> list[Home]:
    """What other libraries took back before it ever came here."""
    rows = FeedRecord.objects.filter(withdrawn=True, public_id="").order_by("home", "foreign_id")
    return [Home(row.home, row.foreign_id) for row in rows]

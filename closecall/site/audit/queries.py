"""Reading the chain and its head."""

from collections.abc import Iterator

from closecall.site.audit.models import AuditEntry, AuditHead
from closecall.site.audit.rules.chain import Entry, Head

PAGE = 100


def head() -> Head | None:
    """Give the newest head that was copied to the public database."""
    row = AuditHead.objects.order_by("-on").first()
    return Head(row.on, row.seq, bytes(row.hash)) if row else None


def heads() -> tuple[Head, ...]:
    """Give every head that was copied, oldest first."""
    return tuple(Head(row.on, row.seq, bytes(row.hash)) for row in AuditHead.objects.order_by("on"))


def entries(*, before: int | None = None, count: int = PAGE) -> tuple[Entry, ...]:
    """Give `count` entries, newest first, older than seq `before`."""
    rows = AuditEntry.objects.order_by("-seq")
    if before is not None:
        rows = rows.filter(seq__lt=before)
    return tuple(map(entry_of, rows[:count]))


def chain() -> Iterator[Entry]:
    """Walk the whole chain, oldest first."""
    return map(entry_of, AuditEntry.objects.order_by("seq").iterator(chunk_size=2000))


def newest() -> Entry | None:
    """Give the newest entry of the sealed chain itself."""
    row = AuditEntry.objects.order_by("-seq").first()
    return entry_of(row) if row else None


def entry_of(row: AuditEntry) -> Entry:
    """Translate a row; PostgreSQL hands binary columns out as memoryviews."""
    return Entry(
        seq=row.seq,
        on=row.on,
        actor=row.actor,
        action=row.action,
        obj=row.obj,
        detail=row.detail,
        verify_key=bytes(row.verify_key),
        previous=bytes(row.previous),
        hash=bytes(row.hash),
        signature=bytes(row.signature),
    )

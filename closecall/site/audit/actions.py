"""Writing the chain, copying its head, checking it."""

from collections.abc import Collection, Iterable, Mapping
from dataclasses import asdict
from datetime import date

from django.db import connections, router, transaction
from django.utils import timezone

from closecall.site.audit import queries
from closecall.site.audit.models import AuditEntry, AuditHead
from closecall.site.audit.rules import chain
from closecall.site.audit.rules.chain import Entry, Head, Signer, Verdict

# Any number that no other room uses: PostgreSQL's lock that makes two writers of the chain wait in line.
_LOCK = 6_201_977


def record(
    *, action: str, obj: str, by: Signer, detail: Mapping[str, object], on: date | None = None
) -> Entry:
    """Append one signed entry inside the caller's sealed transaction.

    action, detail: constants, ids, kinds and counts of the program; never what anybody typed.
    Raises: RuntimeError outside a transaction, because then the effect could stay without its entry.
    """
    using = router.db_for_write(AuditEntry)
    connection = connections[using]
    if not connection.in_atomic_block:
        raise RuntimeError("An audit entry is written in the transaction of what it records.")
    if connection.vendor == "postgresql":
        with connection.cursor() as cursor:
            cursor.execute("SELECT pg_advisory_xact_lock(%s)", [_LOCK])
    entry = chain.append(
        queries.newest(), on=on or timezone.now().date(), by=by, action=action, obj=obj, detail=detail
    )
    AuditEntry.objects.create(**asdict(entry))
    return entry


def copy_head(*, on: date | None = None) -> Head | None:
    """Copy the chain's newest entry to the public database as the head of the day; repeatable.

    The desk does it whenever somebody signs in or out; a daily job may do it too.
    """
    newest = queries.newest()
    if newest is None:
        return None
    head = Head(on or timezone.now().date(), newest.seq, newest.hash)
    with transaction.atomic(using=router.db_for_write(AuditHead)):
        AuditHead.objects.update_or_create(on=head.on, defaults={"seq": head.seq, "hash": head.hash})
    return head


def verify(*, staff_keys: Mapping[str, Collection[bytes]], heads: Iterable[Head] = ()) -> Verdict:
    """Recompute the whole chain; what `closecall audit verify` calls.

    staff_keys: `sealed.accounts.queries.staff_keys()`: every certified key that a person ever had.
    heads:      heads kept outside (a file, a mail); those in the public database are checked as well.
    Writes nothing. The command exits with 1 unless `verdict.sound`, and prints `first_bad` and `reason`.
    """
    return chain.verify(queries.chain(), staff_keys, heads=(*queries.heads(), *heads))

"""Putting reports on the shelf and taking them off."""

import secrets
from collections.abc import Collection, Iterable, Iterator, Mapping, Sequence
from contextlib import contextmanager
from dataclasses import dataclass
from typing import Final, Literal, cast

from django.conf import settings
from django.db import transaction
from django.utils import timezone

from closecall.errors import BadInput, Conflict, Gone, NotFound
from closecall.public.library.actions.indexing import follow
from closecall.public.library.models import (
    Correction,
    IdentityWarning,
    LogHead,
    PublicationLog,
    PublishedReport,
    SameEvent,
    Tombstone,
)
from closecall.public.library.queries import database, staff_keys
from closecall.public.library.rules.events import statement
from closecall.public.library.rules.report import (
    Origin,
    ReleasedText,
    Signature,
    canonical_bytes_of,
    check,
    is_public_id,
    spell,
)
from closecall.public.library.rules.signing import check_signatures
from closecall.public.library.rules.withholding import tells_more, with_class_only
from closecall.public.taxonomy.queries import pack as pack_named
from closecall.site import rows
from closecall.site.crypto import signing

REASONS: Final = ("identity", "error", "request", "other")

_BATCH: Final = 1_000


@dataclass(frozen=True)
class Published:
    """What a bulk publication did, in reports."""

    new: int = 0
    changed: int = 0
    unchanged: int = 0
    withdrawn: int = 0


def publish(
    text: ReleasedText, *, origin: Origin, signatures: Sequence[Signature], source_label: str = ""
) -> bool:
    """Put a report on the shelf; sent again, it changes nothing, also after it was taken down.

    Shape:   own: `signatures` are the author's and the approver's, in this order.
    Returns: whether anything changed.
    Raises:  BadInput, NotAllowed (signatures); Conflict when another text has this id; Gone when it
             was withdrawn.
    """
    check(text, origin)
    _check_withheld(text)
    spelled = spell(text)
    check_signatures(spelled, origin, source_label, signatures, staff_keys(), settings.INSTANCE_VERIFY_KEY)
    with _shelf() as head:
        if Tombstone.objects.filter(public_id=text.public_id).exists():
            raise Gone("This report was withdrawn by the person who shared it.")
        there = PublishedReport.objects.filter(public_id=text.public_id).first()
        if there is not None:
            if _stands(there, spelled, origin, source_label):
                return False
            raise Conflict("Another text is published under this id. Correct it instead.")
        seq = _log(head, PublicationLog.PUT, [text.public_id])
        row = PublishedReport(public_id=text.public_id, position=seq, published_on=timezone.localdate())
        _write(row, _written(text, spelled, origin, source_label, signatures))
        row.save(force_insert=True)
    return True


def publish_as_instance(
    texts: Iterable[ReleasedText], *, origin: Literal["import", "feed", "invented"], source_label: str
) -> Published:
    """Publish many reports that others wrote, signed by the instance; changed ones replace the old text.

    Codes of which a pack shows only the class are taken out before anything is signed.

    Raises: BadInput at the first text that can't be published; nothing of its batch is kept then.
    """
    if not source_label.strip():
        raise BadInput("Say where these reports come from.")
    done = Published()
    for batch in _batches(texts):
        batch = [with_class_only(text, pack_named(text.pack)) for text in batch]
        for text in batch:
            check(text, origin)
        one = _publish_batch(batch, origin, source_label)
        done = Published(
            done.new + one.new,
            done.changed + one.changed,
            done.unchanged + one.unchanged,
            done.withdrawn + one.withdrawn,
        )
    return done


def correct(text: ReleasedText, *, signatures: Sequence[Signature], note: str) -> bool:
    """Replace a published text by a corrected one that two people signed, and say so on its page.

    A report that was taken down comes back with it. The old text is not kept: what had to be corrected
    may have pointed at somebody.

    Returns: whether anything changed.
    Raises:  BadInput, NotAllowed, NotFound, Gone.
    """
    if not note.strip():
        raise BadInput("Say in a sentence what was corrected.")
    with _shelf() as head:
        if Tombstone.objects.filter(public_id=text.public_id).exists():
            raise Gone("This report was withdrawn by the person who shared it.")
        row = PublishedReport.objects.filter(public_id=text.public_id).first()
        if row is None:
            raise NotFound("There is no published report with this id.")
        origin = cast("Origin", row.origin)
        check(text, origin)
        _check_withheld(text)
        spelled = spell(text)
        check_signatures(
            spelled, origin, row.source_label, signatures, staff_keys(), settings.INSTANCE_VERIFY_KEY
        )
        if _stands(row, spelled, origin, row.source_label) and row.status == PublishedReport.LISTED:
            return False
        _write(row, _written(text, spelled, origin, row.source_label, signatures))
        row.version += 1
        row.status = PublishedReport.LISTED
        row.down_for = ""
        row.save()
        Correction.objects.create(
            report=row, version=row.version, note=note.strip(), corrected_on=timezone.localdate()
        )
        _log(head, PublicationLog.PUT, [text.public_id])
    return True


def unpublish(public_id: str, *, reason: str = "other") -> bool:
    """Take a report down at once; one person may. It comes back only by `correct`, with two signatures.

    Shape:   `reason` is one of `REASONS`; anything else is kept as "other".
    Returns: whether anything changed.
    Raises:  NotFound.
    """
    with _shelf() as head:
        row = PublishedReport.objects.filter(public_id=public_id).first()
        if row is None:
            if Tombstone.objects.filter(public_id=public_id).exists():
                return False
            raise NotFound("There is no published report with this id.")
        if row.status == PublishedReport.DOWN:
            return False
        row.status = PublishedReport.DOWN
        row.down_for = reason if reason in REASONS else "other"
        row.save(update_fields=["status", "down_for"])
        _log(head, PublicationLog.DROP, [public_id])
    return True


def retract(public_id: str) -> bool:
    """Withdraw a report for ever: its text is deleted and a tombstone keeps it from coming back.

    Also for reports that were never published: the tombstone then stops a release that is under way, and nothing
    that readers can ask for changes, so that nobody learns that there was one.

    Returns: whether anything changed.
    Raises:  BadInput when `public_id` can't be one.
    """
    if not is_public_id(public_id):
        raise BadInput("This is no report's id.")
    with _shelf() as head:
        _, fresh = Tombstone.objects.get_or_create(public_id=public_id)
        IdentityWarning.objects.filter(public_id=public_id).delete()
        SameEvent.objects.filter(public_id=public_id).delete()
        deleted, _ = PublishedReport.objects.filter(public_id=public_id).delete()
        if deleted:
            _log(head, PublicationLog.DROP, [public_id])
        return bool(deleted or fresh)


def join_event(event: str, public_ids: Collection[str]) -> bool:
    """Say that these reports tell of one event; those that aren't on the shelf are left out.

    Shape:   `event` is random, spelled like a report's id. Said again, it changes nothing; another event's key
             replaces the one that a report bore.
    Returns: whether anything changed.
    Raises:  BadInput.
    """
    if not is_public_id(event):
        raise BadInput("This is no event's key.")
    sign = signing.signer(settings.INSTANCE_SIGNING_SEED)
    with _shelf() as head:
        there = set(
            PublishedReport.objects.filter(public_id__in=list(public_ids)).values_list("public_id", flat=True)
        )
        stands = set(
            SameEvent.objects.filter(public_id__in=there, event=event).values_list("public_id", flat=True)
        )
        fresh = sorted(there - stands)
        for public_id in fresh:
            SameEvent.objects.update_or_create(
                public_id=public_id,
                defaults={"event": event, "signature": sign(statement(event, public_id)).hex()},
            )
        _told_anew(head, fresh)
        return bool(fresh)


def part_event(public_id: str) -> bool:
    """Take a report out of its event; returns whether it was in one."""
    with _shelf() as head:
        parted = SameEvent.objects.filter(public_id=public_id).delete()[0]
        if parted:
            _told_anew(head, [public_id])
        return bool(parted)


def _told_anew(head: LogHead, public_ids: Sequence[str]) -> None:
    """Note in the log that what is shown of these has changed: pages, feeds and counts follow it."""
    listed = PublishedReport.objects.filter(public_id__in=list(public_ids), status=PublishedReport.LISTED)
    _log(head, PublicationLog.PUT, sorted(listed.values_list("public_id", flat=True)))


def _publish_batch(
    batch: Sequence[ReleasedText], origin: Literal["import", "feed", "invented"], source_label: str
) -> Published:
    ids = [text.public_id for text in batch]
    if len(set(ids)) != len(ids):
        raise BadInput("Two of these reports have the same id.")
    sign, key = signing.signer(settings.INSTANCE_SIGNING_SEED), settings.INSTANCE_VERIFY_KEY
    with _shelf() as head:
        gone = set(Tombstone.objects.filter(public_id__in=ids).values_list("public_id", flat=True))
        there = {row.public_id: row for row in PublishedReport.objects.filter(public_id__in=ids)}
        today = timezone.localdate()
        new: list[dict[str, object]] = []
        changed: list[PublishedReport] = []
        for text in batch:
            row = there.get(text.public_id)
            spelled = spell(text)
            if text.public_id in gone or (row is not None and _stands(row, spelled, origin, source_label)):
                continue
            if row is not None and row.origin != origin:
                raise Conflict("A report of another origin is published under one of these ids.")
            signature = sign(canonical_bytes_of(spelled, origin, source_label))
            written = _written(text, spelled, origin, source_label, [Signature(key, signature)])
            if row is None:
                new.append({"public_id": text.public_id, "published_on": today, **written})
            else:
                _write(row, written)
                changed.append(row)
        for row in changed:
            row.version += 1
            row.save()
        fresh = [str(row["public_id"]) for row in new] + [row.public_id for row in changed]
        last = _log(head, PublicationLog.PUT, fresh)
        if new:
            first = last - len(fresh) + 1
            rows.insert(
                PublishedReport,
                [*new[0], "position"],
                ([*row.values(), first + at] for at, row in enumerate(new)),
                using=database(),
            )
    unchanged = len(batch) - len(gone) - len(new) - len(changed)
    return Published(len(new), len(changed), unchanged, len(gone))


@contextmanager
def _shelf() -> Iterator[LogHead]:
    """One transaction, alone on the shelf (a withdrawal must not slip past a publication), then the index."""
    with transaction.atomic(using=database()):
        head, _ = LogHead.objects.select_for_update().get_or_create(
            id=1, defaults={"history": secrets.token_hex(16)}
        )
        yield head
        transaction.on_commit(follow, using=database(), robust=True)


def _log(head: LogHead, op: str, public_ids: Sequence[str]) -> int:
    """Append log lines under the head's lock: numbers appear in commit order, without gaps."""
    first = head.seq + 1
    head.seq += len(public_ids)
    head.save(update_fields=["seq"])
    lines = ((first + offset, one, op) for offset, one in enumerate(public_ids))
    rows.insert(PublicationLog, ("seq", "public_id", "op"), lines, using=database())
    return head.seq


def _check_withheld(text: ReleasedText) -> None:
    if tells_more(text, pack_named(text.pack)):
        raise BadInput(
            "This text holds codes of which only the class is public. Take them out before signing."
        )


def _stands(row: PublishedReport, spelled: str, origin: Origin, source_label: str) -> bool:
    return row.origin == origin and row.source_label == source_label and row.text == spelled


def _written(
    text: ReleasedText,
    spelled: str,
    origin: Origin,
    source_label: str,
    signatures: Sequence[Signature],
) -> dict[str, object]:
    """What the row of a text says, column by column."""
    counted = pack_named(text.pack).release.group_by
    codes = sorted({applied.code for applied in text.codes if applied.facet == counted})
    approver = signatures[1] if len(signatures) > 1 else None
    return {
        "origin": origin,
        "source_label": source_label,
        "pack": text.pack,
        "period": text.period,
        "grouped_codes": f" {' '.join(codes)} ",
        "text": spelled,
        "author_key": signatures[0].verify_key.hex(),
        "author_signature": signatures[0].signature.hex(),
        "approver_key": approver.verify_key.hex() if approver is not None else "",
        "approver_signature": approver.signature.hex() if approver is not None else "",
    }


def _write(row: PublishedReport, written: Mapping[str, object]) -> None:
    for column, value in written.items():
        setattr(row, column, value)


def _batches(texts: Iterable[ReleasedText]) -> Iterator[list[ReleasedText]]:
    batch: list[ReleasedText] = []
    for text in texts:
        batch.append(text)
        if len(batch) == _BATCH:
            yield batch
            batch = []
    if batch:
        yield batch

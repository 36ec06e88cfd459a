"""Single reports and short lists, straight from the database, with their signatures checked again."""

import hashlib
import json
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass
from datetime import date
from typing import cast

from django.conf import settings
from django.db import router
from django.db.models import Max, QuerySet, prefetch_related_objects

from closecall.errors import BadInput, Gone, NotAllowed, NotFound
from closecall.public.library.models import (
    Correction,
    IdentityWarning,
    LogHead,
    PublicationLog,
    PublishedReport,
    StaffKey,
    Tombstone,
)
from closecall.public.library.render import find_pack
from closecall.public.library.rules.report import Origin, ReleasedText, Signature, from_data
from closecall.public.library.rules.signing import NotVouchedFor, StaffCertificate, check_signatures
from closecall.public.library.rules.withholding import tells_more, with_class_only

_WEEKLY_CHOICE = 200
_WEEKLY_TRIES = 20
_UNKNOWN = "There is no report with this id. Check the characters."
_WITHDRAWN = "This report was withdrawn by the person who shared it."
_DOWN = "This report was taken down while we look at it again."


@dataclass(frozen=True)
class CorrectionNote:
    """One visible correction."""

    version: int
    note: str
    on: date


@dataclass(frozen=True)
class Report:
    """A published report that its signatures still vouch for."""

    text: ReleasedText
    origin: Origin
    source_label: str
    published_on: date
    version: int
    position: int
    signatures: tuple[Signature, ...] = ()
    corrections: tuple[CorrectionNote, ...] = ()

    @property
    def public_id(self) -> str:
        """Its address."""
        return self.text.public_id

    @property
    def lesson(self) -> str:
        """Its first lesson, "" when nobody wrote one."""
        return self.text.lessons[0].text if self.text.lessons else ""


@dataclass(frozen=True)
class OpenWarning:
    """Readers said that this report could identify someone, and nobody has settled it."""

    public_id: str
    count: int
    first_week: str


def report(public_id: str) -> Report:
    """One report.

    Raises: NotFound; Gone when it was withdrawn or taken down; NotVouchedFor when the stored row isn't
            what was signed.
    """
    must_be_listed(public_id)
    row = PublishedReport.objects.filter(public_id=public_id).first()
    if row is None:
        raise NotFound(_UNKNOWN)
    return read_row(row)


def reports(public_ids: Sequence[str]) -> list[Report]:
    """Several reports in the order asked for; withdrawn, unlisted and altered ones are left out."""
    ids = list(public_ids)
    # By id alone: asked for what is listed too, SQLite would walk through everything that is.
    rows = _with_corrections(PublishedReport.objects.filter(public_id__in=ids))
    gone = set(Tombstone.objects.filter(public_id__in=ids).values_list("public_id", flat=True))
    listed = (row for row in rows if row.status == PublishedReport.LISTED and row.public_id not in gone)
    found = {one.public_id: one for one in _readable(listed)}
    return [found[public_id] for public_id in public_ids if public_id in found]


def latest(n: int, *, pack: str | None = None) -> list[Report]:
    """The newest reports; of one pack, if it is named."""
    rows = _listed() if pack is None else _listed().filter(pack=pack)
    return list(_readable(_with_corrections(rows.order_by("-position")[:n])))


def total() -> int:
    """How many reports are listed."""
    return _listed().count()


def newest_day() -> date | None:
    """The day of the newest publication, for caches and feeds."""
    day: date | None = _listed().aggregate(day=Max("published_on"))["day"]
    return day


def log_mark() -> tuple[str, int]:
    """The log's name and the number of its last entry; any change on the shelf changes it."""
    head = LogHead.objects.filter(id=1).first()
    return (head.history, head.seq) if head is not None else ("", 0)


def database() -> str:
    """The database that this room writes to."""
    return router.db_for_write(PublishedReport)


def must_be_listed(public_id: str) -> None:
    """Pass when readers can see this report.

    Raises: NotFound, also for what was withdrawn before anybody could read it; Gone.
    """
    if Tombstone.objects.filter(public_id=public_id).exists():
        told = PublicationLog.objects.filter(public_id=public_id, op=PublicationLog.PUT).exists()
        raise Gone(_WITHDRAWN) if told else NotFound(_UNKNOWN)
    row = PublishedReport.objects.filter(public_id=public_id).only("status").first()
    if row is None:
        raise NotFound(_UNKNOWN)
    if row.status != PublishedReport.LISTED:
        raise Gone(_DOWN)


def report_of_the_week(today: date) -> Report | None:
    """One report for the whole ISO week, drawn among the newest of the instance's own pack.

    Shape: the same for everybody all week, without being stored anywhere.
    """
    week = "{}-W{:02}".format(*today.isocalendar())
    mine = _listed().filter(pack=settings.PACK)
    ids = list(mine.order_by("-position").values_list("public_id", flat=True)[:_WEEKLY_CHOICE])
    ids.sort(key=lambda one: hashlib.blake2b(f"{week}/{one}".encode(), digest_size=8).digest())
    return next((one for one in reports(ids[:_WEEKLY_TRIES]) if one.lesson), None)


def every_public_id(*, pack: str | None = None) -> list[str]:
    """All listed ids, oldest publication first."""
    rows = _listed() if pack is None else _listed().filter(pack=pack)
    return list(rows.order_by("position").values_list("public_id", flat=True))


def shelf_page(
    *, before: int | None = None, n: int = 20, pack: str | None = None, origin: str | None = None
) -> tuple[list[Report], int | None]:
    """A stretch of the shelf, newest publication first, and where the next begins.

    Shape: `before` is a position; what is corrected keeps its own, so pages never shift. The second value is
           the position to go on `before`, None at the end.
    """
    rows = _listed() if pack is None else _listed().filter(pack=pack)
    rows = rows if origin is None else rows.filter(origin=origin)
    rows = rows if before is None else rows.filter(position__lt=before)
    found = _with_corrections(rows.order_by("-position")[: n + 1])
    return list(_readable(found[:n])), found[n - 1].position if len(found) > n else None


def taken_back() -> tuple[list[str], list[str]]:
    """What readers could see once and can't now: ids withdrawn for ever, and ids taken down.

    Shape: a report that was withdrawn before anybody could read it isn't among them: that it ever came is
           nobody's business.
    """
    told = PublicationLog.objects.filter(op=PublicationLog.PUT).values("public_id")
    withdrawn = Tombstone.objects.filter(public_id__in=told).order_by("public_id")
    down = PublishedReport.objects.filter(status=PublishedReport.DOWN).order_by("public_id")
    return (
        list(withdrawn.values_list("public_id", flat=True)),
        list(
            down.exclude(public_id__in=Tombstone.objects.values("public_id")).values_list(
                "public_id", flat=True
            )
        ),
    )


def taken_ids(public_ids: Sequence[str]) -> tuple[frozenset[str], frozenset[str]]:
    """Which of these ids can't be given to another report: those on the shelf, and those withdrawn."""
    ids = list(public_ids)
    there = PublishedReport.objects.filter(public_id__in=ids).values_list("public_id", flat=True)
    gone = Tombstone.objects.filter(public_id__in=ids).values_list("public_id", flat=True)
    return frozenset(there), frozenset(gone)


def shelf_days(start: int, n: int) -> list[tuple[str, date]]:
    """A stretch of the shelf, oldest first: ids, and the day when each was published or last corrected."""
    rows = _listed().order_by("position").annotate(last=Max("corrections__corrected_on"))
    found = rows.values_list("public_id", "published_on", "last")[start : start + n]
    return [(public_id, last or first) for public_id, first, last in found]


def removed_since(seq: int) -> frozenset[str]:
    """Ids that left the shelf after log entry `seq`: what an index that lags must not show."""
    dropped = PublicationLog.objects.filter(seq__gt=seq, op=PublicationLog.DROP)
    return frozenset(dropped.values_list("public_id", flat=True))


def open_warnings() -> list[OpenWarning]:
    """What readers said could identify someone and nobody has settled, most often said first."""
    rows = IdentityWarning.objects.filter(settled=False).order_by("-count", "public_id")
    return [OpenWarning(row.public_id, row.count, row.first_week) for row in rows]


def staff_keys() -> dict[bytes, StaffCertificate]:
    """Every registered staff key, by verify key. Their certificates are checked wherever they are used."""
    return {
        bytes.fromhex(row.verify_key): StaffCertificate(
            row.pseudonym, bytes.fromhex(row.verify_key), bytes.fromhex(row.certificate)
        )
        for row in StaffKey.objects.all()
    }


def read_row(row: PublishedReport, staff: dict[bytes, StaffCertificate] | None = None) -> Report:
    """Read a row and check that its signatures still fit.

    Codes of which only the class is public are taken out here as well: a text from before that rule held them.
    Its signatures, which nobody could check without those codes, go with them.

    Raises: NotVouchedFor.
    """
    try:
        signatures = [Signature(bytes.fromhex(row.author_key), bytes.fromhex(row.author_signature))]
        if row.approver_key:
            signatures.append(
                Signature(bytes.fromhex(row.approver_key), bytes.fromhex(row.approver_signature))
            )
        origin = cast("Origin", row.origin)
        known = staff_keys() if staff is None and origin == "own" else staff or {}
        check_signatures(row.text, origin, row.source_label, signatures, known, settings.INSTANCE_VERIFY_KEY)
        text = from_data(json.loads(row.text))
    except (NotAllowed, BadInput, ValueError):
        raise NotVouchedFor from None
    if text.public_id != row.public_id:
        raise NotVouchedFor
    if tells_more(text, pack := find_pack(text.pack)):
        text, signatures = with_class_only(text, pack), []
    corrections = tuple(CorrectionNote(one.version, one.note, one.corrected_on) for one in _corrections(row))
    return Report(
        text=text,
        origin=origin,
        source_label=row.source_label,
        published_on=row.published_on,
        version=row.version,
        position=row.position,
        signatures=tuple(signatures),
        corrections=corrections,
    )


def _with_corrections(rows: Iterable[PublishedReport]) -> list[PublishedReport]:
    """The rows, and in one question the corrections of those that may have some."""
    found = list(rows)
    prefetch_related_objects([row for row in found if row.version > 1], "corrections")
    return found


def _corrections(row: PublishedReport) -> list[Correction]:
    if row.version == 1:  # a correction makes a new version
        return []
    return sorted(row.corrections.all(), key=lambda one: one.version)


def _listed() -> QuerySet[PublishedReport]:
    gone = Tombstone.objects.values("public_id")
    return PublishedReport.objects.filter(status=PublishedReport.LISTED).exclude(public_id__in=gone)


def _readable(rows: Iterable[PublishedReport]) -> Iterator[Report]:
    staff: dict[bytes, StaffCertificate] | None = None
    for row in rows:
        if staff is None:
            staff = staff_keys()
        try:
            yield read_row(row, staff)
        except NotVouchedFor:
            continue

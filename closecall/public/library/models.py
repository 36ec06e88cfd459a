"""Published reports, and the log that the search index replays.

The released text is one JSON document with its signatures beside it. The columns that repeat parts of it
serve selection only; whatever is shown is read from the signed text.
"""

from django.db import models
from django.db.models import F, Q


class PublishedReport(models.Model):
    """One released text, its origin, and who vouches for it."""

    LISTED = "listed"
    DOWN = "down"

    public_id = models.CharField(max_length=12, unique=True)
    origin = models.CharField(max_length=8)
    source_label = models.CharField(max_length=200, blank=True, default="")
    pack = models.CharField(max_length=64)
    period = models.CharField(max_length=7, blank=True, default="")
    grouped_codes = models.TextField(blank=True, default="")  # " code code ": what the release gate counts
    text = models.TextField()
    author_key = models.CharField(max_length=64)
    author_signature = models.CharField(max_length=128)
    approver_key = models.CharField(max_length=64, blank=True, default="")
    approver_signature = models.CharField(max_length=128, blank=True, default="")
    status = models.CharField(max_length=8, default=LISTED)
    down_for = models.CharField(max_length=12, blank=True, default="")
    position = models.BigIntegerField(unique=True)
    version = models.PositiveIntegerField(default=1)
    published_on = models.DateField()

    class Meta:
        constraints = (
            models.CheckConstraint(
                name="library_two_people_publish_own",
                condition=(
                    Q(origin="own")
                    & ~Q(author_key="")
                    & ~Q(approver_key="")
                    & ~Q(author_signature="")
                    & ~Q(approver_signature="")
                    & ~Q(author_key=F("approver_key"))
                )
                | (Q(origin__in=("import", "feed", "invented")) & ~Q(author_key="") & Q(approver_key="")),
            ),
            models.CheckConstraint(name="library_status", condition=Q(status__in=("listed", "down"))),
        )
        indexes = (
            models.Index(fields=("pack", "origin", "period"), name="library_gate"),
            models.Index(fields=("pack", "position"), name="library_newest"),
            models.Index(fields=("status", "position", "public_id"), name="library_listed"),
        )


class Correction(models.Model):
    """One visible correction: that it happened, when, and the two sentences' worth of why."""

    report = models.ForeignKey(PublishedReport, on_delete=models.CASCADE, related_name="corrections")
    version = models.PositiveIntegerField()
    note = models.TextField()
    corrected_on = models.DateField()

    class Meta:
        constraints = (models.UniqueConstraint(fields=("report", "version"), name="library_correction_once"),)


class PublicationLog(models.Model):
    """What happened to the shelf, in order and without gaps; the index applies it."""

    PUT = "put"
    DROP = "drop"

    seq = models.BigIntegerField(primary_key=True)
    public_id = models.CharField(max_length=12)
    op = models.CharField(max_length=4)

    class Meta:
        constraints = (models.CheckConstraint(name="library_log_op", condition=Q(op__in=("put", "drop"))),)
        # "What left since?" is asked by every search; few entries drop, and an index may lag far behind.
        indexes = (models.Index(name="library_log_op_seq", fields=["op", "seq"]),)


class LogHead(models.Model):
    """The log's last number. Locked while one is drawn, so that numbers appear in commit order."""

    id = models.SmallIntegerField(primary_key=True, default=1)
    seq = models.BigIntegerField(default=0)
    history = models.CharField(max_length=32)  # names this log: an index filled from another is rebuilt

    class Meta:
        constraints = (models.CheckConstraint(name="library_one_head", condition=Q(id=1)),)


class Tombstone(models.Model):
    """A withdrawn report's id: restores, rebuilds and feeds obey it for ever. No date: it is a reporter's."""

    public_id = models.CharField(max_length=12, primary_key=True)


class SameEvent(models.Model):
    """One account of an event of which several are told; two people at the desk said so, the instance signs it.

    The key is random. Only what is listed counts: a key that one listed report alone bears tells readers nothing.
    """

    public_id = models.CharField(max_length=12, primary_key=True)
    event = models.CharField(max_length=12)
    signature = models.CharField(max_length=128)

    class Meta:
        indexes = (models.Index(fields=("event",), name="library_event"),)


class StaffKey(models.Model):
    """A staff verify key with the instance's certificate. Never deleted: old signatures rest on it."""

    verify_key = models.CharField(max_length=64, primary_key=True)
    pseudonym = models.CharField(max_length=80)
    certificate = models.CharField(max_length=128)


class IdentityWarning(models.Model):
    """Readers said that a report could identify someone: a count and a week, no words, no address."""

    public_id = models.CharField(max_length=12, primary_key=True)
    count = models.PositiveIntegerField(default=1)
    first_week = models.CharField(max_length=8)
    settled = models.BooleanField(default=False)

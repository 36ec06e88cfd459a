"""Where an imported report came from, with every cell of its row."""

from typing import ClassVar

from django.db import models


class ImportedRecord(models.Model):
    """One report of another system: its id there, its id here, and all that its files say.

    `record` is `Merged.data()`; with it an import can be read back whole, and merged with later files.
    """

    kind = models.CharField(max_length=16)
    foreign_id = models.CharField(max_length=64)
    public_id = models.CharField(max_length=12, unique=True)
    record = models.JSONField()

    class Meta:
        constraints: ClassVar = [
            models.UniqueConstraint(fields=["kind", "foreign_id"], name="exchange_one_record_a_report")
        ]


class FeedRecord(models.Model):
    """A report that another library passed on: where it is at home, where here, and whether it may stand.

    `public_id` is "" for one that was taken back before it ever came. `origin` is what it is at its home.
    """

    home = models.CharField(max_length=64)
    foreign_id = models.CharField(max_length=12)
    public_id = models.CharField(max_length=12, blank=True, default="", db_index=True)
    origin = models.CharField(max_length=8, blank=True, default="")
    version = models.PositiveIntegerField(default=0)
    withdrawn = models.BooleanField(default=False)

    class Meta:
        constraints: ClassVar = [
            models.UniqueConstraint(fields=["home", "foreign_id"], name="exchange_one_feed_record_a_report")
        ]

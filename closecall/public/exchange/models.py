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

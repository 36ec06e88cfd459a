"""Published studies: frozen contents, one row a version; a correction makes a new version.

Beside them the monthly sheets of reports that are counted and never told: what may not be told isn't here at all.
"""

from typing import ClassVar

from django.db import models
from django.db.models import Q

from closecall.public.studies.rules import numbers


class StudyVersion(models.Model):
    """One version of one study. `content` is canonical JSON without anybody's words; `content_hash` its SHA-256."""

    slug = models.SlugField(max_length=60)
    version = models.PositiveIntegerField()
    content = models.TextField()
    content_hash = models.CharField(max_length=64)
    published_on = models.DateField()

    class Meta:
        constraints = (models.UniqueConstraint(fields=("slug", "version"), name="studies_version_once"),)


class MonthlySheet(models.Model):
    """One month, issued once. No verb changes it afterwards, whatever is withdrawn later."""

    month = models.CharField(max_length=7, unique=True)
    pack = models.CharField(max_length=60)
    issued_on = models.DateField()

    class Meta:
        """A month, and the database knows it."""

        constraints: ClassVar = [
            models.CheckConstraint(
                condition=Q(month__regex=r"^[12][0-9]{3}-(0[1-9]|1[0-2])$"), name="studies_sheet_has_a_month"
            ),
        ]


class MonthlyCell(models.Model):
    """One line of a sheet. A count below the threshold can't be stored here, not even by mistake."""

    sheet = models.ForeignKey(MonthlySheet, on_delete=models.CASCADE, related_name="cells")
    place = models.PositiveSmallIntegerField()
    table = models.CharField(max_length=8)
    code = models.CharField(max_length=60)
    label = models.CharField(max_length=200)
    reports = models.PositiveIntegerField(null=True)

    class Meta:
        """The database refuses a small number."""

        constraints: ClassVar = [
            models.UniqueConstraint(fields=["sheet", "table", "code"], name="studies_one_cell_a_line"),
            models.CheckConstraint(condition=Q(table__in=numbers.TABLES), name="studies_cell_table_is_known"),
            models.CheckConstraint(
                condition=Q(reports__isnull=True) | Q(reports__gte=numbers.THRESHOLD),
                name="studies_no_small_cell",
            ),
        ]

"""Where each published lesson stands among the codebook's themes, as a machine sees it. No words."""

from typing import ClassVar

from django.db import models


class Placed(models.Model):
    """One lesson of one report. `print`: of its words and the codebook, so that either's change places it anew.

    `nearness`: to the theme it is nearest to, -1 to 1; `grouped`: which lessons that fit none are read together.
    """

    public_id = models.CharField(max_length=12)
    place = models.PositiveSmallIntegerField()
    print = models.CharField(max_length=32)
    theme = models.CharField(max_length=64)
    fits = models.BooleanField()
    nearness = models.FloatField()
    grouped = models.PositiveIntegerField(default=0)

    class Meta:
        """One row a lesson."""

        constraints: ClassVar = [
            models.UniqueConstraint(fields=["public_id", "place"], name="week_one_place_a_lesson"),
        ]
        indexes: ClassVar = [models.Index(fields=["fits"], name="week_unlike")]

"""Tables of reliability, in the sealed database.

In the clear: which published reports were drawn, by which seed, for whom, and how far they are. What somebody coded
is an envelope to an intake generation, since some codes never leave the desk. No story, no sentence: a sheet holds
numbers of sentences, and a print tells whether the story they number was changed.
"""

from typing import ClassVar

from django.db import models
from django.db.models import F, Q


class Sample(models.Model):
    """Reports drawn blind. `recodes`: it is the anchor set, coded once more; `anchor`: it is one."""

    id = models.BigIntegerField(primary_key=True)
    number = models.PositiveIntegerField(unique=True)
    pack = models.CharField(max_length=64)
    seed = models.BigIntegerField()
    quarter = models.CharField(max_length=7)
    by = models.CharField(max_length=64)
    strata = models.JSONField()  # [month, there, drawn]: what it takes to draw it again
    anchor = models.BooleanField(default=False)
    recodes = models.ForeignKey("self", on_delete=models.PROTECT, null=True, related_name="recodings")

    class Meta:
        """A recoding is no anchor itself."""

        constraints: ClassVar = [
            models.CheckConstraint(
                condition=Q(anchor=False) | Q(recodes=None), name="reliability_anchor_isnt_a_recoding"
            ),
        ]


class Unit(models.Model):
    """One drawn report, in its place; `print` is its story's fingerprint when it was drawn."""

    id = models.BigIntegerField(primary_key=True)
    sample = models.ForeignKey(Sample, on_delete=models.CASCADE, related_name="units")
    place = models.PositiveIntegerField()
    public_id = models.CharField(max_length=12)
    print = models.CharField(max_length=32)

    class Meta:
        """Nothing twice."""

        constraints: ClassVar = [
            models.UniqueConstraint(fields=["sample", "place"], name="reliability_one_unit_a_place"),
            models.UniqueConstraint(fields=["sample", "public_id"], name="reliability_drawn_once"),
        ]


class Seat(models.Model):
    """One coder of a sample: the first or the second. Once finished, nothing of theirs changes."""

    id = models.BigIntegerField(primary_key=True)
    sample = models.ForeignKey(Sample, on_delete=models.CASCADE, related_name="seats")
    place = models.PositiveSmallIntegerField()
    coder = models.CharField(max_length=64)
    finished = models.BooleanField(default=False)

    class Meta:
        """Two different people, never more."""

        constraints: ClassVar = [
            models.UniqueConstraint(fields=["sample", "place"], name="reliability_one_seat_a_place"),
            models.UniqueConstraint(fields=["sample", "coder"], name="reliability_coders_differ"),
            models.CheckConstraint(condition=Q(place__in=[1, 2]), name="reliability_two_seats"),
        ]


class Sheet(models.Model):
    """What one coder put on one story, sealed. `version` counts saves."""

    id = models.BigIntegerField(primary_key=True)
    unit = models.ForeignKey(Unit, on_delete=models.CASCADE, related_name="sheets")
    seat = models.ForeignKey(Seat, on_delete=models.CASCADE, related_name="sheets")
    version = models.PositiveIntegerField()
    generation = models.PositiveIntegerField()
    envelope = models.BinaryField()

    class Meta:
        """One sheet a coder and story."""

        constraints: ClassVar = [
            models.UniqueConstraint(fields=["unit", "seat"], name="reliability_one_sheet"),
        ]


class Ruling(models.Model):
    """How the differences of one facet on one story were settled, sealed.

    A third person's holds at once; a coder's holds once the other coder agrees.
    """

    id = models.BigIntegerField(primary_key=True)
    unit = models.ForeignKey(Unit, on_delete=models.CASCADE, related_name="rulings")
    facet = models.CharField(max_length=64)
    by = models.CharField(max_length=64)
    agreed_by = models.CharField(max_length=64, blank=True, default="")
    holds = models.BooleanField()
    generation = models.PositiveIntegerField()
    envelope = models.BinaryField()

    class Meta:
        """Nobody agrees with themselves."""

        constraints: ClassVar = [
            models.UniqueConstraint(fields=["unit", "facet"], name="reliability_settled_once"),
            models.CheckConstraint(condition=~Q(by=F("agreed_by")), name="reliability_another_agrees"),
        ]

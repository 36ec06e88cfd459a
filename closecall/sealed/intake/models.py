"""Tables of the reporter's side, in the sealed database.

In the clear: week, stage, locator, kinds, sizes from the bucket set. Everything that somebody wrote is an
envelope. Keys are random or derived from a secret that isn't kept, so row order says nothing of arrival.
No column holds a time finer than the ISO week.
"""

from typing import ClassVar

from django.db import models
from django.db.models import Q

from closecall.sealed.intake.rules.dialogue import DECISIONS, MessageKind
from closecall.sealed.intake.rules.stages import Stage

_WEEK = r"^[0-9]{4}-W[0-9]{2}$"


class IntakeGeneration(models.Model):
    """The public half of an intake pair. Reports are sealed to the newest one that is open."""

    number = models.PositiveIntegerField(primary_key=True)
    public_key = models.BinaryField(max_length=32)
    opened_week = models.CharField(max_length=8)
    open = models.BooleanField(default=True)

    class Meta:
        """Weeks, never days."""

        constraints: ClassVar = [
            models.CheckConstraint(
                condition=Q(opened_week__regex=_WEEK), name="intake_generation_has_a_week"
            ),
        ]


class SealedReport(models.Model):
    """One report: sealed keys, one envelope, and where it stands."""

    id = models.BigIntegerField(primary_key=True)
    public_id = models.CharField(max_length=6, unique=True)
    locator = models.BinaryField(max_length=16, unique=True)
    week = models.CharField(max_length=8)
    stage = models.CharField(max_length=16, default=Stage.RECEIVED)
    unproven = models.BooleanField(default=False)
    held = models.BooleanField(default=False)
    originals_burnt = models.BooleanField(default=False)
    decision = models.CharField(max_length=12, default="none")
    decision_week = models.CharField(max_length=8, blank=True, default="")
    asked_week = models.CharField(max_length=8, blank=True, default="")

    generation = models.PositiveIntegerField()
    key_original = models.BinaryField()
    key_draft = models.BinaryField()
    key_dialogue = models.BinaryField()
    key_dialogue_reporter = models.BinaryField()
    slot_original = models.BigIntegerField()
    slot_analysts = models.BigIntegerField()
    slot_reporter = models.BigIntegerField()
    envelope = models.BinaryField()

    class Meta:
        """The database holds the promises too."""

        indexes: ClassVar = [models.Index(fields=["stage"], name="intake_by_stage")]
        constraints: ClassVar = [
            models.CheckConstraint(condition=Q(week__regex=_WEEK), name="intake_report_has_a_week"),
            models.CheckConstraint(
                condition=Q(asked_week="") | Q(asked_week__regex=_WEEK), name="intake_asked_in_a_week"
            ),
            models.CheckConstraint(
                condition=Q(decision_week="") | Q(decision_week__regex=_WEEK), name="intake_decided_in_a_week"
            ),
            models.CheckConstraint(condition=Q(stage__in=list(Stage)), name="intake_stage_is_known"),
            models.CheckConstraint(condition=Q(decision__in=DECISIONS), name="intake_decision_is_known"),
        ]


class SealedAddition(models.Model):
    """Detail that came later. Behind the original's slot: it burns with the original."""

    id = models.BigIntegerField(primary_key=True)
    report = models.ForeignKey(SealedReport, on_delete=models.CASCADE, related_name="additions")
    week = models.CharField(max_length=8)
    generation = models.PositiveIntegerField()
    envelope = models.BinaryField()

    class Meta:
        """Weeks, never days."""

        constraints: ClassVar = [
            models.CheckConstraint(condition=Q(week__regex=_WEEK), name="intake_addition_has_a_week"),
        ]


class SealedMessage(models.Model):
    """One message of the dialogue, under the dialogue's key. `number` counts within one report."""

    id = models.BigIntegerField(primary_key=True)
    report = models.ForeignKey(SealedReport, on_delete=models.CASCADE, related_name="messages")
    number = models.PositiveIntegerField()
    kind = models.CharField(max_length=8)
    week = models.CharField(max_length=8)
    envelope = models.BinaryField()

    class Meta:
        """Kinds are clear, words are sealed."""

        constraints: ClassVar = [
            models.CheckConstraint(condition=Q(week__regex=_WEEK), name="intake_message_has_a_week"),
            models.CheckConstraint(
                condition=Q(kind__in=list(MessageKind)), name="intake_message_kind_is_known"
            ),
            models.UniqueConstraint(fields=["report", "number"], name="intake_messages_are_numbered"),
        ]


class Unfinished(models.Model):
    """The outbox: what a committed decision still has to do outside this database.

    `burn` destroys slots, `retract` takes a report out of the library. Both may run twice.
    """

    id = models.BigIntegerField(primary_key=True)
    verb = models.CharField(max_length=16)
    report = models.ForeignKey(SealedReport, on_delete=models.CASCADE, related_name="unfinished")

    class Meta:
        """Once a verb and report."""

        constraints: ClassVar = [
            models.UniqueConstraint(fields=["report", "verb"], name="intake_unfinished_once"),
        ]


class WeeklyTotal(models.Model):
    """How often something happened on the reporters' side in a week: all that is ever counted of it."""

    id = models.BigIntegerField(primary_key=True)
    week = models.CharField(max_length=8)
    event = models.CharField(max_length=16)
    count = models.PositiveIntegerField(default=0)

    class Meta:
        """One row a week and event."""

        constraints: ClassVar = [
            models.UniqueConstraint(fields=["week", "event"], name="intake_one_total"),
            models.CheckConstraint(condition=Q(week__regex=_WEEK), name="intake_total_has_a_week"),
        ]

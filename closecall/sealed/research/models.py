"""Tables of studies under way, in the sealed database.

Nobody's words but the staff's own: a lesson stands here as its id and a digest. Its vector is forgotten when its
report leaves the library. Decisions are only ever added.
"""

from typing import ClassVar

from django.db import models
from django.db.models import Q

from closecall.sealed.research.rules.stages import Seat as SeatKind
from closecall.sealed.research.rules.stages import Stage


class Study(models.Model):
    """One question with its frozen cohort.

    In JSON: `ids`, `notes`, `codebook`, and `events`, which maps reports to the event that they share. `round` counts
    freezes, `revision` decisions: a page that is older is refused. `version` is the newest published one, 0 for none.
    """

    slug = models.SlugField(max_length=60, unique=True)
    title = models.CharField(max_length=160)
    question = models.CharField(max_length=400)
    query = models.TextField()
    codebook = models.TextField()
    book_sha256 = models.CharField(max_length=64)
    ids = models.TextField()
    events = models.TextField(default="{}")
    seq = models.BigIntegerField()
    fingerprint = models.CharField(max_length=64)
    model = models.CharField(max_length=60)
    stage = models.CharField(max_length=12)
    halted = models.CharField(max_length=200, blank=True, default="")
    notes = models.TextField(default="[]")
    round = models.PositiveIntegerField(default=1)
    revision = models.PositiveIntegerField(default=0)
    version = models.PositiveIntegerField(default=0)
    opened_by = models.CharField(max_length=64)
    opened_on = models.DateField()

    class Meta:
        """A known stage."""

        constraints: ClassVar = [
            models.CheckConstraint(condition=Q(stage__in=list(Stage)), name="research_stage_is_known"),
        ]


class Lesson(models.Model):
    """One lesson of a cohort: its vector once it was read, then what the machine proposes.

    `proposed` is a JSON list of [theme, share], best first; `placed` the machine's theme, "" for none; `residue` the
    group of those.
    """

    study = models.ForeignKey(Study, on_delete=models.CASCADE, related_name="lessons")
    round = models.PositiveIntegerField()
    number = models.PositiveIntegerField()
    lesson_id = models.CharField(max_length=20)
    digest = models.CharField(max_length=16)
    vector = models.BinaryField(default=b"")
    proposed = models.TextField(default="[]")
    placed = models.CharField(max_length=80, blank=True, default="")
    residue = models.PositiveIntegerField(null=True)

    class Meta:
        """Once in each cohort."""

        constraints: ClassVar = [
            models.UniqueConstraint(fields=["study", "round", "lesson_id"], name="research_lesson_once"),
        ]


class Decided(models.Model):
    """One decision: who, when, what. Rows are added and never changed; a new freeze copies what still holds."""

    study = models.ForeignKey(Study, on_delete=models.CASCADE, related_name="decided")
    round = models.PositiveIntegerField()
    number = models.PositiveIntegerField()
    by = models.CharField(max_length=200)
    on = models.DateField()
    verb = models.CharField(max_length=8)
    theme = models.CharField(max_length=80, blank=True, default="")
    into = models.CharField(max_length=80, blank=True, default="")
    label = models.CharField(max_length=200, blank=True, default="")
    lessons = models.TextField(default="[]")

    class Meta:
        """One after the other."""

        constraints: ClassVar = [
            models.UniqueConstraint(fields=["study", "round", "number"], name="research_decided_in_order"),
        ]


class Seat(models.Model):
    """Who sits where: nobody both decides and codes blind, and there is one second coder."""

    study = models.ForeignKey(Study, on_delete=models.CASCADE, related_name="seats")
    person = models.CharField(max_length=64)
    kind = models.CharField(max_length=6)
    done = models.BooleanField(default=False)

    class Meta:
        """The database itself refuses two seats for one person."""

        constraints: ClassVar = [
            models.UniqueConstraint(fields=["study", "person"], name="research_one_seat_each"),
            models.UniqueConstraint(
                fields=["study"], condition=Q(kind=SeatKind.SECOND), name="research_one_second_coder"
            ),
            models.CheckConstraint(condition=Q(kind__in=list(SeatKind)), name="research_seat_is_known"),
        ]


class SecondChoice(models.Model):
    """The second coder's theme of one lesson; "" when none of the codebook fits."""

    study = models.ForeignKey(Study, on_delete=models.CASCADE, related_name="second_choices")
    lesson_id = models.CharField(max_length=20)
    digest = models.CharField(max_length=16)
    theme = models.CharField(max_length=80, blank=True, default="")

    class Meta:
        """One theme each."""

        constraints: ClassVar = [
            models.UniqueConstraint(fields=["study", "lesson_id"], name="research_second_chooses_once"),
        ]


class Outbox(models.Model):
    """What a committed decision still has to do in the public database; deleted once it is done."""

    study = models.OneToOneField(Study, on_delete=models.CASCADE, primary_key=True, related_name="outbox")
    verb = models.CharField(max_length=8)
    payload = models.TextField(blank=True, default="")
    on = models.DateField()

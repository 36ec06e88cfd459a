"""Tables of the desk's work, in the sealed database.

In the clear: who holds or holds back what, kinds of decisions, weeks. Everything that somebody wrote is an
envelope under the report's draft key. Keys are intake's report ids, or random.
"""

from typing import ClassVar

from django.db import models
from django.db.models import F, Q

from closecall.sealed.workbench.rules.screening import Verdict

_WEEK = r"^[0-9]{4}-W[0-9]{2}$"
_MONTH = r"^[12][0-9]{3}-(0[1-9]|1[0-2])$"


class Case(models.Model):
    """What the desk keeps of a report besides its stage, which is intake's. The id is the report's."""

    id = models.BigIntegerField(primary_key=True)
    public_id = models.CharField(max_length=6, unique=True)
    taken_by = models.CharField(max_length=64, blank=True, default="")
    hazard = models.BooleanField(default=False)
    event = models.CharField(max_length=12, blank=True, default="")  # random; shared by accounts of one event
    join_with = models.CharField(max_length=6, blank=True, default="")
    join_asked_by = models.CharField(max_length=64, blank=True, default="")
    declined_by = models.CharField(max_length=64, blank=True, default="")
    closed_week = models.CharField(max_length=8, blank=True, default="")
    dialogue_burnt = models.BooleanField(default=False)
    hold_asked_by = models.CharField(max_length=64, blank=True, default="")
    counted_in = models.CharField(max_length=7, blank=True, default="")

    class Meta:
        """Weeks, never days."""

        constraints: ClassVar = [
            models.CheckConstraint(
                condition=Q(closed_week="") | Q(closed_week__regex=_WEEK), name="workbench_closed_in_a_week"
            ),
            models.CheckConstraint(
                condition=Q(counted_in="") | Q(counted_in__regex=_MONTH), name="workbench_counted_in_a_month"
            ),
        ]
        indexes: ClassVar = [models.Index(fields=["event"], name="workbench_event")]


class Screening(models.Model):
    """One person's view of a report: the kind of decision in the clear, the rest sealed."""

    id = models.BigIntegerField(primary_key=True)
    case = models.ForeignKey(Case, on_delete=models.CASCADE, related_name="screenings")
    by = models.CharField(max_length=64)
    hazard = models.BooleanField()
    verdict = models.CharField(max_length=16)
    envelope = models.BinaryField()

    class Meta:
        """Nobody screens a report twice."""

        constraints: ClassVar = [
            models.UniqueConstraint(fields=["case", "by"], name="workbench_screened_once_a_person"),
            models.CheckConstraint(condition=Q(verdict__in=list(Verdict)), name="workbench_verdict_is_known"),
        ]


class Draft(models.Model):
    """A sealed part of the work on a case. `version` counts saves: a stale one is refused."""

    id = models.BigIntegerField(primary_key=True)
    case = models.ForeignKey(Case, on_delete=models.CASCADE, related_name="drafts")
    kind = models.CharField(max_length=16)
    version = models.PositiveIntegerField()
    envelope = models.BinaryField()

    class Meta:
        """One part of a kind."""

        constraints: ClassVar = [
            models.UniqueConstraint(fields=["case", "kind"], name="workbench_one_draft_of_a_kind"),
        ]


class Approval(models.Model):
    """Who stands for a proposed text. The signatures are sealed with it; an edit deletes the row."""

    case = models.OneToOneField(Case, on_delete=models.CASCADE, primary_key=True, related_name="approval")
    author = models.CharField(max_length=64)
    reader = models.CharField(max_length=64, blank=True, default="")
    approver = models.CharField(max_length=64, blank=True, default="")

    class Meta:
        """Two people: the database itself refuses one."""

        constraints: ClassVar = [
            models.CheckConstraint(condition=~Q(author=""), name="workbench_somebody_proposes"),
            models.CheckConstraint(condition=~Q(author=F("approver")), name="workbench_two_people_sign"),
            models.CheckConstraint(condition=~Q(author=F("reader")), name="workbench_another_reads"),
        ]


class Correction(models.Model):
    """A corrected text of a published report, waiting for its second signature.

    The report's own keys may be burnt by now, so it is boxed to an intake generation, the author's signature
    inside.
    """

    id = models.BigIntegerField(primary_key=True)
    public_id = models.CharField(max_length=12, unique=True)
    author = models.CharField(max_length=64)
    approver = models.CharField(max_length=64, blank=True, default="")
    generation = models.PositiveIntegerField()
    envelope = models.BinaryField()

    class Meta:
        """Two people here too."""

        constraints: ClassVar = [
            models.CheckConstraint(condition=~Q(author=""), name="workbench_somebody_corrects"),
            models.CheckConstraint(condition=~Q(author=F("approver")), name="workbench_two_people_correct"),
        ]


class Outbox(models.Model):
    """What a committed decision still has to do in the public database.

    `payload` is a text that two people signed for the public, so it needs no envelope and replays without
    keys; it is deleted once the library has it.
    """

    id = models.BigIntegerField(primary_key=True)
    verb = models.CharField(max_length=16)
    public_id = models.CharField(max_length=12, unique=True)
    report_id = models.BigIntegerField(null=True)
    payload = models.BinaryField()


class Batch(models.Model):
    """A released batch: its day, which readers see anyway, and how many reports."""

    id = models.BigIntegerField(primary_key=True)
    on = models.DateField()
    by = models.CharField(max_length=64)
    count = models.PositiveIntegerField()


class Tally(models.Model):
    """How a report for numbers only counts, until its month is issued: then the row is deleted.

    The envelope is boxed to an intake generation and lies behind the slot that a withdrawal burns.
    """

    case = models.OneToOneField(Case, on_delete=models.CASCADE, primary_key=True, related_name="tally")
    month = models.CharField(max_length=7)
    generation = models.PositiveIntegerField()
    envelope = models.BinaryField()

    class Meta:
        """Months, never days."""

        constraints: ClassVar = [
            models.CheckConstraint(condition=Q(month__regex=_MONTH), name="workbench_tally_has_a_month"),
        ]


class IssuedMonth(models.Model):
    """A month whose sheet has left the desk. It is never made again."""

    month = models.CharField(max_length=7, primary_key=True)
    on = models.DateField()
    by = models.CharField(max_length=64)

    class Meta:
        """A month, once: its name is the key."""

        constraints: ClassVar = [
            models.CheckConstraint(condition=Q(month__regex=_MONTH), name="workbench_issued_a_month"),
        ]


class SuggestionCount(models.Model):
    """What became of one code's suggestions: three numbers, for cases that saw them and for those that didn't."""

    id = models.BigIntegerField(primary_key=True)
    code = models.CharField(max_length=130)
    unaided = models.BooleanField()
    accepted = models.PositiveIntegerField(default=0)
    refused = models.PositiveIntegerField(default=0)
    missed = models.PositiveIntegerField(default=0)

    class Meta:
        """One row a code, once more for the unaided tenth."""

        constraints: ClassVar = [
            models.UniqueConstraint(fields=["code", "unaided"], name="workbench_one_count_a_code"),
        ]


class SuggestionTenth(models.Model):
    """How often codes were applied whose p lay in one tenth."""

    id = models.BigIntegerField(primary_key=True)
    tenth = models.PositiveSmallIntegerField()
    unaided = models.BooleanField()
    n = models.PositiveIntegerField(default=0)
    applied = models.PositiveIntegerField(default=0)

    class Meta:
        """Ten rows, and ten for the unaided tenth of cases."""

        constraints: ClassVar = [
            models.UniqueConstraint(fields=["tenth", "unaided"], name="workbench_one_row_a_tenth"),
            models.CheckConstraint(condition=Q(tenth__lt=10), name="workbench_ten_tenths"),
        ]

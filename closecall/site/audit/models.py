"""The chain (sealed) and its daily head (public). No key leads to another room's table."""

from django.db import models
from django.db.models import Q


class AuditEntry(models.Model):
    """One thing that one staff member did. Triggers forbid change and deletion."""

    seq = models.BigIntegerField(primary_key=True)
    on = models.DateField()
    actor = models.CharField(max_length=40)
    action = models.CharField(max_length=60)
    obj = models.CharField(max_length=80)
    detail = models.TextField()
    verify_key = models.BinaryField(max_length=32)
    previous = models.BinaryField(max_length=32)
    hash = models.BinaryField(max_length=32)
    signature = models.BinaryField(max_length=64)

    class Meta:
        constraints = (models.CheckConstraint(condition=Q(seq__gte=1), name="audit_seq_from_one"),)


class AuditHead(models.Model):
    """The newest entry on a day, as the public site's footer shows it."""

    on = models.DateField(primary_key=True)
    seq = models.BigIntegerField()
    hash = models.BinaryField(max_length=32)

"""The audit room."""

from django.apps import AppConfig


class AuditConfig(AppConfig):
    """A chain in the sealed database, its head in the public one."""

    name = "closecall.site.audit"
    label = "audit"

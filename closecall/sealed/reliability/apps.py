"""The room's name and label."""

from django.apps import AppConfig


class ReliabilityConfig(AppConfig):
    """Sealed wing, database "sealed"; the desk process alone installs it."""

    name = "closecall.sealed.reliability"
    label = "reliability"

"""The room's name and label."""

from django.apps import AppConfig


class WeekConfig(AppConfig):
    """Sealed wing, database "sealed"; the desk process alone installs it."""

    name = "closecall.sealed.week"
    label = "week"

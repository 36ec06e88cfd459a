"""The room's name and label."""

from django.apps import AppConfig


class ResearchConfig(AppConfig):
    """Sealed wing, database "sealed"; the desk process alone installs it."""

    name = "closecall.sealed.research"
    label = "research"
    verbose_name = "Studies under way"
    default_auto_field = "django.db.models.BigAutoField"

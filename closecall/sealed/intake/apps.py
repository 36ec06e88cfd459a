"""The room's name for Django."""

from django.apps import AppConfig


class IntakeConfig(AppConfig):
    """sealed.intake, in the sealed database."""

    name = "closecall.sealed.intake"
    label = "intake"
    default_auto_field = "django.db.models.BigAutoField"

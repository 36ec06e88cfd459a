"""The room of studies and insights."""

from django.apps import AppConfig


class StudiesConfig(AppConfig):
    """What many reports say together."""

    name = "closecall.public.studies"
    label = "studies"
    verbose_name = "Studies"
    default_auto_field = "django.db.models.BigAutoField"

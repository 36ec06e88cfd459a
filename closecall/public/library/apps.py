"""The library's place in Django."""

from django.apps import AppConfig


class LibraryConfig(AppConfig):
    """Published reports: models, pages, feeds."""

    name = "closecall.public.library"
    label = "library"
    verbose_name = "Library"
    default_auto_field = "django.db.models.BigAutoField"

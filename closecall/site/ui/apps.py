"""The room of templates and style sheets."""

from django.apps import AppConfig


class UiConfig(AppConfig):
    """Frames, parts, themes. No tables."""

    name = "closecall.site.ui"
    label = "ui"

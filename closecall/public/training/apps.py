"""The room of training material."""

from django.apps import AppConfig


class TrainingConfig(AppConfig):
    """Briefs. No tables yet."""

    name = "closecall.public.training"
    label = "training"

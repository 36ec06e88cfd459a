"""The taxonomy room."""

from django.apps import AppConfig


class TaxonomyConfig(AppConfig):
    """Packs, and the desk's page about them. No tables."""

    name = "closecall.public.taxonomy"
    label = "taxonomy"

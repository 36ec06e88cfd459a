"""The exchange room."""

from django.apps import AppConfig


class ExchangeConfig(AppConfig):
    """Imports, exports, API."""

    name = "closecall.public.exchange"
    label = "exchange"

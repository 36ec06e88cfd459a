"""The accounts room."""

from django.apps import AppConfig


class AccountsConfig(AppConfig):
    """People at the desk. Not installed in the public process."""

    name = "closecall.sealed.accounts"
    label = "accounts"

"""Which database a table lives in: its wing decides."""

from typing import Any

from django.apps import apps
from django.db.models import Model

# Not ours, but tables all the same. An app that is neither here nor in a wing stops the start.
_OTHERS = {"auth": "sealed", "contenttypes": "sealed", "staticfiles": "default", "ui": "default"}
# site.audit spans both: the chain is sealed, its daily head is public.
_TABLES = {("audit", "auditentry"): "sealed", ("audit", "audithead"): "default"}


def database_of(app_label: str, model_name: str = "") -> str:
    """Name the database of `app_label`'s table, e.g. intake -> sealed."""
    named = _TABLES.get((app_label, model_name.lower()))
    if named:
        return named
    package = apps.get_app_config(app_label).name
    if package.startswith("closecall.sealed."):
        return "sealed"
    if package.startswith("closecall.public."):
        return "default"
    try:
        return _OTHERS[app_label]
    except KeyError:
        raise LookupError(f"Say in config/routers.py which database {app_label!r} lives in.") from None


class WingRouter:
    """Sends sealed rooms to "sealed", public rooms to "default", and lets no relation cross."""

    def db_for_read(self, model: type[Model], **hints: Any) -> str:
        """Read where the table lives."""
        return database_of(model._meta.app_label, model._meta.model_name or "")

    def db_for_write(self, model: type[Model], **hints: Any) -> str:
        """Write where the table lives."""
        return database_of(model._meta.app_label, model._meta.model_name or "")

    def allow_relation(self, first: Model, second: Model, **hints: Any) -> bool:
        """No foreign key crosses the wall."""
        return self.db_for_read(type(first)) == self.db_for_read(type(second))

    def allow_migrate(self, db: str, app_label: str, model_name: str | None = None, **hints: Any) -> bool:
        """Create a table in its own database only; steps without a model name their database by `hints`."""
        if "database" in hints:
            return bool(db == hints["database"])
        if app_label == "audit" and model_name is None:
            return True
        return db == database_of(app_label, model_name or "")

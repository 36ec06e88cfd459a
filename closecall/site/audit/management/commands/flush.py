"""Django's `flush` empties every table. Here it works on test databases only.

The test runner calls it after each test that commits; the audit chain's triggers would refuse. On a real
database nothing may take them off, so there `flush` refuses as a whole.
"""

from pathlib import Path
from typing import Any

from django.core.management.base import CommandError
from django.core.management.commands import flush
from django.db import connections

from closecall.site.audit import triggers


class Command(flush.Command):
    """Empty a test database."""

    def handle(self, **options: Any) -> None:
        """Refuse a real database; on a test one, take the triggers off, empty it, put them back."""
        connection = connections[options["database"]]
        if not Path(str(connection.settings_dict["NAME"])).name.startswith("test"):
            raise CommandError("This would erase a real database. To erase an instance, delete its folder.")
        triggers.drop(connection)
        super().handle(**options)
        triggers.create(connection)

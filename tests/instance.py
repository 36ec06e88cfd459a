"""A throwaway instance that exists before Django's settings are read (loaded by `-p tests.instance`)."""

import atexit
import os
import shutil
import tempfile
from collections import Counter
from pathlib import Path

import pytest
from hypothesis import settings

HOME = Path(tempfile.mkdtemp(prefix="closecall-test-"))
os.environ["CLOSECALL_HOME"] = str(HOME)
os.environ["CLOSECALL_ROLE"] = "desk"
os.environ["CLOSECALL_RUNTIME_DIR"] = str(HOME / "runtime")
os.environ["CLOSECALL_HOSTS"] = "testserver,127.0.0.1,localhost"
_ON_POSTGRES = os.environ.get("CLOSECALL_TEST_DATABASES") == "postgres"
# An instance of its own, whatever the caller's shell says; the postgres contract sets these itself.
if not _ON_POSTGRES:
    os.environ.pop("DATABASE_URL", None)
    os.environ.pop("SEALED_DATABASE_URL", None)
_LONGEST = (
    "contracts/test_on_postgres", "journeys/test_every_page", "journeys/test_whole_way", "cli/test_commands",
    "exchange/test_api_fuzz", "journeys/test_editor", "workbench/test_hostile_reader", "intake/test_browser",
    "journeys/", "training/", "cli/", "workbench/", "bench/", "exchange/", "intake/", "ui/",
)  # fmt: skip
# No example fails by the clock: how quick it is belongs to bench/, and a busy machine is not a fault.
settings.register_profile("suite", deadline=None)
settings.load_profile("suite")


def _make() -> None:
    from closecall.config import instance

    instance.create(HOME, pack="law_enforcement", demo=False)
    # WhiteNoise warns about a static folder that isn't there, and warnings are errors.
    (HOME / "static").mkdir()


_make()
atexit.register(shutil.rmtree, HOME, ignore_errors=True)


def pytest_collection_modifyitems(config: pytest.Config, items: list[pytest.Item]) -> None:
    """The longest files first, so that two workers end together. On PostgreSQL only what asks a database."""
    twice = [name for name, count in Counter(item.nodeid for item in items).items() if count > 1]
    if twice:
        raise pytest.UsageError(f"Tests of one name, of which workers would run only one: {twice[:5]}")
    items.sort(
        key=lambda item: next((at for at, name in enumerate(_LONGEST) if name in item.nodeid), len(_LONGEST))
    )
    if not _ON_POSTGRES:
        return
    again = [item for item in items if item.get_closest_marker("django_db") is not None]
    config.hook.pytest_deselected(items=[item for item in items if item not in again])
    items[:] = again

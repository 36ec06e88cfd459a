"""The same suite, promise by promise, on a real PostgreSQL."""

import os
import subprocess
import sys
from pathlib import Path

import pytest

from tests import postgres

ROOT = Path(__file__).resolve().parents[2]
PYTEST = [sys.executable, "-m", "pytest", "-q", "-p", "no:cacheprovider"]
WITHOUT = "not journey and not postgres and not proof and not sqlite"
if os.environ.get("CLOSECALL_PROOFS") != "whole":
    WITHOUT += " and not once"
WINGS = [("tests/sealed",), ("tests/public", "tests/site/audit")]


@pytest.mark.postgres
@pytest.mark.timeout(2400)
@pytest.mark.parametrize("rooms", WINGS, ids=" ".join)
@pytest.mark.skipif(not postgres.is_installed(), reason="PostgreSQL isn't installed on this machine")
def test_every_promise_of_the_databases_holds_on_postgresql_too(rooms: tuple[str, ...]) -> None:
    with postgres.server() as addresses:
        environment = {**os.environ, **addresses, "CLOSECALL_TEST_DATABASES": "postgres"}
        for name in ("CLOSECALL_HOME", "PYTEST_XDIST_WORKER", "PYTEST_CURRENT_TEST"):
            environment.pop(name, None)
        done = subprocess.run(
            [*PYTEST, *rooms, "-m", WITHOUT],
            cwd=ROOT,
            env=environment,
            capture_output=True,
            text=True,
            check=False,
        )
    assert done.returncode == 0, done.stdout[-6000:] + done.stderr[-2000:]
    assert " passed" in done.stdout

"""A throwaway instance that exists before Django's settings are read (loaded by `-p tests.instance`)."""

import atexit
import os
import shutil
import tempfile
from pathlib import Path

HOME = Path(tempfile.mkdtemp(prefix="closecall-test-"))
os.environ["CLOSECALL_HOME"] = str(HOME)
os.environ["CLOSECALL_ROLE"] = "desk"
os.environ["CLOSECALL_RUNTIME_DIR"] = str(HOME / "runtime")
os.environ["CLOSECALL_HOSTS"] = "testserver,127.0.0.1,localhost"
# An instance of its own, whatever the caller's shell says; the postgres contract sets these itself.
if os.environ.get("CLOSECALL_TEST_DATABASES") != "postgres":
    os.environ.pop("DATABASE_URL", None)
    os.environ.pop("SEALED_DATABASE_URL", None)


def _make() -> None:
    from closecall.config import instance

    instance.create(HOME, pack="law_enforcement", demo=False)
    # WhiteNoise warns about a static folder that isn't there, and warnings are errors.
    (HOME / "static").mkdir()


_make()
atexit.register(shutil.rmtree, HOME, ignore_errors=True)

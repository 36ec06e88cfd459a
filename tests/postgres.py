"""A real PostgreSQL of the tests' own: started on a Unix socket in a temporary folder, stopped at the end."""

import os
import shutil
import subprocess
import tempfile
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path


def _program(name: str) -> str | None:
    installed = sorted(Path("/usr/lib/postgresql").glob(f"*/bin/{name}"))
    return str(installed[-1]) if installed else shutil.which(name)


def is_installed() -> bool:
    """Tell whether there is a PostgreSQL server to start."""
    return _program("initdb") is not None and _program("pg_ctl") is not None


@contextmanager
def server() -> Iterator[dict[str, str]]:
    """Start it; gives DATABASE_URL and SEALED_DATABASE_URL. Stops the server it started, and no other."""
    folder = Path(tempfile.mkdtemp(prefix="closecall-pg-"))
    as_postgres: list[str] = []
    if os.geteuid() == 0:  # the server refuses to run as root
        shutil.chown(folder, "postgres")
        as_postgres = ["runuser", "-u", "postgres", "--"]
    data = folder / "data"
    environment = {**os.environ, "LC_ALL": "C.UTF-8"}

    def run(*words: str) -> None:
        subprocess.run(
            [*as_postgres, *words], cwd="/", env=environment, check=True, stdout=subprocess.DEVNULL
        )

    run(str(_program("initdb")), "-D", str(data), "-U", "postgres", "--auth=trust", "--no-sync", "-E", "UTF8",
        "--locale=C.UTF-8")  # fmt: skip
    settings = f"-k {folder} -c listen_addresses='' -F -c synchronous_commit=off"
    run(str(_program("pg_ctl")), "-D", str(data), "-w", "-l", str(folder / "log"), "-o", settings, "start")
    try:
        at = f"host={folder}"
        yield {
            "DATABASE_URL": f"postgresql://postgres@/closecall_public?{at}",
            "SEALED_DATABASE_URL": f"postgresql://postgres@/closecall_sealed?{at}",
        }
    finally:
        run(str(_program("pg_ctl")), "-D", str(data), "-m", "immediate", "-w", "stop")
        shutil.rmtree(folder, ignore_errors=True)


def examples(most: int) -> int:
    """How many examples a property over whole requests takes: a quarter where it is asked again, all in the proofs."""
    again = os.environ.get("CLOSECALL_TEST_DATABASES") == "postgres"
    return max(2, most // 4) if again and os.environ.get("CLOSECALL_PROOFS") != "whole" else most

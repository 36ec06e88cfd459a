"""A whole instance as people run it: made by `closecall init --demo`, served by `closecall serve`."""

import atexit
import json
import os
import shutil
import signal
import socket
import subprocess
import sys
import tempfile
import time
from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from dataclasses import dataclass, field
from functools import cache
from pathlib import Path

ROOT = Path(__file__).resolve().parents[2]
FEW, ALL = ("--reports", "12"), ()
"""Which invented reports an instance holds: a journey that needs the whole library says so."""


@dataclass(frozen=True)
class Person:
    """An invented member of staff."""

    name: str
    role: str
    passphrase: str
    totp_secret: str


@dataclass(frozen=True)
class Instance:
    """A served instance. `log`: everything that its processes printed; `sessions`: cookies of who has signed in."""

    home: Path
    log: Path
    public: str
    desk: str
    people: tuple[Person, ...]
    environment: Mapping[str, str]
    sessions: dict[str, dict[str, str]] = field(default_factory=dict)

    def run(self, *words: str, typed: str = "") -> subprocess.CompletedProcess[str]:
        """Run a command of this instance."""
        return subprocess.run(
            [sys.executable, "-m", "closecall", *words],
            env=dict(self.environment),
            cwd=ROOT,
            input=typed,
            capture_output=True,
            text=True,
            check=False,
        )


def free_port() -> int:
    """A port that nobody uses at this moment."""
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        return int(probe.getsockname()[1])


def own_environment() -> dict[str, str]:
    """What a shell has, without what the suite set for itself."""
    others = ("DATABASE_URL", "SEALED_DATABASE_URL", "DJANGO_SETTINGS_MODULE")
    return {
        name: value
        for name, value in os.environ.items()
        if not name.startswith("CLOSECALL_") and name not in others
    }


def _demonstration(environment: Mapping[str, str], reports: tuple[str, ...]) -> tuple[Person, ...]:
    """Make one, as `make run` does."""
    made = subprocess.run(
        [sys.executable, "-m", "closecall", "demo", "--json", *reports],
        env=dict(environment),
        cwd=ROOT,
        capture_output=True,
        text=True,
        check=False,
    )
    assert made.returncode == 0, made.stderr
    return tuple(
        Person(each["name"], each["role"], each["passphrase"], each["totp_secret"])
        for each in json.loads(made.stdout)["people"]
    )


@cache
def _few() -> tuple[Path, tuple[Person, ...]]:
    """A small demonstration that nobody serves: each journey gets a copy of its own, made quicker than another."""
    folder = Path(tempfile.mkdtemp(prefix="closecall-few-"))
    atexit.register(shutil.rmtree, folder, ignore_errors=True)
    environment = {**own_environment(), "CLOSECALL_HOME": str(folder / "home"), "TMPDIR": str(folder)}
    return folder / "home", _demonstration(environment, FEW)


@contextmanager
def served(
    addresses: Mapping[str, str] | None = None, *, reports: tuple[str, ...] = FEW
) -> Iterator[Instance]:
    """Make and serve a demonstration in a folder of its own; stops the processes that it started."""
    with tempfile.TemporaryDirectory(prefix="closecall-served-") as folder:
        home, log = Path(folder) / "home", Path(folder) / "log"
        ports = free_port(), free_port()
        environment = {
            **own_environment(),
            **(addresses or {}),
            "CLOSECALL_HOME": str(home),
            "CLOSECALL_RUNTIME_DIR": str(Path(folder) / "runtime"),
            "CLOSECALL_PUBLIC_URL": f"http://127.0.0.1:{ports[0]}",
            "TMPDIR": folder,
        }
        if addresses is None and reports == FEW:
            template, people = _few()
            shutil.copytree(template, home)
        else:
            people = _demonstration(environment, reports)
        public, desk = (f"127.0.0.1:{port}" for port in ports)
        with log.open("wb") as output:
            server = subprocess.Popen(
                [sys.executable, "-m", "closecall", "serve", "--public", public, "--desk", desk],
                env=environment,
                cwd=ROOT,
                stdout=output,
                stderr=subprocess.STDOUT,
            )
        try:
            until = time.monotonic() + 60
            while b"Stop with" not in log.read_bytes():
                assert server.poll() is None and time.monotonic() < until, log.read_text()
                time.sleep(0.1)
            yield Instance(home, log, public, desk, people, environment)
        finally:
            server.send_signal(signal.SIGTERM)
            server.wait(20)

"""`serve`: two processes, public and desk, and a housekeeper between them."""

import argparse
import contextlib
import errno
import fcntl
import os
import signal
import socket
import subprocess
import sys
import time
from collections.abc import Iterator
from pathlib import Path
from types import FrameType
from typing import Final

from closecall.cli.nightly import Nightly
from closecall.cli.output import aside, command, wake
from closecall.errors import BadInput, Conflict, Unavailable

_HOUSEKEEPING_SECONDS: Final = 15 * 60
_VECTOR_SECONDS: Final = 1.0
_WORDS_SECONDS: Final = 5.0
_LESSON_SECONDS: Final = 60.0
_GRACE_SECONDS: Final = 8
_START_SECONDS: Final = 30
# A worker is replaced now and then, so that no plaintext rests in one process's memory for weeks.
_WORKER_LIFETIME_SECONDS: Final = 12 * 60 * 60


def add(parts: object) -> None:
    """Add `serve`."""
    serve = command(parts, "serve", _serve, says="Serve the public site and the desk.")
    serve.add_argument("--public", default="127.0.0.1:8000", metavar="HOST:PORT")
    serve.add_argument("--desk", default="127.0.0.1:8001", metavar="HOST:PORT")
    serve.add_argument("--workers", type=int, default=1, metavar="N", help="public processes (default: 1)")
    serve.add_argument("--quiet", action="store_true", help="print nothing but faults")


def _serve(asked: argparse.Namespace) -> int:
    public, desk = _address(asked.public), _address(asked.desk)
    if not 1 <= asked.workers <= 64:
        raise BadInput("Choose 1 to 64 workers.")
    wake()
    from django.conf import settings

    with _alone(settings.CLOSECALL_HOME):
        for host, port in (public, desk):
            _must_be_free(host, port)
        _prepare()
        stopped = _Stop()
        children = [_start("public", public, asked.workers), _start("desk", desk, 1)]
        nightly = Nightly(trained=_has_learned())
        try:
            _await(children, (public, desk), stopped)
            if not asked.quiet and not stopped.asked:
                print(f"Public site  http://{public[0]}:{public[1]}/", flush=True)
                print(f"Desk         http://{desk[0]}:{desk[1]}/", flush=True)
                print("Stop with Ctrl+C.", flush=True)
            return _watch(children, stopped, nightly)
        finally:
            nightly.stop()
            _stop(children)


class _Stop:
    """Remembers that somebody asked to stop."""

    def __init__(self) -> None:
        self.asked = False
        for number in (signal.SIGTERM, signal.SIGINT, signal.SIGHUP):
            signal.signal(number, self._ask)

    def _ask(self, _number: int, _frame: FrameType | None) -> None:
        self.asked = True


def _address(typed: str) -> tuple[str, int]:
    host, _, port = typed.rpartition(":")
    host = host.strip("[]")
    if not host or not port.isdecimal() or not 0 < int(port) < 65536:
        raise BadInput("An address looks like 127.0.0.1:8000.")
    return host, int(port)


@contextlib.contextmanager
def _alone(home: Path) -> Iterator[None]:
    """Hold the home's lock: two servers on one home would sweep each other's slots."""
    with (home / "serve.lock").open("a") as lock:
        try:
            fcntl.flock(lock, fcntl.LOCK_EX | fcntl.LOCK_NB)
        except OSError:
            raise Conflict(
                f"The instance in {home} is being served already. Stop that first, or choose another "
                "CLOSECALL_HOME."
            ) from None
        yield


def _must_be_free(host: str, port: int) -> None:
    family = socket.AF_INET6 if ":" in host else socket.AF_INET
    with socket.socket(family, socket.SOCK_STREAM) as probe:
        probe.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
        try:
            probe.bind((host, port))
        except OSError as fault:
            if fault.errno == errno.EADDRINUSE:
                raise Conflict(
                    f"Port {port} is in use. Stop what uses it, or name another: closecall serve --public "
                    "HOST:PORT --desk HOST:PORT"
                ) from None
            raise Unavailable(f"{host}:{port} can't be used. Name another address.") from None


def _prepare() -> None:
    """Bring tables, slots, outboxes, index and files up to date before the first request."""
    from django.core.management import call_command
    from django.db import DatabaseError

    from closecall.public.library import actions as library
    from closecall.sealed.intake import actions as intake
    from closecall.sealed.research import actions as research
    from closecall.sealed.workbench import actions as workbench

    try:
        for database in ("default", "sealed"):
            call_command("migrate", database=database, verbosity=0, interactive=False)
        intake.sweep_slots()
        intake.replay()
        workbench.replay()
        research.replay()
        library.index_pending()
    except DatabaseError as fault:
        raise Unavailable("The database doesn't answer. Start it, or check DATABASE_URL.") from fault
    except OSError as fault:
        if fault.errno == errno.ENOSPC:
            raise Unavailable("The disk is full. Make room, then start again; nothing was lost.") from fault
        raise
    environment = {**os.environ, "CLOSECALL_COLLECT": "1"}
    collected = subprocess.run(
        [sys.executable, "-m", "closecall", "collectstatic", "--noinput", "--clear", "--verbosity=0"],
        env=environment,
        capture_output=True,
        check=False,
    )
    if collected.returncode:
        raise Unavailable("The style sheets can't be written. Check the folder's owner and the disk's space.")


def _start(role: str, address: tuple[str, int], workers: int) -> "subprocess.Popen[bytes]":
    host, port = address
    settings = [
        "--interface", "wsgi",
        "--host", host,
        "--port", str(port),
        "--workers", str(workers),
        "--blocking-threads", "4",
        "--http", "1",
        "--no-ws",
        "--log-level", "error",
        "--workers-lifetime", str(_WORKER_LIFETIME_SECONDS),
        "--respawn-failed-workers",
        f"closecall.config.{role}_wsgi:application",
    ]  # fmt: skip
    environment = {**os.environ, "CLOSECALL_ROLE": role}
    command_line = [sys.executable, "-m", "granian", *settings]
    # In a session of its own: Ctrl+C reaches the housekeeper alone, which ends both. Asked twice, by the terminal
    # and by us, the server's first process would go before its workers, and they would hold the port.
    return subprocess.Popen(  # noqa: S603 - our own server, nothing typed in
        command_line, env=environment, start_new_session=True
    )


def _await(
    children: list["subprocess.Popen[bytes]"], addresses: tuple[tuple[str, int], ...], stopped: _Stop
) -> None:
    until = time.monotonic() + _START_SECONDS
    waiting = list(addresses)
    while waiting and not stopped.asked:
        if any(child.poll() is not None for child in children) or time.monotonic() > until:
            raise Unavailable("The server didn't start. What is wrong: closecall doctor")
        try:
            with socket.create_connection(waiting[0], timeout=1):
                waiting.pop(0)
        except OSError:
            time.sleep(0.1)


def _has_learned() -> bool:
    from closecall.sealed.workbench.queries.suggesting import DESCRIBED, suggestions_path

    return (suggestions_path() / DESCRIBED).exists()


def _watch(children: list["subprocess.Popen[bytes]"], stopped: _Stop, nightly: Nightly) -> int:
    """Wait for the end, and keep house every quarter of an hour."""
    due = time.monotonic() + _HOUSEKEEPING_SECONDS
    vectors_due = studies_due = words_due = time.monotonic()
    lessons_due = time.monotonic() + _VECTOR_SECONDS
    week = ""
    while not stopped.asked:
        if any(child.poll() is not None for child in children):
            aside("closecall: one of the two sites stopped by itself, so both stop. Try: closecall doctor")
            return 1
        if time.monotonic() >= due:
            week = _keep_house(week)
            due = time.monotonic() + _HOUSEKEEPING_SECONDS
        if time.monotonic() >= vectors_due:
            vectors_due = time.monotonic() + (_VECTOR_SECONDS if _make_vectors() else 0)
        if time.monotonic() >= studies_due:
            studies_due = time.monotonic() + (_VECTOR_SECONDS if _read_studies() else 0)
        if time.monotonic() >= lessons_due:
            lessons_due = time.monotonic() + (_LESSON_SECONDS if _place_lessons() else _VECTOR_SECONDS)
        if time.monotonic() >= words_due:
            _keep_common_words(stopped)
            words_due = time.monotonic() + _WORDS_SECONDS
        nightly.tend()
        time.sleep(0.2)
    return 0


def _make_vectors() -> bool:
    """Make some of the vectors that the log asks for; no page ever waits for them. False: there are more."""
    from django.db import DatabaseError, close_old_connections

    from closecall.errors import Refused
    from closecall.public.library import actions as library

    close_old_connections()
    try:
        return library.make_vectors(seconds=0.5, wait_seconds=0.5)
    except (DatabaseError, OSError, Refused):
        return True  # the next look, a second later, finds the same work


def _keep_common_words(stopped: _Stop) -> None:
    """Make a large library's table of common words anew, if it has outgrown it or lost it by a withdrawal."""
    from closecall.errors import Refused
    from closecall.public.library import actions as library

    with contextlib.suppress(OSError, Refused):  # the next look, seconds later, finds the same work
        library.keep_common_words(is_wanted=lambda: not stopped.asked)


def _read_studies() -> bool:
    """Read some lessons of studies that were opened at the desk. False: there are more."""
    from django.db import DatabaseError, close_old_connections

    from closecall.errors import Refused
    from closecall.sealed.research import actions as research

    close_old_connections()
    try:
        return research.work(seconds=2.0)
    except (DatabaseError, OSError, Refused):
        return True


def _place_lessons() -> bool:
    """Read lessons that nobody has read yet, for the desk's page of the week. False: there are more."""
    from django.db import DatabaseError, close_old_connections

    from closecall.errors import Refused
    from closecall.sealed.week import actions as week

    close_old_connections()
    try:
        return week.place_lessons(seconds=0.5)
    except (DatabaseError, OSError, Refused):
        return True


def _keep_house(week: str) -> str:
    """Finish what an interruption left, drop dead sessions, copy the audit chain's head.

    Once a week, the order in which reports came is forgotten; returns the week.
    """
    import logging

    from django.db import DatabaseError, close_old_connections

    from closecall.public.library import actions as library
    from closecall.sealed.accounts.sessions import SessionStore
    from closecall.sealed.intake import actions as intake
    from closecall.sealed.intake.queries import this_week
    from closecall.sealed.reliability import actions as reliability
    from closecall.sealed.research import actions as research
    from closecall.sealed.workbench import actions as workbench
    from closecall.site.audit import actions as audit

    close_old_connections()
    try:
        intake.replay()
        workbench.replay()
        reliability.forget_withdrawn()
        research.replay()
        research.forget_withdrawn()
        library.catch_up()
        SessionStore.clear_expired()
        audit.copy_head()
        if week != this_week():
            intake.forget_order()
    except (DatabaseError, OSError) as fault:
        logging.getLogger("closecall.serve").error("fault", exc_info=fault)
        return week
    return this_week()


def _stop(children: list["subprocess.Popen[bytes]"]) -> None:
    for child in children:
        if child.poll() is None:
            child.terminate()
    until = time.monotonic() + _GRACE_SECONDS
    for child in children:
        try:
            child.wait(max(0.1, until - time.monotonic()))
        except subprocess.TimeoutExpired:
            child.kill()
            child.wait()
        with contextlib.suppress(ProcessLookupError, PermissionError):
            os.killpg(child.pid, signal.SIGKILL)  # whatever it left behind

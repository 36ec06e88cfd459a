"""The housekeeper learns at night, once, and never twice at once."""

import subprocess
import sys
from datetime import UTC, datetime, timedelta

from closecall.cli.nightly import Nightly, seconds_to_night

EVENING = datetime(2026, 3, 2, 22, 0, tzinfo=UTC)


class Clock:
    """A clock that is set by hand, and counts what was begun."""

    def __init__(self) -> None:
        self.passed = 0.0
        self.begun: list[float] = []
        self.command = [sys.executable, "-c", ""]

    def nightly(self, *, trained: bool) -> Nightly:
        return Nightly(
            trained=trained,
            clock=lambda: self.passed,
            now=lambda: EVENING + timedelta(seconds=self.passed),
            spawn=self.spawn,
        )

    def spawn(self) -> "subprocess.Popen[bytes]":
        self.begun.append(self.passed)
        return subprocess.Popen(self.command)


def live(clock: Clock, nightly: Nightly, hours: float) -> None:
    """Let time pass, a quarter of an hour at a time; what was begun ends meanwhile."""
    until = clock.passed + hours * 3600
    while clock.passed < until:
        clock.passed += 900
        nightly.tend()
        child = nightly._child
        if child is not None and clock.command[-1] == "":
            child.wait()


def test_a_new_instance_learns_soon_and_then_once_a_night() -> None:
    clock = Clock()
    live(clock, clock.nightly(trained=False), 48)
    assert [round(begun / 3600, 2) for begun in clock.begun] == [0.25, 5.0, 29.0]


def test_an_instance_that_has_learned_waits_for_the_night() -> None:
    clock = Clock()
    live(clock, clock.nightly(trained=True), 24)
    assert [begun / 3600 for begun in clock.begun] == [5.0]


def test_what_still_runs_is_not_begun_twice_and_ends_with_the_server() -> None:
    clock = Clock()
    clock.command = [sys.executable, "-c", "import time; time.sleep(600)"]
    nightly = clock.nightly(trained=True)
    live(clock, nightly, 48)
    assert len(clock.begun) == 1
    child = nightly._child
    assert child is not None and child.poll() is None
    nightly.stop()
    assert child.poll() is not None


def test_a_machine_without_a_process_to_spare_goes_on_and_tries_the_next_night() -> None:
    clock = Clock()
    tried: list[float] = []

    def spawn() -> "subprocess.Popen[bytes]":
        tried.append(clock.passed)
        raise BlockingIOError

    nightly = Nightly(
        trained=True,
        clock=lambda: clock.passed,
        now=lambda: EVENING + timedelta(seconds=clock.passed),
        spawn=spawn,
    )
    live(clock, nightly, 48)
    assert [begun / 3600 for begun in tried] == [5.0, 29.0]


def test_it_is_never_night_at_once() -> None:
    assert seconds_to_night(datetime(2026, 3, 2, 3, 0, tzinfo=UTC)) == 24 * 3600
    assert seconds_to_night(datetime(2026, 3, 2, 2, 59, 59, tzinfo=UTC)) == 1

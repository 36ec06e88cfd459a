"""What the housekeeper does at night, in a process of its own, so that no page waits for it."""

import contextlib
import os
import subprocess
import sys
import time
from collections.abc import Callable
from datetime import datetime, timedelta
from typing import Final

_FIRST_SECONDS: Final = 10 * 60.0
"""A new instance has suggestions after this, and needn't wait for its first night."""
_HOUR: Final = 3
_NICE: Final = 15

Spawn = Callable[[], "subprocess.Popen[bytes]"]


def seconds_to_night(now: datetime) -> float:
    """How long it is until three in the morning, where the machine stands; never nothing."""
    night = now.replace(hour=_HOUR, minute=0, second=0, microsecond=0)
    return ((night if night > now else night + timedelta(days=1)) - now).total_seconds()


class Nightly:
    """Learns suggestions of codes anew from what is published, once a night.

    trained: something was learned before, so the first time is tonight. Nothing that fails here stops the sites: the
    page about suggestions says from how many reports they were learned.
    """

    def __init__(
        self,
        *,
        trained: bool,
        clock: Callable[[], float] = time.monotonic,
        now: Callable[[], datetime] = lambda: datetime.now().astimezone(),
        spawn: Spawn | None = None,
    ) -> None:
        self._clock, self._now = clock, now
        self._spawn = spawn or _learn
        self._child: subprocess.Popen[bytes] | None = None
        self._due = clock() + (seconds_to_night(now()) if trained else _FIRST_SECONDS)

    def tend(self) -> None:
        """Begin when it is time, unless the last one still runs."""
        if self._child is not None and self._child.poll() is None:
            return
        self._child = None
        if self._clock() >= self._due:
            self._due = self._clock() + seconds_to_night(self._now())
            with contextlib.suppress(OSError):  # no memory or no process to spare: the next night is another
                self._child = self._spawn()

    def stop(self) -> None:
        """End what runs; the next night begins again, and what was learned before stands."""
        if self._child is not None and self._child.poll() is None:
            self._child.terminate()
            self._child.wait()


def _learn() -> "subprocess.Popen[bytes]":
    child = subprocess.Popen(
        [sys.executable, "-m", "closecall", "codes", "train", "--json"],
        stdout=subprocess.DEVNULL,
        stderr=subprocess.DEVNULL,
        env={**os.environ, "OMP_NUM_THREADS": "1"},
    )
    os.setpriority(os.PRIO_PROCESS, child.pid, _NICE)
    return child

"""Limits without addresses: a token bucket for everybody together, and a pool of places.

No address is kept, so nobody can be limited alone. A flood costs everybody a wait; it costs nobody a report,
because every page that refuses keeps what was typed.
"""

import threading
from collections.abc import Iterator
from contextlib import contextmanager

from closecall.errors import TooBusy, Unavailable


class TokenBucket:
    """Lets `rate` through a second, and `burst` at once."""

    def __init__(self, rate: float, burst: int) -> None:
        self.rate = rate
        self.burst = burst
        self._level = float(burst)
        self._at: float | None = None
        self._lock = threading.Lock()

    def take(self, now: float) -> None:
        """Take one token at time `now` (seconds of any steady clock).

        Raises: TooBusy when there is none.
        """
        with self._lock:
            self._refill(now)
            if self._level < 1:
                raise TooBusy()
            self._level -= 1

    def strain(self, now: float) -> float:
        """How empty the bucket is: 0 at rest, 1 when nothing is left."""
        with self._lock:
            self._refill(now)
            return 1 - self._level / self.burst

    def _refill(self, now: float) -> None:
        if self._at is not None:
            self._level = min(float(self.burst), self._level + max(0.0, now - self._at) * self.rate)
        self._at = now


class Pool:
    """A fixed number of places. Who finds none is told at once, and doesn't queue."""

    def __init__(self, places: int) -> None:
        self._places = threading.BoundedSemaphore(places)

    @contextmanager
    def place(self) -> Iterator[None]:
        """Hold a place for the time of the block.

        Raises: Unavailable when all are taken.
        """
        if not self._places.acquire(blocking=False):
            raise Unavailable(
                "Many people are here right now. Your words are still here. Try again in a minute."
            )
        try:
            yield
        finally:
            self._places.release()

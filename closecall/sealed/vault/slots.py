"""Erasure slots: 32-byte cells in a file that is never in a database and never in a backup bundle.

A handle is a cell's position and a short hash of what was put there: after the cell is burnt, and even
after it is used again, an old handle finds nothing and burns nothing.

File: steps of one occupancy map and `CELLS` cells. Cells are random from the start, a burnt cell is random
again and its mark is taken off, so burnt and never used look alike.
"""

import fcntl
import os
import secrets
import threading
from collections.abc import Iterable, Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Protocol

from closecall.site.crypto import hashing

CELL_BYTES = 32
CELLS = 8192
_MAP_BYTES = CELLS // 8
_STEP_BYTES = _MAP_BYTES + CELLS * CELL_BYTES
_TAG_BITS = 32
_FULL_ABOVE = 0.5


class SlotBurnt(Exception):
    """The secret behind this handle is gone for ever."""


class Slots(Protocol):
    """Somewhere to put a secret that can be destroyed."""

    def put(self, secret: bytes) -> int:
        """Keep a 32-byte secret durably; returns its handle, a positive 63-bit integer."""

    def get(self, handle: int) -> bytes:
        """Read a secret. Raises: SlotBurnt."""

    def burn(self, handle: int) -> None:
        """Destroy a secret durably; burning twice is harmless."""


class MemorySlots:
    """Slots that die with the process: for tests and drills."""

    def __init__(self) -> None:
        self._cells: dict[int, bytes] = {}

    def put(self, secret: bytes) -> int:
        """Keep a secret."""
        _check(secret)
        handle = secrets.randbits(62) + 1
        self._cells[handle] = secret
        return handle

    def get(self, handle: int) -> bytes:
        """Read a secret."""
        try:
            return self._cells[handle]
        except KeyError:
            raise SlotBurnt from None

    def burn(self, handle: int) -> None:
        """Destroy a secret."""
        self._cells.pop(handle, None)


class FileSlots:
    """Slots in one file, shared by every process of this machine."""

    def __init__(self, path: Path) -> None:
        self.path = Path(path)
        # flock parts processes and opened files; this parts threads without blocking in the kernel.
        self._threads = threading.Lock()

    def put(self, secret: bytes) -> int:
        """Write a secret into a random free cell and wait for the disk."""
        _check(secret)
        with self._opened(fcntl.LOCK_EX) as file:
            position = self._free_position(file)
            os.pwrite(file, secret, _cell_at(position))
            _mark(file, position, used=True)
            os.fdatasync(file)
        return (position << _TAG_BITS) | _tag(secret)

    def get(self, handle: int) -> bytes:
        """Read a secret; a cell that holds anything else is burnt for this handle."""
        with self._opened(fcntl.LOCK_SH) as file:
            secret = os.pread(file, CELL_BYTES, _cell_at(handle >> _TAG_BITS))
        if len(secret) != CELL_BYTES or _tag(secret) != handle & ((1 << _TAG_BITS) - 1):
            raise SlotBurnt
        return secret

    def burn(self, handle: int) -> None:
        """Overwrite a secret with random bytes, wait for the disk, then set the cell free."""
        position = handle >> _TAG_BITS
        with self._opened(fcntl.LOCK_EX) as file:
            self._burn(file, position, handle)

    def used(self) -> frozenset[int]:
        """List the handles of all cells in use."""
        with self._opened(fcntl.LOCK_SH) as file:
            found = set()
            for position in _used_positions(file):
                secret = os.pread(file, CELL_BYTES, _cell_at(position))
                found.add((position << _TAG_BITS) | _tag(secret))
            return frozenset(found)

    def sweep(self, live_handles: Iterable[int], *, among: Iterable[int] | None = None) -> int:
        """Burn every cell in use that no row knows; returns how many.

        A submission fills its slots before its row is committed. Where other processes are at work, take
        `used()` first, wait longer than a request may last, read the live handles then, and pass the first
        list as `among`: nothing younger is touched.
        """
        orphans = (self.used() if among is None else frozenset(among)) - frozenset(live_handles)
        for handle in orphans:
            self.burn(handle)
        return len(orphans)

    def _burn(self, file: int, position: int, handle: int) -> None:
        secret = os.pread(file, CELL_BYTES, _cell_at(position))
        if len(secret) != CELL_BYTES or _tag(secret) != handle & ((1 << _TAG_BITS) - 1):
            return
        os.pwrite(file, secrets.token_bytes(CELL_BYTES), _cell_at(position))
        os.fdatasync(file)  # before the cell may be used again
        _mark(file, position, used=False)
        os.fdatasync(file)

    def _free_position(self, file: int) -> int:
        cells = _steps(file) * CELLS
        used = sum(1 for _ in _used_positions(file)) if cells else 0
        if used >= cells * _FULL_ABOVE:
            self._grow(file)
            cells += CELLS
        while True:
            position = secrets.randbelow(cells)
            if not _is_used(file, position):
                return position

    def _grow(self, file: int) -> None:
        # A step that a crash cut short is cut off: nothing was ever put there.
        end = _steps(file) * _STEP_BYTES
        os.ftruncate(file, end)
        step = bytes(_MAP_BYTES) + secrets.token_bytes(CELLS * CELL_BYTES)
        written = 0
        while written < len(step):
            written += os.pwrite(file, step[written:], end + written)
        os.fsync(file)

    @contextmanager
    def _opened(self, lock: int) -> Iterator[int]:
        with self._threads:
            new = not self.path.exists()
            file = os.open(self.path, os.O_RDWR | os.O_CREAT | os.O_CLOEXEC, 0o600)
            try:
                fcntl.flock(file, lock)
                if new:
                    _sync_folder(self.path.parent)
                yield file
            finally:
                os.close(file)


def _check(secret: bytes) -> None:
    if len(secret) != CELL_BYTES:
        raise ValueError("A slot holds 32 bytes.")


def _tag(secret: bytes) -> int:
    return int.from_bytes(hashing.digest(secret, purpose="slot-tag", length=_TAG_BITS // 8), "big")


def _steps(file: int) -> int:
    return os.fstat(file).st_size // _STEP_BYTES


def _cell_at(position: int) -> int:
    step, cell = divmod(position, CELLS)
    return step * _STEP_BYTES + _MAP_BYTES + cell * CELL_BYTES


def _mark_at(position: int) -> tuple[int, int]:
    step, cell = divmod(position, CELLS)
    return step * _STEP_BYTES + cell // 8, 1 << (cell % 8)


def _is_used(file: int, position: int) -> bool:
    offset, bit = _mark_at(position)
    return bool(os.pread(file, 1, offset)[0] & bit)


def _mark(file: int, position: int, *, used: bool) -> None:
    offset, bit = _mark_at(position)
    before = os.pread(file, 1, offset)[0]
    os.pwrite(file, bytes([before | bit if used else before & ~bit]), offset)


def _used_positions(file: int) -> Iterator[int]:
    for step in range(_steps(file)):
        marks = os.pread(file, _MAP_BYTES, step * _STEP_BYTES)
        for place, byte in enumerate(marks):
            if byte:
                for bit in range(8):
                    if byte >> bit & 1:
                        yield step * CELLS + place * 8 + bit


def _sync_folder(folder: Path) -> None:
    descriptor = os.open(folder, os.O_RDONLY)
    try:
        os.fsync(descriptor)
    finally:
        os.close(descriptor)

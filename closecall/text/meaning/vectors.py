"""Where vectors lie, and exact search among them.

<path>/current.json      which matrix, how many rows, whose they are, and the log entry they have come to
<path>/<name>.f32        the rows: float32[rows, width], mapped into memory, shared by every process
<path>/write.lock        held while writing

A commit overwrites dropped rows with zeros, appends rows behind what the manifest counts, and then replaces
the manifest in one step: whatever kills the writer, rows, keys and log entry agree, or the log is replayed.
Every reader sees the new manifest with its next search.
"""

import contextlib
import fcntl
import json
import os
import secrets
import threading
import time
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass
from functools import cached_property
from pathlib import Path
from typing import Final, NamedTuple, cast

import numpy as np
from numpy.typing import NDArray

from closecall.errors import TooBusy, Unavailable
from closecall.text.meaning.model import NAME, WIDTH, Matrix, Vector, unit

LAYOUT: Final = 1
_POLL_SECONDS: Final = 0.02
_LEAST_GAPS: Final = 256
SAME_DECIMALS: Final = 5
"""Where a row lies changes the seventh decimal of its product, and must not order a page."""

_SAME: Final = 10.0**-SAME_DECIMALS


class VectorsDamaged(Unavailable):
    """The vectors are missing, unreadable or of another model: rebuild them."""

    default = "Search by meaning is being rebuilt. Search by words is there."


class VectorsBusy(TooBusy):
    """Somebody else is writing them."""

    default = "The vectors are being written by another process. Try again in a minute."


@dataclass(frozen=True)
class Placed:
    """One line of the log. `vector` None: take `key` out. `digest` names the text that it was made of."""

    key: str
    vector: Vector | None
    digest: str = ""


class Near(NamedTuple):
    """One neighbour; `cosine` is from -1 to 1."""

    key: str
    cosine: float


@dataclass(frozen=True)
class _Manifest:
    name: str
    keys: tuple[str, ...]  # "" where a row was dropped
    digests: tuple[str, ...]
    applied: int
    history: str
    model: str


class Vectors:
    """One opened store. Safe to share between threads; every search sees one commit."""

    def __init__(self, path: Path, *, model: str = NAME, width: int = WIDTH) -> None:
        """Open the vectors at `path`, if `model` made them ("": whichever). Raises: VectorsDamaged."""
        self._path = path
        self._model = model
        self._width = width
        self._guard = threading.Lock()
        self._stamp: tuple[int, int] | None = None
        self._refresh()

    @classmethod
    def create(
        cls, path: Path, *, history: str, model: str = NAME, width: int = WIDTH, wait_seconds: float = 20.0
    ) -> "Vectors":
        """Make an empty store, whatever lay there before, and open it. Raises: VectorsBusy."""
        with _writing(path, wait_seconds):
            name = _fresh(path)
            _switch(path, _Manifest(name, (), (), 0, history, model))
        return cls(path, model=model, width=width)

    @classmethod
    def open(cls, path: Path, *, model: str = NAME, width: int = WIDTH) -> "Vectors":
        """Open the vectors at `path`, if `model` made them ("": whichever). Raises: VectorsDamaged."""
        return cls(path, model=model, width=width)

    @property
    def applied(self) -> int:
        """The log entry up to which they have come. Raises: VectorsDamaged."""
        return self._refresh().applied

    @property
    def history(self) -> str:
        """The name of the log that they follow. Raises: VectorsDamaged."""
        return self._refresh().history

    @property
    def model(self) -> str:
        """What made them. Raises: VectorsDamaged."""
        return self._refresh().model

    @property
    def size(self) -> int:
        """How many reports have a vector. Raises: VectorsDamaged."""
        return len(self._refresh().rows)

    def held(self) -> set[str]:
        """Whose vectors they are. Raises: VectorsDamaged."""
        return set(self._refresh().rows)

    def digest(self, key: str) -> str:
        """What names the text that a key's vector was made of; "" when it has none."""
        there = self._refresh()
        row = there.rows.get(key)
        return there.digests[row] if row is not None else ""

    def vector(self, key: str) -> Vector | None:
        """The vector of a key, if it has one. Raises: VectorsDamaged."""
        there = self._refresh()
        row = there.rows.get(key)
        return np.array(there.matrix[row]) if row is not None else None

    def apart(self, keys: Sequence[str]) -> Matrix:
        """What sets texts apart from the average of all that lie here: `nearest`, centred, is by products of these.

        Shape:  float32[keys, width], rows of length one; zeros for a key without a vector.
        Raises: VectorsDamaged.
        """
        there = self._refresh()
        rows = np.array([there.rows.get(key, -1) for key in keys], np.int64)
        left = np.zeros((len(rows), self._width), np.float32)
        left[rows >= 0] = there.matrix[rows[rows >= 0]]
        held = left.any(axis=1)
        left[held] -= there.middle
        return np.asarray(left / np.maximum(np.linalg.norm(left, axis=1, keepdims=True), 1e-6), np.float32)

    def nearest(
        self,
        vector: Vector,
        *,
        limit: int,
        least: float = -1.0,
        within: Sequence[str] | None = None,
        without: frozenset[str] = frozenset(),
        centred: bool = False,
    ) -> list[Near]:
        """The keys whose vectors are nearest, best first, equals by key: every row is compared.

        Shape:  at least `least` near; among `within` only, if it is given. `centred` compares what sets texts
                apart from the average of all that lie here: for a whole text, not for a few typed words.
        Raises: VectorsDamaged.
        """
        there = self._refresh()
        if within is not None:
            rows = np.array(sorted({there.rows[key] for key in within if key in there.rows}), np.int64)
            scores = there.matrix[rows] @ vector
        else:
            rows = there.live
            scores = (there.matrix @ vector)[rows]
        if centred:
            scores = there.centred(scores, rows, vector)
        wanted = limit + len(without)
        if len(rows) > wanted:
            # Everything that ties with the last one stays in, so that the order below decides, not chance.
            edge = np.partition(scores, len(scores) - wanted)[len(scores) - wanted]
            kept = scores >= edge - _SAME
            rows, scores = rows[kept], scores[kept]
        found = [
            Near(there.keys[row], round(float(score), SAME_DECIMALS))
            for row, score in zip(rows, scores, strict=True)
            if score >= least and there.keys[row] not in without
        ]
        found.sort(key=lambda near: (-near.cosine, near.key))
        return found[:limit]

    def apply(
        self, placed: Iterable[Placed], *, applied: int | None = None, wait_seconds: float = 20.0
    ) -> None:
        """Write and drop vectors in one commit; `applied` None leaves the log entry where it is.

        Replaying changes nothing: a key has one row, and the entry never goes back.
        Raises: VectorsBusy, VectorsDamaged.
        """
        with _writing(self._path, wait_seconds):
            there = self._refresh()
            keys, digests, rows = list(there.keys), list(there.digests), dict(there.rows)
            added: list[Vector] = []
            gone: list[int] = []
            for one in placed:
                old = rows.pop(one.key, None)
                if old is not None:
                    keys[old] = digests[old] = ""
                    gone.append(old)
                if one.vector is not None:
                    rows[one.key] = len(keys)
                    keys.append(one.key)
                    digests.append(one.digest)
                    added.append(np.asarray(one.vector, np.float32))
            reached = max(there.applied, applied or 0)
            gaps = keys.count("")
            if gaps > max(_LEAST_GAPS, len(keys) // 2):
                self._compact(there, keys, digests, added, reached)
                return
            # Wiped first: should the writer die here, the log is replayed, and nothing of a dropped text lay on.
            file, row_bytes = self._path / f"{there.name}.f32", self._width * 4
            _wipe(file, gone, row_bytes)
            _write_rows(file, len(there.keys) * row_bytes, added)
            left = _Manifest(there.name, tuple(keys), tuple(digests), reached, there.history, there.model)
            _switch(self._path, left)

    def _compact(
        self, there: "_Opened", keys: list[str], digests: list[str], added: list[Vector], applied: int
    ) -> None:
        """Write the rows that are left into a new matrix, and switch to it."""
        name = _fresh(self._path)
        old = len(there.keys)
        kept = [row for row, key in enumerate(keys) if key]
        rows = [np.array(there.matrix[row]) if row < old else added[row - old] for row in kept]
        _write_rows(self._path / f"{name}.f32", 0, rows)
        left = _Manifest(
            name,
            tuple(keys[row] for row in kept),
            tuple(digests[row] for row in kept),
            applied,
            there.history,
            there.model,
        )
        _switch(self._path, left)

    def _refresh(self) -> "_Opened":
        with self._guard:
            for _ in range(3):  # a writer may switch between two of our looks
                try:
                    status = (self._path / "current.json").stat()
                    stamp = (status.st_mtime_ns, status.st_ino)
                    if stamp != self._stamp:
                        self._opened = _read(self._path, self._model, self._width)
                        self._stamp = stamp
                    return self._opened
                except FileNotFoundError:
                    continue
                except (OSError, ValueError, KeyError, TypeError):
                    break
            self._stamp = None
            raise VectorsDamaged


@dataclass(frozen=True)
class _Opened(_Manifest):
    matrix: NDArray[np.float32]
    rows: dict[str, int]
    live: NDArray[np.int64]

    @property
    def middle(self) -> Vector:
        """The average vector."""
        return self._middle[0]

    @cached_property
    def _middle(self) -> tuple[Vector, NDArray[np.float32]]:
        """The average vector, and how far each row lies from it."""
        middle = np.asarray(self.matrix.sum(0, np.float64) / max(1, len(self.live)), np.float32)
        spread = np.sqrt(np.maximum(1 - 2 * (self.matrix @ middle) + middle @ middle, 1e-6))
        return middle, np.asarray(spread, np.float32)

    def centred(
        self, scores: NDArray[np.float32], rows: NDArray[np.int64], vector: Vector
    ) -> NDArray[np.float32]:
        """Cosines between what is left of vectors of length one when the average is taken away."""
        middle, spread = self._middle
        towards = unit(vector - middle)
        # x·(v−m) = x·v − x·m, and x·m follows from the spread: no second pass over the matrix.
        length = np.float32(max(float(np.linalg.norm(vector - middle)), 1e-6))
        shared = (1 + middle @ middle - spread[rows] ** 2) / 2
        return np.asarray(((scores - shared) / length - middle @ towards) / spread[rows], np.float32)


def _read(path: Path, model: str, width: int) -> _Opened:
    there = json.loads((path / "current.json").read_text("utf-8"))
    if there["layout"] != LAYOUT or (model and there["model"] != model):
        raise ValueError("layout")
    name, keys, digests = str(there["name"]), tuple(there["keys"]), tuple(there["digests"])
    if Path(name).name != name or len(keys) != len(digests):
        raise ValueError("manifest")
    rows = {key: row for row, key in enumerate(keys) if key}
    if keys:
        matrix = np.memmap(path / f"{name}.f32", np.float32, "r", shape=(len(keys), width))
    else:
        matrix = cast("np.memmap[tuple[int, int], np.dtype[np.float32]]", np.zeros((0, width), np.float32))
    live = np.array(sorted(rows.values()), np.int64)
    applied, history, made = int(there["applied"]), str(there["history"]), str(there["model"])
    return _Opened(name, keys, digests, applied, history, made, matrix, rows, live)


@contextlib.contextmanager
def _writing(path: Path, wait_seconds: float) -> Iterator[None]:
    """Hold the writers' lock; the system frees it when a process dies. Raises: VectorsBusy."""
    path.mkdir(parents=True, exist_ok=True)
    until = time.monotonic() + wait_seconds
    descriptor = os.open(path / "write.lock", os.O_RDWR | os.O_CREAT | os.O_CLOEXEC, 0o600)
    try:
        while True:
            try:
                fcntl.flock(descriptor, fcntl.LOCK_EX | fcntl.LOCK_NB)
                break
            except BlockingIOError:
                if time.monotonic() >= until:
                    raise VectorsBusy from None
                time.sleep(_POLL_SECONDS)
        yield
    finally:
        os.close(descriptor)


def _fresh(path: Path) -> str:
    name = f"v{LAYOUT}-{secrets.token_hex(6)}"
    (path / f"{name}.f32").touch(mode=0o600)
    return name


def _write_rows(file: Path, start: int, rows: Sequence[Vector]) -> None:
    """Append rows behind the first `start` bytes; what an interrupted writer left there is overwritten."""
    if not rows:
        return
    with file.open("r+b") as stream:
        stream.seek(start)
        stream.write(np.stack(rows).astype(np.float32).tobytes())
        stream.flush()
        os.fsync(stream.fileno())


def _wipe(file: Path, rows: Sequence[int], row_bytes: int) -> None:
    """Overwrite dropped rows: a vector says something about the text that it was made of."""
    if not rows:
        return
    with file.open("r+b") as stream:
        for row in rows:
            stream.seek(row * row_bytes)
            stream.write(bytes(row_bytes))
        stream.flush()
        os.fsync(stream.fileno())


def _switch(path: Path, manifest: _Manifest) -> None:
    """Make `manifest` the truth, in one step that survives a crash; then delete other matrices."""
    told = {
        "layout": LAYOUT,
        "model": manifest.model,
        "name": manifest.name,
        "applied": manifest.applied,
        "history": manifest.history,
        "keys": manifest.keys,
        "digests": manifest.digests,
    }
    waiting = path / "current.new"
    with waiting.open("w", encoding="utf-8") as file:
        json.dump(told, file)
        file.flush()
        os.fsync(file.fileno())
    waiting.replace(path / "current.json")
    descriptor = os.open(path, os.O_RDONLY)
    try:
        os.fsync(descriptor)
    finally:
        os.close(descriptor)
    for other in path.glob("*.f32"):
        if other.stem != manifest.name:
            other.unlink(missing_ok=True)

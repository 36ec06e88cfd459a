"""Where the index lies: numbered folders, a pointer that is switched atomically, one lock for writers.

<path>/current          the name of the folder in use
<path>/<name>/          one tantivy index
<path>/write.lock       held while writing
<path>/words.lock       held while common words are being counted
"""

import fcntl
import json
import os
import secrets
import shutil
import time
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Final

from closecall.errors import TooBusy, Unavailable

LAYOUT: Final = "v4"
LOCK_SECONDS: Final = 20.0
_POLL_SECONDS: Final = 0.02


class IndexDamaged(Unavailable):
    """The index is missing, unreadable or of another layout: rebuild it."""

    default = "Search is being rebuilt. Try again in a minute."


class IndexBusy(TooBusy):
    """Somebody else is writing, and has been for longer than we wait."""

    default = "The search index is being written by another process. Try again in a minute."


@contextmanager
def writing(path: Path, *, wait_seconds: float = LOCK_SECONDS) -> Iterator[None]:
    """Hold the writers' lock of the index at `path`; the system frees it when a process dies.

    Raises: IndexBusy when it can't be had in time.
    """
    path.mkdir(parents=True, exist_ok=True)
    deadline = time.monotonic() + wait_seconds
    descriptor = os.open(path / "write.lock", os.O_RDWR | os.O_CREAT | os.O_CLOEXEC, 0o600)
    try:
        while True:
            try:
                fcntl.flock(descriptor, fcntl.LOCK_EX | fcntl.LOCK_NB)
                break
            except BlockingIOError:
                if time.monotonic() >= deadline:
                    raise IndexBusy from None
                time.sleep(_POLL_SECONDS)
        yield
    finally:
        os.close(descriptor)


@contextmanager
def alone(path: Path) -> Iterator[bool]:
    """Tell whether this is the only one that counts common words, and keep others from it meanwhile."""
    descriptor = os.open(path / "words.lock", os.O_RDWR | os.O_CREAT | os.O_CLOEXEC, 0o600)
    try:
        try:
            fcntl.flock(descriptor, fcntl.LOCK_EX | fcntl.LOCK_NB)
            is_mine = True
        except BlockingIOError:
            is_mine = False
        yield is_mine
    finally:
        os.close(descriptor)


def current(path: Path) -> Path:
    """The folder in use.

    Raises: IndexDamaged when the pointer is missing, of another layout or points nowhere.
    """
    try:
        name = (path / "current").read_text(encoding="ascii").strip()
    except (OSError, ValueError):
        raise IndexDamaged from None
    folder = path / name
    if not name.startswith(f"{LAYOUT}-") or Path(name).name != name or not (folder / "meta.json").is_file():
        raise IndexDamaged
    return folder


def sweep(folder: Path) -> None:
    """Under the writers' lock: delete what a killed writer wrote of a commit that never came to be.

    The engine names a list of deleted reports by a counter that starts again from the last commit, and then
    refuses to write over the one that the killed writer left. No reader can hold such a file.
    Raises: ValueError, KeyError, OSError when the index can't be read.
    """
    meta = json.loads((folder / "meta.json").read_text(encoding="utf-8"))
    living = {
        f"{one['segment_id'].replace('-', '')}.{one['deletes']['opstamp']}.del"
        for one in meta["segments"]
        if one["deletes"] is not None
    }
    for file in folder.glob("*.*.del"):
        if file.name not in living and int(file.name.split(".")[1]) >= meta["opstamp"]:
            file.unlink(missing_ok=True)


def fresh(path: Path) -> Path:
    """Make an empty folder beside the one in use."""
    folder = path / f"{LAYOUT}-{secrets.token_hex(6)}"
    folder.mkdir(parents=True)
    return folder


def switch(path: Path, folder: Path) -> None:
    """Point at `folder` from now on, in one step that survives a crash; then delete the others."""
    waiting = path / "current.new"
    with waiting.open("w", encoding="ascii") as file:
        file.write(folder.name)
        file.flush()
        os.fsync(file.fileno())
    waiting.replace(path / "current")
    descriptor = os.open(path, os.O_RDONLY)
    try:
        os.fsync(descriptor)
    finally:
        os.close(descriptor)
    # What was withdrawn must not lie about in an old folder; readers keep their open files until they turn.
    for other in path.iterdir():
        if other.is_dir() and other != folder:
            shutil.rmtree(other, ignore_errors=True)

"""A writer that is killed loses nothing that it had acknowledged, and leaves an index that opens and can be written."""

import os
import random
import shutil
import signal
import subprocess
import sys
import time
from pathlib import Path

import pytest

from closecall.text.searching import Document, Entry, Index, Request

_WRITER = """
import sys
from pathlib import Path
from closecall.text.searching import Document, Entry, Index
index = Index.open(Path(sys.argv[1]))
seq = index.applied
while True:
    batch = []
    for _ in range(int(sys.argv[2])):
        seq += 1
        gone = seq % 7 == 0
        batch.append(Entry(seq, f"K{seq - 1 if gone else seq}", None if gone else Document(seq, "t", f"words {seq}")))
    index.apply(batch)
    print(seq, flush=True)
"""


def standing(applied: int) -> int:
    """How many reports the log leaves: every seventh line takes the one before it out."""
    return applied - 2 * (applied // 7)


def kill_again_and_again(path: Path, trials: int) -> None:
    """Start a writer, kill it at a moment that a seed draws, look; `trials` times over one index."""
    Index.create(path)
    dice = random.Random(trials)
    acknowledged = 0
    for trial in range(trials):
        process = subprocess.Popen(
            [sys.executable, "-c", _WRITER, str(path), str(dice.choice((1, 3, 60)))],
            stdout=subprocess.PIPE,
            text=True,
        )
        assert process.stdout is not None
        acknowledged = int(process.stdout.readline())
        time.sleep(dice.random() * 0.3)
        os.kill(process.pid, signal.SIGKILL)
        rest = process.communicate()[0].split("\n")[:-1]  # the last may be half a line
        acknowledged = max([acknowledged, *map(int, rest)])
        index = Index.open(path)
        assert index.applied >= acknowledged, f"trial {trial}"
        assert index.search(Request()).total == index.size == standing(index.applied), f"trial {trial}"
        written = index.apply([Entry(index.applied + 1, "X", Document(index.applied + 1, "t", "x"))])
        assert index.search(Request(within=frozenset({"X"}))).total == 1
        index.apply([Entry(written + 1, "X", None)])
        # The writer's numbering goes on from a multiple of seven, so that `standing` still holds.
        up = -(-index.applied // 7) * 7
        Index.rebuild(path, _log(up), applied=up)


def _log(upto: int) -> list[Entry]:
    kept = [seq for seq in range(1, upto + 1) if seq % 7 and seq % 7 != 6]
    return [Entry(seq, f"K{seq}", Document(seq, "t", f"words {seq}")) for seq in kept]


def test_a_killed_writer_loses_nothing_it_had_acknowledged(tmp_path: Path) -> None:
    kill_again_and_again(tmp_path / "index", 4)


def test_what_a_killed_writer_left_of_a_commit_is_not_in_the_next_one_s_way(tmp_path: Path) -> None:
    path = tmp_path / "index"
    index = Index.create(path)
    index.apply([Entry(n, f"K{n}", Document(n, "t", "words")) for n in range(1, 9)])
    shutil.copytree(path, tmp_path / "copy")
    Index.open(tmp_path / "copy").apply([Entry(9, "K3", None)])
    [left] = [file for file in (tmp_path / "copy").rglob("*.del") if not list(path.rglob(file.name))]
    shutil.copy(left, next(path.glob("v*/")))
    index.apply([Entry(9, "K4", None)])
    assert index.search(Request()).total == 7
    assert index.search(Request(within=frozenset({"K3"}))).total == 1


@pytest.mark.proof
@pytest.mark.timeout(900)
def test_fifty_killed_writers_lose_nothing_they_had_acknowledged(tmp_path: Path) -> None:
    kill_again_and_again(tmp_path / "index", 50)

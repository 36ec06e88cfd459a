"""Vectors follow the log: atomic, idempotent, gone when dropped, and exact."""

import json
import os
import subprocess
import sys
import time
from pathlib import Path

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from closecall.text.meaning import WIDTH, Placed, Vector, Vectors, VectorsBusy, VectorsDamaged, fuse, unit

ROOT = Path(__file__).resolve().parents[3]


def random_vector(seed: int) -> Vector:
    return unit(np.random.default_rng(seed).normal(size=WIDTH).astype(np.float32))


def filled(path: Path, count: int) -> Vectors:
    store = Vectors.create(path, history="h")
    store.apply([Placed(f"K{at}", random_vector(at), f"d{at}") for at in range(count)], applied=count)
    return store


def test_what_was_written_is_found_exactly_and_in_order(tmp_path: Path) -> None:
    store = filled(tmp_path, 200)
    asked = random_vector(1000)
    everything = np.stack([random_vector(at) for at in range(200)]) @ asked
    expected = [f"K{at}" for at in np.argsort(-everything)[:10]]
    assert [near.key for near in store.nearest(asked, limit=10)] == expected
    assert store.nearest(asked, limit=1)[0].cosine == pytest.approx(float(everything.max()), abs=1e-5)
    few = [near.key for near in store.nearest(asked, limit=10, within=["K3", "K7", "nobody"])]
    assert sorted(few) == ["K3", "K7"]
    assert store.nearest(asked, limit=10, within=[]) == []
    assert store.nearest(asked, limit=3, without=frozenset(expected[:2]))[0].key == expected[2]
    assert store.nearest(asked, limit=10, least=0.99) == []


def test_equal_neighbours_come_in_the_order_of_their_keys(tmp_path: Path) -> None:
    store = Vectors.create(tmp_path, history="h")
    one = random_vector(1)
    store.apply([Placed(key, one) for key in ("C", "A", "D", "B")], applied=1)
    assert [near.key for near in store.nearest(one, limit=2)] == ["A", "B"]


def test_centred_cosines_are_those_of_what_is_left_without_the_average(tmp_path: Path) -> None:
    store = Vectors.create(tmp_path, history="h")
    rows = np.stack([unit(random_vector(at) + random_vector(500)) for at in range(50)])
    store.apply([Placed(f"K{at:02}", row) for at, row in enumerate(rows)] + [Placed("X", rows[0])], applied=1)
    store.apply([Placed("X", None)])
    left = rows - rows.mean(0)
    left /= np.linalg.norm(left, axis=1, keepdims=True)
    found = store.nearest(rows[3], limit=50, centred=True)
    expected = {f"K{at:02}": float(left[at] @ left[3]) for at in range(50)}
    assert {near.key: near.cosine for near in found} == pytest.approx(expected, abs=1e-4)
    assert found[0].key == "K03" and found[0].cosine == pytest.approx(1, abs=1e-4)
    few = store.nearest(rows[3], limit=2, centred=True, within=["K07", "K09"])
    assert {near.key: near.cosine for near in few} == pytest.approx(
        {key: expected[key] for key in ("K07", "K09")}, abs=1e-4
    )


def test_replaying_the_log_changes_nothing(tmp_path: Path) -> None:
    store = filled(tmp_path, 5)
    log = [Placed("K1", None), Placed("K2", random_vector(9), "new"), Placed("K1", random_vector(3), "back")]
    store.apply(log, applied=8)
    first = store.nearest(random_vector(0), limit=9)
    store.apply(log, applied=8)
    store.apply(log, applied=3)
    assert (store.applied, store.size, store.history) == (8, 5, "h")
    assert store.nearest(random_vector(0), limit=9) == first
    assert store.digest("K2") == "new" and store.digest("nobody") == ""


def test_a_dropped_key_is_gone_in_every_process_and_its_numbers_from_the_file(tmp_path: Path) -> None:
    writer = filled(tmp_path, 4)
    reader = Vectors.open(tmp_path)
    asked = random_vector(2)
    assert reader.nearest(asked, limit=1)[0].key == "K2"
    writer.apply([Placed("K2", None)])
    assert "K2" not in {near.key for near in reader.nearest(asked, limit=9)}
    assert reader.vector("K2") is None and reader.applied == 4
    (file,) = tmp_path.glob("*.f32")
    assert asked.tobytes() not in file.read_bytes()


def test_gaps_are_closed_before_they_outgrow_what_is_left(tmp_path: Path) -> None:
    store = filled(tmp_path, 600)
    reader = Vectors.open(tmp_path)
    before = reader.nearest(random_vector(7), limit=3, within=[f"K{at}" for at in range(400, 600)])
    store.apply(
        [Placed(f"K{at}", None) for at in range(400)] + [Placed("NEW", random_vector(7))], applied=999
    )
    (file,) = tmp_path.glob("*.f32")
    assert file.stat().st_size == 201 * WIDTH * 4
    assert reader.size == 201 and reader.applied == 999
    assert reader.nearest(random_vector(7), limit=4)[0].key == "NEW"
    assert reader.nearest(random_vector(7), limit=3, within=[near.key for near in before]) == before


@pytest.mark.parametrize("damage", ["missing", "not json", "another model", "short", "elsewhere"])
def test_damaged_vectors_say_so(damage: str, tmp_path: Path) -> None:
    filled(tmp_path, 3)
    current = tmp_path / "current.json"
    told = json.loads(current.read_text())
    if damage == "missing":
        current.unlink()
    elif damage == "not json":
        current.write_text("{")
    elif damage == "short":
        os.truncate(tmp_path / f"{told['name']}.f32", 100)
    else:
        current.write_text(
            json.dumps(told | ({"model": "other"} if damage == "another model" else {"name": "../x"}))
        )
    with pytest.raises(VectorsDamaged):
        Vectors.open(tmp_path).nearest(random_vector(0), limit=1)


def test_one_writes_at_a_time(tmp_path: Path) -> None:
    store = filled(tmp_path, 1)
    code = (
        "import fcntl,sys,time\n"
        f"f=open({str(tmp_path / 'write.lock')!r},'a'); fcntl.flock(f,fcntl.LOCK_EX)\n"
        "print('held',flush=True); sys.stdin.read()"
    )
    other = subprocess.Popen(
        [sys.executable, "-c", code], stdin=subprocess.PIPE, stdout=subprocess.PIPE, text=True
    )
    assert other.stdout is not None
    assert other.stdout.readline() == "held\n"
    with pytest.raises(VectorsBusy):
        store.apply([Placed("K9", random_vector(9))], wait_seconds=0.05)
    assert len(store.nearest(random_vector(0), limit=5)) == 1
    other.communicate("", timeout=20)
    store.apply([Placed("K9", random_vector(9))])
    assert store.size == 2


WRITER = """
import sys
import numpy as np
from pathlib import Path
from closecall.text.meaning import Placed, Vectors
store = Vectors.open(Path(sys.argv[1]))
for seq in range(store.applied + 1, 100_000):
    rows = [Placed(f"K{seq % 50}", np.full(384, seq, np.float32), str(seq)), Placed(f"K{(seq + 25) % 50}", None)]
    store.apply(rows, applied=seq)
    print(seq, flush=True)
"""


def test_a_killed_writer_loses_nothing_that_it_said_was_written(tmp_path: Path) -> None:
    Vectors.create(tmp_path, history="h")
    generator = np.random.default_rng(1)
    for _ in range(5):
        child = subprocess.Popen(
            [sys.executable, "-c", WRITER, str(tmp_path)],
            stdout=subprocess.PIPE, text=True, env={**os.environ, "PYTHONPATH": str(ROOT)},
        )  # fmt: skip
        assert child.stdout is not None
        first = child.stdout.readline()
        time.sleep(float(generator.uniform(0.01, 0.15)))
        child.kill()
        rest, _ = child.communicate(timeout=20)
        said = [int(line) for line in (first + rest).split("\n")[:-1]]
        store = Vectors.open(tmp_path)
        reached = store.applied
        assert reached >= max(said, default=0)
        for key in (f"K{at}" for at in range(50)):
            there = store.vector(key)
            if there is not None and there.any():  # zeros: wiped, and the log is replayed
                assert float(there[0]) == float(store.digest(key)) <= reached


@given(st.lists(st.sampled_from("abcdefgh"), unique=True), st.lists(st.sampled_from("abcdefgh"), unique=True))
@settings(max_examples=60)
def test_fusing_names_each_key_once_and_says_who_found_it(words: list[str], meaning: list[str]) -> None:
    found = fuse(words, meaning)
    assert sorted(one.key for one in found) == sorted({*words, *meaning})
    for one in found:
        assert one.by == ("both" if one.key in words and one.key in meaning else one.by)
        assert (one.by == "words") == (one.key in words and one.key not in meaning)
    assert [one.key for one in fuse(words, [])] == words
    assert [one.key for one in fuse([], meaning)] == meaning

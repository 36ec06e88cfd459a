"""The table of common words: made when it is worth it, right for every commit, gone with what is withdrawn."""

from dataclasses import replace
from pathlib import Path

import numpy as np
import pytest

from closecall.text.searching import Clause, Document, Entry, Group, Index, Query, Request, frequent, storage

TEXTS = ("the door stood open", "the light was out", "the door was dark", "a radio and the night")


def entries(first: int, last: int) -> list[Entry]:
    return [
        Entry(at, f"KEY{at}", Document(at, "", TEXTS[at % 4], (), (("light", f"c{at % 3}"),)))
        for at in range(first, last + 1)
    ]


def asked(*words: str) -> Request:
    return Request(query=Query(tuple(Group((Clause(word),)) for word in words)))


def tables(path: Path) -> list[Path]:
    return sorted(path.rglob("*.words*"))


@pytest.fixture(autouse=True)
def every_library_is_large(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(frequent, "_LEAST_REPORTS", 8)


@pytest.fixture
def index(tmp_path: Path) -> Index:
    built = Index.rebuild(tmp_path / "index", entries(1, 40), applied=40)
    assert built.keep_common_words()
    return built


def holding(index: Index, *words: str) -> int | None:
    """How many rows bits alone say hold these words. None: they don't tell."""
    there = index._view.frequent
    bits = there.answering(asked(*words).query) if there is not None else None
    return int(np.bitwise_count(bits).sum()) if bits is not None else None


def test_bits_tell_common_words_and_leave_rare_ones_to_the_index(index: Index) -> None:
    rare = Entry(41, "KEY41", Document(41, "", "the windscreen"))
    index = Index.rebuild(index._path, [*entries(1, 40), rare], applied=41)
    index.keep_common_words()
    assert holding(index, "doors", "the") == 20  # in any form
    assert holding(index, "windscreen") is None  # in one report of forty-one
    assert index.search(asked("windscreen")).total == 1
    for unlike in (Clause("do", "prefix"), Clause("door", field="title"), Clause("the door", "phrase")):
        assert index._view.frequent is not None
        assert index._view.frequent.answering(Query((Group((unlike,)),))) is None


def test_a_small_library_has_no_table(tmp_path: Path) -> None:
    index = Index.rebuild(tmp_path / "small", entries(1, 7), applied=7)
    assert not index.keep_common_words()
    assert tables(tmp_path) == []
    assert index.search(asked("door")).total == 3


def test_it_is_made_once_and_again_when_the_library_has_outgrown_it(index: Index) -> None:
    assert not index.keep_common_words()
    index.apply(entries(41, 44))
    assert not index.keep_common_words()
    assert holding(index, "door") == 22  # four more, asked of the index
    index.apply(entries(45, 60))
    assert index.keep_common_words()
    assert index._table is not None and index._table.rows == 60
    assert holding(index, "door") == index.search(asked("door")).total == 30


def test_a_withdrawal_takes_the_table_with_it_in_every_process(index: Index) -> None:
    reader = Index.open(index._path)
    assert holding(reader, "door") == 20
    index.apply([Entry(41, "KEY2", None)])
    assert tables(index._path) == []
    reader.refresh(now=True)
    assert holding(reader, "door") is None
    assert reader.search(asked("door")).total == 19
    assert index.keep_common_words()
    assert holding(index, "door") == 19


def test_a_table_that_another_process_made_is_seen_without_a_commit(tmp_path: Path) -> None:
    index = Index.rebuild(tmp_path / "index", entries(1, 40), applied=40)
    reader = Index.open(tmp_path / "index")
    assert holding(reader, "door") is None
    index.keep_common_words()
    reader.refresh(now=True)
    assert holding(reader, "door") == 20


def test_a_commit_in_the_middle_of_making_it_leaves_none_behind(index: Index) -> None:
    index.apply([Entry(41, "KEY2", None)])
    withdrawn = iter([Entry(42, "KEY4", None)])

    def withdraw() -> bool:
        for entry in withdrawn:
            Index.open(index._path).apply([entry])
        return True

    assert not index.keep_common_words(is_wanted=withdraw)
    assert tables(index._path) == []
    assert index.search(asked("door")).total == 18


def test_making_it_can_be_stopped_and_is_left_to_one_process(index: Index) -> None:
    index.apply([Entry(41, "KEY2", None)])
    assert not index.keep_common_words(is_wanted=lambda: False)
    with storage.alone(index._path):
        assert not index.keep_common_words()
    assert tables(index._path) == []
    assert index.keep_common_words()


@pytest.mark.parametrize("harm", ["a bit", "the end", "the head"])
def test_a_table_that_is_broken_is_not_read_and_is_made_anew(index: Index, harm: str) -> None:
    [file] = tables(index._path)
    written = bytearray(file.read_bytes())
    if harm == "a bit":
        written[-100] ^= 1
    elif harm == "the head":
        written[:4] = b"null"
    file.write_bytes(written[:-9] if harm == "the end" else written)
    reader = Index.open(index._path)
    assert holding(reader, "door") is None
    assert reader.search(asked("door")).total == 20
    assert reader.keep_common_words()
    assert holding(Index.open(index._path), "door") == 20


def test_where_the_table_and_the_index_count_differently_the_index_is_believed(index: Index) -> None:
    honest = index.search(asked("door"))
    there = index._view.frequent
    assert there is not None
    lying = there.table.bits.copy()
    lying[:, 0] = 0
    index._view = replace(index._view, frequent=replace(there, table=replace(there.table, bits=lying)))
    assert index.search(asked("door")) == honest

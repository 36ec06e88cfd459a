"""Counts from columns, from the index and by hand are the same, whatever was asked and whatever was taken out."""

import os
import random
import shutil
import tempfile
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from closecall.text.searching import (
    Clause,
    Document,
    Entry,
    Group,
    Index,
    IndexDamaged,
    Query,
    Request,
    columns,
    finding,
    frequent,
    ledger,
)
from closecall.text.searching.columns import Columns, Table

WORDS = ("hold", "light", "door", "radio", "night", "never")
FACETS = ("event", "light", "factors", "rare")


def a_document(position: int, dice: random.Random) -> Document:
    codes = [(facet, f"c{int(9 * dice.random() ** 2)}") for facet in FACETS for _ in range(dice.randrange(3))]
    quarters = dice.choice([None, (8000, 8000 + dice.randrange(4)), (8100 + dice.randrange(6),) * 2])
    text = " ".join(dice.choice(WORDS[:-1]) for _ in range(dice.randint(1, 6)))
    return Document(position, dice.choice(WORDS[:-1]), text, (), tuple(codes), quarters)


def by_hand(reports: dict[str, Document], request: Request, *, skipping: str = "") -> dict[str, Document]:
    """The answer, one report at a time; words are whole words here, and a phrase is two of them side by side."""
    return {
        key: one
        for key, one in reports.items()
        if all(_says(one, group) != group.excluded for group in request.query.groups)
        and all(
            facet == skipping or not codes or {(facet, code) for code in codes} & set(one.codes)
            for facet, codes in request.filters.items()
        )
        and set(request.every) <= set(one.codes)
        and (request.first is None or (one.quarters is not None and one.quarters[1] >= request.first))
        and (request.last is None or (one.quarters is not None and one.quarters[0] <= request.last))
        and key not in request.without
        and (request.within is None or key in request.within)
    }


def _says(one: Document, group: Group) -> bool:
    return any(f" {clause.text} " in f" {part} " for clause in group.any_of for part in (one.title, one.text))


def counts_by_hand(reports: dict[str, Document], request: Request) -> dict[str, dict[str, int]]:
    found: dict[str, dict[str, int]] = {}
    standing = by_hand(reports, request)
    for facet in FACETS:
        among = standing
        if request.filters.get(facet):
            among = by_hand(reports, request, skipping=facet)
        for one in among.values():
            for code in {code for of, code in one.codes if of == facet}:
                codes = found.setdefault(facet, {})
                codes[code] = codes.get(code, 0) + 1
    return found


@dataclass
class Shelf:
    reports: dict[str, Document]
    tabled: Index
    index: Index
    bare: Index


@pytest.fixture(scope="module")
def shelf() -> Iterator[Shelf]:
    """A library of several commits, with changes and withdrawals.

    Once with its columns and a table of most of its common words, once without the table, once without both.
    """
    dice = random.Random(3)
    reports: dict[str, Document] = {}
    with tempfile.TemporaryDirectory() as folder:
        index = Index.create(Path(folder) / "index")
        seq = 0
        for batch in range(4):
            entries: list[Entry] = []
            for _ in range(150):
                seq += 1
                key = f"K{seq}"
                reports[key] = a_document(seq, dice)
                entries.append(Entry(seq, key, reports[key]))
            for key in dice.sample(sorted(reports), 6 * (batch % 2)):
                seq += 1
                stays = dice.random() < 0.5
                document = a_document(reports[key].position, dice) if stays else None
                entries.append(Entry(seq, key, document))
                if document is None:
                    del reports[key]
                else:
                    reports[key] = document
            index.apply(entries)
        with pytest.MonkeyPatch.context() as patch:
            patch.setattr(frequent, "_LEAST_REPORTS", 0)
            assert index.keep_common_words()
        late = {
            f"K{at}": a_document(at, dice) for at in range(seq + 1, seq + 40)
        }  # the table doesn't know them
        index.apply([Entry(one.position, key, one) for key, one in late.items()])
        reports |= late
        without = {"plain": "*.words", "bare": "*.[cw]o*s"}
        for name, pattern in without.items():
            shutil.copytree(Path(folder) / "index", Path(folder) / name)
            for file in (Path(folder) / name).rglob(pattern):
                file.unlink()
        yield Shelf(reports, index, Index.open(Path(folder) / "plain"), Index.open(Path(folder) / "bare"))


clauses = st.builds(Clause, st.sampled_from([*WORDS, "hold light", "door night"]), st.just("phrase"))
groups = st.builds(
    Group, st.lists(clauses, min_size=1, max_size=2).map(tuple), st.sampled_from([False, False, True])
)
picked = st.lists(st.sampled_from([f"c{n}" for n in range(10)]), max_size=3).map(tuple)
requests = st.builds(
    Request,
    query=st.builds(Query, st.lists(groups, max_size=2).map(tuple)),
    filters=st.dictionaries(st.sampled_from([*FACETS, "none"]), picked, max_size=3),
    first=st.none() | st.integers(7999, 8107),
    last=st.none() | st.integers(7999, 8107),
    order=st.sampled_from(["best", "new", "old"]),
    offset=st.sampled_from([0, 0, 7]),
    limit=st.sampled_from([0, 1, 20, 1_000]),
    without=st.sampled_from([frozenset(), frozenset({"K3", "K9"})]),
    within=st.sampled_from([None, None, frozenset({"K1", "K3", "K200"})]),
    every=st.sampled_from([(), (), (("event", "c0"),), (("event", "c0"), ("light", "c1"))]),
)


@settings(max_examples=150, suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(request=requests, most=st.sampled_from([5, 60, 10_000]), cost=st.sampled_from([0, 900, 12_000]))
def test_every_count_is_what_counting_by_hand_gives(
    shelf: Shelf, request: Request, most: int, cost: int
) -> None:
    standing = by_hand(shelf.reports, request)
    expected = counts_by_hand(shelf.reports, request)
    exact = [one.quarters[0] for one in standing.values() if one.quarters and len(set(one.quarters)) == 1]
    with pytest.MonkeyPatch.context() as patch:
        for name in ("_MOST_TAKEN", "_MOST_TAKEN_FILTERED", "_MOST_TAKEN_OF_A_PHRASE"):
            patch.setattr(finding, name, most)
        patch.setattr(finding, "_LEAST_TAKEN", min(most, 9))
        patch.setattr(columns, "_LIST_COST", cost)
        shelf.index.forget_counts()
        shelf.tabled.forget_counts()
        found = shelf.index.search(request)
        assert shelf.index.count(request) == len(standing)
        tabled = shelf.tabled.search(request)
    bare = shelf.bare.search(request)
    assert shelf.tabled.count(request) == len(standing)
    for one in (found, bare, tabled):
        assert one.total == len(standing)
        counts = {facet: dict(codes) for facet, codes in one.counts.items() if codes}
        assert counts == expected
        assert one.quarters == tuple((at, exact.count(at)) for at in sorted(set(exact)))
    assert [hit.key for hit in found.hits] == [hit.key for hit in bare.hits]
    assert tabled.hits == found.hits
    assert {hit.key for hit in found.hits} <= set(standing)
    if request.order != "best" or not request.query.wanted:
        ordered = sorted(standing, key=lambda key: standing[key].position, reverse=request.order != "old")
        assert [hit.key for hit in found.hits] == ordered[request.offset : request.offset + request.limit]


def test_the_shelves_differ_in_what_they_are_told_by(shelf: Shelf) -> None:
    assert shelf.tabled._view.frequent is not None and set(WORDS[:-1]) <= set(
        shelf.tabled._view.frequent.table.words
    )
    assert shelf.tabled._view.frequent.table.rows == len(shelf.reports) - 39
    assert shelf.index._view.frequent is None and shelf.index._view.columns is not None
    assert shelf.bare._view.columns is None


def test_the_index_that_lost_its_columns_asks_to_be_rebuilt_before_it_is_written(shelf: Shelf) -> None:
    with pytest.raises(IndexDamaged):
        shelf.bare.apply([Entry(shelf.bare.applied + 1, "K1", None)])


entries = st.lists(
    st.tuples(st.integers(1, 12), st.none() | st.lists(st.integers(0, 5), max_size=4)), min_size=1, max_size=8
)


@settings(max_examples=60)
@given(commits=st.lists(entries, min_size=1, max_size=6), fewest=st.sampled_from([1, 500]))
def test_columns_read_on_and_columns_read_anew_are_what_the_log_says(
    commits: list[list[tuple[int, list[int] | None]]], fewest: int
) -> None:
    with tempfile.TemporaryDirectory() as made, pytest.MonkeyPatch.context() as patch:
        patch.setattr(columns, "_BLOCK", 64)
        patch.setattr(columns, "_WORDS", 1)
        patch.setattr(ledger, "_MOST_BATCHES", fewest)
        folder = Path(made)
        ledger.Filling(folder, 0).close()
        there = ledger.kept(folder, 0)
        reports: dict[str, Document] = {}
        seq = position = 0
        for commit in commits:
            lines: list[Entry] = []
            for number, codes in commit:
                seq, key = seq + 1, f"K{number}"
                if codes is None:
                    reports.pop(key, None)
                    lines.append(Entry(seq, key, None))
                    continue
                position += 1
                old = reports.get(key)
                coded = tuple(("f", f"c{code}") for code in codes)
                quarters = (8000 + len(codes),) * 2 if codes else None
                at = old.position if old is not None else position
                reports[key] = Document(at, "", "", (), coded, quarters)
                lines.append(Entry(seq, key, reports[key]))
            assert there is not None
            before = there
            written = ledger.append(there, lines, seq)
            assert (
                ledger.kept(folder, before.applied) is not None
            )  # until the commit, the old one is the truth
            there = ledger.kept(folder, seq, before)
            ledger.sweep(written)
            anew = ledger.kept(folder, seq)
            for one in (there, anew):
                assert one is not None
                _is_what_the_log_says(one.columns, reports)


def _is_what_the_log_says(found: Columns, reports: dict[str, Document]) -> None:
    ordered = sorted(reports, key=lambda key: reports[key].position)
    whole = found.every
    assert found.names(found.page(whole, "old", 0, 99)) == ordered
    expected: dict[str, int] = {}
    for one in reports.values():
        for _, code in set(one.codes):
            expected[code] = expected.get(code, 0) + 1
    assert found.counts(whole).get("f", {}) == expected
    assert found.counts(whole, "f").get("f", {}) == expected
    for code, many in expected.items():
        carrying = found.carrying("f", [code])
        assert columns.size(carrying) == many
        rows = found.page(carrying, "new", 0, 99)
        assert columns.among(rows, carrying).all()
        assert found.counts_of(rows)["f"][code] == many


def test_what_a_killed_writer_appended_is_neither_read_nor_kept(tmp_path: Path) -> None:
    ledger.Filling(tmp_path, 0).close()
    there = ledger.kept(tmp_path, 0)
    assert there is not None
    ledger.append(
        there, [Entry(1, "A", Document(1, "", "", (), (("f", "old"),)))], 1
    )  # and no commit followed
    os.truncate(there.file, there.file.stat().st_size - 3)
    assert ledger.kept(tmp_path, 1) is None
    again = ledger.kept(tmp_path, 0)
    assert again is not None and len(again.columns) == 0
    ledger.append(again, [Entry(1, "B", Document(2, "", "", (), (("f", "new"),)))], 1)
    after = ledger.kept(tmp_path, 1)
    assert after is not None
    assert after.columns.counts(after.columns.every) == {"f": {"new": 1}}


def test_nothing_of_a_withdrawn_report_stays_in_the_columns(tmp_path: Path) -> None:
    index = Index.create(tmp_path / "index")
    index.apply([Entry(n, f"KEY{n}", Document(n, "", "", (), (("f", f"code{n}"),))) for n in (1, 2)])
    index.apply([Entry(3, "KEY1", None)])
    [file] = (tmp_path / "index").rglob("*.columns")
    assert b"KEY1" not in file.read_bytes()
    assert b"KEY2" in file.read_bytes()


def test_reports_that_come_out_of_order_are_put_in_order(tmp_path: Path) -> None:
    several = [Entry(0, f"K{at}", Document(at, "t", "words", (), (("f", f"c{at}"),))) for at in (5, 2, 9, 1)]
    index = Index.rebuild(tmp_path / "index", several, applied=9)
    found = index.search(Request(order="old"))
    assert [hit.key for hit in found.hits] == ["K1", "K2", "K5", "K9"]
    assert index.search(Request(filters={"f": ("c9",)})).hits[0].key == "K9"


def test_more_codes_than_sixteen_bits_can_number_are_told_apart() -> None:
    with tempfile.TemporaryDirectory() as made:
        filling = ledger.Filling(Path(made), 1)
        for at in range(3):
            codes = tuple(("f", f"c{n}") for n in range(at * 30_000, at * 30_000 + 30_000))
            filling.add(f"K{at}", Document(at + 1, "", "", (), codes))
        filling.close()
        there = ledger.kept(Path(made), 1)
        assert there is not None
        counts = there.columns.counts_of(
            there.columns.page(there.columns.carrying("f", ["c89999"]), "new", 0, 9)
        )
        assert len(counts["f"]) == 30_000
        assert isinstance(there.columns.table, Table)

"""A phrase is found where its words stand side by side, whichever way the index knows it."""

import random
from pathlib import Path

import pytest
from hypothesis import example, given
from hypothesis import strategies as st

from closecall.text.searching import (
    Clause,
    Document,
    Entry,
    Group,
    Index,
    Query,
    Request,
    matching,
    pairs,
    schema,
)

LONG = "gatehouse" * 8
WORDS = ("the", "of", "he", "was", "door", "hold", "light", LONG)


def passage(dice: random.Random) -> str:
    return " ".join(dice.choices(WORDS, k=dice.randint(1, 9)))


@pytest.fixture(scope="module")
def library(tmp_path_factory: pytest.TempPathFactory) -> tuple[Index, list[Document]]:
    dice = random.Random(5)
    documents = [
        Document(number, passage(dice), passage(dice), (passage(dice), passage(dice)))
        for number in range(1, 301)
    ]
    entries = [Entry(one.position, f"R{one.position}", one) for one in documents]
    index = Index.rebuild(tmp_path_factory.mktemp("library") / "index", entries, applied=300)
    return index, documents


def stands(words: list[str], passage: str) -> bool:
    """Whether these words stand in a row; a word that is too long to be found stands between its neighbours."""
    there = passage.split()
    return any(there[at : at + len(words)] == words for at in range(len(there)))


@given(
    st.lists(st.sampled_from(WORDS[:-1]), min_size=2, max_size=4), st.sampled_from(["", "title", "lesson"])
)
@example(["the", "door"], "")
@example(["door", "hold"], "")
@example(["the", "door", "hold", "of"], "")
def test_a_phrase_finds_the_reports_in_which_its_words_stand_in_a_row_of_one_passage(
    library: tuple[Index, list[Document]], words: list[str], field: str
) -> None:
    index, documents = library
    query = Query((Group((Clause(" ".join(words), "phrase", field),)),))  # type: ignore[arg-type] # literals, in a test
    found = {hit.key for hit in index.search(Request(query=query, limit=300)).hits}
    expected = set()
    for one in documents:
        passages = {"title": [one.title], "lesson": one.lessons, "": [one.title, one.text, *one.lessons]}[
            field
        ]
        if any(stands(words, passage) for passage in passages):
            expected.add(f"R{one.position}")
    assert found == expected


def test_small_words_are_what_the_stemmer_leaves_of_them() -> None:
    assert {word: schema.STEMMER.analyze(word) for word in pairs.SMALL} == {w: [w] for w in pairs.SMALL}


@pytest.mark.parametrize(
    ("text", "looked_up"),
    [("the door", True), ("door of", True), ("hold door", False), ("the door of", False), ("door", True)],
)
def test_only_where_no_pair_tells_it_all_are_positions_looked_at(text: str, looked_up: bool) -> None:
    assert matching.has_phrase(Query((Group((Clause(text, "phrase"),)),))) is not looked_up


def test_the_oftener_a_phrase_stands_in_a_report_the_higher_it_comes(tmp_path: Path) -> None:
    said = {"once": "Over the door stood a lamp and more.", "twice": "Over the door, by the door, a lamp."}
    entries = [Entry(at, key, Document(at, "", said[key])) for at, key in enumerate(said, 1)]
    index = Index.rebuild(tmp_path / "index", entries, applied=2)
    found = index.search(Request(query=Query((Group((Clause("the door", "phrase"),)),))))
    assert [hit.key for hit in found.hits] == ["twice", "once"]

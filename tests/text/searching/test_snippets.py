"""A snippet marks just the words that were asked for, wherever its words come from."""

import re
from pathlib import Path

import pytest
from hypothesis import HealthCheck, example, given, settings
from hypothesis import strategies as st

from closecall.text.searching import Clause, Document, Entry, Group, Index, Query, schema, snippets

COMMON = Path(__file__).parents[3] / "bench" / "search_words.txt"


@pytest.fixture(scope="module")
def index(tmp_path_factory: pytest.TempPathFactory) -> Index:
    built = Index.create(tmp_path_factory.mktemp("snippets") / "index")
    built.apply([Entry(1, "A", Document(1, "One", "He ran to the café."))])
    return built


def test_every_word_begins_as_its_stem_tells() -> None:
    words = [line.split()[0] for line in COMMON.read_text(encoding="ascii").splitlines()]
    words += [
        "dying",
        "lying",
        "tying",
        "skies",
        "probability",
        "hoping",
        "early",
        "a",
        "go",
        "ugly",
        "carried",
    ]
    for word in words:
        stem = schema.STEMMER.analyze(word)[0]
        [beginning] = snippets.beginnings([stem])
        assert word.startswith(beginning), word


pieces = st.sampled_from(
    [
        "hold",
        "holds",
        "Holding",
        "light",
        "lights",
        "dying",
        "die",
        "a",
        "on-off",
        "x_hold",
        "9mm",
        "(hold)",
        "<b>",
    ]
)
passages = st.lists(pieces | st.text("ab -'\u2019<&\n", max_size=6), max_size=90).map(" ".join)
clauses = st.builds(
    Clause,
    st.sampled_from(["hold", "lighting", "die", "a", "on-off", "9mm", "holding lights", "hol"]),
    st.sampled_from(["words", "phrase", "prefix"]),
)


@settings(max_examples=200, suppress_health_check=[HealthCheck.function_scoped_fixture])
@example(clauses=[Clause("hold")], passage="x " * 200 + "hold")
@example(
    clauses=[Clause("holding lights", "phrase")], passage="hold. She held lights, holding lights; a hold"
)
@given(clauses=st.lists(clauses, min_size=1, max_size=3), passage=passages)
def test_a_snippet_marks_the_words_asked_for_and_no_others(
    index: Index, clauses: list[Clause], passage: str
) -> None:
    query = Query(tuple(Group((clause,)) for clause in clauses))
    [snippet] = index.snippets(query, [passage])
    stems = {stem for one in clauses if one.kind != "prefix" for stem in schema.STEMMER.analyze(one.text)}
    starts = tuple(
        start for one in clauses if one.kind == "prefix" for start in schema.CUTTER.analyze(one.text)[-1:]
    )

    def is_asked(word: str) -> bool:
        return bool({*schema.STEMMER.analyze(word)} & stems) or word.startswith(starts or ("\0",))

    words = schema.CUTTER.analyze(passage)
    assert bool(snippet) == any(map(is_asked, words))
    shown = snippet.replace("&lt;", " ").replace("&amp;", " ").replace("&#x27;", " ")
    marked = [word for one in re.findall("<mark>(.*?)</mark>", shown) for word in schema.CUTTER.analyze(one)]
    plain = schema.CUTTER.analyze(re.sub("<mark>.*?</mark>", " ", shown).replace("&gt;", " "))
    assert all(map(is_asked, marked))
    if any(map(is_asked, plain)):  # where a phrase stands whole, its words alone go unmarked
        phrase = schema.STEMMER.analyze(clauses[0].text)
        told = [stem for word in marked for stem in schema.STEMMER.analyze(word)]
        assert len(clauses) == 1 and len(phrase) > 1 and told == phrase * (len(told) // len(phrase))
    assert "<b>" not in snippet


def test_other_scripts_are_marked_too(index: Index) -> None:
    [snippet] = index.snippets(Query((Group((Clause("café"),)),)), ["Wir saßen im Café \u2013 vor der Tür."])
    assert "<mark>Café</mark>" in snippet
    [snippet] = index.snippets(Query((Group((Clause("hold"),)),)), ["Don\u2019t \u201chold\u201d it\u2026"])
    assert snippet == "Don\u2019t \u201c<mark>hold</mark>\u201d it\u2026"

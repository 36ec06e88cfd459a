"""No query, however odd, makes the index fail."""

import tempfile
from collections.abc import Iterator
from pathlib import Path

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from closecall.text.searching import Clause, Document, Entry, Group, Index, Query, Request


@pytest.fixture(scope="module")
def index() -> Iterator[Index]:
    with tempfile.TemporaryDirectory() as folder:
        built = Index.create(Path(folder) / "index")
        built.apply([Entry(1, "A", Document(1, "One", "He ran. É 9mm co-op", codes=(("a", "b"),)))])
        yield built


words = st.text(max_size=30) | st.sampled_from(
    ["a.*", "[", "\\", "(", "*", "ran OR", '"', "-", "co-op", "\x00"]
)
clauses = st.builds(
    Clause,
    words,
    st.sampled_from(["words", "phrase", "prefix"]),
    st.sampled_from(["", "title", "lesson"]),
)
groups = st.builds(Group, st.lists(clauses, max_size=3).map(tuple), st.booleans())
queries = st.builds(Query, st.lists(groups, max_size=4).map(tuple))


@settings(max_examples=150, suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(
    query=queries,
    passage=st.text(max_size=200),
    filters=st.dictionaries(
        st.text(max_size=5), st.lists(st.text(max_size=5), max_size=2).map(tuple), max_size=2
    ),
)
def test_no_query_fails_and_no_snippet_lets_markup_through(
    index: Index, query: Query, passage: str, filters: dict[str, tuple[str, ...]]
) -> None:
    found = index.search(Request(query=query, filters=filters))
    assert 0 <= found.total <= 1
    assert len(found.hits) == found.total
    index.spelling(query)
    [snippet] = index.snippets(query, [passage])
    bare = snippet.replace("<mark>", "").replace("</mark>", "")
    assert "<" not in bare and ">" not in bare

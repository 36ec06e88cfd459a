"""What a person types is read leniently; what is published is checked."""

import json
from dataclasses import fields, replace

import pytest
from hypothesis import given
from hypothesis import strategies as st

from closecall.errors import BadInput
from closecall.public.library.rules import periods, tables
from closecall.public.library.rules.query import SearchRequest, parse, read
from closecall.public.library.rules.report import (
    FORMAT,
    AppliedCode,
    Lesson,
    Pause,
    canonical_bytes,
    check,
    from_data,
    opening,
    parts,
    to_data,
)
from closecall.public.library.rules.words import in_capitals
from closecall.text.searching import Clause, Group
from tests.public.library.shelf import FIRST, plain, told


def group(text: str, kind: str = "words", field: str = "", *, excluded: bool = False) -> Group:
    return Group((Clause(text, kind, field),), excluded)  # type: ignore[arg-type] # literals, in a test


def test_words_phrases_exclusions_prefixes_and_fields_are_understood() -> None:
    assert parse("hands runaway").groups == (group("hands"), group("runaway"))
    assert parse("“second search”").groups == (group("second search", "phrase"),)
    assert parse("stop -training NOT drill").groups == (
        group("stop"),
        group("training", excluded=True),
        group("drill", excluded=True),
    )
    assert parse("knife OR blade gun").groups == (Group((Clause("knife"), Clause("blade"))), group("gun"))
    assert parse("hol*").groups == (group("hol", "prefix"),)
    assert parse('lesson:wait title:"black ice"').groups == (
        group("wait", "words", "lesson"),
        group("black ice", "phrase", "title"),
    )
    assert parse("note:this").groups == (group("note this"),)
    assert parse("co-op").groups == (group("co-op"),)


@given(st.text(max_size=300))
def test_no_typing_is_an_error(typed: str) -> None:
    query = parse(typed)
    assert len(query.groups) <= 24
    assert all(any(c.isalnum() for c in clause.text) for clause in query.wanted)


parameters = st.dictionaries(
    st.sampled_from(["q", "light", "event", "from", "to", "sort", "page", "nonsense"]),
    st.lists(st.text(max_size=12) | st.sampled_from(["2026-Q1", "2025", "new", "3", "dark_lit"]), max_size=3),
)


@given(parameters)
def test_an_address_that_was_read_is_spelled_so_that_it_reads_the_same(given_: dict[str, list[str]]) -> None:
    from django.http import QueryDict

    asked = read(given_, {"light", "event"})
    spelled = QueryDict(asked.address().removeprefix("?"))
    assert read({name: spelled.getlist(name) for name in spelled}, {"light", "event"}) == asked


def test_filters_toggle_and_come_back() -> None:
    asked = SearchRequest(page=3).toggled("light", "dark_lit")
    assert asked.chosen("light", "dark_lit") and asked.page == 1
    assert asked.toggled("light", "dark_lit") == SearchRequest()


@given(st.text(min_size=1, max_size=80), st.sets(st.integers(1, 79), max_size=4))
def test_parts_put_together_are_the_narrative(narrative: str, places: set[int]) -> None:
    inside = sorted(at for at in places if at < len(narrative))
    text = plain("K2XPE7", narrative=narrative, pauses=tuple(Pause(at, "", ("?",)) for at in inside))
    told_parts = parts(text)
    assert "".join(part.text for part in told_parts) == narrative
    assert [part.number for part in told_parts] == list(range(1, len(inside) + 2))
    assert told_parts[-1].pause is None
    assert opening(text) == told_parts[0].text


def test_data_reads_back_as_the_same_text_and_odd_data_is_refused() -> None:
    assert from_data(to_data(told())) == told()
    classed = told(risk_class="B")
    assert from_data(to_data(classed)) == classed
    assert set(to_data(classed)) == {field.name for field in fields(classed)}
    for odd in ({}, {"public_id": 3}, to_data(told()) | {"extra": "x"}, to_data(told()) | {"pauses": "x"}):
        with pytest.raises(BadInput):
            from_data(odd)


WORDS = st.text(st.characters(exclude_categories=["Cs"]), max_size=40)


@given(
    WORDS, st.lists(st.builds(Pause, st.integers(), WORDS, st.tuples(WORDS, WORDS)), max_size=2).map(tuple),
    st.lists(st.builds(Lesson, WORDS, WORDS, WORDS, WORDS), max_size=2).map(tuple),
    st.lists(st.builds(AppliedCode, WORDS, WORDS, WORDS, WORDS), max_size=3).map(tuple),
)  # fmt: skip
def test_what_is_signed_is_plain_json_with_sorted_keys(
    words: str, pauses: tuple[Pause, ...], lessons: tuple[Lesson, ...], codes: tuple[AppliedCode, ...]
) -> None:
    for risk_class in ("", "B"):
        text = told(
            narrative=words,
            title=words[::-1],
            pauses=pauses,
            lessons=lessons,
            codes=codes,
            risk_class=risk_class,
        )
        data = {"format": FORMAT, "origin": "own", "source_label": words, "text": to_data(text)}
        plain = json.dumps(data, sort_keys=True, separators=(",", ":"), ensure_ascii=False)
        assert canonical_bytes(text, "own", words) == plain.encode()


def test_a_signature_covers_every_field_the_origin_and_the_source() -> None:
    text = told()
    seen = {canonical_bytes(text, "own"), canonical_bytes(text, "import")}
    seen.add(canonical_bytes(text, "own", "NASA"))
    for field in ("public_id", "pack", "title", "synopsis", "narrative", "period", "content_note", "source"):
        seen.add(canonical_bytes(replace(text, **{field: "changed"}), "own"))
    for field in ("pauses", "lessons", "codes"):
        seen.add(canonical_bytes(replace(text, **{field: ()}), "own"))
    assert len(seen) == 14


@pytest.mark.parametrize(
    "change",
    [
        {"public_id": "m7k2qf"},
        {"public_id": "M7K2QI"},
        {"title": " "},
        {"narrative": ""},
        {"period": "2026-Q5"},
        {"lessons": ()},
        {"pauses": (Pause(0, "", ("?",)),)},
        {"pauses": (Pause(len(FIRST), "", ()),)},
        {"pauses": (Pause(10_000, "", ("?",)),)},
        {"codes": told().codes + told().codes},
        {"synopsis": "nul \x00"},
    ],
)
def test_what_cannot_be_published_is_refused(change: dict[str, object]) -> None:
    with pytest.raises(BadInput):
        check(replace(told(), **change), "own")  # type: ignore[arg-type] # a test's shorthand


def test_quarters_are_numbers_and_years_span_four() -> None:
    assert periods.span("2026-Q4") == (8107, 8107)
    assert periods.spell(8107) == "2026-Q4"
    assert periods.span("nonsense") is None


@given(st.text(max_size=20))
def test_no_cell_starts_a_formula(value: str) -> None:
    assert not tables.safe_cell(value).startswith(("=", "+", "-", "@", "\t", "\r", "\n"))


def test_old_narratives_in_capitals_are_known() -> None:
    assert in_capitals("TWR CLRED US TO LAND. 3 MI OUT.")
    assert not in_capitals("The TWR cleared us to land.")
    assert not in_capitals("123")

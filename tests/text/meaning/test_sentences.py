"""Sentences as tired people type them."""

import doctest
import itertools
import sys

import pytest
from hypothesis import given
from hypothesis import strategies as st

from closecall.text.meaning import fusing, sentences, spans


@pytest.mark.parametrize(
    ("text", "found"),
    [
        ("He ran. I ran after him.", ["He ran.", "I ran after him."]),
        ("Sgt. Doe and Ofc. Roe met Dr. Poe.", ["Sgt. Doe and Ofc. Roe met Dr. Poe."]),
        ("it was 2.5 miles. i waited for sgt. doe", ["it was 2.5 miles.", "i waited for sgt. doe"]),
        ("“Stop!” he said. Nobody did…", ["“Stop!” he said.", "Nobody did…"]),
        ("no stops here\n\nand a new paragraph", ["no stops here", "and a new paragraph"]),
        ("Two things:\n- the belt\n- the vest", ["Two things:", "- the belt", "- the vest"]),
        ("At [a hospital]. We left.", ["At [a hospital].", "We left."]),
        ("WAS IT ME? YES. IT WAS I.", ["WAS IT ME?", "YES.", "IT WAS I."]),
        ("... ?!", []),
        ("", []),
    ],
)
def test_a_text_falls_into_sentences(text: str, found: list[str]) -> None:
    assert [text[start:end] for start, end in spans(text)] == found == sentences(text)


@given(st.text(alphabet="aA1.!? \n“”\"'-[]Sgt", max_size=80))
def test_sentences_never_overlap_and_lose_no_letter(text: str) -> None:
    found = spans(text)
    assert all(a < b for a, b in found)
    assert all(first[1] <= second[0] for first, second in itertools.pairwise(found))
    inside = "".join(text[a:b] for a, b in found)
    assert [c for c in inside if c.isalnum()] == [c for c in text if c.isalnum()]


def test_the_examples_hold() -> None:
    for module in (fusing, sys.modules["closecall.text.meaning.sentences"]):
        assert doctest.testmod(module).failed == 0

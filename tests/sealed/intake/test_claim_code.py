"""The claim code: what a tired person may get wrong and still come back."""

import re

import pytest
from hypothesis import given
from hypothesis import strategies as st

from closecall.errors import BadInput
from closecall.sealed.intake.rules.claim_code import DOES_NOT_MATCH, ClaimCode, read, spell
from closecall.sealed.vault.wordlist import WORDS

codes = st.binary(min_size=16, max_size=16).map(spell)


def _start(word: str) -> str:
    return re.sub("[^a-z]", "", word)[:3]


def test_every_word_of_the_list_is_known_by_its_first_three_letters() -> None:
    assert len({_start(word) for word in WORDS}) == len(WORDS) == 1296


@given(st.binary(min_size=16, max_size=16))
def test_the_same_form_always_spells_the_same_words(entropy: bytes) -> None:
    assert spell(entropy) == spell(entropy)
    assert len(spell(entropy).words) == 6


def test_different_forms_spell_different_words() -> None:
    spelled = {spell(number.to_bytes(16, "big")).words for number in range(2000)}
    assert len(spelled) == 2000


def test_every_place_of_a_code_draws_from_the_whole_list() -> None:
    drawn = [spell(number.to_bytes(16, "little")).words for number in range(20_000)]
    for place in range(6):
        seen = {words[place] for words in drawn}
        assert len(seen) == 1296, "20,000 fair draws miss a word with a chance of one in 3,900"


def test_a_code_is_spelled_from_exactly_sixteen_bytes() -> None:
    for wrong in (b"", b"x" * 15, b"x" * 17):
        with pytest.raises(ValueError, match="16"):
            spell(wrong)


@given(
    codes,
    st.lists(
        st.sampled_from([" ", ", ", "-", "\n", " 2. ", "\t", " ; ", "\u00a0", "--", ".", " 4) "]),
        min_size=7,
        max_size=7,
    ),
    st.sampled_from([str.lower, str.upper, str.title]),
    st.booleans(),
)
def test_case_commas_hyphens_digits_and_line_breaks_are_forgiven(
    code: ClaimCode, gaps: list[str], case: object, short: bool
) -> None:
    words = [_start(word) if short else word for word in code.words]
    typed = gaps[0] + "".join(case(word) + gap for word, gap in zip(words, gaps[1:], strict=True))
    assert read(typed) == code


@given(codes, st.integers(0, 5))
def test_a_wrong_ending_is_forgiven_but_a_wrong_start_is_not(code: ClaimCode, place: int) -> None:
    words = [_start(word) for word in code.words]
    ended = [*words[:place], words[place] + "zzz", *words[place + 1 :]]
    assert read(" ".join(ended)) == code
    started = [
        *words[:place],
        "q" + words[place][1:] if not words[place].startswith("q") else "zqx",
        *words[place + 1 :],
    ]
    try:
        assert read(" ".join(started)) != code
    except BadInput as refused:
        assert refused.sentence == DOES_NOT_MATCH


@given(st.text(max_size=300))
def test_whatever_is_typed_is_a_code_or_the_one_sentence(typed: str) -> None:
    try:
        assert len(read(typed).words) == 6
    except BadInput as refused:
        assert refused.sentence == DOES_NOT_MATCH


def test_five_or_seven_words_are_refused() -> None:
    words = spell(b"0123456789abcdef").words
    for typed in (words[:5], [*words, words[0]], []):
        with pytest.raises(BadInput):
            read(" ".join(typed))


def test_the_hyphen_inside_a_word_of_the_list_is_forgiven() -> None:
    assert "yo-yo" in WORDS
    assert read("yo-yo yo yo YOYO yoy yo-yo, yo - yo").words == ("yo-yo",) * 6


def test_a_code_keeps_out_of_its_own_repr() -> None:
    code = spell(b"0123456789abcdef")
    assert not any(word in repr(code) for word in code.words)


@given(codes)
def test_the_bold_start_and_the_rest_make_the_word(code: ClaimCode) -> None:
    assert tuple(start + rest for start, rest in code.parts) == code.words
    assert all(len(_start(start)) == 3 for start, _rest in code.parts)

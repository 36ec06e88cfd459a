"""Altered, deleted, reordered, cut off, signed by somebody else: the first bad entry is named."""

from dataclasses import dataclass, replace
from datetime import date

import pytest
from hypothesis import given
from hypothesis import strategies as st

from closecall.site.audit.rules import chain
from closecall.site.crypto import signing

DAY = date(2026, 11, 24)


@dataclass(frozen=True)
class Person:
    pseudonym: str
    pair: signing.SigningPair

    @property
    def verify_key(self):
        return self.pair.verify_key

    def sign(self, message):
        return signing.sign(self.pair.seed, message)


HERON = Person("heron", signing.from_seed(bytes(range(32))))
WREN = Person("wren", signing.from_seed(bytes(range(1, 33))))
KEYS = {person.pseudonym: {person.verify_key} for person in (HERON, WREN)}


def a_chain(length=6):
    entries = []
    for number in range(length):
        by = HERON if number % 2 else WREN
        before = entries[-1] if entries else None
        entries.append(
            chain.append(before, on=DAY, by=by, action="screen", obj=f"M7K{number}", detail={"hazard": False})
        )
    return entries


CHAIN = a_chain()


def test_an_untouched_chain_is_sound():
    verdict = chain.verify(CHAIN, KEYS, heads=[chain.Head(DAY, 6, CHAIN[5].hash)])
    assert verdict.sound and verdict.checked == 6


def test_an_empty_chain_is_sound():
    assert chain.verify([], KEYS).sound


changes = st.one_of(
    st.tuples(st.just("actor"), st.sampled_from(["heron", "wren", "nobody"])),
    st.tuples(st.just("action"), st.text(max_size=5)),
    st.tuples(st.just("obj"), st.text(max_size=5)),
    st.tuples(st.just("detail"), st.text(max_size=9)),
    st.tuples(st.just("on"), st.dates()),
    st.tuples(st.just("seq"), st.integers(-3, 9)),
    st.tuples(st.just("previous"), st.binary(min_size=32, max_size=32)),
    st.tuples(st.just("hash"), st.binary(min_size=32, max_size=32)),
    st.tuples(st.just("signature"), st.binary(max_size=64)),
    st.tuples(st.just("verify_key"), st.sampled_from([HERON.verify_key, WREN.verify_key, bytes(32)])),
)


@given(st.integers(0, 5), changes)
def test_an_altered_entry_is_named(place, change):
    field, value = change
    altered = replace(CHAIN[place], **{field: value})
    if altered == CHAIN[place]:
        return
    verdict = chain.verify([*CHAIN[:place], altered, *CHAIN[place + 1 :]], KEYS)
    assert not verdict.sound
    assert verdict.first_bad == place + 1


@given(st.integers(0, 4))
def test_a_deleted_entry_is_named(place):
    assert chain.verify([*CHAIN[:place], *CHAIN[place + 1 :]], KEYS).first_bad == place + 1


@given(st.permutations(range(6)))
def test_a_reordered_chain_is_named(order):
    entries = [CHAIN[place] for place in order]
    wrong = [place + 1 for place, entry in enumerate(entries) if entry.seq != place + 1]
    assert chain.verify(entries, KEYS).first_bad == (wrong[0] if wrong else 0)


@given(st.integers(0, 5))
def test_a_chain_cut_short_is_found_through_a_kept_head(length):
    assert chain.verify(CHAIN[:length], KEYS).sound, "without a head nobody can know"
    assert (
        chain.verify(CHAIN[:length], KEYS, heads=[chain.Head(DAY, 6, CHAIN[5].hash)]).first_bad == length + 1
    )


def test_a_chain_rewritten_by_its_own_staff_is_found_through_a_kept_head():
    forged = [*CHAIN[:3]]
    for _ in range(3):
        forged.append(chain.append(forged[-1], on=DAY, by=HERON, action="decline", obj="M7K9", detail={}))
    assert chain.verify(forged, KEYS).sound
    assert chain.verify(forged, KEYS, heads=[chain.Head(DAY, 5, CHAIN[4].hash)]).first_bad == 5


def test_an_entry_in_somebody_elses_name_is_found():
    forged = chain.append(
        CHAIN[-1], on=DAY, by=Person("heron", WREN.pair), action="sign", obj="M7K2", detail={}
    )
    verdict = chain.verify([*CHAIN, forged], KEYS)
    assert verdict.first_bad == 7 and "never had" in verdict.reason


def test_a_kept_head_comes_back_from_its_line():
    head = chain.Head(DAY, 6, CHAIN[5].hash)
    assert chain.read_heads(f"# kept by the board\n\n{chain.write_head(head)}\n") == (head,)


@pytest.mark.parametrize(
    "line", ["x", "2026-11-24 1 00", "2026-11-24 0 " + "00" * 32, "24.11. 1 " + "00" * 32]
)
def test_a_line_that_is_no_head_is_named(line):
    with pytest.raises(ValueError, match="Line 2"):
        chain.read_heads("#\n" + line)


def test_a_detail_without_one_form_is_refused():
    with pytest.raises(TypeError):
        chain.append(None, on=DAY, by=HERON, action="screen", obj="M7K2", detail={"p": 0.5})

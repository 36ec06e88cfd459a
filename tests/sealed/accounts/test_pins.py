"""A swapped intake key is found, and trust travels along grants only."""

from dataclasses import replace

import pytest

from closecall.sealed.accounts.rules.pins import (
    Grant,
    KeySwapped,
    Pins,
    grant_message,
    require_same,
    settle,
    trusted_by,
)
from closecall.sealed.vault import analysts, generations
from closecall.sealed.vault.generations import pin_of
from closecall.site.crypto import signing
from closecall.site.crypto.stretching import INSECURE_FOR_TESTS as CHEAP

ONE, TWO = generations.create(1), generations.create(2)


def somebody(number):
    return analysts.create("abdomen", analyst_id=number, cost=CHEAP)[1]


ANNA, BEN, CARA, MALLORY = (somebody(number) for number in range(1, 5))
IDS = {ANNA.verify_key: 1, BEN.verify_key: 2, CARA.verify_key: 3, MALLORY.verify_key: 4}


def given(generation, to, by):
    pin = pin_of(generation.pair.public)
    number, box, verify = IDS[to.verify_key], to.box.public, to.verify_key
    signature = signing.sign(by.signing_seed, grant_message(generation.number, pin, number, box, verify))
    return Grant(generation.number, pin, number, box, verify, by.verify_key, signature)


ANNA_1, BEN_1 = given(ONE, ANNA, ANNA), given(ONE, BEN, ANNA)


def test_the_first_grant_pins_the_key_and_the_granter():
    pins = settle(Pins(), BEN.verify_key, [(ONE, BEN_1)], [ANNA_1, BEN_1])
    assert pins.generations == {1: pin_of(ONE.pair.public)}
    assert pins.trusted == {ANNA.verify_key, BEN.verify_key}
    assert settle(pins, BEN.verify_key, [(ONE, BEN_1)], ()) == pins
    assert Pins.from_bytes(pins.to_bytes()) == pins
    assert Pins.from_bytes(b"") == Pins()


def test_another_key_under_a_pinned_number_is_found():
    pins = settle(Pins(), BEN.verify_key, [(ONE, BEN_1)], [ANNA_1, BEN_1])
    other = generations.create(1)
    with pytest.raises(KeySwapped):
        settle(pins, BEN.verify_key, [(other, given(other, BEN, ANNA))], ())


def test_a_new_generation_from_a_stranger_is_refused():
    pins = settle(Pins(), BEN.verify_key, [(ONE, BEN_1)], [ANNA_1, BEN_1])
    forged = given(TWO, BEN, MALLORY)
    stranger = given(ONE, MALLORY, MALLORY)
    with pytest.raises(KeySwapped):
        settle(pins, BEN.verify_key, [(ONE, BEN_1), (TWO, forged)], [ANNA_1, BEN_1, stranger, forged])


def test_a_grant_whose_words_were_changed_is_refused():
    pins = settle(Pins(), BEN.verify_key, [(ONE, BEN_1)], [ANNA_1, BEN_1])
    good = given(TWO, BEN, ANNA)
    for bad in (
        replace(good, pin=bytes(32)),
        replace(good, recipient_id=9),
        replace(good, signature=bytes(64)),
    ):
        with pytest.raises(KeySwapped):
            settle(pins, BEN.verify_key, [(TWO, bad)], [ANNA_1, BEN_1, bad])


def test_a_colleague_of_a_colleague_may_rotate():
    pins = settle(Pins(), BEN.verify_key, [(ONE, BEN_1)], [ANNA_1, BEN_1])
    cara = given(ONE, CARA, ANNA)
    rotated = given(TWO, BEN, CARA)
    after = settle(pins, BEN.verify_key, [(ONE, BEN_1), (TWO, rotated)], [ANNA_1, BEN_1, cara, rotated])
    assert after.generations[2] == pin_of(TWO.pair.public)
    assert CARA.verify_key in after.trusted


def test_trust_needs_an_unbroken_line_of_grants():
    grants = [given(ONE, CARA, MALLORY), given(ONE, BEN, ANNA)]
    assert trusted_by({ANNA.verify_key}, grants) == {ANNA.verify_key, BEN.verify_key}


def test_the_key_in_use_must_be_the_one_that_is_held():
    require_same([ONE, TWO], {1: ONE.pair.public, 2: TWO.pair.public, 3: bytes(32)})
    with pytest.raises(KeySwapped):
        require_same([ONE], {1: TWO.pair.public})

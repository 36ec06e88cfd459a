"""Six digits are good once, and not for long."""

import pyotp
import pytest
from hypothesis import given
from hypothesis import strategies as st

from closecall.sealed.accounts.rules import totp

SECRET = "JBSWY3DPEHPK3PXPJBSWY3DPEHPK3PXP"
NOW = 1_800_000_000


def code(step):
    return pyotp.TOTP(SECRET).generate_otp(step)


def test_the_current_code_is_accepted_once():
    step = totp.accepted_step(SECRET, code(NOW // 30), now=NOW, last_step=0)
    with pytest.raises(totp.WrongCode):
        totp.accepted_step(SECRET, code(NOW // 30), now=NOW, last_step=step)


@given(st.integers(-9, 9))
def test_one_step_of_drift_is_forgiven_and_no_more(drift):
    typed = code(NOW // 30 + drift)
    if abs(drift) <= 1:
        assert totp.accepted_step(SECRET, typed, now=NOW, last_step=0) == NOW // 30 + drift
    else:
        with pytest.raises(totp.WrongCode):
            totp.accepted_step(SECRET, typed, now=NOW, last_step=0)


def test_an_older_code_is_refused_after_a_newer_one():
    with pytest.raises(totp.WrongCode):
        totp.accepted_step(SECRET, code(NOW // 30 - 1), now=NOW, last_step=NOW // 30)


@pytest.mark.parametrize("typed", ["", "12345", "١٢٣٤٥٦", "abcdef", "0" * 4000])
def test_rubbish_is_refused(typed):
    with pytest.raises(totp.WrongCode):
        totp.accepted_step(SECRET, typed, now=NOW, last_step=0)


def test_gaps_in_the_digits_are_forgiven():
    now_code = code(NOW // 30)
    assert totp.accepted_step(SECRET, f" {now_code[:3]} {now_code[3:]} ", now=NOW, last_step=0)

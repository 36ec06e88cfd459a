"""The second factor: six digits that change every 30 seconds, each good once."""

import hmac

import pyotp

STEP_SECONDS = 30
_DRIFT = 1


class WrongCode(Exception):
    """The six digits are wrong, too old, or were used before."""


def new_secret() -> str:
    """Draw a secret: 160 bits as base32, what authenticator apps take."""
    return pyotp.random_base32()


def uri(secret: str, *, name: str, issuer: str = "Close Call desk") -> str:
    """Write the address that an authenticator app reads from a QR code."""
    return pyotp.TOTP(secret).provisioning_uri(name=name, issuer_name=issuer)


def accepted_step(secret: str, typed: str, *, now: int, last_step: int) -> int:
    """Check six digits; returns the step they belong to, which must never be accepted again.

    Raises: WrongCode, also for a code of a step up to `last_step`: somebody who looked over a shoulder
    must not sign in with the same digits.
    """
    digits = "".join(sign for sign in typed if sign.isascii() and sign.isdecimal())
    current = now // STEP_SECONDS
    generator = pyotp.TOTP(secret)
    for step in range(current - _DRIFT, current + _DRIFT + 1):
        expected = generator.generate_otp(step)
        if step > last_step and hmac.compare_digest(expected, digits):
            return step
    raise WrongCode

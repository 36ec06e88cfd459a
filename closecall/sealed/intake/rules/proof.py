"""Proof of work: a browser spends a second so that a robot must spend a thousand.

A challenge is bound to its form token, and a form token makes one report: so each proof counts once, and no
list of used ones is kept.
"""

import base64
import binascii
import json
from dataclasses import dataclass
from datetime import UTC, datetime
from hashlib import blake2b

import altcha.v1 as altcha

EASY = 12_000
HARD = 200_000
LIFETIME_SECONDS = 60 * 60


@dataclass(frozen=True)
class Challenge:
    """What the page carries: find the number below `most` whose SHA-256 after `salt` is `challenge`."""

    challenge: str
    salt: str
    signature: str
    most: int


def difficulty(strain: float) -> int:
    """How far a solver may have to search, from the form's load: 0 at rest, 1 under a flood."""
    return int(EASY + (HARD - EASY) * min(max(strain, 0.0), 1.0) ** 2)


def set_challenge(key: bytes, token: str, *, most: int, now: int) -> Challenge:
    """Set a challenge for one form."""
    made = altcha.create_challenge(
        altcha.ChallengeOptions(
            algorithm="SHA-256",
            hmac_key=_key(key),
            max_number=most,
            expires=datetime.fromtimestamp(now + LIFETIME_SECONDS, UTC),
            params={"form": _mark(token)},
        )
    )
    return Challenge(made.challenge, made.salt, made.signature, made.max_number)


def solve(challenge: Challenge) -> str:
    """Find a challenge's answer, as a browser does; for tests and for benches."""
    found = altcha.solve_challenge(
        altcha.Challenge("SHA-256", challenge.challenge, challenge.most, challenge.salt, challenge.signature)
    )
    if found is None:
        raise ValueError("This challenge has no answer.")
    payload = altcha.Payload(
        "SHA-256", challenge.challenge, found.number, challenge.salt, challenge.signature
    )
    return payload.to_base64()


def holds(key: bytes, token: str, proof: str) -> bool:
    """Tell whether `proof` answers a challenge that was set for `token` and hasn't expired."""
    if not proof or len(proof) > 2000:
        return False
    try:
        salt = json.loads(base64.b64decode(proof, validate=True))["salt"]
        ours = isinstance(salt, str) and f"form={_mark(token)}" in salt.partition("?")[2].split("&")
        good, _why = altcha.verify_solution(proof, _key(key), check_expires=True)
    except (ValueError, TypeError, KeyError, AttributeError, binascii.Error, RecursionError):
        return False
    return ours and bool(good)


def _key(key: bytes) -> str:
    return blake2b(key, digest_size=32, person=b"proof of work").hexdigest()


def _mark(token: str) -> str:
    return blake2b(token.encode("utf-8", "replace"), digest_size=8, person=b"proof of work").hexdigest()

"""A code that fits, one that doesn't, one of an erased report and a malformed one take the same time.

The short form: 300 interleaved samples at the cheapest stretching, which hides least; time on the processor,
so that whatever else the machine does adds nothing. Queries are counted elsewhere: they are equal, too.
"""

import gc
import os
import random
import statistics
import time
from collections.abc import Callable

import pytest
from django.test import Client

from closecall.sealed.intake import actions
from closecall.sealed.intake.rules.buckets import TokenBucket
from closecall.sealed.intake.rules.dialogue import ProposedText
from closecall.sealed.intake.views import doors
from closecall.sealed.vault.generations import Generation
from tests.sealed.intake.conftest import enter
from tests.sealed.intake.test_views import fresh, post

pytestmark = [
    pytest.mark.once,
    pytest.mark.django_db(databases=["default", "sealed"]),
    pytest.mark.urls("closecall.config.public_urls"),
]
SAMPLES = 750 if os.environ.get("CLOSECALL_PROOFS") == "whole" else 75
ALLOWED_SECONDS = 0.001
ROUNDS = 3


def test_the_clock_tells_no_code_from_another(
    client: Client,
    generation: Generation,
    send: Callable[..., tuple[str, int]],
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    monkeypatch.setattr(doors, "CODES", TokenBucket(10_000, 10_000))
    hit, report_id = send()
    actions.ask(report_id, "How far was backup?", [generation])
    actions.offer_text(report_id, ProposedText("A title", "Some words. " * 100), [generation])
    erased, _id = send("Other", entropy=b"e" * 16)
    actions.withdraw(enter(erased))
    typed = {"hit": hit, "miss": "can vel ham orb pic wis", "erased": erased, "malformed": "no code at all"}
    token = fresh(client, "/return/")
    order = [name for name in typed for _sample in range(SAMPLES)]
    random.Random(7).shuffle(order)
    for name in (*typed, *typed):
        post(client, "/return/", code=typed[name], token=token)
    rounds = [_round(client, typed, token, order) for _round_number in range(ROUNDS)]
    # Another process's noise makes a gap once; a gap of ours is there in every round.
    assert any(gap < max(ALLOWED_SECONDS, 3 * noise) for gap, noise in rounds), rounds


def _round(client: Client, typed: dict[str, str], token: str, order: list[str]) -> tuple[float, float]:
    """The widest gap between two medians, and the noise within one, in seconds."""
    took: dict[str, list[float]] = {name: [] for name in typed}
    gc.disable()
    try:
        for name in order:
            started = time.thread_time()
            post(client, "/return/", code=typed[name], token=token)
            took[name].append(time.thread_time() - started)
    finally:
        gc.enable()
    medians = {name: statistics.median(times) for name, times in took.items()}
    noise = max(
        abs(statistics.median(times[::2]) - statistics.median(times[1::2])) for times in took.values()
    )
    return max(medians.values()) - min(medians.values()), noise

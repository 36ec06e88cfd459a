"""An intake that takes reports: one generation, an analyst who holds it, cheap stretching."""

from collections.abc import Callable, Iterator
from datetime import date
from pathlib import Path

import pytest
from django.conf import settings as django_settings
from pytest_django import Settings

from closecall.sealed.intake import actions, queries
from closecall.sealed.intake.queries import Entered
from closecall.sealed.intake.rules.dialogue import ProposedText
from closecall.sealed.intake.rules.submission import Submission
from closecall.sealed.intake.views import doors
from closecall.sealed.vault import generations
from closecall.sealed.vault.generations import Generation
from closecall.site.crypto import stretching

STORY = "Took over a prisoner at the hospital. He kept his left knee turned away from me."
Send = Callable[..., tuple[str, int]]
ENTROPY = b"0123456789abcdef"
TEXT = ProposedText("Already searched", "I took over at [a regional hospital].", ("Search him yourself.",))
WEEK = date(2026, 11, 24)


@pytest.fixture(scope="session", autouse=True)
def static_folder() -> None:
    """The folder of collected files: WhiteNoise warns when it's missing."""
    Path(django_settings.STATIC_ROOT).mkdir(exist_ok=True)


@pytest.fixture(autouse=True)
def cheap_stretching(monkeypatch: pytest.MonkeyPatch) -> Iterator[None]:
    """Argon2id at its cheapest: these tests are about what is done with the keys."""
    monkeypatch.setattr(stretching, "CLAIM_CODE", stretching.INSECURE_FOR_TESTS)
    yield


@pytest.fixture(autouse=True)
def own_slots(tmp_path: Path, settings: Settings) -> None:
    """A slot file of the test's own."""
    settings.SLOTS_PATH = tmp_path / "slots"


@pytest.fixture(autouse=True)
def full_buckets(monkeypatch: pytest.MonkeyPatch) -> Iterator[None]:
    """Each test finds the doors open."""
    for name in ("PROVEN", "UNPROVEN", "CODES"):
        kept = getattr(doors, name)
        monkeypatch.setattr(doors, name, type(kept)(kept.rate, kept.burst))
    yield


@pytest.fixture
def generation(db: None) -> Generation:
    """An open intake generation."""
    made = generations.create(1)
    actions.open_generation(1, made.pair.public)
    return made


@pytest.fixture
def send(generation: Generation) -> Callable[..., tuple[str, int]]:
    """Submits a story; gives the code and the report's id."""

    def sent(
        narrative: str = STORY, *, entropy: bytes = b"0123456789abcdef", **more: object
    ) -> tuple[str, int]:
        submission = Submission(narrative, **more)
        code = actions.submit_report(submission, entropy=entropy).code.spoken
        report = enter(code).report
        assert report is not None
        return code, report.id

    return sent


def enter(code: str) -> Entered:
    """Enter a mailbox with a code."""
    return queries.enter(code)

"""A desk of three who code, and published reports that were coded once."""

from collections.abc import Callable, Iterator
from dataclasses import replace
from datetime import date
from pathlib import Path

import pytest
from django.test import Client

from closecall.public.library import actions as library
from closecall.public.library.models import PublishedReport
from closecall.public.library.rules.report import (
    AppliedCode,
    Lesson,
    ReleasedText,
    Signature,
    canonical_bytes,
)
from closecall.public.taxonomy import queries as taxonomy
from closecall.public.taxonomy.rules.pack import UNKNOWN
from closecall.sealed.accounts.rules.desk import Desk
from closecall.sealed.reliability import actions, queries
from closecall.sealed.reliability.models import Seat, Sheet, Unit
from closecall.sealed.reliability.queries.sheets import SHEET, bound_to, sealed
from closecall.sealed.reliability.rules.sheets import Mark, is_open
from closecall.sealed.workbench.rules.coding import coded_by_analysts

STORY = (
    "Report number {n} begins on a dark lot. I took over a prisoner and nobody had searched his boots. "
    "We searched him again. There was a pistol in his boot."
)


@pytest.fixture(autouse=True)
def cheap(settings, tmp_path: Path) -> Iterator[None]:
    """Argon2id at its cheapest, slots and index of the test's own, no static files."""
    settings.INSECURE_STRETCHING_FOR_TESTS = True
    settings.SLOTS_PATH = tmp_path / "slots"
    settings.INDEX_PATH = tmp_path / "index"
    settings.MIDDLEWARE = [part for part in settings.MIDDLEWARE if "whitenoise" not in part]
    yield


Publish = Callable[..., str]


@pytest.fixture
def publish(anna: Desk, ben: Desk) -> Publish:
    """Puts one of our own reports into the library, signed by two."""
    number = iter(range(1000))

    def published(*codes: AppliedCode, on: date = date(2026, 11, 2)) -> str:
        n = next(number)
        story = STORY.format(n=n)
        told = codes or (AppliedCode("event", "missed_firearm", sentence="We searched him again."),)
        text = ReleasedText(
            public_id=f"AAAA{n:02d}",
            pack="law_enforcement",
            pack_version=taxonomy.pack().version,
            title="A boot",
            synopsis="A second search.",
            narrative=story,
            lessons=(Lesson("Search him yourself.", "search_people", "officer"),),
            codes=told,
        )
        message = canonical_bytes(text, "own")
        signatures = [Signature(each.verify_key, each.sign(message)) for each in (anna, ben)]
        library.publish(text, origin="own", signatures=signatures)
        PublishedReport.objects.filter(public_id=text.public_id).update(published_on=on)
        return text.public_id

    return published


@pytest.fixture
def sample(publish: Publish, anna: Desk, ben: Desk, cara: Desk) -> int:
    """Three stories for Ben and Cara."""
    for _ in range(3):
        publish()
    return actions.draw(3, (ben.pseudonym, cara.pseudonym), seed=7, by=anna)


def code(number: int, place: int, by: Desk, **chosen: str) -> None:
    """Put a complete sheet on one story: facet="code" or "code:sentence", everything else unknown.

    Written at once: facet by facet, as the page saves it, is forty times as slow.
    """
    pack = taxonomy.pack()
    sheet: tuple[Mark, ...] = ()
    for facet in coded_by_analysts(pack):
        marks = []
        for each in filter(None, chosen.get(facet.key, "").split(",")):
            key, _, sentence = each.partition(":")
            marks.append(Mark(facet.key, key, sentence=int(sentence or 1)))
        if not marks and facet.required and is_open(facet, sheet):
            marks = [Mark(facet.key, UNKNOWN)]
        sheet += tuple(marks)
    unit = Unit.objects.get(sample__number=number, place=place)
    seat = Seat.objects.get(sample__number=number, coder=by.pseudonym)
    row, _new = Sheet.objects.get_or_create(
        unit=unit,
        seat=seat,
        defaults={"id": unit.id ^ seat.id, "version": 0, "generation": 0, "envelope": b""},
    )
    row.version += 1
    row.generation, row.envelope = sealed(sheet, by, purpose=SHEET, object_id=bound_to(row.id, row.version))
    row.save()


def code_all(number: int, by: Desk, **chosen: str) -> None:
    """Code every story alike."""
    for each in queries.stories(number, by):
        code(number, each.place, by, **chosen)


class As:
    """Signs every request in as somebody: what the desk's own middleware does from the session."""

    desk: Desk | None = None

    def __init__(self, get_response):
        self.get_response = get_response

    def __call__(self, request):
        request.desk = type(self).desk
        return self.get_response(request)


@pytest.fixture
def sign_in(settings) -> Callable[[Desk], Client]:
    """A browser in which somebody is signed in."""
    settings.MIDDLEWARE = [*settings.MIDDLEWARE, "tests.sealed.reliability.conftest.As"]

    def as_person(desk: Desk) -> Client:
        As.desk = desk
        return Client()

    return as_person


def keyless(desk: Desk) -> Desk:
    """Somebody who holds no generation."""
    return replace(desk, generations=())

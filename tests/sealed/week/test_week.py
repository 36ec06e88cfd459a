"""This week: signals with their reports, bulletins, idle codes, lessons that fit no theme."""

from collections.abc import Iterator
from datetime import date
from html import unescape
from pathlib import Path

import numpy as np
import pytest
from django.test import Client
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from closecall.errors import BadInput, NotFound
from closecall.public.library import actions as library
from closecall.public.library.rules.report import AppliedCode, Lesson, ReleasedText
from closecall.public.taxonomy import queries as taxonomy
from closecall.sealed.accounts.rules.desk import Desk
from closecall.sealed.accounts.rules.roles import Role
from closecall.sealed.week import actions, queries
from closecall.sealed.week.models import Placed
from closecall.sealed.week.rules import idle, unlike
from closecall.sealed.week.rules.unlike import Unlike
from closecall.text.meaning.themes import Ranked

pytestmark = pytest.mark.django_db(databases=["default", "sealed"])
TODAY = date(2026, 11, 26)
ORDINARY = settings(suppress_health_check=list(HealthCheck))


class As:
    """Signs every request in as an analyst, or whoever is put here."""

    desk = Desk(1, "wren", "Cara", Role.ANALYST, None)

    def __init__(self, get_response):
        self.get_response = get_response

    def __call__(self, request):
        request.desk = type(self).desk
        return self.get_response(request)


class Told:
    """A ranker without a model: a lesson about goats fits no theme."""

    asked = 0

    def rank(self, lessons):
        type(self).asked += len(lessons)
        themes = tuple((theme.key, 0.1) for theme in taxonomy.pack().codebook.themes)
        return [Ranked(themes, "goat" not in words, 0.1 if "goat" in words else 0.6) for words in lessons]


class NoModel:
    """Vectors without a model."""

    def vector(self, words):
        return np.full(384, len(words), dtype=np.float32)


@pytest.fixture(autouse=True)
def alone(settings, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Iterator[None]:
    """An index of the test's own, no static files, no model."""
    settings.INDEX_PATH = tmp_path / "index"
    kept = [part for part in settings.MIDDLEWARE if "whitenoise" not in part]
    settings.MIDDLEWARE = [*kept, "tests.sealed.week.test_week.As"]
    monkeypatch.setattr(actions, "_ranker", lambda _pack: Told())
    monkeypatch.setattr(actions, "MODEL", NoModel())
    actions._complete.clear()
    Told.asked = 0
    As.desk = Desk(1, "wren", "Cara", Role.ANALYST, None)
    yield


def text(n: int, event: str, period: str, lesson: str = "Search him yourself.") -> ReleasedText:
    return ReleasedText(
        public_id=f"AAA{n:03d}",
        pack="law_enforcement",
        pack_version=taxonomy.pack().version,
        title=f"Story {n}",
        synopsis="Something happened.",
        narrative=f"Story number {n}. It ended well.",
        lessons=(Lesson(lesson, "search_people", "officer"),),
        codes=(AppliedCode("event", event), AppliedCode("light", "daylight")),
        period=period,
    )


@pytest.fixture
def shelf(db: None) -> None:
    """Forty reports of a year without an ambush, twenty of the last quarter that all tell of one."""
    texts = [text(n, "own_collision", f"2025-Q{1 + n % 4}") for n in range(40)]
    texts += [text(n, "own_collision", "2026-Q2") for n in range(40, 60)]
    texts += [text(n, "ambush", "2026-Q3", f"Lesson {n} of the [ambush].") for n in range(60, 80)]
    library.publish_as_instance(texts, origin="invented", source_label="a test")
    library.index_pending()


def page() -> str:
    answer = Client().get("/week/")
    assert answer.status_code == 200 and "no-store" in answer.headers["Cache-Control"]
    return unescape(answer.content.decode())


def test_a_signal_stands_with_the_reports_behind_it(shelf):
    week = queries.this_week(TODAY)
    [signal] = [each for each in week.signals if each.code == "ambush"]
    assert signal.facet == "event" and len(signal.reports) == 12 and signal.more == 8
    assert all(one.text.codes[0].code == "ambush" for one in signal.reports)
    assert signal.told.judged.table.both == 20


def test_a_bulletin_is_one_page_of_a_signal_and_of_nothing_else(shelf):
    for paper in ("letter", "a4"):
        assert queries.bulletin("event", "ambush", TODAY, paper).startswith(b"%PDF")
    with pytest.raises(NotFound):
        queries.bulletin("event", "own_collision", TODAY)
    with pytest.raises(NotFound):
        queries.bulletin("", "", TODAY)
    with pytest.raises(BadInput):
        queries.bulletin("event", "ambush", TODAY, "napkin")


def test_the_page_shows_signals_idle_codes_and_lessons_that_fit_none(shelf):
    assert "Lessons are still being read" in page()
    library.publish_as_instance(
        [text(90, "ambush", "2026-Q3", "Never trust a goat.")], origin="invented", source_label="a test"
    )
    library.index_pending()
    while not actions.place_lessons(seconds=1):
        pass
    shown = page()
    assert "1 lesson lies far from every theme" in shown and "Never trust a goat." in shown
    assert "Of 81 lessons" in shown and "Codes that nobody uses" in shown
    assert taxonomy.pack().code("event", "unseen_person").label in shown
    assert "“Ambush” is told more often" in shown


def test_a_lesson_is_read_once_and_again_when_its_report_changes(shelf):
    while not actions.place_lessons(seconds=1):
        pass
    assert Told.asked == Placed.objects.count() == 80
    assert actions.place_lessons(seconds=1) and Told.asked == 80
    changed = text(3, "own_collision", "2025-Q4", "A goat stood on the hood.")
    library.publish_as_instance([changed], origin="invented", source_label="a test")
    assert actions.place_lessons(seconds=1) and Told.asked == 81
    assert [row.public_id for row in Placed.objects.filter(fits=False)] == ["AAA003"]


def test_what_was_withdrawn_is_forgotten(shelf):
    while not actions.place_lessons(seconds=1):
        pass
    library.retract("AAA003")
    assert actions.place_lessons(seconds=1)
    assert Placed.objects.count() == 79 and not Placed.objects.filter(public_id="AAA003").exists()


def test_no_word_of_a_lesson_is_kept(shelf):
    while not actions.place_lessons(seconds=1):
        pass
    kept = " ".join(str(value) for row in Placed.objects.values() for value in row.values())
    assert "Lesson" not in kept and "Search" not in kept


def test_an_empty_library_says_so(db):
    library.index_pending()
    shown = page()
    assert "No quarter to compare yet" in shown and "Nothing is published yet" in shown
    assert "Too few reports to say which codes lie idle" in shown


def test_a_screener_doesnt_see_it(db):
    As.desk = Desk(1, "wren", "Dov", Role.SCREENER, None)
    assert Client().get("/week/").status_code == 403
    assert Client().get("/week/bulletin.pdf").status_code == 403


CODES = [(facet.key, code.key) for facet in taxonomy.pack().facets for code in facet.codes]
COUNTS = st.sets(st.sampled_from(CODES), max_size=40)


@ORDINARY
@given(COUNTS)
def test_a_code_lies_idle_only_when_no_report_carries_it(carried):
    counts = {facet: {code: 1 for key, code in carried if key == facet} for facet, _code in carried}
    for each in idle.idle(taxonomy.pack(), counts):
        assert all(not counts.get(each.facet.key, {}).get(code.key) for code in each.codes)
        assert not any(code.rare for code in each.codes)
        assert not each.facet.class_only and each.facet.ladder != "withheld"


@ORDINARY
@given(
    st.lists(
        st.builds(
            Unlike,
            public_id=st.sampled_from(["AAAAAA", "BBBBBB"]),
            text=st.text(max_size=5),
            coded_as=st.just(""),
            nearest=st.just("x"),
            nearness=st.floats(-1, 0.2),
            group=st.integers(0, 4),
        )
    )
)
def test_every_lesson_stands_in_one_group_and_the_largest_comes_first(lessons):
    groups = unlike.in_groups(lessons)
    assert sum(len(group.lessons) for group in groups) == len(lessons)
    sizes = [len(group.lessons) for group in groups]
    assert sizes == sorted(sizes, reverse=True)

"""The pages: every step without JavaScript, the original only where it may be, typed words kept."""

import re
from collections.abc import Callable
from dataclasses import replace
from html import unescape

import pytest
from django.test import Client

from closecall.public.library import queries as library
from closecall.sealed.accounts.rules.desk import Desk
from closecall.sealed.intake import queries as mailboxes
from closecall.sealed.intake.rules.stages import Stage
from closecall.sealed.workbench import actions, queries
from closecall.sealed.workbench.rules.redaction import Choice, Decision

from .conftest import NOTHING, code, propose, redact, schedule, screen

pytestmark = [pytest.mark.once, pytest.mark.django_db(databases=["default", "sealed"])]


class _As:
    """Signs every request in as somebody: what the desk's own middleware does from the session."""

    desk: Desk | None = None

    def __init__(self, get_response):
        self.get_response = get_response

    def __call__(self, request):
        request.desk = type(self).desk
        return self.get_response(request)


@pytest.fixture(autouse=True)
def no_static_files(settings) -> None:
    """Pages only."""
    settings.MIDDLEWARE = [part for part in settings.MIDDLEWARE if "whitenoise" not in part]


@pytest.fixture
def sign_in(settings) -> Callable[[Desk], Client]:
    settings.MIDDLEWARE = [*settings.MIDDLEWARE, "tests.sealed.workbench.test_pages._As"]

    def as_person(desk: Desk) -> Client:
        _As.desk = desk
        return Client()

    return as_person


def text_of(answer) -> str:
    return unescape(answer.content.decode())


def version_of(page: str, name: str = "version") -> str:
    found = re.search(rf'name="{name}" value="(\d+)"', page)
    assert found is not None
    return found[1]


def test_every_page_answers_at_every_stage(report, anna, ben, cara, sign_in):
    def look() -> None:
        for person in (anna, ben, cara):
            browser = sign_in(person)
            for page in ("triage", "deidentify", "code", "second", "publish", "dialogue"):
                answer = browser.get(f"/cases/{report.public_id}/{page}/")
                allowed = page != "second" or person is not cara
                assert answer.status_code == (200 if allowed else 403), page
            assert browser.get("/queue/").status_code == 200

    look()
    screen(report.public_id, anna, ben)
    look()
    redact(report.public_id, anna)
    look()
    over = code(report.public_id, anna)
    for part in ("event", "cues", "factors", "lessons", "pauses", "wording", "propose"):
        assert sign_in(anna).get(f"/cases/{report.public_id}/code/?part={part}").status_code == 200
    actions.propose(report.public_id, over=over, by=anna)
    look()
    actions.second_read(report.public_id, NOTHING, by=ben)
    look()
    actions.approve(report.public_id, by=ben)
    look()


def test_the_whole_way_works_by_forms_alone(report, anna, ben, sign_in):
    case = f"/cases/{report.public_id}"
    for person in (anna, ben):
        answer = sign_in(person).post(
            f"{case}/triage/", {"act": "screen", "hazard": "no", "verdict": "publish"}
        )
        assert answer.status_code == 302
    browser = sign_in(anna)
    browser.post(f"{case}/take/")
    page = text_of(browser.get(f"{case}/deidentify/"))
    keys = re.findall(r'name="choice-(\d+-\d+)"', page)
    assert keys
    form = {"act": "decide", "version": version_of(page)} | {f"choice-{key}": "replace" for key in keys}
    for key in keys:
        offered = re.search(rf'name="replacement-{key}".*?<option[^>]*>(.*?)</option>', page, re.S)
        assert offered is not None
        form[f"replacement-{key}"] = offered[1]
    assert browser.post(f"{case}/deidentify/", form).status_code == 302
    page = text_of(browser.get(f"{case}/deidentify/"))
    done = browser.post(f"{case}/deidentify/", {"act": "finish", "version": version_of(page)})
    assert done.status_code == 302 and done.headers["Location"] == f"{case}/code/"
    page = text_of(browser.get(f"{case}/code/?part=event"))
    form = {
        "act": "facet",
        "part": "event",
        "version": version_of(page),
        "rests-missed_firearm": "1",
        "next": "activity",
    }
    answer = browser.post(f"{case}/code/?part=event", form)
    assert answer.status_code == 302 and "part=activity" in answer.headers["Location"]
    page = text_of(browser.get(f"{case}/code/?part=lessons"))
    form = {
        "act": "lessons",
        "part": "lessons",
        "version": version_of(page),
        "rows": "2",
        "lesson-0": "Search him yourself.",
        "theme-0": "search_people",
        "audience-0": "officer",
        "by-0": "reporter",
    }
    assert browser.post(f"{case}/code/?part=lessons", form).status_code == 302
    code(report.public_id, anna)
    page = text_of(browser.get(f"{case}/code/?part=propose"))
    form = {"act": "propose", "part": "propose", "version": version_of(page), "reason_small": "Young."}
    assert browser.post(f"{case}/code/?part=propose", form).status_code == 302
    browser = sign_in(ben)
    answers = dict.fromkeys(("agency", "officer", "day", "news"), "no")
    assert browser.post(f"{case}/second/", answers).status_code == 302
    assert browser.post(f"{case}/publish/", {"act": "approve"}).status_code == 302
    assert "1 released" in text_of(browser.post("/queue/release/"))
    assert library.report(report.public_id).text.title == "A second search"


def test_the_second_reader_never_sees_a_word_of_the_original(report, anna, ben, sign_in):
    screen(report.public_id, anna, ben)
    propose(report.public_id, anna)
    page = text_of(sign_in(ben).get(f"/cases/{report.public_id}/second/"))
    assert "prisoner" in page and "Ramirez" not in page and "Elm" not in page and "02:14" not in page


def test_a_stale_save_keeps_what_was_typed(report, anna, ben, sign_in):
    screen(report.public_id, anna, ben)
    spans = queries.redaction_of(queries.head(report.public_id), anna).redaction.undecided
    actions.decide_spans(report.public_id, [Decision(spans[0].key, Choice.REPLACE)], over=0, by=anna)
    form = {
        "act": "decide",
        "version": "0",
        f"choice-{spans[1].key}": "keep",
        f"reason-{spans[1].key}": "a reason I typed",
    }
    answer = sign_in(anna).post(f"/cases/{report.public_id}/deidentify/", form)
    assert answer.status_code == 409
    page = text_of(answer)
    assert "a reason I typed" in page and version_of(page) == "1"


def test_lessons_that_are_refused_stay_in_the_form(report, anna, ben, sign_in):
    screen(report.public_id, anna, ben)
    redact(report.public_id, anna)
    form = {
        "act": "lessons",
        "part": "lessons",
        "version": "0",
        "rows": "1",
        "lesson-0": "One thing. Another thing.",
        "theme-0": "search_people",
        "audience-0": "officer",
        "by-0": "analyst",
    }
    answer = sign_in(anna).post(f"/cases/{report.public_id}/code/?part=lessons", form)
    assert answer.status_code == 422 and "One thing. Another thing." in text_of(answer)


def test_pages_with_sealed_words_are_kept_by_no_cache(report, anna, sign_in):
    for page in (f"/cases/{report.public_id}/triage/", "/queue/"):
        assert "no-store" in sign_in(anna).get(page).headers["Cache-Control"]


def test_who_is_not_signed_in_sees_nothing(report, settings):
    answer = Client().get(f"/cases/{report.public_id}/triage/")
    assert answer.status_code == 302 and answer.headers["Location"].startswith("/sign-in/")
    assert Client().post(f"/cases/{report.public_id}/publish/", {"act": "approve"}).status_code == 401


def test_an_administrator_gets_no_case_page(report, founded, sign_in):
    admin = founded.people[0].desk
    for page in ("/queue/", f"/cases/{report.public_id}/triage/", f"/cases/{report.public_id}/dialogue/"):
        assert sign_in(admin).get(page).status_code == 403


@pytest.mark.parametrize("page", ["triage", "deidentify", "code", "second", "publish", "dialogue"])
def test_a_broken_form_is_a_sentence_and_no_fault(report, anna, ben, sign_in, page):
    screen(report.public_id, anna, ben)
    for form in (
        {},
        {"act": "?"},
        {"act": "decide", "version": "x"},
        {"act": "facet", "version": "-1", "part": "nope"},
    ):
        answer = sign_in(anna).post(f"/cases/{report.public_id}/{page}/", form)
        assert answer.status_code in (409, 422)


def test_an_unknown_case_is_not_found(anna, sign_in):
    assert sign_in(anna).get("/cases/ZZZZZZ/triage/").status_code == 404
    assert sign_in(anna).get("/cases/lower1/triage/").status_code == 404


def test_a_published_report_is_taken_down_with_one_tap(report, anna, ben, cara, sign_in):
    screen(report.public_id, anna, ben)
    schedule(report.public_id, anna, ben)
    actions.release_batch(by=ben)
    browser = sign_in(cara)
    assert "Unpublish" in text_of(browser.get(f"/published/{report.public_id}/"))
    answer = browser.post(f"/published/{report.public_id}/", {"act": "unpublish", "reason": "identity"})
    assert answer.status_code == 302 and library.total() == 0
    assert browser.get(f"/published/{report.public_id}/").status_code == 200
    assert mailboxes.summary(report.report_id).stage is Stage.NUMBERS_ONLY


def test_a_correction_by_form_keeps_the_period_or_coarsens_it(report, anna, ben, cara, sign_in):
    screen(report.public_id, anna, ben)
    schedule(report.public_id, anna, ben)
    actions.release_batch(by=ben)
    before = library.report(report.public_id).text
    form = {
        "act": "correct",
        "title": before.title,
        "synopsis": before.synopsis,
        "narrative": before.narrative.replace("pistol", "weapon"),
        "note": "The weapon was described too closely.",
        "period": "2026-Q1",
    }
    assert sign_in(cara).post(f"/published/{report.public_id}/", form).status_code == 422
    assert sign_in(cara).post(f"/published/{report.public_id}/", form | {"period": ""}).status_code == 302
    assert sign_in(ben).post(f"/published/{report.public_id}/", {"act": "approve"}).status_code == 302
    assert "pistol" not in library.report(report.public_id).text.narrative


def test_erasing_asks_for_the_passphrase(anna, sign_in):
    assert sign_in(anna).post("/erasure/", {"passphrase": "wrong"}).status_code == 403
    assert sign_in(replace(anna)).get("/erasure/").status_code == 200

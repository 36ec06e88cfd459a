"""Over HTTP: whatever two analysts post, a planted name or a failing gate publishes nothing."""

import re
from html import unescape

import pytest
from django.test import Client
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from closecall.public.library import queries as library
from closecall.sealed.intake.rules.stages import Stage
from closecall.sealed.workbench import queries
from closecall.sealed.workbench.rules.release import Reasons
from tests.postgres import examples

from .conftest import STORY, code, propose, redact, schedule, screen
from .test_leak import forgotten
from .test_pages import _As

pytestmark = [pytest.mark.once, pytest.mark.django_db(databases=["default", "sealed"])]
PROPERTY = settings(max_examples=examples(5), suppress_health_check=[HealthCheck.function_scoped_fixture])
NO = dict.fromkeys(("agency", "officer", "day", "news"), "no")


@pytest.fixture(autouse=True)
def pages(settings) -> None:
    """Requests are signed in as whoever `ask` says; no static files."""
    kept = [part for part in settings.MIDDLEWARE if "whitenoise" not in part]
    settings.MIDDLEWARE = [*kept, "tests.sealed.workbench.test_pages._As"]


def ask(desk, path, form=None):
    """Post a form over what its page shows, or read the page."""
    _As.desk = desk
    browser = Client()
    if form is None:
        return unescape(browser.get(path).content.decode())
    page = unescape(browser.get(path).content.decode())
    version = re.search(r'name="version" value="(\d+)"', page)
    return browser.post(path, {"version": version[1] if version else "0", **form})


def requests(case, planted):
    """What anybody may send, by name: the page and the form."""
    at = f"/cases/{case}"
    keys = [planted]
    names = {f"choice-{key}": "replace" for key in keys} | {f"own-{key}": "[Ramirez]" for key in keys}
    climb = {"act": "generalise", "part": "propose", "facet": "period", "code": ""}
    return {
        "write the name": (f"{at}/deidentify/", {"act": "decide", **names}),
        "undo": (f"{at}/deidentify/", {"act": "undo"}),
        "finish": (f"{at}/deidentify/", {"act": "finish"}),
        "reopen": (f"{at}/deidentify/", {"act": "reopen"}),
        "title": (f"{at}/code/?part=wording", {"act": "word", "part": "wording", "title": "By Ramirez"}),
        "propose": (f"{at}/code/?part=propose", {"act": "propose", "part": "propose"}),
        "propose with a reason": (
            f"{at}/code/?part=propose",
            {"act": "propose", "part": "propose", "reason_small": "Young."},
        ),
        "year": (f"{at}/publish/", {**climb, "rungs": "1"}),
        "no period": (f"{at}/publish/", {**climb, "rungs": "2"}),
        "quarter": (f"{at}/publish/", {**climb, "rungs": "0"}),
        "sign without a reason": (f"{at}/publish/", {"act": "sign_again"}),
        "sign with a reason": (f"{at}/publish/", {"act": "sign_again", "reason_small": "Young."}),
        "read": (f"{at}/second/", NO),
        "tick": (f"{at}/second/", {**NO, "has": "place", "gave_away": "The bend."}),
        "approve": (f"{at}/publish/", {"act": "approve"}),
        "release": ("/queue/release/", {}),
    }


STEPS = sorted(requests("", "0-1"))
SEQUENCES = st.lists(st.tuples(st.booleans(), st.sampled_from(STEPS)), min_size=4, max_size=12)


@PROPERTY
@given(SEQUENCES)
def test_no_requests_publish_a_text_that_holds_a_planted_name(send, anna, ben, steps):
    with forgotten():
        sent = send()
        screen(sent.public_id, anna, ben)
        at = STORY.index("Ramirez")
        asked = requests(sent.public_id, f"{at}-{at + 7}")
        redact_by_forms = [(True, "write the name"), (True, "finish"), (True, "propose with a reason")]
        way = [*redact_by_forms, *steps, (False, "read"), (False, "approve"), (False, "release")]
        for first, name in way:
            ask(anna if first else ben, *asked[name])
        assert library.total() == 0


@PROPERTY
@given(SEQUENCES)
def test_no_requests_release_what_the_gate_holds_without_a_reason_that_two_people_signed(
    send, anna, ben, steps
):
    with forgotten():
        sent = send()
        screen(sent.public_id, anna, ben)
        schedule(sent.public_id, anna, ben, reasons=Reasons())
        asked = requests(sent.public_id, "0-1")
        for first, name in [*steps, (False, "release")]:
            ask(anna if first else ben, *asked[name])
            head = queries.head(sent.public_id)
            proposal = None if head.stage is Stage.PUBLISHED else queries.proposal_of(head, anna)
            if head.stage is not Stage.PUBLISHED:
                last = proposal
        assert not library.total() or (last is not None and last.reasons.small and last.approver)


def test_a_report_that_the_gate_would_hold_at_its_quarter_passes_once_the_period_is_generalised(
    send, anna, ben
):
    sent = [send() for _ in range(5)]
    for number, each in enumerate(sent):
        screen(each.public_id, anna, ben)
        redact(each.public_id, anna)
        code(each.public_id, anna)
        at = f"/cases/{each.public_id}/code/?part=wording"
        words = {"title": "A second search", "synopsis": "A prisoner.", "quarter": f"2026-Q{number % 4 + 1}"}
        assert ask(anna, at, {"act": "word", "part": "wording", **words}).status_code == 302
        at = f"/cases/{each.public_id}/code/?part=propose"
        assert ask(anna, at, {"act": "propose", "part": "propose"}).status_code == 302
        assert ask(ben, f"/cases/{each.public_id}/second/", NO).status_code == 302
        assert ask(ben, f"/cases/{each.public_id}/publish/", {"act": "approve"}).status_code == 302
    asked = requests(sent[0].public_id, "0-1")
    assert "The gate would tell it with 2026, which 5 reports share" in ask(anna, asked["year"][0])
    assert ask(ben, *asked["year"]).status_code == 403  # only the author changes what they signed
    assert ask(anna, *asked["year"]).status_code == 302
    head = queries.head(sent[0].public_id)
    assert head.stage is Stage.YOUR_APPROVAL and not head.approver and head.reader
    assert "5 reports share it; it is told with 2026." in ask(anna, asked["year"][0])
    ask(ben, *asked["release"])
    assert library.total() == 0  # without it the others are four, and it isn't signed
    ask(ben, *asked["approve"])
    ask(ben, *asked["release"])
    assert library.report(sent[0].public_id).text.period == "2026"


def test_a_tick_sends_the_text_back_until_the_author_gives_a_reason(report, anna, ben):
    screen(report.public_id, anna, ben)
    propose(report.public_id, anna)
    at = f"/cases/{report.public_id}"
    tick = {**NO, "has": "unit"}
    assert ask(ben, f"{at}/second/", tick).status_code == 422  # a note is asked for
    overruled = {**tick, "gave_away": "K9.", "overrule": "yes"}
    assert ask(ben, f"{at}/second/", overruled).status_code == 422  # nobody gave a reason
    assert ask(ben, f"{at}/second/", {**tick, "gave_away": "K9."}).status_code == 302
    assert queries.head(report.public_id).stage is Stage.REDACTING
    assert "marked: rare unit" in ask(anna, f"{at}/deidentify/")
    ask(anna, f"{at}/deidentify/", {"act": "finish"})
    reasons = {"reason_small": "Young.", "reason_marked": "Every force has dogs."}
    ask(anna, f"{at}/code/?part=propose", {"act": "propose", "part": "propose", **reasons})
    assert ask(ben, f"{at}/second/", overruled).status_code == 302
    assert queries.head(report.public_id).stage is Stage.YOUR_APPROVAL
    assert ask(anna, f"{at}/publish/", {"act": "sign_again", "reason_small": "Young."}).status_code == 422
    ask(ben, f"{at}/publish/", {"act": "approve"})
    ask(ben, "/queue/release/", {})
    assert library.total() == 1


def test_a_single_fact_is_not_said_to_be_shared_by_many(report, anna, ben):
    screen(report.public_id, anna, ben)
    propose(report.public_id, anna)
    page = ask(anna, f"/cases/{report.public_id}/publish/")
    assert "Fewer than two facts are told" in page and "five of our reports" not in page

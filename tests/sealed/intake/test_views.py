"""The reporter's pages, as a browser without JavaScript meets them."""

import re
import time
from html import unescape
from unittest import mock

import pytest
from django.db import OperationalError
from django.test import Client
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from closecall.sealed.intake import actions, queries
from closecall.sealed.intake.models import SealedReport
from closecall.sealed.intake.rules import form_token, questions, submission
from closecall.sealed.intake.views import doors, mailbox, share
from closecall.sealed.vault.generations import Generation
from tests.postgres import examples
from tests.sealed.intake.conftest import STORY, Send, enter
from tests.sealed.intake.posting import SAME, fresh, hidden, post, proven, raw, send, words_of

pytestmark = [
    pytest.mark.django_db(databases=["default", "sealed"]),
    pytest.mark.urls("closecall.config.public_urls"),
]

# ------------------------------------------------------------------ sharing


def test_a_story_goes_in_and_six_words_come_out(client: Client, generation: Generation) -> None:
    status, page = send(
        client, kind=["weapon_found", "unheard-of"], worked="Second search", use="numbers_only"
    )
    assert status == 200
    report = enter(words_of(page)).report
    assert report is not None
    original = queries.open_original(report.id, [generation])
    assert (original.narrative, original.kinds, original.worked) == (
        STORY,
        ("weapon_found",),
        "Second search",
    )
    assert original.use == "numbers_only"
    assert not report.unproven


def test_the_first_three_letters_of_each_word_are_bold(client: Client, generation: Generation) -> None:
    _status, page = send(client)
    for word in words_of(page).split():
        assert re.search(rf"<b>{word[:3]}-?[a-z]?</b>", page)


def test_the_form_sent_again_shows_the_same_words(client: Client, generation: Generation) -> None:
    token = fresh(client)
    pages = [send(client, token=token)[1] for _ in range(2)]
    changed = send(client, token=token, narrative="Other words entirely.")[1]
    assert len({words_of(page) for page in [*pages, changed]}) == 1
    assert SealedReport.objects.count() == 1
    report = SealedReport.objects.get()
    assert queries.open_original(report.id, [generation]).added == ("Other words entirely.",)


def test_save_and_go_sends_what_is_there(client: Client, generation: Generation) -> None:
    assert send(client, step="save", narrative="Call, later more")[0] == 200
    assert SealedReport.objects.count() == 1


def test_checking_keeps_nothing(client: Client, generation: Generation) -> None:
    status, page = post(client, narrative=STORY, step="check", token=fresh(client))
    assert status == 200
    assert "Nothing has been kept yet" in page
    assert not SealedReport.objects.exists()


def test_the_page_of_each_step_carries_every_field(client: Client, generation: Generation) -> None:
    fields = {
        "narrative": 'Two\nlines, "quoted" & <b>',
        "worked": "</textarea>luck",
        "kind": ["crash", "gear"],
        "detail-D7": "gun",
        "detail-D8": "first",
        "detail-D10": "armor",
        "detail-D10-then": "helped",
        "use": "numbers_only",
        "token": fresh(client),
        "kept": ["Elm"],
    }
    for step in ("check", "edit", "detail"):
        _status, page = post(client, step=step, **fields)
        assert "Two\nlines, &quot;quoted&quot; &amp; &lt;b&gt;" in page
        assert "&lt;/textarea&gt;luck" in page
        for name, value in (
            ("kind", "crash"),
            ("kind", "gear"),
            ("detail-D10", "armor"),
            ("detail-D10-then", "helped"),
        ):
            assert re.search(rf'name="{name}" value="{value}"', page), (step, name)
        assert hidden(page, "token") == fields["token"]
        assert re.search(r'value="numbers_only"( checked)?>', page)


def test_an_empty_form_comes_back_with_the_sentence(client: Client, generation: Generation) -> None:
    for step in ("check", "send", "save"):
        status, page = post(client, step=step, narrative=" \x00 ", worked="kept", token=fresh(client))
        assert status == 422
        assert submission.EMPTY in page
        assert "kept</textarea>" in page


def test_a_story_too_long_comes_back_whole_and_says_how_much_to_cut(
    client: Client, generation: Generation
) -> None:
    story = "word " * 40_000
    status, page = post(client, step="send", narrative=story, token=fresh(client))
    assert status == 422
    assert "Cut about 31,200 words" in page
    assert story.strip() in page


def test_a_form_of_another_site_is_refused_and_the_words_stay(client: Client, generation: Generation) -> None:
    token = fresh(client)
    for headers in (
        {"HTTP_ORIGIN": "https://elsewhere.example"},
        {"HTTP_SEC_FETCH_SITE": "cross-site"},
        {"HTTP_ORIGIN": "null"},
        {"HTTP_ORIGIN": "http://testserver", "HTTP_SEC_FETCH_SITE": "same-site"},
    ):
        answer = client.post(
            "/share/", {"narrative": STORY, "step": "send", "token": token, "proof": proven(token)}, **headers
        )
        assert answer.status_code == 403
        assert STORY in answer.content.decode()
    assert not SealedReport.objects.exists()


@pytest.mark.parametrize("token", ["", "forged", "A" * 54])
def test_a_wrong_token_keeps_the_words_and_gives_a_fresh_form(
    client: Client, generation: Generation, token: str
) -> None:
    status, page = post(client, narrative=STORY, step="send", token=token, proof="x")
    assert status == 403
    assert form_token.WRONG in page
    assert STORY in page
    form_token.read(doors.token_key(), hidden(page, "token"), purpose="share", now=int(time.time()) + 1)


def test_an_old_token_keeps_the_words_and_gives_a_fresh_form(client: Client, generation: Generation) -> None:
    with mock.patch("time.time", return_value=time.time() - 2 * form_token.LIFETIME_SECONDS):
        token = hidden(client.get("/share/").content.decode(), "token")
    status, page = post(client, narrative=STORY, step="send", token=token, proof=proven(token))
    assert (status, form_token.EXPIRED in page, STORY in page) == (403, True, True)
    assert hidden(page, "token") != token


def test_a_form_whose_report_was_taken_back_becomes_a_fresh_one(
    client: Client, generation: Generation
) -> None:
    token = fresh(client)
    _status, page = send(client, token=token)
    actions.withdraw(enter(words_of(page)))
    status, page = send(client, token=token)
    assert status == 410
    assert STORY in page
    assert hidden(page, "token") != token


def test_a_database_out_of_reach_loses_no_word(client: Client, generation: Generation) -> None:
    token = fresh(client)
    for fault in (OperationalError("database is locked"), OSError(28, "No space left on device")):
        with mock.patch.object(actions, "submit_report", side_effect=fault):
            status, page = send(client, token=token, kind=["gear"], worked="luck")
        assert status == 503
        assert share.NOT_SAVED in unescape(page)
        assert STORY in page
        assert "luck</textarea>" in page
        assert 'value="gear" checked' in page
        assert hidden(page, "token") == token


def test_a_crowd_is_told_to_wait_and_loses_no_word(
    client: Client, generation: Generation, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(doors, "PROVEN", doors.TokenBucket(rate=0.001, burst=1))
    assert send(client)[0] == 200
    status, page = send(client)
    assert (status, STORY in page) == (429, True)


def test_while_the_key_is_doubted_sharing_is_closed_and_says_so(
    client: Client, generation: Generation
) -> None:
    actions.close_intake()
    status, page = send(client)
    assert status == 503
    assert queries.CLOSED_INTAKE in unescape(page)
    assert STORY in page


# ------------------------------------------------------------------ the lane without JavaScript


def _answer(token: str) -> str:
    entropy = form_token.read(doors.token_key(), token, purpose="share", now=int(time.time())).entropy
    return next(iter(questions.pick(entropy).answers))


def test_without_javascript_a_plain_answer_lets_a_report_in_as_unproven(
    client: Client, generation: Generation
) -> None:
    token = fresh(client)
    assert "<noscript>" in client.get("/share/").content.decode()
    status, page = post(client, narrative=STORY, step="save", token=token, proof="", answer=_answer(token))
    assert status == 200
    report = enter(words_of(page)).report
    assert report is not None
    assert report.unproven


def test_without_javascript_nothing_is_dropped_for_a_missing_answer(
    client: Client, generation: Generation
) -> None:
    token = fresh(client)
    status, page = post(client, narrative=STORY, step="save", token=token, answer="viagra")
    assert (status, share.PROVE in unescape(page), STORY in page) == (422, True, True)
    assert "<noscript>" not in page, "the question must show where a browser's JavaScript failed"


def test_a_form_filled_faster_than_anybody_writes_is_asked_again(
    client: Client, generation: Generation
) -> None:
    token = hidden(client.get("/share/").content.decode(), "token")
    status, page = post(client, narrative=STORY, step="send", token=token, answer=_answer(token))
    assert (status, share.TOO_QUICK in unescape(page), STORY in page) == (422, True, True)


def test_the_trap_for_robots_says_what_to_do(client: Client, generation: Generation) -> None:
    token = fresh(client)
    status, page = post(
        client, narrative=STORY, step="send", token=token, answer=_answer(token), website="http://x"
    )
    assert (status, share.TRAP in page, STORY in page) == (422, True, True)


def test_the_unproven_lane_has_a_bucket_of_its_own(
    client: Client, generation: Generation, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(doors, "UNPROVEN", doors.TokenBucket(rate=0.001, burst=1))
    for expected in (200, 429):
        token = fresh(client)
        assert post(client, narrative=STORY, step="send", token=token, answer=_answer(token))[0] == expected
    assert send(client)[0] == 200


# ------------------------------------------------------------------ leaving and headers


def test_leaving_clears_the_page_cookie_and_goes_to_the_library(
    client: Client, generation: Generation
) -> None:
    client.get("/share/")
    assert client.cookies["page"].value == "1"
    assert client.cookies["page"]["httponly"]
    answer = client.get("/leave")
    assert (answer.status_code, answer["Location"]) == (303, "/reports/")
    assert client.cookies["page"].value == ""


def test_pages_with_words_are_never_stored(client: Client, generation: Generation, send: Send) -> None:
    code, _report_id = send()
    token = fresh(client, "/return/")
    for answer in (
        client.get("/share/"),
        client.post("/share/", {"narrative": STORY, "step": "check"}, **SAME),
        client.get("/return/"),
        client.post("/return/", {"code": code, "token": token}, **SAME),
        client.get("/leave"),
    ):
        assert answer["Cache-Control"] == "no-store"
        assert code not in str(answer.headers)


def test_no_reader_gets_a_cookie_on_the_safety_page(client: Client, generation: Generation) -> None:
    answer = client.get("/safety/")
    page = answer.content.decode()
    assert not answer.cookies
    assert "Reports under a legal hold now: 0" in page
    assert "988" in page


def test_a_theme_chosen_in_the_middle_keeps_the_page_and_the_words(
    client: Client, generation: Generation
) -> None:
    for at, mark in (
        ("edit", "Share what almost happened"),
        ("check", "Check before you send"),
        ("detail", "Add detail"),
    ):
        status, page = post(client, theme="red", at=at, narrative=STORY, token=fresh(client))
        assert status == 200
        assert 'data-theme="red"' in page
        assert mark in page
        assert STORY in page
    _status, page = send(client)
    _status, again = post(client, theme="night", at="code", token=hidden(page, "token"))
    assert words_of(again) == words_of(page)


def test_the_first_page_is_small(client: Client) -> None:
    assert len(client.get("/share/").content) < 9_000


# ------------------------------------------------------------------ hostile input

LONG_AND_STRANGE = (
    "\x00" * 50, "\ud800", "\u202egnirts\u2066", "a" * 200_000, "🚓" * 20_000,
    "<script>", "{{ 7 }}", "%00", "\r\n\r\n",
)  # fmt: skip
hostile = st.text(st.characters(codec=None, exclude_categories=()), max_size=300) | st.sampled_from(
    range(len(LONG_AND_STRANGE))
).map(lambda place: LONG_AND_STRANGE[place])


@settings(max_examples=examples(40), suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(
    narrative=hostile,
    worked=hostile,
    other=hostile.map(lambda text: text[:5000]),
    step=st.sampled_from(["check", "edit", "detail", "send", "save", "code", ""]),
)
def test_no_input_breaks_the_share_page_and_the_words_come_back(
    client: Client, generation: Generation, narrative: str, worked: str, other: str, step: str
) -> None:
    fields = {
        "narrative": narrative,
        "worked": worked,
        "step": step,
        "token": other,
        "proof": other,
        "kind": other,
        "kept": other,
        "answer": other,
        "detail-D1": other,
        "use": other,
        "website": other,
    }
    answer = raw(client, "/share/", fields)
    assert answer.status_code in {200, 403, 422}
    page = unescape(answer.content.decode())
    sent = submission.clean(narrative.encode("utf-8", "surrogatepass").decode("utf-8", "replace"))
    assert sent[:200] in page


@settings(max_examples=examples(40), suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(
    code=hostile,
    text=hostile,
    once=hostile,
    step=st.sampled_from(["open", "answer", "detail", "approve", "change", "numbers", "withdraw", "x"]),
    own=st.booleans(),
)
def test_no_input_breaks_the_mailbox(
    client: Client, generation: Generation, code: str, text: str, once: str, step: str, own: bool
) -> None:
    doors.CODES = doors.TokenBucket(1000, 1000)
    typed = (
        actions.submit_report(submission.Submission(STORY), entropy=b"m" * 16).code.spoken
        if own and step != "withdraw"
        else code
    )
    fields = {"code": typed, "text": text, "once": once, "step": step, "token": fresh(client, "/return/")}
    answer = raw(client, "/return/", fields)
    assert answer.status_code in {200, 409, 410, 422}
    assert len(answer.content) % mailbox.PAGE_BYTES == 0

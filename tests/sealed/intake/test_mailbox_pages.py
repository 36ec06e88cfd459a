"""The mailbox's pages, as a browser without JavaScript meets them."""

from html import unescape
from unittest import mock

import pytest
from django.db import OperationalError
from django.test import Client

from closecall.sealed.intake import actions, queries
from closecall.sealed.intake.rules.claim_code import DOES_NOT_MATCH
from closecall.sealed.intake.rules.dialogue import ProposedText
from closecall.sealed.intake.views import doors, mailbox
from closecall.sealed.vault.generations import Generation
from tests.sealed.intake.conftest import STORY, Send, enter
from tests.sealed.intake.posting import fresh, hidden, post

pytestmark = [
    pytest.mark.django_db(databases=["default", "sealed"]),
    pytest.mark.urls("closecall.config.public_urls"),
]

# ------------------------------------------------------------------ returning


def test_the_words_open_the_mailbox_by_post_alone(client: Client, generation: Generation, send: Send) -> None:
    code, report_id = send()
    actions.ask(report_id, "How far was backup?", [generation])
    status, page = post(
        client, "/return/", code=code.upper().replace(" ", ", "), token=fresh(client, "/return/")
    )
    assert status == 200
    assert "How far was backup?" in page
    assert STORY not in page
    assert "How far" not in client.get("/return/", {"code": code}).content.decode()


def test_a_wrong_code_gets_the_sentence_and_keeps_what_was_typed(
    client: Client, generation: Generation
) -> None:
    for typed in ("can vel ham orb pic tun", "five words are not enough", "", "\x00🚓"):
        status, page = post(client, "/return/", code=typed, token=fresh(client, "/return/"))
        assert status == 422
        assert DOES_NOT_MATCH in unescape(page)
    assert "can vel ham" in post(client, "/return/", code="can vel ham", token=fresh(client, "/return/"))[1]


def test_every_answer_of_the_mailbox_has_the_same_length(
    client: Client, generation: Generation, send: Send
) -> None:
    code, report_id = send()
    actions.offer_text(report_id, ProposedText("T", "Some words. " * 300, ("A lesson",)), [generation])
    gone, _id = send("Other", entropy=b"g" * 16)
    actions.withdraw(enter(gone))
    sizes = {
        len(post(client, "/return/", code=typed, token=fresh(client, "/return/"))[1].encode())
        for typed in (code, gone, "can vel ham orb pic tun", "x")
    }
    assert sizes == {mailbox.PAGE_BYTES}


def _step(client: Client, code: str, step: str, **fields: str) -> tuple[int, str]:
    _status, page = post(client, "/return/", code=code, token=fresh(client, "/return/"))
    return post(
        client,
        "/return/",
        code=hidden(page, "code"),
        once=hidden(page, "once"),
        token=hidden(page, "token"),
        step=step,
        **fields,
    )


def test_a_reporter_answers_asks_for_a_change_approves_and_takes_it_back(
    client: Client, generation: Generation, send: Send
) -> None:
    code, report_id = send()
    actions.ask(report_id, "How far?", [generation])
    assert mailbox.SAID["answer"] in _step(client, code, "answer", text="Same floor.")[1]
    actions.offer_text(report_id, ProposedText("Searched", "At [a hospital]."), [generation])
    status, page = _step(client, code, "change", text="It was raining.")
    assert (status, queries.reporter_decision(report_id).kind) == (200, "change")
    assert '<span class="br short">[a hospital]</span>' in page
    _step(client, code, "approve")
    assert queries.reporter_decision(report_id).kind == "approved"
    _step(client, code, "detail", text="A revolver.")
    assert queries.open_original(report_id, [generation]).added == ("A revolver.",)
    status, page = _step(client, code, "withdraw")
    assert (status, "You took this report back" in page) == (200, True)
    assert queries.slots().used() == frozenset()
    assert "Same floor" not in post(client, "/return/", code=code, token=fresh(client, "/return/"))[1]


def test_what_could_not_be_kept_stays_in_its_field(
    client: Client, generation: Generation, send: Send
) -> None:
    code, report_id = send()
    actions.ask(report_id, "How far?", [generation])
    with mock.patch.object(actions, "answer", side_effect=OperationalError("locked")):
        status, page = _step(client, code, "answer", text="Same floor.")
    assert (status, mailbox.NOT_SAVED in unescape(page), "Same floor." in page) == (503, True, True)
    long = "word " * 1000
    status, page = _step(client, code, "answer", text=long)
    assert (status, long.strip() in page, "Cut about" in page) == (422, True, True)


def test_a_crowd_at_the_mailbox_keeps_what_was_typed(
    client: Client, generation: Generation, send: Send, monkeypatch: pytest.MonkeyPatch
) -> None:
    code, _report_id = send()
    monkeypatch.setattr(doors, "CODES", doors.TokenBucket(rate=0.001, burst=1))
    token = fresh(client, "/return/")
    doors.let_in(doors.CODES)
    status, page = post(client, "/return/", code=code, token=token, step="answer", text="Same floor.")
    assert (status, code in page, "Same floor." in page) == (429, True, True)

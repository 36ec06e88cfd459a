"""Withdrawing, erasing, holding: what no key opens afterwards."""

from datetime import date

import pytest

from closecall.errors import Conflict, Gone
from closecall.sealed.intake import actions, queries
from closecall.sealed.intake.models import (
    Unfinished,
)
from closecall.sealed.intake.rules.stages import Stage
from closecall.sealed.intake.rules.submission import Submission
from closecall.sealed.vault.generations import Generation
from tests.sealed.intake.conftest import ENTROPY, STORY, TEXT, Send, enter

pytestmark = pytest.mark.django_db(databases=["default", "sealed"])

# ------------------------------------------------------------------ withdrawal and erasure


def test_a_withdrawn_report_opens_for_nobody(generation: Generation, send: Send) -> None:
    code, report_id = send()
    actions.ask(report_id, "How far?", [generation])
    actions.withdraw(enter(code))
    assert queries.slots().used() == frozenset()
    with pytest.raises(Gone):
        queries.open_original(report_id, [generation])
    with pytest.raises(Gone):
        queries.draft_key(report_id, [generation])
    assert queries.messages(report_id, [generation]) == ()
    mailbox = queries.mailbox(enter(code))
    assert mailbox is not None
    assert (mailbox.stage, mailbox.messages, mailbox.proposed) == (Stage.WITHDRAWN, (), None)


def test_a_withdrawal_cut_short_is_finished_at_the_next_start(
    generation: Generation, send: Send, monkeypatch: pytest.MonkeyPatch
) -> None:
    code, report_id = send()
    with monkeypatch.context() as crash:
        crash.setattr("closecall.sealed.intake.actions.outbox.replay", lambda _report_id: 0)
        actions.withdraw(enter(code))
    assert queries.slots().used()
    assert actions.replay() == 0
    assert queries.slots().used() == frozenset()
    assert not Unfinished.objects.exists()
    with pytest.raises(Gone):
        queries.open_original(report_id, [generation])


def test_a_withdrawal_twice_is_one(send: Send) -> None:
    code, _report_id = send()
    actions.withdraw(enter(code))
    actions.withdraw(enter(code))
    assert sum(week.get("withdrawn", 0) for week in queries.totals().values()) == 1


def test_a_legal_hold_delays_the_burning_and_nothing_else(generation: Generation, send: Send) -> None:
    code, report_id = send()
    actions.hold(report_id)
    actions.withdraw(enter(code))
    assert queries.slots().used()
    assert queries.held_count() == 1
    mailbox = queries.mailbox(enter(code))
    assert mailbox is not None
    assert mailbox.held
    with pytest.raises(Conflict):
        actions.burn_originals(report_id)
    actions.lift_hold(report_id)
    assert queries.slots().used() == frozenset()


def test_after_the_scheduled_erasure_the_reporter_still_reads_the_dialogue(
    generation: Generation, send: Send
) -> None:
    code, report_id = send()
    actions.ask(report_id, "How far?", [generation])
    actions.burn_originals(report_id)
    actions.burn_dialogue(report_id)
    with pytest.raises(Gone):
        queries.open_original(report_id, [generation])
    assert queries.messages(report_id, [generation]) == ()
    mailbox = queries.mailbox(enter(code))
    assert mailbox is not None
    assert [message.text for message in mailbox.messages] == ["How far?"]
    with pytest.raises(Conflict):
        actions.add_detail(enter(code), "too late")


def test_what_nobody_handled_is_warned_of_and_then_erased(generation: Generation) -> None:
    actions.submit_report(Submission(STORY), entropy=ENTROPY, today=date(2026, 8, 3))
    assert queries.unhandled(date(2026, 9, 20)) == []
    assert [age for _report, age in queries.unhandled(date(2026, 10, 15))] == [67]
    assert actions.erase_unhandled(date(2026, 10, 15)) == 0
    assert actions.erase_unhandled(date(2026, 11, 24)) == 1
    assert queries.slots().used() == frozenset()


def test_nothing_brings_a_withdrawn_report_back(generation: Generation, send: Send) -> None:
    code, report_id = send()
    actions.withdraw(enter(code))
    with pytest.raises(Gone):
        actions.set_stage(report_id, Stage.CODING)
    with pytest.raises(Gone):
        actions.offer_text(report_id, TEXT, [generation])

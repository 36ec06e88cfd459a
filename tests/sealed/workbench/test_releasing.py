"""Releasing and what comes afterwards: the gate, the batch, the outbox, taking back, correcting, erasing, holding."""

from dataclasses import replace

import pytest

from closecall.errors import BadInput, Conflict, Gone, NotAllowed
from closecall.public.library import actions as library_actions
from closecall.public.library import queries as library
from closecall.sealed.intake import actions as intake
from closecall.sealed.intake import queries as mailboxes
from closecall.sealed.intake.rules.stages import Stage
from closecall.sealed.workbench import actions, queries
from closecall.sealed.workbench.actions import outbox
from closecall.sealed.workbench.models import Outbox

from .conftest import (
    NOTHING,
    Send,
    code,
    publish,
    redact,
    schedule,
    screen,
    stage_of,
)

pytestmark = pytest.mark.django_db(databases=["default", "sealed"])


# ---------------------------------------------------------------- the gate, the batch, the outbox


@pytest.mark.once
def test_the_gate_generalises_the_period_until_five_share_it(send: Send, anna, ben):
    sent = [send() for _ in range(5)]
    for number, each in enumerate(sent):
        screen(each.public_id, anna, ben)
        redact(each.public_id, anna)
        over = code(each.public_id, anna)
        over = actions.word(
            each.public_id,
            title="A second search",
            synopsis="An officer took over a prisoner.",
            content_note="",
            quarter=f"2026-Q{min(number, 3) + 1}",
            over=over,
            by=anna,
        )
        actions.propose(each.public_id, over=over, by=anna)
        actions.second_read(each.public_id, NOTHING, by=ben)
        actions.approve(each.public_id, by=ben)
    assert len(actions.release_batch(by=ben).released) == 5
    assert {library.report(each.public_id).text.period for each in sent} == {"2026"}


def test_a_young_library_needs_a_reason_and_tells_no_period(report, anna, ben):
    screen(report.public_id, anna, ben)
    schedule(report.public_id, anna, ben)
    actions.release_batch(by=ben)
    assert library.report(report.public_id).text.period == ""


def test_a_batch_that_is_not_due_waits(send: Send, anna, ben, settings):
    settings.RELEASE_DAYS = 14
    first, second = send(), send("The radio died. Nobody heard us.")
    for each in (first, second):
        screen(each.public_id, anna, ben)
    schedule(first.public_id, anna, ben)
    actions.release_batch(by=ben)
    schedule(second.public_id, anna, ben)
    with pytest.raises(Conflict):
        actions.release_batch(by=ben)


def test_a_release_that_the_library_missed_is_repeated(report, anna, ben, monkeypatch):
    screen(report.public_id, anna, ben)
    schedule(report.public_id, anna, ben)

    def out_of_reach(*_args: object, **_more: object) -> bool:
        raise OSError

    with monkeypatch.context() as broken:
        broken.setattr(library_actions, "publish", out_of_reach)
        released = actions.release_batch(by=ben)
    assert released.pending == 1 and stage_of(report) is Stage.SCHEDULED
    with pytest.raises(Conflict):
        actions.reopen(report.public_id, by=anna)
    assert actions.replay() == 0
    assert library.report(report.public_id).text.title == "A second search"
    assert stage_of(report) is Stage.PUBLISHED
    assert actions.replay() == 0 and library.total() == 1


def test_a_withdrawal_between_decision_and_library_wins(report, anna, ben, monkeypatch):
    screen(report.public_id, anna, ben)
    schedule(report.public_id, anna, ben)
    with monkeypatch.context() as broken:
        broken.setattr(outbox, "_in_library", lambda *_: (_ for _ in ()).throw(OSError()))
        actions.release_batch(by=ben)
    intake.withdraw(report.enter())
    assert actions.replay() == 0 and not Outbox.objects.exists()
    assert library.total() == 0 and stage_of(report) is Stage.WITHDRAWN


# ---------------------------------------------------------------- afterwards


def test_one_analyst_alone_unpublishes(report, anna, ben, cara):
    publish(report, anna, ben)
    actions.unpublish(report.public_id, reason="identity", by=cara)
    with pytest.raises(Gone):
        library.report(report.public_id)
    assert not actions.release_batch(by=ben).released


def test_a_correction_takes_two_people_and_leaves_a_visible_note(report, anna, ben, cara):
    publish(report, anna, ben)
    text = library.report(report.public_id).text
    better = replace(text, title="A second search paid")
    actions.propose_correction(better, "The title was unclear.", by=cara)
    with pytest.raises(NotAllowed):
        actions.approve_correction(report.public_id, by=cara)
    assert library.report(report.public_id).text.title == "A second search"
    actions.approve_correction(report.public_id, by=ben)
    there = library.report(report.public_id)
    assert there.text.title == "A second search paid"
    assert there.corrections[0].note == "The title was unclear."


def test_an_approver_does_not_approve_their_own_correction(report, anna, ben):
    publish(report, anna, ben)
    text = library.report(report.public_id).text
    actions.propose_correction(replace(text, title="Other"), "Unclear.", by=ben)
    with pytest.raises(NotAllowed):
        actions.approve_correction(report.public_id, by=ben)


def test_a_correction_brings_no_new_identifier_in(report, anna, ben):
    publish(report, anna, ben)
    text = library.report(report.public_id).text
    with pytest.raises(BadInput):
        actions.propose_correction(replace(text, title="Okafor searched"), "Unclear.", by=anna)


def test_after_erasure_the_original_and_the_drafts_never_open_again(report, anna, ben, settings):
    publish(report, anna, ben)
    assert not queries.due_erasures()
    settings.DEMO = True
    assert actions.erase_due(by=anna).originals == 1
    with pytest.raises(Gone):
        queries.original(queries.head(report.public_id), anna)
    with pytest.raises(Gone):
        queries.coding_of(queries.head(report.public_id), anna)
    assert library.report(report.public_id).text.title == "A second search"
    assert actions.erase_due(by=anna).originals == 0


def test_a_legal_hold_stops_erasure(report, anna, ben, settings):
    publish(report, anna, ben)
    settings.DEMO = True
    intake.hold(report.report_id)
    assert actions.erase_due(by=anna).held == 1
    queries.original(queries.head(report.public_id), anna)


def test_a_hold_takes_two_approvers_to_begin_and_two_to_end(report, anna, ben, cara):
    with pytest.raises(NotAllowed):
        actions.change_hold(report.public_id, by=cara)
    assert actions.change_hold(report.public_id, by=anna) is False
    with pytest.raises(Conflict):
        actions.change_hold(report.public_id, by=anna)
    assert not mailboxes.summary(report.report_id).held
    assert actions.change_hold(report.public_id, by=ben) is True
    assert mailboxes.summary(report.report_id).held
    assert actions.change_hold(report.public_id, by=ben) is False
    assert mailboxes.summary(report.report_id).held
    assert actions.change_hold(report.public_id, by=anna) is True
    assert not mailboxes.summary(report.report_id).held


def test_readers_warnings_stand_in_the_queue_until_somebody_settles_them(report, anna, ben):
    publish(report, anna, ben)
    library_actions.warn(report.public_id)
    assert queries.worklist(anna).warnings[0].public_id == report.public_id
    actions.settle_warning(report.public_id, by=anna)
    assert not queries.worklist(anna).warnings

"""One event told by several: found in an unlocked session, joined by two people, each with its own mailbox."""

from dataclasses import replace

import pytest

from closecall.errors import BadInput, Conflict, Gone, NotAllowed
from closecall.public.library import queries as library
from closecall.public.library.models import SameEvent
from closecall.sealed.intake import actions as intake
from closecall.sealed.intake import queries as mailboxes
from closecall.sealed.intake.rules.stages import Stage
from closecall.sealed.workbench import actions, queries
from closecall.sealed.workbench.models import Case, Outbox, Screening
from closecall.sealed.workbench.rules import events, release
from closecall.sealed.workbench.rules.events import Noted
from closecall.sealed.workbench.rules.release import Fact, Reasons
from closecall.sealed.workbench.rules.screening import Verdict

from .conftest import GO_ON, NOTHING, STORY, Send, keyless, propose, schedule, screen
from .test_pages import no_static_files, sign_in, text_of  # noqa: F401 # fixtures of the desk's pages

pytestmark = pytest.mark.django_db(databases=["default", "sealed"])

OTHER = (
    "My partner took over a prisoner on Elm Street and asked me to watch. "
    "He searched the man again and pulled a pistol out of his boot. Nobody had found it before."
)
FAR = "A tire blew at speed on the bridge and the cruiser spun. My belt held me."


def head(sent):
    return queries.head(sent.public_id)


def joined(first, second, anna, ben):
    assert actions.join(first.public_id, second.public_id, by=anna) is False
    assert actions.join(first.public_id, second.public_id, by=ben) is True


def published(sent, author, approver):
    screen(sent.public_id, author, approver)
    schedule(sent.public_id, author, approver)
    return actions.release_batch(by=approver)


# ---------------------------------------------------------------- finding


def test_another_account_is_found_first_and_what_contradicts_day_or_place_is_not(send: Send, anna, ben):
    mine, other, far = send(STORY), send(OTHER), send(FAR)
    assert queries.candidates(head(mine), anna)[0].case.public_id == other.public_id
    there = replace(GO_ON, day="2026-11-20", place="Millbrook")
    actions.screen(mine.public_id, there, by=anna)
    for person in (anna, ben):
        actions.screen(other.public_id, replace(there, day="2026-11-21"), by=person)
        actions.screen(far.public_id, replace(there, place="Ashford"), by=person)
    found = [one.case.public_id for one in queries.candidates(head(mine), anna)]
    assert found == [other.public_id]
    # Where two screeners differ, either may be right.
    actions.screen(mine.public_id, replace(GO_ON, day="2026-10-01"), by=ben)
    assert [one.case.public_id for one in queries.candidates(head(mine), ben)] == [other.public_id]


def test_a_text_that_was_sent_again_is_found_whatever_day_it_says(send: Send, anna):
    mine, again = send(STORY), send(STORY.replace("He told me", "They told me"))
    actions.screen(mine.public_id, replace(GO_ON, day="2026-11-20"), by=anna)
    actions.screen(again.public_id, replace(GO_ON, day="2025-01-01"), by=anna)
    (found,) = queries.candidates(head(mine), anna)
    assert found.case.public_id == again.public_id and found.copy


def test_a_screener_does_not_see_the_days_that_the_other_noted_before_both_are_in(send: Send, anna, ben):
    mine = send()
    actions.screen(mine.public_id, replace(GO_ON, day="2026-11-20"), by=anna)
    assert queries.noted_of(head(mine), ben) == ()
    screen(mine.public_id, ben)
    assert Noted("2026-11-20") in queries.noted_of(head(mine), ben)


def test_candidates_come_only_from_originals_that_live_and_that_ones_keys_open(
    send: Send, anna, ben, settings
):
    mine, other = send(STORY), send(OTHER)
    with pytest.raises(NotAllowed):
        queries.candidates(head(mine), keyless(anna))
    settings.DEMO = True
    screen(other.public_id, anna, ben)
    actions.count_only(other.public_id, by=anna)
    actions.erase_due(by=ben)
    assert queries.candidates(head(mine), anna) == ()
    with pytest.raises(Gone):
        queries.candidates(head(other), anna)


def test_day_and_place_are_sealed_and_go_with_the_original(send: Send, anna, ben, settings):
    mine = send()
    actions.screen(mine.public_id, replace(GO_ON, day="2026-11-20", place="Millbrook"), by=anna)
    row = Screening.objects.get()
    assert b"Millbrook" not in bytes(row.envelope) and b"2026-11-20" not in bytes(row.envelope)
    clear = [
        str(value) for row in Screening.objects.values() for key, value in row.items() if key != "envelope"
    ]
    assert not any("Millbrook" in value or "2026-11" in value for value in clear)
    settings.DEMO = True
    screen(mine.public_id, ben)
    actions.count_only(mine.public_id, by=ben)
    actions.erase_due(by=ben)
    assert not Screening.objects.exists()


@pytest.mark.parametrize("day", ["20.11.2026", "yesterday", "2026-13-01"])
def test_a_day_that_cannot_be_compared_is_refused(report, anna, day):
    with pytest.raises(BadInput):
        actions.screen(report.public_id, replace(GO_ON, day=day), by=anna)


def test_days_next_to_each_other_and_places_with_a_word_in_common_agree():
    assert events.agree([Noted("2026-11-20", "Route 9, Millbrook")], [Noted("2026-11-19", "MILLBROOK")])
    assert events.agree([Noted("2026-11-20")], [Noted("", "Millbrook")]) and events.agree(
        [], [Noted("2026-11-20")]
    )
    assert not events.agree([Noted("2026-11-20")], [Noted("2026-11-22")])
    assert not events.agree([Noted("", "the city of Millbrook")], [Noted("", "the city of Ashford")])


# ---------------------------------------------------------------- joining


def test_one_person_alone_joins_nothing(send: Send, anna, ben):
    first, second = send(STORY), send(OTHER)
    assert actions.join(first.public_id, second.public_id, by=anna) is False
    with pytest.raises(Conflict):
        actions.join(first.public_id, second.public_id, by=anna)
    assert actions.join(second.public_id, first.public_id, by=anna) is False  # nor from the other side
    assert head(first).event == head(second).event == ""
    assert actions.join(first.public_id, second.public_id, by=ben) is True
    assert head(first).event == head(second).event != ""
    with pytest.raises(BadInput):
        actions.join(first.public_id, first.public_id, by=anna)


def test_a_third_account_joins_both_and_parting_takes_two_people_as_well(send: Send, anna, ben):
    one, two, three = send(STORY), send(OTHER), send(FAR)
    joined(one, two, anna, ben)
    joined(three, one, anna, ben)
    assert len({head(each).event for each in (one, two, three)}) == 1
    assert actions.part(three.public_id, by=anna) is False
    with pytest.raises(Conflict):
        actions.part(three.public_id, by=anna)
    assert actions.part(three.public_id, by=ben) is True
    assert head(three).event == "" and len(queries.accounts(head(one).event)) == 2


def test_joining_moves_neither_report_and_tells_no_mailbox(send: Send, anna, ben):
    first, second = send(STORY), send(OTHER)
    joined(first, second, anna, ben)
    for sent in (first, second):
        box = mailboxes.mailbox(sent.enter())
        assert box is not None and box.stage is Stage.RECEIVED and box.messages == ()


def test_each_account_keeps_its_own_mailbox_and_withdrawing_one_keeps_the_other(send: Send, anna, ben):
    first, second = send(STORY), send(OTHER)
    joined(first, second, anna, ben)
    for sent in (first, second):
        published(sent, anna, ben)
    assert set(library.told_events()) == {first.public_id, second.public_id}
    actions.ask(first.public_id, "How far was backup?", by=anna)
    box = mailboxes.mailbox(second.enter())
    assert box is not None and not any("backup" in message.text for message in box.messages)
    intake.withdraw(first.enter())
    assert library.report(second.public_id) and library.told_events() == {}
    with pytest.raises(Gone):
        library.report(first.public_id)
    kept = mailboxes.mailbox(second.enter())
    assert kept is not None and kept.stage is Stage.PUBLISHED
    assert [one.public_id for one in queries.accounts(head(second).event)] == [second.public_id]


def test_what_was_joined_survives_erasure_and_is_forgotten_for_who_took_it_back(
    send: Send, anna, ben, settings
):
    first, second, third = send(STORY), send(OTHER), send(FAR)
    joined(first, second, anna, ben)
    joined(first, third, anna, ben)
    for sent in (first, second):
        published(sent, anna, ben)
    intake.withdraw(third.enter())
    settings.DEMO = True
    actions.erase_due(by=ben)
    assert Case.objects.get(public_id=third.public_id).event == ""
    assert mailboxes.summary(first.report_id).originals_burnt
    assert head(first).event == head(second).event != ""
    assert set(library.told_events()) == {first.public_id, second.public_id}


def test_reports_that_are_joined_after_both_were_published_are_one_event_in_the_library(
    send: Send, anna, ben
):
    first, second = send(STORY), send(OTHER)
    for sent in (first, second):
        published(sent, anna, ben)
    before = library.report(first.public_id).signatures
    joined(first, second, anna, ben)
    assert not Outbox.objects.exists()
    assert [one.public_id for one in library.other_accounts(first.public_id)] == [second.public_id]
    assert library.report(first.public_id).signatures == before  # what two people signed stands
    assert actions.part(second.public_id, by=anna) is False and actions.part(second.public_id, by=ben) is True
    assert library.told_events() == {}


def test_the_library_learns_of_an_event_only_when_two_accounts_are_published(send: Send, anna, ben):
    first, second = send(STORY), send(OTHER)
    joined(first, second, anna, ben)
    published(first, anna, ben)
    assert not SameEvent.objects.exists()


# ---------------------------------------------------------------- never a way into the library


def test_joining_with_a_published_report_publishes_nothing_and_signs_nothing(send: Send, anna, ben):
    first, second = send(STORY), send(OTHER)
    published(first, anna, ben)
    screen(second.public_id, anna, ben)
    propose(second.public_id, anna)
    joined(second, first, anna, ben)
    assert head(second).stage is Stage.SECOND_READING and not head(second).approver
    with pytest.raises(NotAllowed):
        actions.second_read(second.public_id, NOTHING, by=anna)
    assert not actions.release_batch(by=anna).released and library.total() == 1


@pytest.mark.once
def test_five_accounts_of_one_event_do_not_open_the_gate_for_each_other(send: Send, anna, ben):
    five = [send(f"{OTHER} I was number {number}.") for number in range(5)]
    for sent in five:
        screen(sent.public_id, anna, ben)
        schedule(sent.public_id, anna, ben, reasons=Reasons())
    for sent in five[1:]:
        joined(five[0], sent, anna, ben)
    done = actions.release_batch(by=ben)
    assert not done.released and {one.public_id for one in done.held} == {sent.public_id for sent in five}


@pytest.mark.once
def test_five_different_events_do(send: Send, anna, ben):
    five = [send(f"{OTHER} I was number {number}.") for number in range(5)]
    for sent in five:
        screen(sent.public_id, anna, ben)
        schedule(sent.public_id, anna, ben, reasons=Reasons())
    assert len(actions.release_batch(by=ben).released) == 5


def test_accounts_of_one_event_that_wait_count_once_at_the_gate():
    waiting = [Fact(("weapon",), "2026-Q4", "E")] * 3 + [Fact(("weapon",), "2026-Q4")] * 2
    assert release.rungs(("weapon",), "2026-Q4", waiting, {})[0].shared_by == 4


# ---------------------------------------------------------------- triage and pages


def test_two_screeners_join_it_and_it_goes_its_own_way(send: Send, anna, ben):
    first, second = send(STORY), send(OTHER)
    for person in (anna, ben):
        actions.screen(second.public_id, replace(GO_ON, duplicate_of=first.public_id), by=person)
    assert head(second).event == head(first).event != "" and head(second).stage is Stage.REDACTING


def test_an_account_that_should_not_be_told_twice_is_counted_beside_the_other(send: Send, anna, ben):
    first, second = send(STORY), send(STORY)
    view = replace(GO_ON, verdict=Verdict.NUMBERS_ONLY, duplicate_of=first.public_id)
    for person in (anna, ben):
        actions.screen(second.public_id, view, by=person)
    assert head(second).event == head(first).event != "" and head(second).stage is Stage.NUMBERS_ONLY


def test_whoever_sends_a_decoy_never_learns_that_somebody_else_told_of_the_event(send: Send, anna, ben):
    first, decoy = send(STORY), send(OTHER)
    for person in (anna, ben):
        actions.screen(decoy.public_id, replace(GO_ON, duplicate_of=first.public_id), by=person)
    box = mailboxes.mailbox(decoy.enter())
    assert box is not None and box.messages == ()


def test_the_page_shows_candidates_and_two_people_join_by_its_forms(send: Send, anna, ben, sign_in):  # noqa: F811
    first, second = send(STORY), send(OTHER)
    at = f"/cases/{first.public_id}/event/"
    page = text_of(sign_in(anna).get(at))
    assert second.public_id in page and "Say so in your view" in page
    assert f'value="{second.public_id}"' in text_of(
        sign_in(anna).get(f"/cases/{first.public_id}/triage/?same={second.public_id}")
    )
    for sent in (first, second):
        screen(sent.public_id, anna, ben)
    form = {"act": "join", "other": second.public_id}
    assert sign_in(anna).post(at, form).status_code == 302
    assert "A second person must agree" in text_of(sign_in(anna).get(at))
    assert sign_in(anna).post(at, form).status_code == 409
    assert "Agree: one event" in text_of(sign_in(ben).get(at))
    assert sign_in(ben).post(at, form).status_code == 302
    page = text_of(sign_in(ben).get(f"/cases/{second.public_id}/event/"))
    assert "Each keeps its own mailbox" in page and first.public_id in page
    assert sign_in(ben).post(at, {"act": "join", "other": "ZZZZZZ"}).status_code == 404
    assert sign_in(ben).get(at).headers["Cache-Control"] == "no-store"

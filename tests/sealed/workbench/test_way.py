"""A report's way from the queue to the library, and everything that stops it."""

from dataclasses import replace

import pytest
from django.db import IntegrityError, connections, transaction

from closecall.errors import BadInput, Conflict, NotAllowed, NotFound
from closecall.public.library import queries as library
from closecall.public.library.rules.report import AppliedCode, Lesson
from closecall.sealed.intake import actions as intake
from closecall.sealed.intake import queries as mailboxes
from closecall.sealed.intake.rules.stages import Stage
from closecall.sealed.workbench import actions, queries
from closecall.sealed.workbench.models import Approval, Draft, Outbox, Screening
from closecall.sealed.workbench.rules.redaction import Choice, Decision
from closecall.sealed.workbench.rules.release import Reasons
from closecall.sealed.workbench.rules.screening import Screening as View
from closecall.sealed.workbench.rules.screening import Verdict
from closecall.site.crypto import CannotOpen

from .conftest import (
    GO_ON,
    NOTHING,
    SMALL,
    Send,
    code,
    keyless,
    propose,
    redact,
    schedule,
    screen,
    stage_of,
)

pytestmark = pytest.mark.django_db(databases=["default", "sealed"])


# ---------------------------------------------------------------- the whole way


def test_two_people_bring_a_report_into_the_library(report, anna, ben):
    screen(report.public_id, anna, ben)
    assert stage_of(report) is Stage.REDACTING
    schedule(report.public_id, anna, ben)
    assert stage_of(report) is Stage.SCHEDULED
    released = actions.release_batch(by=ben)
    assert released.released == (report.public_id,) and not released.held and not released.pending
    there = library.report(report.public_id)
    assert there.origin == "own" and "Ramirez" not in there.text.narrative and "[" in there.text.narrative
    assert stage_of(report) is Stage.PUBLISHED and not Outbox.objects.exists()


def test_nothing_that_somebody_wrote_stands_in_the_clear(report, anna, ben):
    screen(report.public_id, anna)
    actions.screen(report.public_id, replace(GO_ON, note="Sounds like Elm Street"), by=ben)
    propose(report.public_id, anna)
    rows = [bytes(row.envelope) for row in [*Draft.objects.all(), *Screening.objects.all()]]
    assert len(rows) >= 5
    for row in rows:
        assert b"Elm" not in row and b"Search him" not in row and b"boot" not in row
    assert {len(row) - 42 for row in rows} <= {4096, 16384, 65536, 262144}


# ---------------------------------------------------------------- triage


def test_a_second_view_by_the_same_person_is_refused(report, anna):
    screen(report.public_id, anna)
    with pytest.raises(Conflict):
        screen(report.public_id, anna)
    assert stage_of(report) is Stage.SCREENING


def test_the_first_view_is_hidden_from_the_second_screener_until_both_are_in(report, anna, ben):
    actions.screen(report.public_id, replace(GO_ON, note="mine"), by=anna)
    seen = queries.screening(queries.head(report.public_id), ben)
    assert seen.mine is None and seen.views == () and seen.settled is None
    screen(report.public_id, ben)
    assert len(queries.screening(queries.head(report.public_id), ben).views) == 2


def test_declining_needs_both(report, anna, ben):
    no = View(hazard=False, verdict=Verdict.DECLINE, note="Not a near miss.")
    actions.screen(report.public_id, no, by=anna)
    screen(report.public_id, ben)
    assert stage_of(report) is Stage.SCREENING
    with pytest.raises(BadInput):
        actions.resolve(report.public_id, Verdict.DECLINE, by=anna)
    actions.resolve(report.public_id, Verdict.PUBLISH, by=ben)
    assert stage_of(report) is Stage.REDACTING


def test_when_both_decline_the_reporter_is_told_why(report, anna, ben):
    no = View(hazard=False, verdict=Verdict.DECLINE, note="Not a near miss.")
    for person in (anna, ben):
        actions.screen(report.public_id, no, by=person)
    assert stage_of(report) is Stage.DECLINED
    box = mailboxes.mailbox(report.enter())
    assert box is not None and "Not a near miss." in box.messages[-1].text


def test_one_person_alone_never_declines_later_either(report, anna, ben, cara):
    screen(report.public_id, anna, ben)
    assert actions.decline(report.public_id, "Too easy to recognise.", by=cara) is False
    with pytest.raises(Conflict):
        actions.decline(report.public_id, "Too easy to recognise.", by=cara)
    assert stage_of(report) is Stage.REDACTING
    assert actions.decline(report.public_id, "", by=ben) is True
    assert stage_of(report) is Stage.DECLINED


def test_a_hazard_seen_by_one_comes_first_in_the_queue(send: Send, anna, ben):
    send("The radio died twice. Nobody heard us.")
    second = send("The restraint opens with a paper clip.")
    actions.screen(second.public_id, replace(GO_ON, hazard=True), by=anna)
    screen(second.public_id, ben)
    rows = queries.worklist(ben).rows
    assert rows[0].case.public_id == second.public_id and rows[0].case.hazard


def test_numbers_only_stays_numbers_only_whatever_analysts_say(send: Send, anna, ben):
    sent = send(use="numbers_only")
    screen(sent.public_id, anna, ben)
    assert stage_of(sent) is Stage.NUMBERS_ONLY


# ---------------------------------------------------------------- the lock


def test_a_taken_case_is_edited_by_nobody_else_until_an_approver_breaks_the_lock(report, anna, ben, cara):
    screen(report.public_id, anna, ben)
    actions.take(report.public_id, by=cara)
    with pytest.raises(Conflict):
        actions.take(report.public_id, by=anna)
    with pytest.raises(Conflict):
        redact(report.public_id, anna)
    actions.release_take(report.public_id, by=anna)
    redact(report.public_id, anna)


def test_an_analyst_does_not_break_a_lock(report, anna, cara):
    actions.take(report.public_id, by=anna)
    with pytest.raises(Conflict):
        actions.release_take(report.public_id, by=cara)


# ---------------------------------------------------------------- de-identification


def test_an_undecided_span_blocks(report, anna, ben):
    screen(report.public_id, anna, ben)
    state = queries.redaction_of(queries.head(report.public_id), anna)
    first, *_rest = state.redaction.undecided
    over = actions.decide_spans(report.public_id, [Decision(first.key, Choice.REPLACE)], over=0, by=anna)
    with pytest.raises(Conflict):
        actions.finish_redaction(report.public_id, over=over, by=anna)
    assert stage_of(report) is Stage.REDACTING


def test_an_identifier_typed_into_a_replacement_blocks(report, anna, ben):
    screen(report.public_id, anna, ben)
    spans = queries.redaction_of(queries.head(report.public_id), anna).redaction.undecided
    decisions = [Decision(span.key, Choice.REPLACE, replacement="[Officer Ramirez]") for span in spans]
    over = actions.decide_spans(report.public_id, decisions, over=0, by=anna)
    with pytest.raises(Conflict):
        actions.finish_redaction(report.public_id, over=over, by=anna)


def test_an_identifier_that_slips_into_the_title_blocks(report, anna, ben):
    screen(report.public_id, anna, ben)
    redact(report.public_id, anna)
    over = code(report.public_id, anna)
    over = actions.word(
        report.public_id,
        title="Ramirez and the boot",
        synopsis="A second search.",
        content_note="",
        over=over,
        by=anna,
    )
    with pytest.raises(Conflict):
        actions.propose(report.public_id, over=over, by=anna)


def test_words_stay_only_with_a_reason(report, anna, ben):
    screen(report.public_id, anna, ben)
    span = queries.redaction_of(queries.head(report.public_id), anna).redaction.undecided[0]
    with pytest.raises(BadInput):
        actions.decide_spans(report.public_id, [Decision(span.key, Choice.KEEP)], over=0, by=anna)


def test_a_stale_save_is_refused_and_changes_nothing(report, anna, ben):
    screen(report.public_id, anna, ben)
    spans = queries.redaction_of(queries.head(report.public_id), anna).redaction.undecided
    actions.decide_spans(report.public_id, [Decision(spans[0].key, Choice.REPLACE)], over=0, by=anna)
    with pytest.raises(Conflict):
        actions.decide_spans(report.public_id, [Decision(spans[1].key, Choice.REMOVE)], over=0, by=anna)
    state = queries.redaction_of(queries.head(report.public_id), anna)
    assert state.version == 1 and len(state.redaction.undecided) == len(spans) - 1


def test_detail_that_comes_later_must_be_read_before_the_text_goes_on(report, anna, ben):
    screen(report.public_id, anna, ben)
    redact(report.public_id, anna)
    intake.add_detail(report.enter(), "Okafor was there, too.")
    over = code(report.public_id, anna)
    with pytest.raises(Conflict):
        actions.propose(report.public_id, over=over, by=anna)
    actions.reopen(report.public_id, by=anna)
    state = queries.redaction_of(queries.head(report.public_id), anna)
    assert state.late
    with pytest.raises(Conflict):
        actions.finish_redaction(report.public_id, over=state.version, by=anna)
    over = actions.decide_spans(report.public_id, [], over=state.version, by=anna)
    late = queries.redaction_of(queries.head(report.public_id), anna)
    words = [late.redaction.story[span.start : span.end] for span in late.redaction.undecided]
    assert not late.late and any("Okafor" in each for each in words)


def test_an_older_version_of_a_sealed_part_does_not_open_in_its_place(report, anna, ben):
    screen(report.public_id, anna, ben)
    spans = queries.redaction_of(queries.head(report.public_id), anna).redaction.undecided
    over = actions.decide_spans(report.public_id, [Decision(spans[0].key, Choice.REPLACE)], over=0, by=anna)
    old = bytes(Draft.objects.get(kind="redaction").envelope)
    actions.decide_spans(report.public_id, [Decision(spans[1].key, Choice.REMOVE)], over=over, by=anna)
    Draft.objects.filter(kind="redaction").update(envelope=old)
    with pytest.raises(CannotOpen):
        queries.redaction_of(queries.head(report.public_id), anna)


# ---------------------------------------------------------------- coding


def test_no_code_is_saved_without_an_exact_sentence_of_the_redacted_text(report, anna, ben):
    screen(report.public_id, anna, ben)
    redact(report.public_id, anna)
    text = queries.coding_of(queries.head(report.public_id), anna)
    whole = text.sentences[0].text
    for sentence in ("", whole[:-2], "I took over a prisoner from Ramirez on Elm Street."):
        with pytest.raises(BadInput):
            actions.code_facet(
                report.public_id,
                "event",
                [AppliedCode("event", "missed_firearm", sentence=sentence)],
                over=0,
                by=anna,
            )
    applied = [AppliedCode("event", "missed_firearm", sentence=whole)]
    assert actions.code_facet(report.public_id, "event", applied, over=0, by=anna) == 1


def test_a_lesson_of_two_sentences_is_two_lessons(report, anna, ben):
    screen(report.public_id, anna, ben)
    redact(report.public_id, anna)
    two = Lesson("Search him yourself. Then wait.", "search_people", "officer", "analyst")
    with pytest.raises(BadInput):
        actions.write_lessons(report.public_id, [two], over=0, by=anna)


def test_an_incomplete_case_is_not_proposed(report, anna, ben):
    screen(report.public_id, anna, ben)
    redact(report.public_id, anna)
    with pytest.raises(Conflict):
        actions.propose(report.public_id, over=0, by=anna)


# ---------------------------------------------------------------- two people


def test_an_author_neither_reads_nor_approves_their_own_text(report, anna, ben):
    screen(report.public_id, anna, ben)
    propose(report.public_id, anna)
    with pytest.raises(NotAllowed):
        actions.second_read(report.public_id, NOTHING, by=anna)
    actions.second_read(report.public_id, NOTHING, by=ben)
    with pytest.raises(NotAllowed):
        actions.approve(report.public_id, by=anna)


@pytest.mark.parametrize("field", ["approver", "reader"])
def test_the_database_itself_refuses_one_person(report, anna, ben, field):
    screen(report.public_id, anna, ben)
    schedule(report.public_id, anna, ben)
    with pytest.raises(IntegrityError), transaction.atomic(using="sealed"):
        Approval.objects.update(**{field: anna.pseudonym})


def test_a_row_flipped_in_the_database_releases_nothing(report, anna, ben, cara):
    screen(report.public_id, anna, ben)
    schedule(report.public_id, anna, ben)
    Approval.objects.update(approver=cara.pseudonym)
    released = actions.release_batch(by=ben)
    assert not released.released and released.held[0].public_id == report.public_id
    Approval.objects.update(author=ben.pseudonym, approver=anna.pseudonym, reader="")
    assert not actions.release_batch(by=ben).released
    assert library.total() == 0


def test_a_stage_flipped_in_the_database_releases_nothing(report, anna, ben):
    screen(report.public_id, anna, ben)
    propose(report.public_id, anna)
    with connections["sealed"].cursor() as cursor:
        cursor.execute("UPDATE intake_sealedreport SET stage = 'scheduled'")
    assert not actions.release_batch(by=anna).released


def test_an_edit_voids_approval(report, anna, ben):
    screen(report.public_id, anna, ben)
    schedule(report.public_id, anna, ben)
    with pytest.raises(Conflict):
        actions.word(report.public_id, title="Another", synopsis="x", content_note="", over=99, by=anna)
    actions.reopen(report.public_id, by=anna)
    head = queries.head(report.public_id)
    assert not head.author and not head.approver and queries.proposal_of(head, anna) is None
    assert not actions.release_batch(by=ben).released


def test_a_second_reader_who_names_somebody_sends_it_back(report, anna, ben):
    screen(report.public_id, anna, ben)
    propose(report.public_id, anna)
    broke = replace(NOTHING, news=True, gave_away="The boot was in the paper.")
    assert actions.second_read(report.public_id, broke, by=ben) is False
    head = queries.head(report.public_id)
    assert head.stage is Stage.REDACTING and not head.author
    assert queries.readings_of(head, anna).attempts[0].gave_away == "The boot was in the paper."


def test_other_reasons_need_both_signatures_again(report, anna, ben):
    screen(report.public_id, anna, ben)
    schedule(report.public_id, anna, ben, reasons=None)
    held = actions.release_batch(by=ben).held
    assert held[0].public_id == report.public_id
    actions.sign_again(report.public_id, reasons=SMALL, by=anna)
    assert stage_of(report) is Stage.YOUR_APPROVAL
    assert not actions.release_batch(by=ben).released
    actions.approve(report.public_id, by=ben)
    assert actions.release_batch(by=ben).released == (report.public_id,)


# ---------------------------------------------------------------- the reporter


def test_a_reporter_who_has_time_left_holds_approval_back(report, anna, ben, settings):
    settings.APPROVAL_DAYS = 21
    screen(report.public_id, anna, ben)
    propose(report.public_id, anna)
    actions.second_read(report.public_id, NOTHING, by=ben)
    with pytest.raises(Conflict):
        actions.approve(report.public_id, by=ben)
    intake.decide(report.enter(), "approved")
    actions.approve(report.public_id, by=ben)


@pytest.mark.parametrize("word", ["change", "numbers_only"])
def test_a_reporters_word_after_approval_still_blocks_release(report, anna, ben, word):
    screen(report.public_id, anna, ben)
    schedule(report.public_id, anna, ben)
    intake.decide(report.enter(), word, change="Say it without the boot." if word == "change" else "")
    assert not actions.release_batch(by=ben).released


def test_what_a_reporter_withdraws_is_never_released(report, anna, ben):
    screen(report.public_id, anna, ben)
    schedule(report.public_id, anna, ben)
    intake.withdraw(report.enter())
    assert not actions.release_batch(by=ben).released
    with pytest.raises(NotFound):  # not "withdrawn": nobody shall learn that there was one
        library.report(report.public_id)


# ---------------------------------------------------------------- roles and keys


def test_a_screener_screens_and_nothing_else(report, anna, dov):
    head = queries.head(report.public_id)
    for forbidden in (
        lambda: actions.decide_spans(report.public_id, [], over=0, by=dov),
        lambda: actions.code_facet(report.public_id, "event", [], over=0, by=dov),
        lambda: actions.propose(report.public_id, over=0, by=dov),
        lambda: actions.second_read(report.public_id, NOTHING, by=dov),
        lambda: actions.approve(report.public_id, by=dov),
        lambda: actions.release_batch(by=dov),
        lambda: actions.unpublish(report.public_id, by=dov),
        lambda: actions.ask(report.public_id, "How far?", by=dov),
        lambda: actions.erase_due(by=dov),
        lambda: actions.count_only(report.public_id, by=dov),
        lambda: queries.redaction_of(head, dov),
    ):
        with pytest.raises(NotAllowed):
            forbidden()
    screen(report.public_id, dov)


def test_an_analyst_does_not_read_second_sign_or_release(report, anna, ben, cara):
    screen(report.public_id, anna, ben)
    propose(report.public_id, anna)
    for forbidden in (
        lambda: actions.second_read(report.public_id, NOTHING, by=cara),
        lambda: actions.approve(report.public_id, by=cara),
        lambda: actions.release_batch(by=cara),
        lambda: actions.erase_due(by=cara),
    ):
        with pytest.raises(NotAllowed):
            forbidden()


def test_an_administrator_sees_no_case(report, founded):
    admin = founded.people[0].desk
    with pytest.raises(NotAllowed):
        queries.worklist(admin)
    with pytest.raises(NotAllowed):
        actions.take(report.public_id, by=admin)


def test_without_the_generation_nothing_opens(report, anna):
    row = queries.worklist(keyless(anna)).rows[0]
    assert row.opens_with == "" and row.kind == ""
    with pytest.raises(NotAllowed):
        queries.original(row.case, keyless(anna))


def test_rare_codes_are_told_coarsely_unless_two_people_keep_them(report, anna, ben):
    screen(report.public_id, anna, ben)
    propose(report.public_id, anna, reasons=Reasons(small="Young."))
    proposal = queries.proposal_of(queries.head(report.public_id), anna)
    assert proposal is not None and proposal.groups == ("weapon",)

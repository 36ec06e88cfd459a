"""What is promised to a reporter, from submission to withdrawal."""

import gzip
from datetime import date
from pathlib import Path

import pytest
from django.conf import settings
from django.db import DataError, IntegrityError, connections, models
from django.test.utils import CaptureQueriesContext

from closecall.errors import BadInput, Conflict, Gone, NotAllowed, NotFound, Unavailable
from closecall.sealed.intake import actions, queries
from closecall.sealed.intake.models import (
    IntakeGeneration,
    SealedAddition,
    SealedMessage,
    SealedReport,
    Unfinished,
    WeeklyTotal,
)
from closecall.sealed.intake.rules.dialogue import Decision, ProposedText
from closecall.sealed.intake.rules.stages import Stage
from closecall.sealed.intake.rules.submission import Submission
from closecall.sealed.vault import generations
from closecall.sealed.vault.generations import Generation
from closecall.site.crypto import padding
from tests.sealed.intake.conftest import ENTROPY, STORY, TEXT, WEEK, Send, enter

pytestmark = pytest.mark.django_db(databases=["default", "sealed"])

# ------------------------------------------------------------------ submitting


def test_an_analyst_reads_what_the_reporter_sent(generation: Generation, send: Send) -> None:
    _code, report_id = send(
        kinds=("found_weapon",), worked="Second search", details={"D1": "stop"}, use="numbers_only"
    )
    original = queries.open_original(report_id, [generation])
    assert (original.narrative, original.kinds, original.worked) == (
        STORY,
        ("found_weapon",),
        "Second search",
    )
    assert original.details == {"D1": "stop"}
    assert original.use == "numbers_only"


def test_nobody_without_the_generation_reads_it(send: Send) -> None:
    _code, report_id = send()
    with pytest.raises(NotAllowed):
        queries.open_original(report_id, [generations.create(2)])


def test_the_same_form_sent_again_shows_the_same_code_and_keeps_one_report(generation: Generation) -> None:
    first = actions.submit_report(Submission(STORY), entropy=ENTROPY)
    again = actions.submit_report(Submission(STORY), entropy=ENTROPY)
    assert first.code == again.code
    assert (first.new, again.new, again.added) == (True, False, False)
    assert SealedReport.objects.count() == 1
    assert SealedAddition.objects.count() == 0


def test_the_same_form_with_other_words_adds_them_and_loses_nothing(
    generation: Generation, send: Send
) -> None:
    _code, report_id = send()
    changed = Submission("He had a pistol in his boot.", ("weapon",), "A second look", {"D3": "dark"})
    for _twice in range(2):
        again = actions.submit_report(changed, entropy=ENTROPY)
    assert again.added is False
    original = queries.open_original(report_id, [generation])
    assert original.narrative == STORY
    assert len(original.added) == 1
    for part in ("He had a pistol in his boot.", "A second look", "weapon", "dark"):
        assert part in original.added[0]


def test_a_form_sent_again_as_numbers_only_is_numbers_only(send: Send) -> None:
    _code, report_id = send()
    actions.submit_report(Submission(STORY, use="numbers_only"), entropy=ENTROPY)
    assert queries.reporter_decision(report_id).kind == "numbers_only"


def test_the_form_of_a_report_that_was_taken_back_makes_no_second_one(send: Send) -> None:
    code, _report_id = send()
    actions.withdraw(enter(code))
    with pytest.raises(Gone):
        actions.submit_report(Submission(STORY), entropy=ENTROPY)
    assert SealedReport.objects.count() == 1


def test_nothing_is_taken_while_no_key_is_open(db: None) -> None:
    with pytest.raises(Unavailable):
        actions.submit_report(Submission(STORY), entropy=ENTROPY)


def test_a_doubted_key_closes_intake(generation: Generation) -> None:
    actions.close_intake()
    with pytest.raises(Unavailable) as refused:
        actions.submit_report(Submission(STORY), entropy=ENTROPY)
    assert refused.value.sentence == queries.CLOSED_INTAKE


def test_a_failed_insert_leaves_no_slot_behind(
    generation: Generation, monkeypatch: pytest.MonkeyPatch
) -> None:
    def broken(**_columns: object) -> None:
        raise OSError("disk full")

    monkeypatch.setattr(SealedReport.objects, "create", broken)
    with pytest.raises(OSError, match="disk full"):
        actions.submit_report(Submission(STORY), entropy=ENTROPY)
    assert queries.slots().used() == frozenset()


def test_a_taken_public_id_is_drawn_again(generation: Generation, monkeypatch: pytest.MonkeyPatch) -> None:
    letters = iter("AAAAAA" + "AAAAAA" + "BBBBBB")
    monkeypatch.setattr("closecall.sealed.intake.actions.submit.secrets.choice", lambda _from: next(letters))
    actions.submit_report(Submission(STORY), entropy=ENTROPY)
    actions.submit_report(Submission(STORY), entropy=b"f" * 16)
    assert set(SealedReport.objects.values_list("public_id", flat=True)) == {"AAAAAA", "BBBBBB"}


def test_the_sweep_burns_what_a_crash_left_and_nothing_else(generation: Generation, send: Send) -> None:
    _code, report_id = send()
    orphan = queries.slots().put(b"o" * 32)
    assert actions.sweep_slots() == 1
    assert orphan not in queries.slots().used()
    assert queries.open_original(report_id, [generation]).narrative == STORY


# ------------------------------------------------------------------ what lies on the disk


def test_no_word_of_the_story_and_no_code_lies_in_the_databases(generation: Generation, send: Send) -> None:
    canary = "zebra-quartz-canary"
    code, report_id = send(f"The {canary} went off.", worked=f"{canary} again")
    actions.add_detail(enter(code), f"More {canary}.")
    actions.ask(report_id, f"Which {canary}?", [generation])
    actions.answer(enter(code), f"That {canary}.", once=b"1")
    found = 0
    for alias in ("default", "sealed"):
        with connections[alias].cursor() as cursor:
            for table in connections[alias].introspection.table_names(cursor):
                cursor.execute(f'SELECT * FROM "{table}"')  # noqa: S608 - a table's own name
                for row in cursor.fetchall():
                    for cell in row:
                        data = bytes(cell) if isinstance(cell, bytes | memoryview) else str(cell).encode()
                        found += 1
                        for secret in (canary, code, code.split()[0] + " " + code.split()[1]):
                            assert secret.encode() not in data
                            assert secret.encode("utf-16-le") not in data
                            assert gzip.compress(secret.encode())[10:20] not in data
    assert found > 30


def test_sizes_come_from_the_bucket_set_alone(generation: Generation) -> None:
    for number, length in enumerate((1, 3000, 5000, 20_000, 40_000)):
        actions.submit_report(Submission("x" * length), entropy=bytes([number]) * 16)
    sizes = {len(bytes(row)) for row in SealedReport.objects.values_list("envelope", flat=True)}
    overhead = 2 + 24 + 16
    assert sizes <= {bucket + overhead for bucket in padding.REPORT_BUCKETS}
    assert len(sizes) == 3


def test_no_column_of_the_room_is_finer_than_a_week() -> None:
    for table in (IntakeGeneration, SealedReport, SealedAddition, SealedMessage, Unfinished, WeeklyTotal):
        for column in table._meta.get_fields():
            assert not isinstance(column, models.DateField | models.TimeField | models.GenericIPAddressField)


def test_row_order_says_nothing_of_arrival(generation: Generation) -> None:
    for number in range(24):
        actions.submit_report(Submission(f"Story {number}"), entropy=bytes([number]) * 16)
    actions.forget_order()
    stories = []
    with connections["sealed"].cursor() as cursor:
        cursor.execute("SELECT id FROM intake_sealedreport")
        for (report_id,) in cursor.fetchall():
            stories.append(int(queries.open_original(report_id, [generation]).narrative.split()[1]))
    assert sorted(stories) == list(range(24))
    assert stories != list(range(24))


def test_the_database_refuses_a_day(send: Send) -> None:
    _code, report_id = send()
    with pytest.raises((IntegrityError, DataError)):
        SealedReport.objects.filter(id=report_id).update(week="2026-11-24")


# ------------------------------------------------------------------ the mailbox


def test_the_code_never_opens_the_original(generation: Generation, send: Send) -> None:
    code, report_id = send()
    actions.offer_text(report_id, TEXT, [generation])
    mailbox = queries.mailbox(enter(code))
    assert mailbox is not None
    assert STORY not in repr(
        [mailbox.proposed and mailbox.proposed.narrative, [m.text for m in mailbox.messages]]
    )


def test_question_and_answer_go_both_ways_and_a_resend_is_one_answer(
    generation: Generation, send: Send
) -> None:
    code, report_id = send()
    actions.ask(report_id, "How far was backup?", [generation])
    mailbox = queries.mailbox(enter(code))
    assert mailbox is not None
    assert mailbox.question_waits
    for _twice in range(2):
        actions.answer(enter(code), "Same floor.", once=b"page one")
    said = [(message.from_reporter, message.text) for message in queries.messages(report_id, [generation])]
    assert said == [(False, "How far was backup?"), (True, "Same floor.")]


def test_a_proposed_text_waits_for_the_reporter_and_silence_is_no_objection(
    generation: Generation, send: Send
) -> None:
    code, report_id = send()
    actions.offer_text(report_id, TEXT, [generation], today=WEEK)
    mailbox = queries.mailbox(enter(code), today=WEEK)
    assert mailbox is not None
    assert (mailbox.stage, mailbox.days_left) == (Stage.YOUR_APPROVAL, settings.APPROVAL_DAYS)
    assert mailbox.proposed == TEXT
    assert not queries.reporter_decision(report_id).blocks
    assert queries.days_to_object(report_id, today=WEEK) == settings.APPROVAL_DAYS
    assert queries.days_to_object(report_id, today=date(2027, 1, 11)) == 0


@pytest.mark.parametrize(("kind", "blocks"), [("approved", False), ("change", True), ("numbers_only", True)])
def test_the_reporters_word_counts(generation: Generation, send: Send, kind: str, blocks: bool) -> None:
    code, report_id = send()
    actions.offer_text(report_id, TEXT, [generation])
    actions.decide(enter(code), kind, change="Say it was raining.", once=b"1", today=WEEK)
    decision = queries.reporter_decision(report_id)
    assert decision == Decision(kind, "2026-W48")
    assert decision.blocks is blocks


def test_a_new_text_voids_the_earlier_yes(generation: Generation, send: Send) -> None:
    code, report_id = send()
    actions.offer_text(report_id, TEXT, [generation])
    actions.decide(enter(code), "approved")
    actions.offer_text(report_id, ProposedText("Other", "words"), [generation])
    assert queries.reporter_decision(report_id) == Decision()


def test_nothing_can_be_approved_before_there_is_a_text(send: Send) -> None:
    code, _report_id = send()
    with pytest.raises(Conflict):
        actions.decide(enter(code), "approved")


def test_added_detail_reaches_analysts_and_stays_closed_to_the_code(
    generation: Generation, send: Send
) -> None:
    code, report_id = send()
    assert actions.add_detail(enter(code), "It was a revolver.")
    assert not actions.add_detail(enter(code), " It was a revolver.\r\n")
    assert queries.open_original(report_id, [generation]).added == ("It was a revolver.",)
    mailbox = queries.mailbox(enter(code))
    assert mailbox is not None
    assert mailbox.messages == ()


def test_an_empty_or_endless_answer_is_refused_with_a_sentence(send: Send) -> None:
    code, _report_id = send()
    for text in ("", " \x00\n", "word " * 2000):
        with pytest.raises(BadInput) as refused:
            actions.answer(enter(code), text, once=b"1")
        assert refused.value.sentence


# ------------------------------------------------------------------ no way to tell one code from another


def test_hit_miss_erased_and_malformed_codes_ask_the_database_the_same(
    generation: Generation, send: Send
) -> None:
    code, report_id = send()
    actions.ask(report_id, "How far?", [generation])
    gone, _ = send("Another", entropy=b"g" * 16)
    actions.withdraw(enter(gone))
    asked = {}
    for name, typed in {
        "hit": code,
        "miss": "can vel ham orb pic tun",
        "erased": gone,
        "malformed": "x",
    }.items():
        with (
            CaptureQueriesContext(connections["sealed"]) as sealed,
            CaptureQueriesContext(connections["default"]) as public,
        ):
            queries.mailbox(queries.enter(typed))
        asked[name] = (len(sealed), len(public))
    assert len(set(asked.values())) == 1, asked


def test_every_typed_code_is_stretched(generation: Generation, monkeypatch: pytest.MonkeyPatch) -> None:
    stretched: list[str] = []
    derive = queries.reporters.derive

    def counted(words: str, *rest: object, **more: object) -> object:
        stretched.append(words)
        return derive(words, *rest, **more)

    monkeypatch.setattr(queries.reporters, "derive", counted)
    for typed in ("", "nonsense", "can vel ham orb pic tun"):
        assert queries.mailbox(queries.enter(typed)) is None
    assert len(stretched) == 3
    assert all(len(words.split()) == 6 for words in stretched)


def test_a_miss_may_do_nothing(generation: Generation) -> None:
    miss = queries.enter("can vel ham orb pic tun")
    for verb in (
        lambda: actions.answer(miss, "x", once=b""),
        lambda: actions.add_detail(miss, "x"),
        lambda: actions.withdraw(miss),
        lambda: actions.decide(miss, "numbers_only"),
    ):
        with pytest.raises(NotFound):
            verb()


# ------------------------------------------------------------------ generations


def test_reports_go_to_the_newest_generation_and_living_keys_move_with_it(
    generation: Generation, send: Send
) -> None:
    code, report_id = send()
    actions.add_detail(enter(code), "More.")
    second = generations.create(2)
    actions.open_generation(2, second.pair.public)
    assert queries.current_generation() == (2, second.pair.public)
    assert actions.move_to_generation(generation, second) == 1
    assert queries.open_original(report_id, [second]).added == ("More.",)
    with pytest.raises(NotAllowed):
        queries.open_original(report_id, [generation])


def test_a_generation_keeps_its_key(generation: Generation) -> None:
    actions.open_generation(1, generation.pair.public)
    for number in (1, 3):
        with pytest.raises(Conflict):
            actions.open_generation(number, b"k" * 32)


def test_reporters_events_are_weekly_totals_only(send: Send) -> None:
    code, _report_id = send()
    actions.add_detail(enter(code), "More.", today=WEEK)
    actions.withdraw(enter(code), today=WEEK)
    assert (
        queries.totals("2026-W48") == {"2026-W48": {"added": 1, "withdrawn": 1}}
        or "submitted" in queries.totals("2026-W48")["2026-W48"]
    )


def test_slots_live_in_a_file_of_their_own(send: Send) -> None:
    send()
    assert Path(settings.SLOTS_PATH).stat().st_size > 0

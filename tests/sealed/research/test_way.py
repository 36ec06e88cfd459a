"""A study's way on the desk: opened, read, decided by people, coded blind, published, corrected, withdrawn."""

import json
from dataclasses import replace

import pytest

from closecall.errors import BadInput, Conflict, NotAllowed, NotFound
from closecall.public.library.actions import publish_as_instance, unpublish
from closecall.public.library.queries import report
from closecall.public.library.rules.report import Lesson
from closecall.public.studies import queries as published
from closecall.public.studies.actions import publish_study
from closecall.sealed.accounts.rules.desk import Desk
from closecall.sealed.research import actions, queries
from closecall.sealed.research.actions import publishing, reading
from closecall.sealed.research.models import Decided, Outbox, Study
from closecall.sealed.research.models import Lesson as Row
from closecall.sealed.research.rules.stages import Seat, Stage
from closecall.site.audit import queries as audit
from tests.public.library.shelf import plain, publish_invented
from tests.sealed.research.conftest import QUERY, counting, read

pytestmark = pytest.mark.django_db(databases=["default", "sealed"], transaction=True)


def over(slug: str) -> int:
    return Study.objects.get(slug=slug).revision


def placed(slug: str) -> dict[str, str]:
    return dict(queries.state(slug).board.placed)


def trail() -> list[str]:
    return [one.action for one in reversed(audit.entries()) if one.action.startswith("study.")]


def test_a_study_is_frozen_read_and_then_stands_on_the_board(opened: str, anna: Desk) -> None:
    head = queries.head(opened, anna)
    assert (head.stage, head.reports, head.lessons, head.seat) == (Stage.DECIDING, 4, 6, Seat.FIRST)
    assert placed(opened)["M7K2QA/1"] == "search"
    assert placed(opened)["M7K2QD/1"] == ""
    assert trail() == ["study.opened"]


def test_every_decision_is_kept_with_who_and_leaves_one_audit_entry(
    opened: str, anna: Desk, ben: Desk
) -> None:
    actions.move_lessons(opened, ["M7K2QD/1"], "wait", over=over(opened), by=anna)
    actions.name_theme(opened, "search", "Search again", over=over(opened), by=ben)
    actions.merge_themes(opened, "scan", "search", over=over(opened), by=ben)
    actions.split_theme(opened, "search", ["M7K2QC/1"], "Search the car", over=over(opened), by=anna)
    state = queries.state(opened)
    assert [(one.decision.verb, one.decision.by) for one in state.taken] == [
        ("move", anna.pseudonym), ("name", ben.pseudonym), ("merge", ben.pseudonym), ("split", anna.pseudonym),
    ]  # fmt: skip
    assert state.board.placed["M7K2QC/1"] == "search_the_car"
    assert state.board.placed["M7K2QB/2"] == "search"
    assert trail()[1:] == ["study.moved", "study.named", "study.merged", "study.split"]


def test_a_decision_over_an_older_board_is_refused_and_leaves_nothing(opened: str, anna: Desk) -> None:
    seen = over(opened)
    actions.move_lessons(opened, ["M7K2QD/1"], "wait", over=seen, by=anna)
    with pytest.raises(Conflict):
        actions.merge_themes(opened, "scan", "search", over=seen, by=anna)
    with pytest.raises(BadInput):
        actions.merge_themes(opened, "scan", "nowhere", over=over(opened), by=anna)
    assert Decided.objects.count() == 1
    assert len(trail()) == 2


def test_only_who_may_study_does(shelf: None, dov: Desk, anna: Desk) -> None:
    with pytest.raises(NotAllowed):
        actions.open_study(title="T", question="Q", query=QUERY, by=dov)
    with pytest.raises(BadInput):
        actions.open_study(title="T", question="Q", query="?event=ambush", by=anna)
    with pytest.raises(NotFound):
        queries.head("t", anna)


def test_reading_goes_on_where_it_stopped_and_reads_nothing_twice(
    shelf: None, anna: Desk, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(reading, "SLICE", 2)
    slug = actions.open_study(title="Look twice", question="Q", query=QUERY, by=anna)
    encode, asked = counting()
    assert not actions.work(seconds=0, encode=encode)
    head = queries.head(slug, anna)
    assert (head.stage, head.read, head.lessons) == (Stage.READING, 2, 6)
    with pytest.raises(Conflict):
        actions.move_lessons(slug, ["M7K2QD/1"], "wait", over=over(slug), by=anna)
    while not actions.work(seconds=0, encode=encode):
        pass
    assert queries.head(slug, anna).stage is Stage.DECIDING
    lessons = [one for one in asked if one.startswith("I would")]
    assert len(lessons) == len(set(lessons)) == 6


def test_who_codes_blind_doesnt_decide_and_who_decides_doesnt_code(
    opened: str, anna: Desk, ben: Desk, cara: Desk
) -> None:
    actions.take_seat(opened, Seat.SECOND, by=ben)
    for wrong in (
        lambda: actions.move_lessons(opened, ["M7K2QD/1"], "wait", over=over(opened), by=ben),
        lambda: actions.take_seat(opened, Seat.SECOND, by=anna),
        lambda: actions.choose_themes(opened, {"M7K2QA/1": "search"}, by=anna),
        lambda: actions.take_seat(opened, Seat.SECOND, by=cara),
        lambda: actions.publish(opened, over=over(opened), by=ben),
    ):
        with pytest.raises(Conflict):
            wrong()
    with pytest.raises(BadInput):
        actions.choose_themes(opened, {"M7K2QA/1": "nonsense"}, by=ben)
    actions.choose_themes(opened, {"M7K2QA/1": "search", "M7K2QA/2": "scan", "M7K2QD/1": ""}, by=ben)
    actions.finish_coding(opened, by=ben)
    with pytest.raises(Conflict):
        actions.choose_themes(opened, {"M7K2QA/2": "wait"}, by=ben)
    pages = queries.Pages(queries.state(opened), {})
    assert pages.agreement()["judged"] == 3
    assert [(card.lesson, board, other) for card, board, other in pages.apart()] == [
        ("M7K2QA/2", "Ask and wait", "Keep scanning")
    ]


def test_the_second_coder_is_shown_lessons_and_no_theme_of_theirs(opened: str, ben: Desk) -> None:
    page = queries.coding(opened)
    assert {row.lesson for row in page.rows} == set(placed(opened))
    assert {row.chosen for row in page.rows} == {None}
    assert page.left == 6


def test_publication_reaches_the_public_page_and_the_run_repeats_it(
    opened: str, anna: Desk, ben: Desk
) -> None:
    actions.move_lessons(opened, ["M7K2QD/1"], "wait", over=over(opened), by=anna)
    actions.take_seat(opened, Seat.SECOND, by=ben)
    actions.choose_themes(opened, {"M7K2QA/1": "search", "M7K2QA/2": "wait"}, by=ben)
    actions.finish_coding(opened, by=ben)
    actions.reword(opened, title="Look again", question="Q?", notes="A.\n\nB.", over=over(opened), by=anna)
    actions.publish(opened, over=over(opened), by=anna)
    one = published.study(opened)
    assert (one.version, one.content["title"], one.content["notes"]) == (1, "Look again", ["A.", "B."])
    assert one.content["decisions"][0]["by"] == anna.pseudonym
    assert one.content["agreement"]["judged"] == 2
    assert queries.head(opened, anna).version == 1
    assert not Outbox.objects.exists()


def test_a_publication_that_was_interrupted_is_finished_by_the_housekeeper(
    opened: str, anna: Desk, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(publishing, "replay", lambda: None)
    actions.publish(opened, over=over(opened), by=anna)
    assert published.studies() == []
    with pytest.raises(Conflict):
        actions.correct(opened, reason="Too early.", by=anna)
    monkeypatch.undo()
    actions.replay()
    actions.replay()
    assert published.study(opened).versions == 1


def test_a_correction_is_a_new_version_that_says_why(opened: str, anna: Desk) -> None:
    actions.publish(opened, over=over(opened), by=anna)
    with pytest.raises(Conflict):
        actions.move_lessons(opened, ["M7K2QD/1"], "wait", over=over(opened), by=anna)
    with pytest.raises(BadInput):
        actions.correct(opened, reason=" ", by=anna)
    actions.correct(opened, reason="One lesson stood in the wrong theme.", by=anna)
    actions.move_lessons(opened, ["M7K2QD/1"], "wait", over=over(opened), by=anna)
    actions.publish(opened, over=over(opened), by=anna)
    two = published.study(opened)
    assert two.version == 2
    assert two.content["notes"] == ["Changed after version 1: One lesson stood in the wrong theme."]
    assert published.study(opened, 1).content["decisions"] == []


def test_a_withdrawn_study_is_gone_for_good_and_its_vectors_too(opened: str, anna: Desk) -> None:
    actions.publish(opened, over=over(opened), by=anna)
    actions.withdraw(opened, by=anna)
    assert published.studies() == []
    assert actions.forget_withdrawn() == 6
    with pytest.raises(Conflict):
        actions.correct(opened, reason="Come back.", by=anna)


def test_a_changed_report_stops_publication_until_the_cohort_is_frozen_again(opened: str, anna: Desk) -> None:
    actions.move_lessons(opened, ["M7K2QB/2", "M7K2QD/1"], "wait", over=over(opened), by=anna)
    actions.split_theme(opened, "search", ["M7K2QC/1"], "Search the car", over=over(opened), by=anna)
    one = report("M7K2QD").text
    changed = replace(one, lessons=(Lesson("I would buy butter."),))
    publish_as_instance([changed], origin="invented", source_label="Demonstration")
    with pytest.raises(Conflict):
        actions.publish(opened, over=over(opened), by=anna)
    actions.freeze_again(opened, over=over(opened), by=anna)
    assert read()
    state = queries.state(opened)
    assert [(one.verb, one.lessons) for one in state.decisions] == [
        ("move", ("M7K2QB/2",)),
        ("split", ("M7K2QC/1",)),
    ]
    assert state.board.placed["M7K2QD/1"] == ""
    assert Decided.objects.filter(round=1).count() == 2
    actions.publish(opened, over=over(opened), by=anna)


def test_freezing_twice_before_the_machine_has_read_loses_no_decision(opened: str, anna: Desk) -> None:
    actions.move_lessons(opened, ["M7K2QD/1"], "wait", over=over(opened), by=anna)
    actions.freeze_again(opened, over=over(opened), by=anna)
    actions.freeze_again(opened, over=over(opened), by=anna)
    encode, asked = counting()
    assert actions.work(seconds=60, encode=encode)
    assert placed(opened)["M7K2QD/1"] == "wait"
    assert [one for one in asked if one.startswith("I would")] == []


def test_a_report_taken_down_while_the_machine_reads_stops_it_with_a_reason(shelf: None, anna: Desk) -> None:
    slug = actions.open_study(title="Look twice", question="Q", query=QUERY, by=anna)
    unpublish("M7K2QA", reason="warning")
    assert read()
    assert queries.head(slug, anna).halted == reading.CHANGED
    actions.freeze_again(slug, over=over(slug), by=anna)
    assert read()
    assert queries.head(slug, anna).reports == 3


def test_vectors_of_a_report_that_left_the_library_are_forgotten(opened: str) -> None:
    unpublish("M7K2QA", reason="warning")
    assert actions.forget_withdrawn() == 2
    assert Row.objects.exclude(vector=b"").count() == 4


def test_a_published_study_is_taken_to_the_desk_with_its_decisions_and_its_second_coder(
    opened: str, anna: Desk, ben: Desk
) -> None:
    actions.move_lessons(opened, ["M7K2QD/1"], "wait", over=over(opened), by=anna)
    actions.take_seat(opened, Seat.SECOND, by=ben)
    actions.choose_themes(opened, {"M7K2QA/1": "search"}, by=ben)
    actions.finish_coding(opened, by=ben)
    content = publishing.content_of(Study.objects.get(slug=opened))
    row = publish_study("from-a-command", json.loads(json.dumps(content)), on=Study.objects.get().opened_on)
    assert [one.slug for one in queries.elsewhere()] == ["from-a-command"]
    with pytest.raises(BadInput):
        actions.adopt("from-a-command", reason="", by=ben)
    actions.adopt("from-a-command", reason="The title says too much.", by=ben)
    assert read()
    head, state = queries.head("from-a-command", ben), queries.state("from-a-command")
    assert (head.version, head.seat, head.second_done, head.notes[-1]) == (
        1, Seat.FIRST, True, "Changed after version 1: The title says too much.",
    )  # fmt: skip
    assert state.decisions[0].by == anna.pseudonym
    assert state.second == {"M7K2QA/1": "search"}
    actions.publish("from-a-command", over=over("from-a-command"), by=ben)
    assert published.study("from-a-command").version == row.version + 1


def test_an_address_that_is_taken_is_refused(opened: str, anna: Desk) -> None:
    for title in ("Look twice", "new", "???"):
        with pytest.raises((Conflict, BadInput)):
            actions.open_study(title=title, question="Q", query=QUERY, by=anna)


def test_a_study_follows_a_library_that_grew(opened: str, anna: Desk) -> None:
    publish_invented(plain("M7K2QE", lessons=(Lesson("I would scan the yard."),)))
    actions.freeze_again(opened, over=over(opened), by=anna)
    assert read()
    assert placed(opened)["M7K2QE/1"] == "scan"

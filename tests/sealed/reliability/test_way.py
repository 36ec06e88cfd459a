"""The whole way: draw, code twice, see, settle, correct, anchor, code again."""

from datetime import date

import pytest

from closecall.errors import BadInput, Conflict, Gone, NotAllowed, NotFound
from closecall.public.library import actions as library
from closecall.public.library import queries as published
from closecall.public.library.rules.report import AppliedCode
from closecall.public.taxonomy.rules.pack import UNKNOWN
from closecall.sealed.reliability import actions, queries
from closecall.sealed.reliability.models import Ruling, Sample, Sheet, Unit
from closecall.sealed.reliability.rules.sheets import Mark, is_open
from closecall.sealed.workbench import actions as workbench
from closecall.sealed.workbench.rules.coding import coded_by_analysts
from closecall.site.audit import queries as audit

from .conftest import STORY, code, code_all, keyless

pytestmark = pytest.mark.django_db(databases=["default", "sealed"])


def both_code(number, ben, cara, first, second):
    code_all(number, ben, **first)
    code_all(number, cara, **second)
    for each in (ben, cara):
        actions.finish(number, by=each)


def test_a_sample_is_drawn_by_month_with_a_seed_that_is_kept(publish, anna, ben, cara):
    for month, n in ((9, 4), (10, 8), (11, 4)):
        for _ in range(n):
            publish(on=date(2026, month, 3))
    number = actions.draw(4, (ben.pseudonym, cara.pseudonym), seed=99, by=anna)
    head = queries.sample(number, anna)
    assert head.seed == 99 and head.size == 4
    told = [(each.month, each.there, each.drawn) for each in head.strata]
    assert told == [("2026-09", 4, 1), ("2026-10", 8, 2), ("2026-11", 4, 1)]
    entry = audit.newest()
    assert entry is not None and entry.action == "reliability.drawn"


def test_only_an_approver_draws_for_two_different_people_who_code(sample, publish, anna, ben, cara, dov):
    pair = (ben.pseudonym, cara.pseudonym)
    with pytest.raises(NotAllowed):
        actions.draw(1, pair, by=cara)
    for coders in ((ben.pseudonym,) * 2, (ben.pseudonym,), (ben.pseudonym, dov.pseudonym)):
        with pytest.raises(BadInput):
            actions.draw(1, coders, by=anna)
    for size in (0, 10_000):
        with pytest.raises(BadInput):
            actions.draw(size, pair, by=anna)
    with pytest.raises(BadInput):
        actions.draw(1, pair, first="2030-01", by=anna)


def test_imported_reports_arent_drawn(publish):
    publish()
    assert len(queries.frame()) == 1


def test_results_open_when_both_have_finished_and_not_before(sample, anna, ben, cara):
    code_all(sample, ben, event="ambush:1", light="daylight:1")
    with pytest.raises(Conflict):
        queries.results(sample, anna)
    actions.finish(sample, by=ben)
    with pytest.raises(Conflict):
        queries.results(sample, anna)
    with pytest.raises(Conflict):
        actions.finish(sample, by=cara)
    code_all(sample, cara, event="missed_firearm:2", light="daylight:1")
    actions.finish(sample, by=cara)
    found = queries.results(sample, anna)
    assert found.stories == 3 and found.differing["event"] == 3
    light = next(each for each in found.judged if each.key == "light")
    assert light.alike == 3 and light.alpha is None and light.refused


def test_what_is_finished_stands_still(sample, ben):
    code_all(sample, ben, event="ambush:1")
    actions.finish(sample, by=ben)
    with pytest.raises(Conflict):
        actions.code_facet(sample, 1, "light", [Mark("light", "daylight", sentence=1)], over=1, by=ben)
    with pytest.raises(Conflict):
        actions.finish(sample, by=ben)


def test_a_stale_save_and_a_code_without_a_sentence_are_refused(sample, ben):
    code(sample, 1, ben, event="ambush:1")
    with pytest.raises(Conflict):
        actions.code_facet(sample, 1, "light", [Mark("light", "daylight", sentence=1)], over=0, by=ben)
    over = queries.story(sample, 1, ben).version
    for wrong in (Mark("light", "daylight"), Mark("light", "daylight", sentence=77), Mark("light", "noon")):
        with pytest.raises(BadInput):
            actions.code_facet(sample, 1, "light", [wrong], over=over, by=ben)


def test_nobody_without_a_seat_or_a_key_codes(sample, anna, ben, dov):
    with pytest.raises(NotAllowed):
        queries.story(sample, 1, anna)
    with pytest.raises(NotAllowed):
        actions.code_facet(sample, 1, "light", [Mark("light", "daylight", sentence=1)], over=0, by=anna)
    with pytest.raises(NotAllowed):
        queries.samples(dov)
    with pytest.raises(NotAllowed):
        actions.code_facet(
            sample, 1, "light", [Mark("light", "daylight", sentence=1)], over=0, by=keyless(ben)
        )
    with pytest.raises(NotFound):
        queries.story(sample, 99, ben)


def test_a_third_person_settles_at_once_and_a_coder_only_with_the_other(sample, anna, ben, cara):
    both_code(sample, ben, cara, {"event": "ambush:1"}, {"event": "missed_firearm:2"})
    ways = {"ambush": "second", "missed_firearm": "second"}
    actions.settle(sample, 1, "event", ways, by=anna)
    actions.settle(sample, 2, "event", ways, by=ben)
    state = queries.facet_state(sample, "event", anna)
    assert [each.settled.holds if each.settled else None for each in state.stories] == [True, False, None]
    assert "Report number" not in state.stories[0].lines[1].second
    assert state.stories[0].lines[1].second.startswith("I took over a prisoner")
    with pytest.raises(NotAllowed):
        actions.agree(sample, 2, "event", by=ben)
    actions.agree(sample, 2, "event", by=cara)
    with pytest.raises(Conflict):
        actions.settle(sample, 2, "event", ways, by=anna)
    with pytest.raises(Conflict):
        actions.withdraw_ruling(sample, 2, "event", by=ben)
    actions.settle(sample, 3, "event", ways, by=ben)
    actions.withdraw_ruling(sample, 3, "event", by=ben)
    assert queries.results(sample, anna).unsettled == {"event": 1}


def test_what_would_stand_against_the_codebook_cant_be_settled_so(sample, anna, ben, cara):
    both_code(sample, ben, cara, {"event": "ambush:1"}, {"event": "felonious_assault:2"})
    with pytest.raises(BadInput):
        actions.settle(sample, 1, "event", {"ambush": "first", "felonious_assault": "second"}, by=anna)
    with pytest.raises(BadInput):
        actions.settle(sample, 1, "event", {"ambush": "first"}, by=anna)


def test_a_settled_report_is_corrected_only_by_two_signatures(sample, anna, ben, cara):
    both_code(sample, ben, cara, {"event": "ambush:3"}, {"event": "ambush:3,unseen_person:2"})
    row = queries.correctable(sample, anna)
    assert row == ()
    for place in (1, 2, 3):
        actions.settle(sample, place, "event", {"unseen_person": "second"}, by=anna)
    rows = queries.correctable(sample, anna)
    assert {change.facet for change in rows[0].changes} == {"event"}
    public_id = rows[0].public_id
    before = published.report(public_id)
    actions.correct(sample, rows[0].place, by=ben)
    assert published.report(public_id) == before
    with pytest.raises(Conflict):
        actions.correct(sample, rows[0].place, by=cara)
    with pytest.raises(NotAllowed):
        workbench.approve_correction(public_id, by=ben)
    workbench.approve_correction(public_id, by=anna)
    after = published.report(public_id)
    events = [one for one in after.text.codes if one.facet == "event"]
    assert {one.code for one in events} == {"ambush", "unseen_person"}
    assert all(one.sentence in after.text.narrative for one in events)
    assert after.text.narrative == before.text.narrative
    assert queries.results(sample, anna).stories == 3


def test_the_correction_says_unknown_where_nothing_is_left(publish, anna, ben, cara):
    publish(AppliedCode("light", "daylight", sentence="There was a pistol in his boot."))
    number = actions.draw(1, (ben.pseudonym, cara.pseudonym), by=anna)
    both_code(number, ben, cara, {}, {})
    [row] = queries.correctable(number, anna)
    actions.correct(number, row.place, by=ben)
    workbench.approve_correction(row.public_id, by=anna)
    codes = published.report(row.public_id).text.codes
    assert [one.code for one in codes if one.facet == "light"] == ["unknown"]


def test_an_anchor_is_coded_again_and_compared_with_what_was_settled(sample, anna, ben, cara):
    both_code(sample, ben, cara, {"event": "ambush:1"}, {"event": "missed_firearm:2"})
    with pytest.raises(Conflict):
        actions.make_anchor(sample, by=anna)
    for place in (1, 2, 3):
        actions.settle(sample, place, "event", {"ambush": "first", "missed_firearm": "first"}, by=anna)
    actions.make_anchor(sample, by=anna)
    again = actions.recode(sample, (cara.pseudonym,), by=anna)
    with pytest.raises(Conflict):
        actions.recode(sample, (cara.pseudonym,), by=anna)
    with pytest.raises(Conflict):
        queries.results(sample, cara)
    [shut] = queries.drift(cara)
    assert shut.refused and not shut.courses
    code_all(again, cara, event="ambush:1")
    [waits] = queries.drift(anna)
    assert [each.number for each in waits.waits] == [again] and waits.quarters == ()
    actions.finish(again, by=cara)
    [told] = queries.drift(anna)
    assert len(told.quarters) == 1 and told.stories == 3
    event = next(course for facet, course in told.courses if facet.key == "event")
    assert event.points[0].stories == 3 and event.state == "few"
    assert queries.results(sample, cara).stories == 3
    with pytest.raises(NotFound):
        queries.results(again, anna)


def test_a_story_that_changed_counts_no_more_and_a_withdrawn_one_is_forgotten(sample, anna, ben, cara):
    code_all(sample, ben, event="ambush:1")
    unit = Unit.objects.get(sample__number=sample, place=1)
    Unit.objects.filter(id=unit.id).update(print="0" * 32)
    with pytest.raises(Gone):
        queries.story(sample, 1, cara)
    assert [each.left for each in queries.stories(sample, cara)] == [True, False, False]
    gone = Unit.objects.get(sample__number=sample, place=2)
    library.retract(gone.public_id)
    assert Sheet.objects.filter(unit=gone).exists()
    assert actions.forget_withdrawn() == 1
    assert not Sheet.objects.filter(unit_id=gone.id).exists()
    assert actions.forget_withdrawn() == 0
    actions.finish(sample, by=ben)


def test_no_sentence_of_a_story_lies_in_the_tables(sample, anna, ben, cara):
    both_code(sample, ben, cara, {"event": "ambush:1"}, {"event": "missed_firearm:2"})
    actions.settle(sample, 1, "event", {"ambush": "first", "missed_firearm": "first"}, by=anna)
    kept = b""
    for model in (Sample, Unit, Sheet, Ruling):
        for row in model.objects.values():
            kept += b" ".join(
                bytes(value) if isinstance(value, (bytes, memoryview)) else str(value).encode()
                for value in row.values()
            )
    for word in ("prisoner", "boots", "pistol", "ambush", "missed_firearm"):
        assert word not in STORY or word.encode() not in kept
        assert word.encode() not in kept


def test_facet_by_facet_a_story_becomes_complete(sample, ben):
    pack = queries.story(sample, 1, ben).pack
    for facet in coded_by_analysts(pack):
        state = queries.story(sample, 1, ben)
        if facet.required and is_open(facet, state.sheet):
            assert facet.key in state.missing
            actions.code_facet(sample, 1, facet.key, [Mark(facet.key, UNKNOWN)], over=state.version, by=ben)
    assert not queries.story(sample, 1, ben).missing
    assert [each.done for each in queries.stories(sample, ben)] == [True, False, False]

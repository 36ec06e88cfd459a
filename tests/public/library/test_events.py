"""Several accounts of one event: counted once, shown beside each other, never told of what readers can't see."""

import pytest
from django.test import Client

from closecall.public.library import actions, queries
from closecall.public.library.models import SameEvent
from closecall.public.library.rules.query import SearchRequest
from closecall.public.library.rules.report import AppliedCode

from .shelf import plain, publish_invented, publish_own, told, two

pytestmark = [pytest.mark.django_db, pytest.mark.urls("tests.public.library.public_urls")]

EVENT = "E1V2E3N4T5"
EVENTS = SearchRequest()


@pytest.fixture
def joined() -> None:
    """Three reports; two of them tell of one event."""
    publish_invented(told("M7K2QF", pauses=()), told("P3QXAB", pauses=()), plain("W9TTTT"))
    actions.join_event(EVENT, ["M7K2QF", "P3QXAB"])
    actions.catch_up()


def test_two_accounts_of_one_event_count_once_in_totals_codes_and_quarters(joined):
    reports, events = queries.counted(EVENTS), queries.counted(EVENTS, by_event=queries.accounts())
    assert (reports.total, reports.reports) == (3, 3) and (events.total, events.reports) == (2, 3)
    assert reports.counts["event"]["missed_firearm"] == 2 and events.counts["event"]["missed_firearm"] == 1
    assert sum(n for _, n in reports.quarters) == 3 and sum(n for _, n in events.quarters) == 2


def test_a_code_that_one_account_alone_bears_is_not_lost(joined):
    light = AppliedCode("light", "daylight")
    publish_invented(told("P3QXAB", pauses=(), codes=(*told().codes, light)))
    actions.catch_up()
    events = queries.counted(EVENTS, by_event=queries.accounts())
    assert events.counts["light"]["daylight"] == 1 and events.counts["event"]["missed_firearm"] == 1
    narrowed = queries.counted(
        SearchRequest(filters=(("light", ("daylight",)),)), by_event=queries.accounts()
    )
    assert narrowed.total == 1


def test_the_page_and_the_data_name_the_other_account(joined):
    page = Client().get("/reports/M7K2QF/").content.decode()
    assert "The same event" in page and "/reports/P3QXAB/" in page
    data = Client().get("/reports/M7K2QF.json").json()
    assert data["event"] == EVENT and data["same_event"] == ["P3QXAB"]
    alone = Client().get("/reports/W9TTTT.json").json()
    assert alone["event"] == "" and alone["same_event"] == []


@pytest.mark.parametrize("leave", [actions.retract, actions.unpublish])
def test_when_one_account_goes_nothing_says_that_there_was_another(joined, leave):
    before = Client().get("/reports/M7K2QF.json").headers["ETag"]
    leave("P3QXAB")
    actions.catch_up()
    answer = Client().get("/reports/M7K2QF.json", HTTP_IF_NONE_MATCH=before)
    assert answer.status_code == 200 and answer.json()["event"] == "" and answer.json()["same_event"] == []
    assert "The same event" not in Client().get("/reports/M7K2QF/").content.decode()
    assert queries.counted(EVENTS, by_event=queries.accounts()).total == 2


def test_an_account_that_was_withdrawn_is_joined_with_nothing_for_ever(joined):
    actions.retract("P3QXAB")
    assert not SameEvent.objects.filter(public_id="P3QXAB").exists()
    actions.join_event(EVENT, ["P3QXAB"])
    assert not SameEvent.objects.filter(public_id="P3QXAB").exists()


def test_a_row_that_the_instance_did_not_sign_joins_nothing(joined):
    SameEvent.objects.create(public_id="W9TTTT", event=EVENT, signature="00" * 64)
    assert set(queries.told_events()) == {"M7K2QF", "P3QXAB"}
    SameEvent.objects.filter(public_id="P3QXAB").update(event="0THEREVENT")
    assert queries.told_events() == {}


def test_joining_again_changes_nothing_and_parting_ends_it(joined):
    mark = queries.log_mark()
    assert actions.join_event(EVENT, ["M7K2QF", "P3QXAB"]) is False and queries.log_mark() == mark
    assert actions.part_event("P3QXAB") is True and actions.part_event("P3QXAB") is False
    assert queries.told_events() == {}


def test_the_gates_support_counts_events_and_leaves_out_those_of_the_asking_one():
    people = two()
    for public_id in ("M7K2QF", "P3QXAB", "W9TTTT"):
        publish_own(told(public_id, pauses=()), people)
    assert queries.support("2026-Q2", ("missed_firearm",)) == 3
    actions.join_event(EVENT, ["M7K2QF", "P3QXAB"])
    assert queries.support("2026-Q2", ("missed_firearm",)) == 2
    assert queries.support("2026-Q2", ("missed_firearm",), apart_from=("M7K2QF", "P3QXAB")) == 1

"""Insights: exact counts, honest titles, the reports behind each figure, and nothing that isn't published."""

import csv
import io
import json
from datetime import date

import pytest
from django.test import Client

from closecall.public.library.actions import catch_up
from closecall.public.library.rules.query import SearchRequest
from closecall.public.library.rules.report import AppliedCode, ReleasedText
from closecall.public.studies import queries
from tests.public.library.shelf import plain, publish_invented

pytestmark = [
    pytest.mark.django_db(databases=["default"], transaction=True),
    pytest.mark.urls("tests.public.library.public_urls"),
]
LETTERS = "ABCDEFGHJKMNPQRSTVWXYZ"


def told(
    at: int, event: str, *factors: str, period: str = "2026-Q2", barrier: str = "chance"
) -> ReleasedText:
    codes = (
        AppliedCode("event", event),
        AppliedCode("activity", "custody"),
        AppliedCode("barriers", barrier),
        *(AppliedCode("factors", factor) for factor in factors),
    )
    name = f"M7K2{LETTERS[at // len(LETTERS)]}{LETTERS[at % len(LETTERS)]}"
    return plain(name, codes=codes, period=period)


@pytest.fixture
def shelf() -> None:
    """40 missed firearms of which 30 with a hand-over gap; 40 crashes without; all but eight before this quarter."""
    texts = [
        told(at, "missed_firearm", *(("hand_over_gap",) if at < 30 else ()), period="2025-Q4")
        for at in range(40)
    ]
    texts += [told(at, "own_collision", "distraction", period="2026-Q1") for at in range(40, 72)]
    texts += [told(at, "own_collision", "fatigue", period="2026-Q2") for at in range(72, 80)]
    publish_invented(*texts)
    catch_up()


def asked(**filters: str) -> queries.Insights:
    request = SearchRequest()
    for facet, code in filters.items():
        request = request.toggled(facet, code)
    return queries.insights(request, date(2026, 8, 1))


def test_every_figure_counts_what_the_library_holds(shelf: None) -> None:
    found = asked()
    assert found.counted.total == 80
    what = found.figures[0]
    assert {bar.code: bar.reports for bar in what.bars} == {"missed_firearm": 40, "own_collision": 40}
    assert what.finding == "“Firearm missed” and “Own crash” lead, too close to order"
    factors = next(one for one in found.figures if one.key == "factors")
    assert [(bar.code, bar.reports) for bar in factors.bars] == [
        ("distraction", 32), ("hand_over_gap", 30), ("fatigue", 8),
    ]  # fmt: skip
    assert all(bar.share.low < bar.share.value < bar.share.high for bar in factors.bars)


def test_what_goes_together_is_found_and_chance_is_not(shelf: None) -> None:
    found = asked()
    pairs = {(one.what, one.where): one.judged for one in found.together}
    assert pairs["Firearm missed", "Hand-over gap"].signal
    assert not any(one.judged.signal for one in found.together if "Chance" in one.where)
    assert found.together_looked_at == 8


def test_the_last_quarter_is_compared_with_the_four_before(shelf: None) -> None:
    lately = asked().lately
    assert lately is not None
    assert (lately.period, lately.now, lately.before) == ("2026 Q2", 8, 72)
    assert next(one.what for one in lately.told if one.judged.signal) == "Fatigue"


def test_a_cohort_is_compared_with_the_rest_and_never_by_what_chose_it(shelf: None) -> None:
    compared = asked(event="missed_firearm").compared
    assert compared is not None
    assert (compared.n, compared.rest) == (40, 40)
    assert all(one.where != "What happened" for one in compared.told)
    signals = [one for one in compared.told if one.judged.signal]
    assert [one.what for one in signals] == ["Hand-over gap"]
    assert signals[0].judged.table.second == 0


def test_the_page_says_finding_caveat_and_number_and_links_the_reports_behind(
    client: Client, shelf: None
) -> None:
    page = client.get("/insights/").content.decode()
    assert "never rates" in page
    assert "Show table" in page
    assert '<a href="/reports/?factors=hand_over_gap">Hand-over gap</a>' in page
    assert client.get("/reports/?factors=hand_over_gap").status_code == 200
    assert "<script>" not in page
    assert "style=" not in page
    narrowed = client.get("/insights/?event=missed_firearm").content.decode()
    assert "40 chosen reports against the 40 others" in narrowed


def test_a_library_with_nothing_in_it_says_so(client: Client) -> None:
    publish_invented()
    page = client.get("/insights/?event=ambush")
    assert page.status_code == 200
    assert "No report is in this set" in page.content.decode()


def test_csv_and_json_carry_the_same_numbers_as_the_page(client: Client, shelf: None) -> None:
    rows = list(csv.DictReader(io.StringIO(client.get("/insights/.csv?figure=factors").content.decode())))
    assert [(row["what"], row["reports"], row["of"]) for row in rows] == [
        ("Distraction", "32", "80"), ("Hand-over gap", "30", "80"), ("Fatigue", "8", "80"),
    ]  # fmt: skip
    data = json.loads(client.get("/insights/.json?figure=together").content)
    pairs = {(row["what"], row["where"]): (row["reports"], row["signal"]) for row in data["rows"]}
    assert pairs["Firearm missed", "Hand-over gap"] == ("30", "yes")


def test_few_reports_are_not_given_a_leading_kind(client: Client) -> None:
    publish_invented(*(told(at, "ambush") for at in range(3)))
    catch_up()
    assert asked().figures[0].finding == "3 reports: too few to say what is common"


def test_a_last_quarter_of_few_reports_is_not_compared() -> None:
    publish_invented(
        *(told(at, "ambush", period="2026-Q1") for at in range(12)),
        *(told(at, "ambush", "fatigue") for at in range(12, 14)),
    )
    catch_up()
    lately = asked().lately
    assert lately is not None
    assert (lately.now, lately.told, lately.looked_at) == (2, (), 0)

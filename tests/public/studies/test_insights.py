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


def by_quarter(*, often: bool) -> list[ReleasedText]:
    """Ten quarters of twelve reports: crashes five a quarter and once twelve; or one in every second quarter."""
    texts = []
    for quarter in range(10):
        period = f"{2024 + quarter // 4}-Q{quarter % 4 + 1}"
        crashes = (12 if quarter == 6 else 5) if often else 1 - quarter % 2
        for at in range(12):
            event = "own_collision" if at < crashes else "missed_firearm"
            texts.append(told(quarter * 12 + at, event, period=period))
    return texts


def test_a_quarter_beyond_the_limits_is_drawn_and_is_the_finding(client: Client) -> None:
    publish_invented(*by_quarter(often=True))
    catch_up()
    page = client.get("/insights/?event=own_collision").content.decode()
    assert "1 quarter beyond the usual: 1 more" in page
    assert "2025-Q3 12, unusual" in page
    assert '<polygon class="usual"' in page
    assert "style=" not in page


def test_what_is_rare_is_drawn_as_gaps_between_one_and_the_next(client: Client) -> None:
    publish_invented(*by_quarter(often=False))
    catch_up()
    page = client.get("/insights/?event=own_collision").content.decode()
    assert "Rare: reports between one and the next (g-chart)." in page
    assert "The quarters come and go as usual" in page


def test_the_whole_library_has_no_limits_and_its_finding_is_a_range(client: Client, shelf: None) -> None:
    page = client.get("/insights/").content.decode()
    assert "8 to 40 reports a quarter" in page
    assert "usual" not in page.partition('id="quarters"')[2].partition("</section>")[0]


def test_every_line_of_the_csv_says_what_its_counts_can_t(client: Client, shelf: None) -> None:
    rows = list(csv.DictReader(io.StringIO(client.get("/insights/.csv").content.decode())))
    assert {row["figure"] for row in rows} >= {"event", "factors", "quarters", "together", "lately"}
    assert all(row["caveat"].startswith("Voluntary reports") for row in rows)


def test_what_one_report_tells_is_no_row_beside_the_signals(shelf: None) -> None:
    found = asked()
    assert all(one.judged.table.both >= 3 for one in found.together)

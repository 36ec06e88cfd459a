"""Numbers only: no small count leaves, by no page and by no arithmetic, and an issued month stands."""

import csv
import io
from collections.abc import Sequence
from dataclasses import replace
from datetime import date

import pytest
from django.db import IntegrityError, transaction
from django.test import Client
from hypothesis import given
from hypothesis import strategies as st

from closecall.errors import Conflict
from closecall.public.studies import actions, queries
from closecall.public.studies.models import MonthlyCell, MonthlySheet
from closecall.public.studies.rules import numbers
from closecall.public.studies.rules.numbers import NEITHER, Counted, Sheet
from closecall.public.taxonomy.queries import pack

LAW = pack("law_enforcement")
GROUPS = [*numbers.groups(LAW), NEITHER]
CLASSES = [*numbers.classes(LAW), NEITHER]

# Counts on both sides of the threshold, where a rule would break.
COUNTS = st.integers(0, 24)


def reports(by_group: dict[str, int], by_class: dict[str, int]) -> list[Counted]:
    """Reports with exactly these counts in each table, as far as the told lines go; who fits neither fills up."""
    groups = [key for key, n in by_group.items() for _ in range(n)]
    classes = [key for key, n in by_class.items() for _ in range(n)]
    most = max(len(groups), len(classes))
    groups += [NEITHER] * (most - len(groups))
    classes += [NEITHER] * (most - len(classes))
    return [Counted(group, kind) for group, kind in zip(groups, classes, strict=True)]


@st.composite
def months(draw: st.DrawFn) -> list[Counted]:
    by_group = {key: draw(COUNTS) for key in GROUPS}
    by_class = {key: draw(COUNTS) for key in CLASSES}
    return reports(by_group, by_class)


def counts(counted: Sequence[Counted]) -> dict[tuple[str, str], int]:
    found = {("group", key): sum(one.group == key for one in counted) for key in GROUPS}
    found.update({("class", key): sum(one.risk_class == key for one in counted) for key in CLASSES})
    return found


def test_eleven_is_told_and_ten_and_none_are_the_same() -> None:
    ten, eleven, none = (numbers.sheet(LAW, "2026-10", [Counted("attack", "A")] * n) for n in (10, 11, 0))
    assert ten == none
    assert [cell.reports for cell in eleven.cells if cell.reports] == [11, 11]


@given(months())
def test_every_cell_tells_its_own_count_from_eleven_on_and_nothing_below(counted: list[Counted]) -> None:
    there = counts(counted)
    for cell in numbers.sheet(LAW, "2026-10", counted).cells:
        n = there[cell.table, cell.code]
        assert cell.reports == (n if n >= 11 else None)


@given(months(), st.sampled_from(GROUPS), st.sampled_from(CLASSES))
def test_one_report_more_changes_nothing_while_its_cells_stay_below(
    counted: list[Counted], group: str, kind: str
) -> None:
    before = counts(counted)
    small = [n for key, n in before.items() if key in (("group", group), ("class", kind)) and key[1]]
    with_target = [*counted, Counted(group, kind)]
    same = numbers.sheet(LAW, "2026-10", counted) == numbers.sheet(LAW, "2026-10", with_target)
    assert same == all(n < 10 for n in small)


@given(months(), st.data())
def test_each_of_eleven_counts_fits_every_hidden_cell(counted: list[Counted], data: st.DataObject) -> None:
    """The reader's whole linear system has a solution for each: no bound is narrower than 0 to 10."""
    issued = numbers.sheet(LAW, "2026-10", counted)
    hidden = [cell for cell in issued.cells if cell.reports is None]
    if not hidden:
        return
    asked = data.draw(st.sampled_from(hidden))
    others = {cell: data.draw(st.integers(0, 10)) for cell in hidden}
    for n in range(11):
        imagined = {
            (cell.table, cell.code): n if cell == asked else others.get(cell, cell.reports) or 0
            for cell in issued.cells
        }
        by_group = {key: imagined.get(("group", key), 0) for key in GROUPS}
        by_class = {key: imagined.get(("class", key), 0) for key in CLASSES}
        assert numbers.sheet(LAW, "2026-10", reports(by_group, by_class)) == issued


@pytest.mark.parametrize("name", ["law_enforcement", "aviation", "wildland_fire"])
def test_every_pack_has_lines_and_keeps_one_of_them_back(name: str) -> None:
    field = pack(name)
    lines = numbers.groups(field)
    assert lines and not {"other", "unknown", NEITHER} & set(lines)
    facet = field.facet(field.release.group_by)
    assert numbers.group_of(field, facet.codes[0].key) in lines
    assert numbers.group_of(field, "other") == numbers.group_of(field, "unheard_of") == NEITHER


def test_a_month_closes_when_it_is_over() -> None:
    assert numbers.closed("2026-11", date(2026, 11, 30)) == ()
    assert numbers.closed("2026-11", date(2026, 12, 1)) == ("2026-11",)
    assert numbers.closed("2026-11", date(2027, 2, 1)) == ("2026-11", "2026-12", "2027-01")
    with pytest.raises(ValueError):
        numbers.sheet(LAW, "2026-13", [])


# ---------------------------------------------------------------- issued


@pytest.fixture
def issued() -> Sheet:
    counted = reports({"attack": 14, "road": 3}, {"A": 11, "B": 4})
    made = numbers.sheet(LAW, "2026-10", counted)
    actions.issue_month(made, on=date(2026, 11, 2))
    return made


stored = pytest.mark.django_db(databases=["default"])


@stored
def test_an_issued_month_is_read_back_as_it_was_and_the_same_again_changes_nothing(issued: Sheet) -> None:
    actions.issue_month(issued, on=date(2026, 12, 9))
    (there,) = queries.sheets()
    assert there.sheet == issued and there.issued_on == date(2026, 11, 2)


@stored
def test_a_month_is_never_issued_anew(issued: Sheet) -> None:
    cells = tuple(replace(cell, reports=12) for cell in issued.cells)
    with pytest.raises(Conflict):
        actions.issue_month(replace(issued, cells=cells), on=date(2026, 12, 1))
    assert queries.sheets()[0].sheet == issued


@stored
def test_the_database_itself_refuses_a_small_number(issued: Sheet) -> None:
    row = MonthlySheet.objects.get()
    for n in (0, 1, 10):
        with pytest.raises(IntegrityError), transaction.atomic(using="default"):
            MonthlyCell.objects.create(sheet=row, place=9, table="group", code="x", label="x", reports=n)


@stored
@pytest.mark.urls("tests.public.library.public_urls")
def test_page_csv_and_json_say_the_same_and_hide_the_same(issued: Sheet) -> None:
    page = Client().get("/insights/numbers/").content.decode()
    assert "October 2026: “Attack” reached 11" in page
    assert ">14<" in page and ">11<" in page and ">0 to 10<" in page
    assert ">3<" not in page and ">4<" not in page
    rows = list(csv.DictReader(io.StringIO(Client().get("/insights/numbers.csv").content.decode())))
    told = {(row["table"], row["code"]): row["reports"] for row in rows}
    assert told["group", "attack"] == "14" and told["group", "road"] == "" and told["class", "B"] == ""
    assert all((row["reports"] == "") == (row["fewer_than"] == "11") for row in rows)
    data = Client().get("/insights/numbers.json").json()
    assert [cell["reports"] for cell in data["months"][0]["cells"]] == [cell.reports for cell in issued.cells]
    assert "never rates" in data["caveat"] and "never rates" in rows[0]["caveat"]


@stored
@pytest.mark.urls("tests.public.library.public_urls")
def test_nothing_can_be_asked_of_the_table(issued: Sheet) -> None:
    plain = Client().get("/insights/numbers.json").content
    for asked in ("?event=ambush", "?month=2026-10", "?from=2026-Q1&to=2026-Q4", "?q=road", "?pack=aviation"):
        assert Client().get(f"/insights/numbers.json{asked}").content == plain


@stored
@pytest.mark.urls("tests.public.library.public_urls")
def test_without_a_month_the_page_says_so_and_a_new_month_is_seen_at_once() -> None:
    first = Client().get("/insights/numbers/")
    assert "No month is issued yet" in first.content.decode()
    actions.issue_month(numbers.sheet(LAW, "2026-10", []), on=date(2026, 11, 2))
    again = Client().get("/insights/numbers/", headers={"If-None-Match": first.headers["ETag"]})
    assert again.status_code == 200 and "October 2026" in again.content.decode()

"""Every header form, every row, every cell."""

import csv
import io
import itertools
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st

from closecall.public.exchange.rules import asrs, imported, safenet, table
from closecall.public.exchange.rules.imported import ImportedReport, Merged, ReadFile, Row
from closecall.public.taxonomy import queries

FIXTURES = Path(__file__).parents[2] / "fixtures"
AVIATION = queries.pack("aviation")


def read(name: str) -> ReadFile:
    return asrs.read(table.decode((FIXTURES / "asrs" / name).read_bytes()), name)


def compose(*names: str) -> dict[str, ImportedReport]:
    rows = [row for name in names for row in read(name).rows]
    return {
        report.foreign_id: report for report in asrs.compose_all(imported.merge_all(rows).values(), AVIATION)
    }


@pytest.mark.parametrize(
    ("name", "rows", "columns"),
    [("two_header_rows_126.csv", 6, 125), ("two_header_rows_97.csv", 4, 96), ("one_header_row.csv", 10, 96)],
)
def test_all_three_forms_are_read_whole(name: str, rows: int, columns: int) -> None:
    found = read(name)
    assert found.refused == ()
    assert len(found.rows) == rows
    assert {row.columns for row in found.rows} == {columns}


@pytest.mark.parametrize("name", ["two_header_rows_126.csv", "two_header_rows_97.csv", "one_header_row.csv"])
def test_every_cell_of_every_row_is_kept_as_it_stood(name: str) -> None:
    text = (FIXTURES / "asrs" / name).read_bytes().decode()
    raw = [row for row in csv.reader(io.StringIO(text, newline="")) if row and row[0].strip().isdigit()]
    kept = read(name).rows
    assert [sorted(cell for cell in row if cell.strip()) for row in raw] == [
        sorted(row.cells.values()) for row in kept
    ]


def test_the_one_row_form_s_repeated_names_become_the_same_columns() -> None:
    two = {column for row in read("two_header_rows_97.csv").rows for column in row.cells}
    one = {column for row in read("one_header_row.csv").rows for column in row.cells}
    assert "Report 1/Narrative" in one & two
    assert "Person 1/Human Factors" in one
    assert "Events/Anomaly" in one & two
    assert not [column for column in one if "/" not in column and column != "ACN"]


def test_a_report_in_two_files_is_the_fuller_record_with_the_other_s_values_beside() -> None:
    report = compose("one_header_row.csv", "two_header_rows_126.csv")["1485237"]
    assert report.merged.row.columns == 125
    assert report.extra["alternates"]


def test_the_order_of_files_makes_no_difference() -> None:
    names = ("two_header_rows_126.csv", "two_header_rows_97.csv", "one_header_row.csv")
    first, *others = [compose(*order) for order in itertools.permutations(names)]
    assert all(other == first for other in others)


CELLS = st.dictionaries(st.sampled_from("ABC"), st.sampled_from(["x", "y", "z"]), max_size=3)
ROWS = st.builds(Row, st.just("1"), st.integers(1, 3), CELLS)


@given(st.lists(ROWS, min_size=1, max_size=5), st.randoms(use_true_random=False))
def test_merging_is_the_same_in_any_order_and_never_loses_a_value(rows: list[Row], random: object) -> None:
    shuffled = sorted(rows, key=lambda row: hash((str(random), row.columns, *row.cells.items())))
    one, other = imported.merge_all(rows)["1"], imported.merge_all(shuffled)["1"]
    assert one == other
    held = {(column, value) for column, value in one.row.cells.items()}
    held |= {(column, value) for column, values in one.alternates.items() for value in values}
    assert held == {pair for row in rows for pair in row.cells.items()}


@given(ROWS, ROWS, ROWS)
def test_merging_is_the_same_in_any_grouping(a: Row, b: Row, c: Row) -> None:
    left = imported.merge(imported.merge(Merged(a), Merged(b)), Merged(c))
    right = imported.merge(Merged(a), imported.merge(Merged(b), Merged(c)))
    assert left == right
    assert Merged.from_data("1", left.data()) == left


def test_a_second_narrative_and_a_callback_stay_with_the_story() -> None:
    reports = compose("two_header_rows_126.csv")
    labels = {account.label for report in reports.values() for account in report.accounts}
    assert {"Callback", "Second narrative"} <= labels
    second = next(
        account.text
        for report in reports.values()
        for account in report.accounts
        if account.label == "Second narrative"
    )
    assert any(second in report.story for report in reports.values())


def test_a_narrative_in_capitals_stays_in_capitals_with_its_semicolons() -> None:
    rows = read("two_header_rows_97.csv").rows
    shouted = [row for row in rows if row.cells["Report 1/Narrative"].isupper()]
    assert shouted
    reports = compose("two_header_rows_97.csv")
    assert all(
        reports[row.foreign_id].narrative == row.cells["Report 1/Narrative"].strip() for row in shouted
    )


def test_unknown_columns_are_kept_in_extra() -> None:
    text = "ACN,Date,Narrative,Narrative,Moon Phase\n12345,201911,It was close.,,full\n"
    (row,) = asrs.read(text, "f").rows
    (report,) = asrs.compose_all([Merged(row)], AVIATION)
    assert [values for column, values in report.extra.items() if "Moon" in column] == [("full",)]
    assert report.period == "2019-Q4"


def test_a_row_without_a_number_or_a_story_is_refused_alone_with_its_line() -> None:
    text = "ACN,Date,Narrative\n1,201901,One.\nx,201901,Two.\n3,201901,\n4,201901,Four.\n"
    found = asrs.read(text, "f.csv")
    assert [row.foreign_id for row in found.rows] == ["1", "4"]
    assert [(refused.file, refused.line) for refused in found.refused] == [("f.csv", 3), ("f.csv", 4)]


def test_a_quote_that_was_never_closed_costs_one_row_and_not_its_neighbours() -> None:
    text = 'ACN,Date,Narrative\n1,201901,One.\n2,201901,"Two.\n3,201901,Three.\n4,201901,"Fo\nur."\n'
    found = asrs.read(text, "f.csv")
    assert [row.foreign_id for row in found.rows] == ["1", "3", "4"]
    assert [refused.line for refused in found.refused] == [3]


@pytest.mark.parametrize("text", ["", "\n\n", "a,b\n1,2\n", "<html>"])
def test_a_file_of_another_kind_is_refused_whole(text: str) -> None:
    for kind in (asrs, safenet):
        found = kind.read(text, "f.csv")
        assert found.rows == ()
        assert len(found.refused) == 1


def test_safenet_s_spaced_header_is_read() -> None:
    name = FIXTURES / "safenet" / "safenet_2010.csv"
    found = safenet.read(table.decode(name.read_bytes()), name.name)
    assert found.refused == ()
    assert len(found.rows) == 10
    assert "Event State" in found.rows[0].cells


def test_safenet_s_values_that_end_in_a_semicolon_are_codes() -> None:
    header = (
        '"ID", "SAFENET ID", "Contributing Factors", "Event Incident Type", "Event Start Date", "Narrative"\n'
    )
    row = '"1","8X","Human Factors;Fire Behavior;","All Risk;","10/27/2010 07:00","It blew up; we ran."\n'
    found = safenet.read(header + row, "f")
    (report,) = safenet.compose_all(imported.merge_all(found.rows).values(), queries.pack("wildland_fire"))
    assert set(report.codes) == {
        ("contributing", "human_factors"),
        ("contributing", "fire_behavior"),
        ("incident_type", "all_hazard"),
    }
    assert report.narrative == "It blew up; we ran."
    assert report.period == "2010-Q4"


@given(st.text())
def test_no_text_whatever_makes_a_reader_fall_over(text: str) -> None:
    asrs.read("ACN,Narrative\n" + text, "f")
    safenet.read(text, "f")

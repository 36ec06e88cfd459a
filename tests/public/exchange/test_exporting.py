"""What leaves the library is whole, explained, and harmless in a spreadsheet."""

import csv
import json
import re
from pathlib import Path

import pytest
from hypothesis import example, given
from hypothesis import strategies as st

from closecall.errors import BadInput
from closecall.public.exchange import actions
from closecall.public.exchange.rules import exporting, table
from closecall.public.exchange.rules.exporting import Exported
from closecall.public.library import queries as shelf
from closecall.public.library.rules import tables
from closecall.public.library.rules.report import AppliedCode, Lesson, ReleasedText, from_data
from closecall.public.taxonomy.queries import pack

FIXTURES = Path(__file__).parents[2] / "fixtures"

pytestmark = pytest.mark.django_db(databases=["default"])


@pytest.fixture
def imported() -> None:
    actions.import_files("asrs", sorted((FIXTURES / "asrs").glob("*.csv")))


@pytest.mark.usefixtures("imported")
def test_json_lines_hold_every_report_whole_with_every_cell_that_it_was_imported_from(tmp_path: Path) -> None:
    out = tmp_path / "all.jsonl"
    outcome = actions.export("reports", form="jsonl", out=out)
    rows = [json.loads(line) for line in out.read_text(encoding="utf-8").splitlines()]
    assert outcome.reports == len(rows) == 18
    narratives = {row["report"]["source"]: row["report"]["narrative"] for row in rows}
    assert narratives == {
        one.text.source: one.text.narrative for one in shelf.reports(shelf.every_public_id())
    }
    assert all(row["record"]["cells"]["ACN"] == row["record"]["foreign_id"] for row in rows)


@pytest.mark.usefixtures("imported")
def test_csv_has_one_row_a_report_and_a_column_a_facet(tmp_path: Path) -> None:
    out = tmp_path / "all.csv"
    actions.export("reports", form="csv", out=out)
    with out.open(encoding="utf-8", newline="") as stream:
        rows = list(csv.DictReader(stream))
    assert len(rows) == 18
    assert any("conflict_ground_conflict_critical" in row["anomaly"].split() for row in rows)


@pytest.mark.usefixtures("imported")
def test_every_code_that_is_exported_stands_in_the_codebook_beside_it(tmp_path: Path) -> None:
    outcome = actions.export("codes", form="csv", out=tmp_path / "codes.csv")
    data, book = outcome.files
    with data.open(encoding="utf-8", newline="") as stream:
        used = {(row["pack"], row["facet"], row["code"]) for row in csv.DictReader(stream)}
    with book.open(encoding="utf-8", newline="") as stream:
        explained = {(row["pack"], row["facet"], row["code"]) for row in csv.DictReader(stream)}
    assert used
    assert used <= explained


def test_a_cell_that_a_spreadsheet_would_run_is_guarded_in_csv_and_exact_in_json_lines() -> None:
    text = ReleasedText("M7K2QF", "law_enforcement", 1, "=HYPERLINK(1)", "", "-1 officer", period="2026-Q1")
    one = Exported(text, "own", "", "2026-01-31", 1)
    in_csv = "".join(exporting.lines(exporting.report_rows([one], (), "csv"), "csv"))
    assert "'=HYPERLINK(1)" in in_csv
    assert "'-1 officer" in in_csv
    (line,) = exporting.lines(exporting.report_rows([one], (), "jsonl"), "jsonl")
    assert json.loads(line)["report"]["title"] == "=HYPERLINK(1)"


def test_lessons_are_exported_as_codes_of_their_theme() -> None:
    text = ReleasedText(
        *("M7K2QF", "law_enforcement", 1, "T", "", "N"),
        lessons=(Lesson("Look in the boots.", theme="search_people"),),
        codes=(AppliedCode("equipment", "radio", "failed", "It was dead."),),
    )
    rows = list(exporting.code_rows([Exported(text, "own", "", "2026-01-31", 1)], pack))
    assert [(row["facet"], row["code"], row["state"]) for row in rows] == [
        ("equipment", "radio", "failed"),
        ("theme", "search_people", ""),
    ]
    assert rows[1]["code_label"] == "Search the whole person, again at every hand-over"


def test_an_empty_library_exports_an_empty_file(tmp_path: Path) -> None:
    outcome = actions.export("reports", form="jsonl", out=tmp_path / "none.jsonl")
    assert (outcome.reports, outcome.rows) == (0, 0)


@pytest.mark.parametrize(("what", "form"), [("secrets", "csv"), ("reports", "pdf")])
def test_what_there_is_no_export_of_is_refused(tmp_path: Path, what: str, form: str) -> None:
    with pytest.raises(BadInput):
        actions.export(what, form=form, out=tmp_path / "x")


def test_a_folder_that_isn_t_there_is_refused_in_words(tmp_path: Path) -> None:
    with pytest.raises(BadInput):
        actions.export("reports", form="csv", out=tmp_path / "no" / "where.csv")


@given(st.text(st.characters(exclude_characters="\x00", exclude_categories=["Cs"])))
@example("'=1+1")
@example("''@x")
@example("'")
@example('"\r\n=')
def test_any_text_comes_back_from_csv_as_it_was_and_runs_in_no_spreadsheet(text: str) -> None:
    written = "".join(exporting.lines([{"id": "1", "narrative": text}], "csv"))
    rows = [cells for _, cells in table.lines(written, begin=re.compile("(?!)")) if cells is not None]
    row = rows[1]
    assert not row[1].startswith(("=", "+", "-", "@", "\t", "\r", "\n"))
    assert tables.bare_cell(row[1]) == text


@given(st.text(), st.sampled_from("=+-@\t\r\n"), st.integers(0, 4))
def test_an_apostrophe_that_was_there_already_stays_one_of_the_text(
    text: str, risky: str, apostrophes: int
) -> None:
    cell = "'" * apostrophes + risky + text
    assert tables.safe_cell(cell) == f"'{cell}"
    assert tables.bare_cell(tables.safe_cell(cell)) == cell


@pytest.mark.usefixtures("imported")
@pytest.mark.parametrize("what", ["reports", "codes"])
@pytest.mark.parametrize("form", ["csv", "jsonl"])
def test_every_row_carries_its_caveat_and_says_where_its_keys_are_explained(
    tmp_path: Path, what: str, form: str
) -> None:
    outcome = actions.export(what, form=form, out=tmp_path / f"all.{form}")
    for file in outcome.files:
        assert tables.CAVEAT in file.read_text(encoding="utf-8")
    with outcome.files[0].open(encoding="utf-8", newline="") as stream:
        rows = list(csv.DictReader(stream)) if form == "csv" else [json.loads(line) for line in stream]
    assert {row["caveat"] for row in rows} == {tables.CAVEAT}
    if form == "jsonl" and what == "reports":
        assert {row["codebook"]["file"] for row in rows} == {outcome.files[1].name}
        assert all(row["codebook"]["pack_version"] == row["report"]["pack_version"] for row in rows)
    else:
        assert all(row["codebook"].endswith("/api/v1/packs/aviation") for row in rows)


@given(st.text(st.characters(exclude_categories=["Cs"])), st.text(st.characters(exclude_categories=["Cs"])))
def test_json_lines_are_exact_and_one_line_a_report(title: str, narrative: str) -> None:
    text = ReleasedText("M7K2QF", "law_enforcement", 1, title, "", narrative)
    one = Exported(text, "own", "", "2026-01-31", 1)
    (line,) = exporting.lines(exporting.report_rows([one], (), "jsonl"), "jsonl")
    assert line.count("\n") == 1
    assert from_data(json.loads(line)["report"]) == text

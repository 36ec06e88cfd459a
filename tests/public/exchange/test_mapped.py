"""Anybody's CSV is imported as its mapping says."""

from pathlib import Path

import pytest

from closecall.errors import BadInput
from closecall.public.exchange import actions
from closecall.public.library import queries as shelf

pytestmark = pytest.mark.django_db(databases=["default"])

MAPPING = """
key: county
label: "County review, written by its own officers"
pack: law_enforcement
id: "No"
narrative: "Story"
accounts: {"What was done": "Done"}
period: {column: "Day", format: "%m/%d/%Y"}
codes:
  - {column: "Sky", facet: weather, separator: ";", values: {"RA": rain}}
  - {column: "Lamp", facet: light}
"""
ROWS = (
    "No,Story,Done,Day,Sky,Lamp,Moon\n"
    '1,It slid. We walked.,Salted the ramp,02/11/2024,RA;Clear;meteor,"Dark, with lamps",full\n'
    "2,'=not a formula,,,,,\n"
    "3,,,,,,\n"
)


@pytest.fixture
def files(tmp_path: Path) -> tuple[Path, Path]:
    mapping, rows = tmp_path / "county.yaml", tmp_path / "county.csv"
    mapping.write_text(MAPPING, encoding="utf-8")
    rows.write_text(ROWS, encoding="utf-8")
    return mapping, rows


def test_columns_become_story_codes_and_quarter(files: tuple[Path, Path]) -> None:
    mapping, rows = files
    outcome = actions.import_files("csv", [rows], mapping=mapping)
    assert outcome.imported == 2
    assert [(row.line, row.reason) for row in outcome.refused] == [(4, "This row has no narrative.")]
    first = next(one for one in shelf.reports(shelf.every_public_id()) if one.text.source == "county 1")
    assert first.text.narrative == "It slid. We walked.\n\nWhat was done:\n\nSalted the ramp"
    assert first.text.period == "2024-Q1"
    assert {(applied.facet, applied.code) for applied in first.text.codes} == {
        ("weather", "rain"),
        ("weather", "clear"),
        ("light", "dark_lit"),
        ("definition", "legacy"),
    }


def test_the_apostrophe_before_a_formula_is_taken_off_again(files: tuple[Path, Path]) -> None:
    mapping, rows = files
    actions.import_files("csv", [rows], mapping=mapping)
    assert "=not a formula" in {one.text.narrative for one in shelf.reports(shelf.every_public_id())}


def test_a_second_import_by_mapping_changes_nothing(files: tuple[Path, Path]) -> None:
    mapping, rows = files
    actions.import_files("csv", [rows], mapping=mapping)
    outcome = actions.import_files("csv", [rows], mapping=mapping)
    assert (outcome.imported, outcome.unchanged) == (0, 2)


def test_csv_without_a_mapping_is_refused(files: tuple[Path, Path]) -> None:
    with pytest.raises(BadInput):
        actions.import_files("csv", [files[1]])


@pytest.mark.parametrize(
    ("found", "instead", "told"),
    [
        ("facet: light", "facet: lamp", "no facet `lamp`"),
        ("rain}}", "drizzle}}", "no code `weather/drizzle`"),
        ("pack: law_enforcement", "pack: sailing", "no pack of that name"),
        ("narrative:", "narative:", "narative"),
    ],
)
def test_a_mapping_that_is_wrong_says_where(
    files: tuple[Path, Path], found: str, instead: str, told: str
) -> None:
    mapping, rows = files
    mapping.write_text(MAPPING.replace(found, instead), encoding="utf-8")
    outcome = actions.import_files("csv", [rows], mapping=mapping)
    assert outcome.imported == 0
    assert any(told in row.reason for row in outcome.refused)


def test_a_header_without_a_named_column_refuses_the_file(files: tuple[Path, Path]) -> None:
    mapping, rows = files
    rows.write_text("No,Tale\n1,x\n", encoding="utf-8")
    outcome = actions.import_files("csv", [rows], mapping=mapping)
    assert [row.line for row in outcome.refused] == [1]

"""Imports publish once, whatever the order and however often, and lose nothing to a broken neighbour."""

import shutil
from pathlib import Path

import pytest

from closecall.errors import BadInput
from closecall.public.exchange import actions, queries
from closecall.public.exchange.models import ImportedRecord
from closecall.public.library import actions as library
from closecall.public.library import queries as shelf

FIXTURES = Path(__file__).parents[2] / "fixtures"
ASRS = sorted((FIXTURES / "asrs").glob("*.csv"))
SAFENET = sorted((FIXTURES / "safenet").glob("*.csv"))

pytestmark = pytest.mark.django_db(databases=["default"])


def published() -> dict[str, str]:
    return {one.text.source: one.text.narrative for one in shelf.reports(shelf.every_public_id())}


def everything() -> list[tuple[str, str, object]]:
    rows = ImportedRecord.objects.order_by("foreign_id")
    return [(row.foreign_id, row.public_id, row.record) for row in rows]


def test_every_report_of_every_file_is_published_under_its_source_s_number() -> None:
    outcome = actions.import_files("asrs", ASRS)
    assert outcome.refused == ()
    assert outcome.imported == len(published()) == 18  # twenty rows, two reports in two files
    assert "ACN 1485237" in published()


def test_imported_reports_bear_the_import_s_origin_and_label() -> None:
    actions.import_files("safenet", SAFENET)
    one = shelf.reports(shelf.every_public_id())[0]
    assert one.origin == "import"
    assert one.source_label.startswith("SAFENET")


def test_a_second_import_changes_nothing() -> None:
    actions.import_files("asrs", ASRS)
    before = everything()
    outcome = actions.import_files("asrs", ASRS)
    assert (outcome.imported, outcome.unchanged) == (0, 18)
    assert everything() == before


def test_file_after_file_gives_the_same_as_all_at_once_in_any_order() -> None:
    for path in ASRS:
        actions.import_files("asrs", [path])
    one_by_one, texts = everything(), published()
    ImportedRecord.objects.all().delete()
    for path in reversed(ASRS):
        actions.import_files("asrs", [path])
    assert everything() == one_by_one
    assert published() == texts


def test_a_dry_run_counts_and_writes_nothing() -> None:
    outcome = actions.import_files("asrs", ASRS, dry_run=True)
    assert outcome.imported == 18
    assert published() == {}
    assert not ImportedRecord.objects.exists()


def test_a_broken_file_loses_nothing_that_was_imported_or_stands_beside_it(tmp_path: Path) -> None:
    actions.import_files("safenet", SAFENET)
    broken = tmp_path / "broken.csv"
    broken.write_bytes(b"\x00\xff\xfe not a table \x1a")
    good = shutil.copy(ASRS[0], tmp_path / "good.csv")
    outcome = actions.import_files("asrs", [broken, good, tmp_path / "missing.csv"])
    assert outcome.imported > 0
    assert {row.file.rsplit("/", 1)[-1] for row in outcome.refused} == {"broken.csv", "missing.csv"}
    assert len(published()) == 10 + outcome.imported


def test_a_withdrawn_report_stays_withdrawn() -> None:
    actions.import_files("safenet", SAFENET)
    gone = shelf.every_public_id()[0]
    library.retract(gone)
    outcome = actions.import_files("safenet", SAFENET)
    assert outcome.imported == 0
    assert gone not in [one.public_id for one in shelf.reports(shelf.every_public_id())]


def test_every_cell_can_be_read_back() -> None:
    actions.import_files("safenet", SAFENET)
    row = ImportedRecord.objects.first()
    assert row is not None
    kept = queries.record(row.public_id)
    assert kept is not None
    assert kept.row.cells["SAFENET ID"] == row.foreign_id
    assert queries.record("M7K2QF") is None


def test_a_kind_without_a_reader_is_refused() -> None:
    with pytest.raises(BadInput):
        actions.import_files("fax", ASRS)

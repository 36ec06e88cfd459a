"""An ASRS export comes in, goes out, and every value of it is there; nothing is called "Critical"."""

import csv
import io
import json
import os
from collections.abc import Iterator
from pathlib import Path
from random import Random

import pytest
from django.db import transaction
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from closecall.public.exchange import actions
from closecall.public.exchange.actions.importing import SOURCES
from closecall.public.exchange.models import ImportedRecord
from closecall.public.exchange.rules import asrs, imported, table
from closecall.public.library import queries as shelf
from closecall.public.taxonomy.queries import pack

FIXTURES = sorted((Path(__file__).parents[2] / "fixtures" / "asrs").glob("*.csv"))
ASRS = SOURCES["asrs"]
HEADER = [
    "ACN",
    "Date",
    "Anomaly",
    "Human Factors",
    "Human Factors",
    "Narrative",
    "Callback",
    "Moon",
    "",
    "Moon",
]

pytestmark = pytest.mark.django_db(databases=["default"])


def values(raw: bytes) -> Iterator[tuple[str, str]]:
    """(ACN, cell) of every filled cell, read by nobody's code but csv's."""
    for row in csv.reader(io.StringIO(table.decode(raw), newline="")):
        if row and row[0].strip().isdigit():
            yield from ((row[0].strip(), cell) for cell in row if cell.strip())


def given_back(file: Path) -> set[tuple[str, str]]:
    """(ACN, cell) of everything that an export holds: the record's cells and what other files say instead."""
    held: set[tuple[str, str]] = set()
    for line in file.read_text(encoding="utf-8").split("\n"):
        record = json.loads(line)["record"] if line else {"foreign_id": "", "cells": {}, "alternates": {}}
        said = [*record["cells"].values(), *(one for many in record["alternates"].values() for one in many)]
        held |= {(record["foreign_id"], cell) for cell in said}
    return held


def test_an_export_gives_back_every_value_of_every_file(tmp_path: Path) -> None:
    actions.import_files("asrs", FIXTURES)
    actions.export("reports", form="jsonl", out=tmp_path / "out.jsonl")
    sent = {pair for path in FIXTURES for pair in values(path.read_bytes())}
    assert sent <= given_back(tmp_path / "out.jsonl")


TEXTS = st.text(st.characters(exclude_characters="\x00", exclude_categories=["Cs"]), max_size=40)
ANOMALIES = st.lists(
    st.sampled_from([alias for code in pack("aviation").facet("anomaly").codes for alias in code.aliases]),
    max_size=3,
).map(lambda many: "; ".join(many).replace(",", ";"))
ROW = st.tuples(
    st.integers(100_000, 100_005).map(str),
    st.sampled_from(["201911", "", "soon"]),
    ANOMALIES,
    *[TEXTS] * 2,
    TEXTS.map(lambda text: "It was close. " + text),
    *[TEXTS] * 4,
)
FILES = st.lists(st.lists(ROW, max_size=4), min_size=1, max_size=3)


def spelled(rows: list[tuple[str, ...]]) -> bytes:
    out = io.StringIO(newline="")
    csv.writer(out).writerows([HEADER, *rows])
    return out.getvalue().encode()


@settings(max_examples=25, suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(FILES)
def test_files_that_nobody_thought_of_come_back_whole_too(
    tmp_path: Path, files: list[list[tuple[str, ...]]]
) -> None:
    raw = [(f"{at}.csv", spelled(rows)) for at, rows in enumerate(files)]
    with transaction.atomic():
        outcome = actions.import_reports(raw, ASRS)
        again = actions.import_reports(raw, ASRS)
        actions.export("reports", form="jsonl", out=tmp_path / "out.jsonl")
        transaction.set_rollback(True)
    assert outcome.refused == ()
    assert again.imported == 0
    assert {pair for _, one in raw for pair in values(one)} <= given_back(tmp_path / "out.jsonl")


@settings(max_examples=15, suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(FILES, st.randoms(use_true_random=False))
def test_files_in_any_order_one_by_one_or_together_give_the_same(
    files: list[list[tuple[str, ...]]], random: Random
) -> None:
    raw = [(f"{at}.csv", spelled(rows)) for at, rows in enumerate(files)]
    shuffled = random.sample(raw, len(raw))
    found = []
    for batches in ([raw], [[one] for one in shuffled]):
        with transaction.atomic():
            for batch in batches:
                actions.import_reports(batch, ASRS)
            records = ImportedRecord.objects.order_by("foreign_id").values_list(
                "foreign_id", "public_id", "record"
            )
            texts = {one.public_id: one.text for one in shelf.reports(shelf.every_public_id())}
            found.append((list(records), texts))
            transaction.set_rollback(True)
    assert found[0] == found[1]


def no_broken_labels(paths: list[Path]) -> int:
    rows = [row for path in paths for row in asrs.read(table.decode(path.read_bytes()), path.name).rows]
    reports = asrs.compose_all(imported.merge_all(rows).values(), pack("aviation"))
    for report in reports:
        labels = [value for many in report.extra.values() for value in many]
        labels += [pack("aviation").code(facet, code).label for facet, code in report.codes]
        assert not {"Critical", "Less Severe"}.intersection(labels)
    return len(reports)


def test_no_label_is_called_critical_or_less_severe() -> None:
    assert no_broken_labels(FIXTURES) == 18


@pytest.mark.proof
@pytest.mark.skipif(
    not os.environ.get("CLOSECALL_DATA"), reason="CLOSECALL_DATA names no folder of real exports"
)
def test_no_label_of_any_real_export_is_called_critical_or_less_severe() -> None:
    assert no_broken_labels(sorted((Path(os.environ["CLOSECALL_DATA"]) / "asrs").glob("*.csv"))) > 5_000


@pytest.mark.parametrize(
    ("old", "new"),
    [
        ("Deviation - Procedural FAR", "Deviation / Discrepancy - Procedural FAR"),
        ("Deviation - Procedural Clearance", "Deviation / Discrepancy - Procedural Clearance"),
        ("Deviation - Altitude Overshoot", "Deviation - Altitude Overshoot"),
    ],
)
def test_the_words_of_old_and_new_years_land_on_one_code(old: str, new: str) -> None:
    text = f"ACN,Date,Anomaly,Narrative\n1,199501,{old},One.\n2,202401,{new},Two.\n"
    rows = asrs.read(text, "f").rows
    one, two = asrs.compose_all(imported.merge_all(rows).values(), pack("aviation"))
    assert one.codes == two.codes != ()


def test_what_the_library_itself_refuses_is_named_with_file_and_line() -> None:
    long = "x" * 200_001
    raw = f'ACN,Date,Narrative\n100001,201901,One.\n100002,201901,"{long}"\n100003,201901,\x0b\x1f\n'.encode()
    outcome = actions.import_reports([("f.csv", raw)], ASRS)
    assert outcome.imported == 1
    assert [(row.file, row.line) for row in outcome.refused] == [("f.csv", 3), ("f.csv", 4)]
    dry = actions.import_reports([("f.csv", raw)], ASRS, dry_run=True)
    assert sorted(map(str, dry.refused)) == sorted(map(str, outcome.refused))


@pytest.mark.parametrize("number", ["²²", "1" * 65, ""])
def test_a_number_that_can_t_be_kept_is_refused_with_its_line(number: str) -> None:
    outcome = actions.import_reports([("f.csv", f"ACN,Narrative\n{number},One.\n".encode())], ASRS)
    assert [row.line for row in outcome.refused] == [2]


def test_a_dry_run_shows_the_first_rows_as_they_would_be_read_and_what_nothing_reads() -> None:
    raw = b"ACN,Date,Anomaly,Narrative,Moon\n100001,201911,Conflict NMAC; Zorbing,It was close.,full\n"
    outcome = actions.import_reports([("f.csv", raw)], ASRS, dry_run=True)
    assert outcome.preview is not None
    (first,) = outcome.preview.reports
    assert (first.title, first.period) == ("It was close.", "2019-Q4")
    assert ("anomaly", "conflict_nmac") in first.codes
    assert [rows for column, rows in outcome.preview.unmapped if "Moon" in column] == [1]
    assert dict(outcome.preview.uncoded) == {"Events/Anomaly": 1}
    assert any("Moon" in line for line in outcome.preview.lines())
    assert outcome.data()["preview"]
    assert actions.import_reports([("f.csv", raw)], ASRS).preview is None

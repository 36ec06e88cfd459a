"""With real exports under CLOSECALL_DATA: every distinct report in, every value out, one code for old and new words."""

import os
from collections import Counter
from pathlib import Path

import pytest

from closecall.public.exchange import actions
from closecall.public.exchange.models import ImportedRecord
from closecall.public.library import queries as shelf
from closecall.public.taxonomy.queries import pack

from .test_round_trip import given_back, no_broken_labels, values

DATA = os.environ.get("CLOSECALL_DATA", "")
BROKEN = {"Critical", "Less Severe"}
pytestmark = [
    pytest.mark.django_db(databases=["default"]),
    pytest.mark.timeout(3600),
    pytest.mark.skipif(not DATA, reason="CLOSECALL_DATA names no folder of real exports"),
]
ASRS, SAFENET = (sorted((Path(DATA) / kind).glob("*.csv")) for kind in ("asrs", "safenet"))


def test_every_asrs_report_comes_in_once_and_every_value_of_every_file_goes_out_again(tmp_path: Path) -> None:
    sent = [pair for path in ASRS for pair in values(path.read_bytes())]
    distinct = {number for number, _ in sent}
    done = actions.import_files("asrs", ASRS)
    assert done.imported == len(distinct) == shelf.total() > 5_000 and done.refused == ()
    # A report that several files hold is one report, with what the others say instead beside it.
    assert ImportedRecord.objects.count() == len(distinct)
    labels_and_years(no_broken_labels(ASRS))
    actions.export("reports", form="jsonl", out=tmp_path / "out.jsonl")
    assert set(sent) <= given_back(tmp_path / "out.jsonl")
    again = actions.import_files("asrs", list(reversed(ASRS)))
    assert (again.imported, again.unchanged) == (0, len(distinct))


def labels_and_years(reports: int) -> None:
    """No label is half of one, and what older forms call otherwise lands on the same code as today."""
    field = pack("aviation")
    years: dict[str, set[str]] = {}
    held: Counter[str] = Counter()
    shown = shelf.reports(shelf.every_public_id())
    assert len(shown) == reports
    for one in shown:
        for applied in one.text.codes:
            if field.has(applied.facet, applied.code):
                assert field.code(applied.facet, applied.code).label not in BROKEN
            assert applied.code not in ("critical", "less_severe")
            if applied.facet == field.release.group_by and one.text.period:
                held[applied.code] += 1
                years.setdefault(applied.code, set()).add(one.text.period[:4])
    common = [code for code, _ in held.most_common(10)]
    # ASRS wrote "Deviation - Procedural FAR" in older years, "Deviation / Discrepancy - Procedural FAR" in newer ones.
    assert all(len(years[code]) > 5 for code in common), {code: sorted(years[code]) for code in common}


def test_every_safenet_report_comes_in_once_in_spite_of_its_spaced_header() -> None:
    done = actions.import_files("safenet", SAFENET)
    assert done.imported == shelf.total() > 1_500
    assert all(row.file and row.line and row.reason for row in done.refused)
    again = actions.import_files("safenet", SAFENET)
    assert (again.imported, again.unchanged) == (0, done.imported)

"""Rows that are inserted many at once stand as if each had been saved."""

import pytest
from django.db import IntegrityError, transaction
from django.utils import timezone

from closecall.public.exchange.models import ImportedRecord
from closecall.public.library.models import PublicationLog, PublishedReport
from closecall.site import rows

pytestmark = pytest.mark.django_db(databases=["default"])

RECORD = {"cells": {"Note": "50 % é “x” \\ ' \""}, "alternates": {}, "columns": 1}


def test_what_is_inserted_is_what_saving_gives_defaults_included() -> None:
    told = {
        "origin": "import",
        "source_label": "50 % é",
        "pack": "aviation",
        "text": "{}",
        "author_key": "a",
        "author_signature": "s",
        "published_on": timezone.localdate(),
    }
    PublishedReport(public_id="SAVED222", position=1, **told).save(force_insert=True)
    names = ["public_id", "position", *told]
    rows.insert(PublishedReport, names, [("INSERT22", 2, *told.values())], using="default")
    saved, inserted = PublishedReport.objects.order_by("position").values()
    assert {**saved, "id": 0, "public_id": "", "position": 0} == {
        **inserted,
        "id": 0,
        "public_id": "",
        "position": 0,
    }


def test_a_row_that_stands_gets_the_named_values_and_no_others() -> None:
    names = ("kind", "foreign_id", "public_id", "record")
    for public_id, record in (("FIRST222", {}), ("SECOND22", RECORD)):
        rows.insert(
            ImportedRecord,
            names,
            [("asrs", "1", public_id, record)],
            using="default",
            unique=("kind", "foreign_id"),
            update=("record",),
        )
    [row] = ImportedRecord.objects.all()
    assert (row.public_id, row.record) == ("FIRST222", RECORD)


def test_the_database_s_promises_hold_for_inserted_rows_too() -> None:
    with pytest.raises(IntegrityError), transaction.atomic(using="default"):
        rows.insert(
            PublicationLog, ("seq", "public_id", "op"), [(1, "A", "put"), (2, "B", "eat")], using="default"
        )
    assert not PublicationLog.objects.exists()


def test_no_rows_are_no_work() -> None:
    rows.insert(PublicationLog, ("seq", "public_id", "op"), [], using="default")
    assert not PublicationLog.objects.exists()

"""What every page asks of the database is looked up, not walked through, however large the library is."""

import pytest
from django.db import connection
from django.test.utils import CaptureQueriesContext

from closecall.public.library import queries

pytestmark = [pytest.mark.django_db(databases=["default"]), pytest.mark.sqlite]


def test_reports_are_fetched_by_their_ids_not_by_walking_through_all_that_are_listed() -> None:
    with CaptureQueriesContext(connection) as asked:
        queries.reports(["M7K2QF", "M7K2QG"])
    plans: list[str] = []
    with connection.cursor() as cursor:
        for one in asked.captured_queries:
            cursor.execute(f"EXPLAIN QUERY PLAN {one['sql']}")  # the statement that the room itself just made
            plans += [str(row[3]) for row in cursor.fetchall()]
    assert any("(public_id=?)" in plan for plan in plans)
    assert not [plan for plan in plans if "SCAN" in plan or "(status=?" in plan]

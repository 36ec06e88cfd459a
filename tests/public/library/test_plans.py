"""What every page asks of the database is looked up, not walked through, however large the library is."""

import pytest
from django.db import connection
from django.test.utils import CaptureQueriesContext

from closecall.public.library import queries
from closecall.public.library.models import SameEvent

pytestmark = [pytest.mark.django_db(databases=["default"]), pytest.mark.sqlite]


def plans_of(asked: CaptureQueriesContext) -> list[str]:
    """How SQLite answers the statements that the room itself just made."""
    plans: list[str] = []
    with connection.cursor() as cursor:
        for one in asked.captured_queries:
            cursor.execute(f"EXPLAIN QUERY PLAN {one['sql']}")
            plans += [str(row[3]) for row in cursor.fetchall()]
    return plans


def test_reports_are_fetched_by_their_ids_not_by_walking_through_all_that_are_listed() -> None:
    with CaptureQueriesContext(connection) as asked:
        queries.reports(["M7K2QF", "M7K2QG"])
    plans = plans_of(asked)
    assert any("(public_id=?)" in plan for plan in plans)
    assert not [plan for plan in plans if "SCAN" in plan or "(status=?" in plan]


def test_what_left_the_shelf_is_looked_up_however_far_an_index_lags() -> None:
    with CaptureQueriesContext(connection) as asked:
        queries.removed_since(0)
    assert ["library_log_op_seq (op=? AND seq>?)" in plan for plan in plans_of(asked)] == [True]


def test_other_accounts_of_an_event_are_looked_up_by_their_ids() -> None:
    SameEvent.objects.create(public_id="M7K2QF", event="E", signature="00" * 64)
    with CaptureQueriesContext(connection) as asked:
        queries.told_events(["M7K2QF"])
        queries.told_events()
    plans = plans_of(asked)
    shelf = [plan for plan in plans if "library_publishedreport" in plan or "library_tombstone" in plan]
    assert len(shelf) == 4
    assert all("(public_id=?)" in plan for plan in shelf)

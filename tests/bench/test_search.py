"""The benchmark of search compares like with like: on a small library every engine counts the same."""

import json
import os
import subprocess
import sys
from pathlib import Path

import pytest

from tests import postgres

ROOT = Path(__file__).parents[2]
CLASSES = {
    "two common words",
    "phrase",
    "words + 3 filters",
    "filters only",
    "everything",
    "everything, kept",
}


def compared(against: str) -> list[dict[str, object]]:
    words = ["compare", "--reports", "400", "--queries", "4", "--against", against, "--json"]
    environment = {name: value for name, value in os.environ.items() if name != "CLOSECALL_DATA"}
    done = subprocess.run(
        [sys.executable, str(ROOT / "bench/search.py"), *words],
        env=environment, capture_output=True, text=True, check=True,
    )  # fmt: skip
    rows: list[dict[str, object]] = json.loads(done.stdout)
    return rows


def test_sqlite_and_we_find_and_count_the_same() -> None:
    rows = [row for row in compared("sqlite") if row["peer"] == "sqlite"]
    assert {row["class"] for row in rows} == CLASSES
    assert all(row["hits_equal"] is True for row in rows)
    assert set(rows[0]) == {"class", "peer", "ours_ms", "peer_ms", "ratio", "hits_equal"}


@pytest.mark.skipif(not postgres.is_installed(), reason="needs a PostgreSQL server to start")
def test_postgres_and_we_find_and_count_the_same() -> None:
    rows = [row for row in compared("postgres") if row["peer"] == "postgres"]
    assert {row["class"] for row in rows} == CLASSES
    assert all(row["hits_equal"] is True for row in rows)

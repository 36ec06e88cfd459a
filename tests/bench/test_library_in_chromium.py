"""The long form: 100,000 reports in Chromium, in every theme and width, by keyboard, without JavaScript."""

import json
import os
import subprocess
import sys
from pathlib import Path

import pytest

from tests.journeys import browsing

SCRIPT = Path(__file__).parents[2] / "bench/library_in_chromium.py"


@pytest.mark.proof
@pytest.mark.timeout(7_200)
@pytest.mark.skipif(not Path(browsing.CHROMIUM).exists(), reason="Chromium isn't installed on this machine")
def test_nothing_is_amiss_in_a_library_of_100_000_reports() -> None:
    kept = {name: value for name, value in os.environ.items() if not name.startswith("CLOSECALL_")}
    done = subprocess.run(
        [sys.executable, str(SCRIPT), "--reports", "100000", "--json"],
        env=kept, capture_output=True, text=True, check=False,
    )  # fmt: skip
    assert done.stdout, done.stderr[-2000:]
    told = json.loads(done.stdout)
    assert told["amiss"] == [] and len(told["pages"]) >= 16

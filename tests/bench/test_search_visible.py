"""What is published is seen, and what is withdrawn is gone, at the first look of every process."""

import json
import os
import subprocess
import sys
from pathlib import Path

SCRIPT = Path(__file__).parents[2] / "bench/search_visible.py"


def test_every_process_sees_a_publication_and_a_withdrawal_at_its_first_look() -> None:
    kept = {name: value for name, value in os.environ.items() if not name.startswith("CLOSECALL_")}
    done = subprocess.run(
        [sys.executable, str(SCRIPT), "--trials", "2", "--json"],
        env=kept, capture_output=True, text=True, check=False,
    )  # fmt: skip
    assert done.returncode == 0, done.stderr
    rows = {row["what"]: row for row in json.loads(done.stdout)}
    assert rows["published"]["looks"] == rows["withdrawn"]["looks"] == 1
    assert rows["published"]["n"] == 4

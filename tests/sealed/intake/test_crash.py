"""kill -9 in the middle of submitting: a report is whole or absent, and a shown code works.

The short form: twenty kills at random moments.
"""

import os
import random
import shutil
import signal
import subprocess
import sys
import time
from pathlib import Path

import pytest

# `make proofs` kills two hundred times.
WHOLE = os.environ.get("CLOSECALL_PROOFS") == "whole"
KILLS = 200 if WHOLE else 10
WRITER = """
import sys, os
import django
django.setup()
from closecall.site.crypto import stretching
stretching.CLAIM_CODE = stretching.INSECURE_FOR_TESTS
from closecall.sealed.intake import actions
from closecall.sealed.intake.rules.submission import Submission
number = int(sys.argv[1])
print("ready", flush=True)
while True:
    sent = actions.submit_report(Submission(f"Story {number}. " * 20), entropy=number.to_bytes(16, "big"))
    print("shown", number, flush=True)
    if number % 5 == 0:
        from closecall.sealed.intake import queries
        actions.withdraw(queries.enter(sent.code.spoken))
        print("withdrawn", number, flush=True)
    number += 1
"""

READER = """
import sys
import django
django.setup()
from closecall.site.crypto import stretching
stretching.CLAIM_CODE = stretching.INSECURE_FOR_TESTS
from pathlib import Path
from closecall.errors import Gone
from closecall.sealed.intake import actions, queries
from closecall.sealed.intake.models import SealedReport
from closecall.sealed.intake.rules import claim_code
from closecall.sealed.vault.generations import Generation
from closecall.site.crypto import boxes
generation = Generation(1, boxes.from_secret(Path(sys.argv[1]).read_bytes()))
shown = [int(word) for word in sys.argv[2].split(",") if word]
withdrawn = {int(word) for word in sys.argv[3].split(",") if word}
assert actions.replay() == 0
swept = actions.sweep_slots()
live = 0
for row in SealedReport.objects.all():
    try:
        number = int(queries.open_original(row.id, [generation]).narrative.split()[1].strip("."))
        assert queries.mailbox(queries.enter(claim_code.spell(number.to_bytes(16, "big")).spoken))
        assert number not in withdrawn, "erased stays erased"
        live += 1
    except Gone:
        assert row.stage == "withdrawn"
for number in shown:
    assert queries.enter(claim_code.spell(number.to_bytes(16, "big")).spoken).report is not None, number
assert len(queries.slots().used()) == 3 * live
print("fine", SealedReport.objects.count(), swept)
"""

FOUND = """
import sys
import django
django.setup()
from django.core.management import call_command
for alias in ("default", "sealed"):
    call_command("migrate", database=alias, verbosity=0)
from pathlib import Path
from closecall.sealed.intake import actions
from closecall.sealed.vault import generations
made = generations.create(1)
actions.open_generation(1, made.pair.public)
Path(sys.argv[1]).write_bytes(made.pair.secret)
"""


@pytest.mark.timeout(3600 if WHOLE else 170)
def test_kills_lose_no_shown_code_and_leave_no_half_report(tmp_path: Path) -> None:
    from closecall.config import instance

    home = tmp_path / "home"
    instance.create(home, pack="law_enforcement", demo=False)
    key = tmp_path / "generation"
    environment = {
        **{name: value for name, value in os.environ.items() if not name.endswith("DATABASE_URL")},
        "CLOSECALL_HOME": str(home),
        "CLOSECALL_ROLE": "desk",
        "CLOSECALL_RUNTIME_DIR": str(tmp_path / "runtime"),
        "DJANGO_SETTINGS_MODULE": "closecall.config.settings",
    }

    def run(script: str, *words: str) -> str:
        done = subprocess.run(
            [sys.executable, "-c", script, *words],
            env=environment,
            capture_output=True,
            text=True,
            check=False,
        )
        assert done.returncode == 0, done.stderr
        return done.stdout

    run(FOUND, str(key))
    shown: list[int] = []
    withdrawn: list[int] = []
    dice = random.Random(20)
    number = 1
    for _kill in range(KILLS):
        with subprocess.Popen(
            [sys.executable, "-c", WRITER, str(number)], env=environment, stdout=subprocess.PIPE, text=True
        ) as writer:
            assert writer.stdout is not None
            assert writer.stdout.readline() == "ready\n"
            time.sleep(dice.uniform(0.005, 0.25))
            writer.send_signal(signal.SIGKILL)
            for line in writer.stdout.read().splitlines():
                said, _space, which = line.partition(" ")
                if which.isdecimal():  # a kill may cut the last line short: nobody was shown that
                    (shown if said == "shown" else withdrawn).append(int(which))
        number = max(shown, default=0) + 2
    assert len(shown) > 20
    answer = run(READER, str(key), ",".join(map(str, shown)), ",".join(map(str, withdrawn)))
    assert answer.startswith("fine")
    shutil.rmtree(home)

"""Somebody takes the disk, the databases and the settings. What opens, and what never opens again."""

import shutil
import subprocess
import sys
from pathlib import Path

import pyotp
import pytest

from tests.journeys import serving, visiting
from tests.journeys.serving import ROOT, Instance
from tests.journeys.visiting import Visitor

pytestmark = [pytest.mark.timeout(300)]
STORY = "The seized story: my partner Quillan and I waited behind the water tank until the second truck left."
# What a seizer with our own code can do: open every report with whatever keys the passphrases give.
OPEN = """
import sys, django
django.setup()
from closecall.errors import Refused
from closecall.sealed.accounts.actions import open_desk
from closecall.sealed.intake import queries
generations = ()
for triple in sys.argv[1:]:
    name, passphrase, code = triple.split("|")
    try:
        generations += open_desk(name, passphrase, code).desk.generations
    except Refused:
        print("passphrase refused")
for report in queries.everything():
    try:
        print("opened:", queries.open_original(report.report_id, generations).narrative)
    except Exception as shut:
        print("shut:", type(shut).__name__)
"""


def seize(instance: Instance, home: Path, keys: list[str]) -> str:
    """Try to open everything in a copied home."""
    done = subprocess.run(
        [sys.executable, "-c", OPEN, *keys],
        env={
            **instance.environment,
            "CLOSECALL_HOME": str(home),
            "DJANGO_SETTINGS_MODULE": "closecall.config.settings",
        },
        cwd=ROOT,
        capture_output=True,
        text=True,
        check=False,
    )
    assert done.returncode == 0, done.stderr
    return done.stdout


def copied(home: Path, to: Path) -> None:
    """Copy a living home whole: again, when a journal was folded into its database in the middle."""
    for _again in range(20):
        try:
            shutil.copytree(home, to)
            return
        except shutil.Error:
            shutil.rmtree(to)
    shutil.copytree(home, to)


def test_the_disk_alone_opens_nothing_and_after_erasure_nothing_opens_at_all(tmp_path: Path) -> None:
    with serving.served() as instance:
        sent, _form = visiting.share(Visitor(instance.public), STORY)
        before = tmp_path / "before"
        copied(instance.home, before)
        (before / "demo-sign-in.json").unlink()  # only a demonstration writes its passphrases down

        everybody = [
            f"{one.name}|{one.passphrase}|{pyotp.TOTP(one.totp_secret).now()}" for one in instance.people[1:]
        ]
        guess = everybody[0].split("|")[0] + "|seven words that nobody ever chose here|000000"
        assert "opened" not in seize(instance, before, [])
        told = seize(instance, before, [guess])
        assert "passphrase refused" in told and "opened" not in told
        assert f"opened: {STORY}" in seize(instance, before, everybody[:1])

        mailbox = visiting.return_with(Visitor(instance.public), visiting.words_of(sent))
        visiting.mailbox_step(Visitor(instance.public), mailbox, "withdraw", sure="yes")
        after = tmp_path / "after"
        shutil.copytree(before, after)  # the old databases, from a backup: only the slots are of today
        shutil.rmtree(after / "slots", ignore_errors=True)
        source = instance.home / "slots"
        (shutil.copytree if source.is_dir() else shutil.copy)(source, after / "slots")
        fresh = [
            f"{one.name}|{one.passphrase}|{pyotp.TOTP(one.totp_secret).now()}" for one in instance.people[1:]
        ]
        told = seize(instance, after, fresh)
        assert "shut: " in told
        assert "opened" not in told

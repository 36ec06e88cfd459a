"""`init` and `demo`: the first minutes of an instance."""

import argparse
import json
import os
import sys
from pathlib import Path
from typing import TYPE_CHECKING, Final

from closecall.cli.output import aside, command, wake
from closecall.errors import BadInput, Conflict

if TYPE_CHECKING:
    from closecall.sealed.accounts.actions import Founded

DEMO_PEOPLE: Final = ("Marlow Finch", "Tansy Okoro")
"""Two invented approvers; the demonstration needs two people to publish anything."""

_SIGN_IN_FILE: Final = "demo-sign-in.json"


class _NotTypedBack(Conflict):
    default = "The shares weren't typed back, so nothing was kept. Start again: closecall init"


def add(parts: object) -> None:
    """Add `init` and `demo`."""
    init = command(
        parts, "init", _init, says="Make a new instance: its keys, its first people, its databases."
    )
    init.add_argument("--demo", action="store_true", help="with invented reports and two invented approvers")
    init.add_argument("--pack", default="law_enforcement", help="the field's pack (default: law_enforcement)")
    init.add_argument("--analyst", default="analyst", help="the first approver's name, at your choice")
    demo = command(
        parts, "demo", _demo, says="Make a demonstration if there is none, and print who may sign in."
    )
    demo.add_argument("--json", action="store_true", help="print the sign-in as JSON")
    demo.add_argument(
        "--reports", type=int, metavar="N", help="shelve only the first N invented reports: a quicker start"
    )


def _init(asked: argparse.Namespace) -> int:
    if asked.demo:
        _make_demonstration(asked.pack)
        _print_sign_in(as_data=False)
        return 0
    _make_home(asked.pack, demo=False)
    _make_tables()
    founded = _found_and_drill(asked.analyst)
    _finish(founded)
    print("\nThe instance is ready. Start it with: closecall serve")
    return 0


def _demo(asked: argparse.Namespace) -> int:
    from closecall.config import env

    home = env.folder("CLOSECALL_HOME", "var")
    if not (home / _SIGN_IN_FILE).exists():
        _make_demonstration("law_enforcement", asked.reports)
    else:
        wake()
        _make_tables()
        _shelve_invented(asked.reports)
    _print_sign_in(as_data=asked.json)
    return 0


def _make_demonstration(pack: str, most: int | None = None) -> None:
    """Build the whole demonstration; run again after an interruption, it goes on where it stopped."""
    home = _make_home(pack, demo=True)
    aside(f"Making a demonstration in {home} …")
    _make_tables()
    founded = _found([(name, "approver") for name in DEMO_PEOPLE])
    _finish(founded)
    _shelve_invented(most)
    if most is None:  # a study of reports that aren't all there couldn't be repeated
        _publish_studies()
    people = [
        {
            "name": person.name,
            "role": person.role.value,
            "passphrase": person.passphrase,
            "totp_secret": person.totp_secret,
        }
        for person in founded.people
    ]
    _write_private(home / _SIGN_IN_FILE, {"invented": True, "people": people})


def _make_home(pack: str, *, demo: bool) -> Path:
    """Write the instance's files, or go on with those of an `init` that was interrupted before its end."""
    from closecall.config import env, instance

    home = env.folder("CLOSECALL_HOME", "var")
    if not (home / "instance.json").exists():
        instance.create(home, pack=pack, demo=demo)
    wake()
    from django.conf import settings
    from django.db import DatabaseError

    from closecall.sealed.accounts import queries

    if demo != settings.DEMO:
        other = "a real instance" if demo else "a demonstration"
        raise Conflict(f"{home} holds {other}, which stays untouched. Choose another CLOSECALL_HOME.")
    try:
        people = len(queries.people())
    except DatabaseError:
        people = 0  # no table yet
    if people:
        raise Conflict(f"{home} already holds an instance with people. Choose another CLOSECALL_HOME.")
    return home


def _make_tables() -> None:
    from django.core.management import call_command

    for database in ("default", "sealed"):
        call_command("migrate", database=database, verbosity=0, interactive=False)


def _found(readers: list[tuple[str, str]]) -> "Founded":
    """Make people and the first intake generation in one sealed transaction."""
    from django.db import transaction

    from closecall.sealed.accounts import actions as accounts
    from closecall.sealed.accounts.rules.roles import Role
    from closecall.sealed.intake import actions as intake

    with transaction.atomic(using="sealed"):
        founded = accounts.found(readers=[(name, Role(role)) for name, role in readers])
        intake.open_generation(1, founded.generation.pair.public)
    return founded


def _found_and_drill(analyst: str) -> "Founded":
    """Make the keys, show every secret once, and keep nothing unless two shares are typed back."""
    from django.db import transaction

    from closecall.sealed.accounts.actions import Founded  # noqa: F401 - the annotation's name at run time

    with transaction.atomic(using="sealed"):
        founded = _found([(analyst, "approver")])
        _show(founded)
        _drill(founded)
    return founded


def _show(founded: "Founded") -> None:
    import segno

    print("Write this down now. It is shown once and kept nowhere.\n")
    for person in founded.people:
        print(f"  {person.name} ({person.role.value})")
        print(f"    passphrase:  {person.passphrase}")
        print(f"    authenticator secret:  {person.totp_secret}")
        if sys.stdout.isatty():
            segno.make(person.totp_uri, error="m").terminal(compact=True)
        print()
    print("Recovery shares. Give each to a different person, on paper. Any two of them open every report:\n")
    for number, share in enumerate(founded.shares, start=1):
        print(f"  {number}.  {share}\n")


def _drill(founded: "Founded") -> None:
    from closecall.sealed.vault import recovery

    print("Now prove that they were written down: type two of the three shares.")
    for _attempt in range(3):
        typed: list[str] = []
        try:
            typed = [input("First share: "), input("Second share: ")]
        except EOFError:
            break
        try:
            recovery.restore(typed, founded.recovery_public)
        except ValueError as wrong:
            print(f"{wrong} Nothing is lost: type them again.")
        except BadInput as wrong:
            print(f"{wrong.sentence} Nothing is lost: type them again.")
        else:
            print("Both shares fit.")
            return
    raise _NotTypedBack


def _finish(founded: "Founded") -> None:
    """What follows the sealed commit in the public database; each step may run twice."""
    from closecall.public.library import actions as library
    from closecall.sealed.accounts import actions as accounts
    from closecall.site.audit import actions as audit

    accounts.register_granted_keys()
    audit.copy_head()
    library.catch_up()


def _shelve_invented(most: int | None = None) -> None:
    """Put the pack's invented reports on the shelf; those that stand there stay untouched."""
    from django.conf import settings

    from closecall.public.exchange.actions import demonstration
    from closecall.public.library import actions as library

    done = demonstration.publish_invented(settings.PACK, most)
    library.catch_up()
    if done.new:
        aside(f"{done.new} invented reports are in the library.")


def _publish_studies() -> None:
    """Publish the studies that the pack ships with its invented reports."""
    from django.conf import settings
    from django.utils import timezone

    from closecall.public.exchange.actions import demonstration_study

    for slug in demonstration_study.publish_studies(settings.PACK, on=timezone.localdate()):
        aside(f"A study of them stands at /studies/{slug}/.")


def _print_sign_in(*, as_data: bool) -> None:
    """Print names, passphrases and one-time codes as they are now. Only a demonstration keeps them."""
    import time

    import pyotp
    from django.conf import settings

    kept = json.loads((settings.CLOSECALL_HOME / _SIGN_IN_FILE).read_text("utf-8"))
    now = int(time.time())
    for person in kept["people"]:
        person["code"] = pyotp.TOTP(person["totp_secret"]).at(now)
    if as_data:
        json.dump(kept, sys.stdout, ensure_ascii=False, indent=1)
        print()
        return
    print("Sign in at the desk as one of these invented people:\n")
    for person in kept["people"]:
        print(f"  {person['name']:<14} {person['role']}")
        print(f"    passphrase     {person['passphrase']}")
        print(f"    one-time code  {person['code']}   (for {30 - now % 30} more seconds)")
        print(f"    secret         {person['totp_secret']}   (for an authenticator app)\n")
    print("Fresh codes any time: make codes")


def _write_private(path: Path, value: object) -> None:
    descriptor = os.open(path, os.O_WRONLY | os.O_CREAT | os.O_TRUNC, 0o600)
    with os.fdopen(descriptor, "w", encoding="utf-8") as file:
        json.dump(value, file, ensure_ascii=False, indent=1)

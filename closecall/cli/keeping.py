"""`keys` and `erase`: what people with keys do on the host."""

import argparse
import getpass
import sys
from typing import TYPE_CHECKING

from closecall.cli.output import as_json, command, wake
from closecall.errors import BadInput

if TYPE_CHECKING:
    from closecall.sealed.accounts.actions import NewPerson
    from closecall.sealed.accounts.rules.desk import Desk


def add(parts: object) -> None:
    """Add `keys` and `erase`."""
    keys = command(parts, "keys", _keys, says="Rotate the intake key, or recover it from two shares.")
    keys.add_argument("verb", choices=["rotate", "recover", "administrator"])
    keys.add_argument("--name", default="", help="the new person's name, for recover and administrator")
    erase = command(parts, "erase", _erase, says="Destroy the keys whose time has come.")
    erase.add_argument("--due", action="store_true", required=True)
    erase.add_argument("--json", action="store_true")


def _keys(asked: argparse.Namespace) -> int:
    wake()
    from closecall.sealed.accounts import actions, queries
    from closecall.sealed.vault import recovery

    if asked.verb == "rotate":
        generation, moved = actions.rotate(by=_sign_in())
        print(f"Generation {generation.number} is open; {moved} reports moved to it.")
        return 0
    if not asked.name.strip():
        raise BadInput("Give the new person a name: --name NAME")
    if asked.verb == "administrator":
        _show(actions.add_administrator(asked.name))
        return 0
    typed = [_ask("First share: "), _ask("Second share: ")]
    try:
        pair = recovery.restore(typed, queries.recovery_public())
    except ValueError as wrong:
        raise BadInput(str(wrong)) from None
    _show(actions.recover(asked.name, pair))
    actions.register_granted_keys()
    return 0


def _erase(asked: argparse.Namespace) -> int:
    wake()
    from closecall.sealed.workbench.actions import erase_due

    erased = erase_due(by=_sign_in())
    data = {
        "originals": erased.originals,
        "dialogues": erased.dialogues,
        "unhandled": erased.unhandled,
        "held": erased.held,
    }
    if asked.json:
        as_json(data)
    else:
        print(", ".join(f"{name}: {count}" for name, count in data.items()))
    return 0


def _sign_in() -> "Desk":
    """Ask who acts. The passphrase is never an argument: a process list shows those."""
    from closecall.sealed.accounts.actions import open_desk

    name = _ask("Name: ")
    passphrase = getpass.getpass("Passphrase: ") if sys.stdin.isatty() else _ask("Passphrase: ")
    return open_desk(name, passphrase, _ask("One-time code: ")).desk


def _ask(question: str) -> str:
    print(question, end="", file=sys.stderr, flush=True)
    line = sys.stdin.readline()
    if not line:
        raise BadInput("Nothing was typed, so nothing was done.")
    return line.rstrip("\n")


def _show(person: "NewPerson") -> None:
    print(f"{person.name} ({person.role.value}), shown once:")
    print(f"  passphrase:  {person.passphrase}")
    print(f"  authenticator secret:  {person.totp_secret}")

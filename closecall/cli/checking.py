"""`doctor` and `audit verify`: what is wrong, and what mends it."""

import argparse
import os
import shutil
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path
from typing import Final

from closecall.cli.output import as_json, command, wake
from closecall.errors import BadInput, Refused

_LEAST_FREE_BYTES: Final = 512 * 1024 * 1024


@dataclass(frozen=True)
class Finding:
    """One thing that was looked at. `mend` is what to type or do; empty when all is well."""

    what: str
    says: str
    mend: str = ""


def add(parts: object) -> None:
    """Add `doctor` and `audit`."""
    doctor = command(parts, "doctor", _doctor, says="What is wrong with this instance, and what mends it.")
    doctor.add_argument("--json", action="store_true")
    audit = command(parts, "audit", _audit, says="Recompute the audit chain and name the first bad entry.")
    audit.add_argument("verb", choices=["verify"])
    audit.add_argument("--heads", type=Path, metavar="FILE", help="heads that you kept elsewhere, one a line")
    audit.add_argument("--json", action="store_true")


def _doctor(asked: argparse.Namespace) -> int:
    wake(needs_instance=False)
    found = list(_findings())
    wrong = [finding for finding in found if finding.mend]
    if asked.json:
        as_json([{"what": one.what, "says": one.says, "mend": one.mend} for one in found])
        return 1 if wrong else 0
    for one in found:
        print(f"{'!!' if one.mend else 'ok'}  {one.what}: {one.says}")
        if one.mend:
            print(f"      {one.mend}")
    print("\nAll is well." if not wrong else f"\n{len(wrong)} to mend.")
    return 1 if wrong else 0


def _findings() -> Iterator[Finding]:
    from django.conf import settings

    home = settings.CLOSECALL_HOME
    if not settings.INITIALISED:
        yield Finding("instance", f"there is none in {home}", "closecall init")
        return
    yield Finding("instance", f"in {home}{', a demonstration' if settings.DEMO else ''}")
    loose = home.stat().st_mode & 0o077
    mend = f"chmod 700 {home}" if loose else ""
    yield Finding("folder", "others on this machine can look into it" if loose else "closed to others", mend)
    free = shutil.disk_usage(home).free
    mend = "Make room on the disk." if free < _LEAST_FREE_BYTES else ""
    yield Finding("disk", f"{free // 2**20} MiB free", mend)
    yield from _databases()
    yield from _rooms()


def _databases() -> Iterator[Finding]:
    from django.db import DatabaseError, connections
    from django.db.migrations.executor import MigrationExecutor

    for name, called in (("default", "public database"), ("sealed", "sealed database")):
        try:
            executor = MigrationExecutor(connections[name])
            behind = executor.migration_plan(executor.loader.graph.leaf_nodes())
        except (DatabaseError, OSError):
            yield Finding(called, "doesn't answer", "Start it, or check its address in the environment.")
            continue
        mend = f"closecall migrate --database {name}" if behind else ""
        yield Finding(called, f"{len(behind)} migrations behind" if behind else "answers, up to date", mend)


def _rooms() -> Iterator[Finding]:
    from django.conf import settings
    from django.db import DatabaseError

    from closecall.public.library import queries as library
    from closecall.public.taxonomy.queries import pack
    from closecall.sealed.intake import queries as intake

    try:
        yield Finding("pack", f"{pack(settings.PACK).label}, version {pack(settings.PACK).version}")
    except Refused as refusal:
        yield Finding("pack", refusal.sentence, "Restore the pack's files.")
    try:
        generation, _key = intake.current_generation()
        yield Finding("intake", f"open under generation {generation}")
    except Refused as refusal:
        yield Finding(
            "intake", refusal.sentence, "An approver opens a new generation at the desk, under Keys."
        )
    except DatabaseError:
        yield Finding("intake", "its table doesn't answer", "closecall migrate --database sealed")
    slots = Path(settings.SLOTS_PATH)
    writable = os.access(slots if slots.exists() else settings.CLOSECALL_HOME, os.W_OK)
    yield Finding(
        "erasure slots", "writable" if writable else "not writable", "" if writable else f"chown it: {slots}"
    )
    try:
        behind = library.behind()
        yield Finding(
            "search index", "behind" if behind else "up to date", "closecall reindex" if behind else ""
        )
    except DatabaseError:
        yield Finding("search index", "can't be compared", "closecall migrate --database default")
    yield _meaning()
    yield _themes()
    yield _reading()
    reach = settings.RUNTIME_DIR.parent
    on_disk = not str(reach).startswith(("/dev/shm", "/run"))  # noqa: S108 - looked at, not written to
    yield Finding(
        "session secret",
        "in a folder that a reboot may not empty" if on_disk else "in memory",
        "Set CLOSECALL_RUNTIME_DIR to a folder on tmpfs." if on_disk else "",
    )


def _meaning() -> Finding:
    """Vectors that are still to be made are no fault: the server makes them. A model that won't load is one."""
    from django.db import DatabaseError

    from closecall.public.library import queries as library
    from closecall.text.meaning import MODEL, NoModel

    try:
        MODEL.load()
        lag = library.meaning_lag()
    except NoModel:
        return Finding("search by meaning", "its model can't be loaded", "Install this version again.")
    except DatabaseError:
        return Finding("search by meaning", "can't be compared", "closecall migrate --database default")
    said = f"{lag} changes to follow, which the server does by itself" if lag else "up to date"
    return Finding("search by meaning", said)


def _themes() -> Finding:
    """Without what was learned from lessons no theme is proposed."""
    from closecall.text.meaning import NoModel, turning

    try:
        turning.read(turning.FILE)
    except NoModel:
        return Finding("themes of lessons", "their file can't be loaded", "Install this version again.")
    return Finding("themes of lessons", "ready")


def _reading() -> Finding:
    """Without the reading model no case can be de-identified."""
    from closecall.errors import Unavailable
    from closecall.text import identifiers

    try:
        identifiers.find("A word.", identifiers.ALL, identifiers.NO_PIPELINE)
    except Unavailable as wrong:
        return Finding("reading model", str(wrong), "Install this version again.")
    return Finding("reading model", "ready")


def _audit(asked: argparse.Namespace) -> int:
    from closecall.site.audit.rules.chain import Head, read_heads

    heads: tuple[Head, ...] = ()
    if asked.heads is not None:
        try:
            heads = read_heads(asked.heads.read_text("utf-8"))
        except (OSError, UnicodeDecodeError):
            raise BadInput("The file with the kept heads can't be read.") from None
        except ValueError as wrong:
            raise BadInput(str(wrong)) from None
    wake()
    from closecall.sealed.accounts.queries import staff_keys
    from closecall.site.audit import actions, queries

    kept = (*heads, *queries.heads())
    verdict = actions.verify(staff_keys=staff_keys(), heads=kept)
    if asked.json:
        data = {"sound": verdict.sound, "checked": verdict.checked, "first_bad": verdict.first_bad}
        as_json({**data, "reason": verdict.reason, "heads": len(kept)})
    elif verdict.sound:
        print(f"The chain is sound: {verdict.checked} entries, {len(kept)} kept heads.")
    else:
        print(f"Entry {verdict.first_bad} is bad: {verdict.reason}")
    return 0 if verdict.sound else 1

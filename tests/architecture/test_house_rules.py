"""House rules that no linter of others knows."""

import ast
import os
import re
import subprocess
import sys
from collections.abc import Iterator
from pathlib import Path

import pytest
from django.apps import apps

from closecall.site.http.logs import EVENTS

ROOT = Path(__file__).resolve().parents[2]
PACKAGE = ROOT / "closecall"
MODULES = sorted(file for file in PACKAGE.rglob("*.py") if "migrations" not in file.parts)
TEMPLATES = sorted(PACKAGE.rglob("templates/**/*.html"))
MOST_LINES = 400
DOORS = {"actions", "queries", "rules"}
# Who meets a room by another door, and why.
EXCEPTIONS = {
    ("config", "urls"): "mounts the rooms' addresses",
    ("sealed.intake", "public.library.render"): "shows the proposed text as the library will",
    ("sealed.reliability", "sealed.accounts.guard"): "every page of the desk asks who is there",
    ("sealed.week", "sealed.accounts.guard"): "every page of the desk asks who is there",
    ("sealed.workbench", "sealed.accounts.guard"): "every page of the desk asks who is there",
    ("sealed.workbench", "sealed.accounts.box"): "connects the intake box, which accounts can't import",
    ("sealed.workbench", "sealed.accounts.sessions"): "renews a session after the passphrase was typed again",
    ("sealed.research", "sealed.accounts.guard"): "every page of the desk asks who is there",
    ("sealed.research", "public.studies.render"): "draws curve and shares as the published page will",
    ("cli", "sealed.accounts.sessions"): "the housekeeper drops dead sessions",
}


def _room(module: str) -> str:
    parts = module.split(".")
    if len(parts) > 2 and parts[1] in {"sealed", "public"}:
        return ".".join(parts[1:3])
    return parts[1] if len(parts) > 1 else ""


def _imports(file: Path) -> Iterator[tuple[str, int]]:
    tree = ast.parse(file.read_text("utf-8"))
    for node in ast.walk(tree):
        if isinstance(node, ast.ImportFrom) and node.module and node.level == 0:
            for name in node.names:
                yield f"{node.module}.{name.name}", node.lineno
        elif isinstance(node, ast.Import):
            for name in node.names:
                yield name.name, node.lineno


def _strangers(file: Path) -> Iterator[str]:
    here = _room(".".join(file.relative_to(ROOT).with_suffix("").parts))
    for target, line in _imports(file):
        if not target.startswith("closecall."):
            continue
        there = _room(target)
        if there == here or not there.startswith(("sealed.", "public.")) or there == "sealed.vault":
            continue
        door = target.removeprefix(f"closecall.{there}.").split(".")[0]
        if door in DOORS or any(
            (here == who and f"{there}.{door}".startswith(what)) or (here == who and door == what)
            for who, what in EXCEPTIONS
        ):
            continue
        yield f"{file.relative_to(ROOT)}:{line} imports {target}"


def test_rooms_meet_only_through_actions_queries_and_rules() -> None:
    assert [found for file in MODULES for found in _strangers(file)] == []


@pytest.mark.parametrize("file", MODULES, ids=lambda file: str(file.relative_to(PACKAGE)))
def test_a_module_stays_small_enough_to_read_at_once(file: Path) -> None:
    assert len(file.read_text("utf-8").splitlines()) <= MOST_LINES


def test_every_transaction_names_its_database() -> None:
    bare = [
        f"{file.relative_to(ROOT)}:{node.lineno}"
        for file in MODULES
        for node in ast.walk(ast.parse(file.read_text("utf-8")))
        if isinstance(node, ast.Call)
        and isinstance(node.func, ast.Attribute)
        and node.func.attr in {"atomic", "on_commit"}
        and not any(keyword.arg == "using" for keyword in node.keywords)
    ]
    assert bare == []


def test_no_model_overrides_save_and_nobody_listens_to_signals() -> None:
    for model in apps.get_models():
        if model.__module__.startswith("closecall"):
            assert "save" not in vars(model), model
    for file in MODULES:
        assert "django.db.models.signals" not in file.read_text("utf-8"), file


def test_no_foreign_key_crosses_the_wall() -> None:
    from closecall.config.routers import database_of

    for model in apps.get_models():
        for field in model._meta.get_fields():
            if field.is_relation and field.related_model not in (None, "self"):
                other = field.related_model
                ours = database_of(model._meta.app_label, model._meta.model_name or "")
                assert ours == database_of(other._meta.app_label, other._meta.model_name or ""), (
                    model,
                    field,
                )


def test_nothing_is_called_after_nothing() -> None:
    vague = {"utils", "helpers", "common", "base", "core", "misc", "util", "helper"}
    assert [file for file in MODULES if file.stem in vague] == []
    verbs = re.compile(
        r"^\s*(?:async )?def (?:process|handle|manage|do)_(?!exception\b)", re.MULTILINE
    )  # Django's hook
    assert [file for file in MODULES if verbs.search(file.read_text("utf-8"))] == []


@pytest.mark.parametrize("file", TEMPLATES, ids=lambda file: file.name)
def test_a_template_holds_no_script_style_or_third_party(file: Path) -> None:
    text = file.read_text("utf-8")
    assert not re.search(r"<script(?![^>]*\bsrc=)", text)
    assert not re.search(r"<style|\sstyle=|\son[a-z]+=\"", text)
    assert not re.search(r"(?:src|action)=\"https?://|<link[^>]+href=\"https?://", text)


def test_the_public_process_loads_neither_accounts_nor_workbench(tmp_path: Path) -> None:
    asks = (
        "import sys\n"
        "from pathlib import Path\n"
        "from closecall.config import instance\n"
        f"instance.create(Path({str(tmp_path / 'home')!r}), pack='law_enforcement', demo=False)\n"
        "import closecall.config.public_wsgi\n"
        "from django.urls import get_resolver\n"
        "get_resolver().url_patterns\n"
        "print('\\n'.join(sys.modules))\n"
    )
    environment = {**os.environ, "CLOSECALL_HOME": str(tmp_path / "home"), "PYTHONPATH": str(ROOT)}
    environment.pop("CLOSECALL_ROLE", None)
    done = subprocess.run(
        [sys.executable, "-c", asks], env=environment, capture_output=True, text=True, check=False
    )
    assert done.returncode == 0, done.stderr
    loaded = set(done.stdout.split())
    assert "closecall.sealed.intake.actions" in loaded
    desk_rooms = ("accounts", "workbench", "reliability", "research", "week")
    others = ("django.contrib.auth", "spacy", "sklearn")
    for room in (*(f"closecall.sealed.{name}" for name in desk_rooms), *others):
        assert not any(name == room or name.startswith(f"{room}.") for name in loaded), room


@pytest.mark.parametrize("file", MODULES, ids=lambda file: str(file.relative_to(PACKAGE)))
def test_what_is_logged_is_a_word_that_the_log_prints(file: Path) -> None:
    """The formatter prints no other message: it would say "-", and nobody would know what happened."""
    for node in ast.walk(ast.parse(file.read_text("utf-8"))):
        if (
            isinstance(node, ast.Call)
            and isinstance(node.func, ast.Attribute)
            and ast.unparse(node.func.value) in {"log", "logger", "logging"}
            and node.func.attr in {"debug", "info", "warning", "error", "exception", "critical"}
        ):
            assert isinstance(node.args[0], ast.Constant), f"{file}:{node.lineno}"
            assert node.args[0].value in EVENTS, f"{file}:{node.lineno} {node.args[0].value}"


def test_every_word_of_the_log_is_said_somewhere_and_explained_to_operators() -> None:
    code = "".join(file.read_text("utf-8") for file in MODULES if file.name != "logs.py")
    told = (ROOT / "docs/operate.md").read_text("utf-8")
    assert [word for word in sorted(EVENTS) if f'"{word}"' not in code or f"`{word}`" not in told] == []

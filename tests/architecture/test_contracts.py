"""The walls hold: import-linter is green, and a hole in any wall turns it red."""

import os
import re
import shutil
import subprocess
import sys
import tomllib
from pathlib import Path

import pytest

ROOT = Path(__file__).resolve().parents[2]
LINT = Path(sys.executable).with_name("lint-imports")

# contract's first words -> a module, and the import that breaks the contract when it stands there
PLANTED = {
    "The house": ("closecall/errors.py", "import closecall.site.http"),
    "The sealed wing": ("closecall/sealed/accounts/queries.py", "import closecall.sealed.intake.queries"),
    "The public wing": (
        "closecall/public/library/queries/reading.py",
        "import closecall.public.training.queries",
    ),
    "Floors of a room": ("closecall/public/library/models.py", "import closecall.public.library.views"),
    "Nothing public reaches": ("closecall/public/library/views.py", "import closecall.sealed.intake.queries"),
    "The public process": ("closecall/config/public_urls.py", "import closecall.sealed.accounts.urls"),
    "Text, vault, crypto": ("closecall/public/library/rules/query.py", "import django.db"),
    "Only the sealed wing": ("closecall/config/start.py", "import closecall.sealed.vault.slots"),
    "Machines that read": ("closecall/text/searching/query.py", "import closecall.text.identifiers"),
    "No room runs": ("closecall/sealed/vault/generations.py", "import closecall.sealed.accounts.queries"),
}


def _lint(folder: Path) -> subprocess.CompletedProcess[str]:
    environment = {**os.environ, "PYTHONPATH": str(folder), "COLUMNS": "200"}
    return subprocess.run(
        [str(LINT), "--no-cache"], cwd=folder, env=environment, capture_output=True, text=True, check=False
    )


def _contracts() -> list[str]:
    settings = tomllib.loads((ROOT / "pyproject.toml").read_text("utf-8"))
    return [contract["name"] for contract in settings["tool"]["importlinter"]["contracts"]]


def test_every_wall_holds() -> None:
    done = _lint(ROOT)
    assert done.returncode == 0, done.stdout


def test_every_contract_has_a_planted_violation() -> None:
    assert sorted(PLANTED) == sorted(
        next(name for name in PLANTED if contract.startswith(name)) for contract in _contracts()
    )


@pytest.mark.parametrize("contract", PLANTED)
def test_a_planted_violation_breaks_its_contract(contract: str, tmp_path: Path) -> None:
    shutil.copytree(
        ROOT / "closecall", tmp_path / "closecall", ignore=shutil.ignore_patterns("__pycache__", "packs")
    )
    shutil.copy(ROOT / "pyproject.toml", tmp_path)
    module, line = PLANTED[contract]
    with (tmp_path / module).open("a", encoding="utf-8") as file:
        file.write(f"\n{line}\n")
    done = _lint(tmp_path)
    assert done.returncode != 0
    broken = re.findall(r"^(.+) BROKEN$", done.stdout, re.MULTILINE)
    assert any(found.startswith(contract) for found in broken), done.stdout

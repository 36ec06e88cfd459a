"""What the documents name exists, and what exists is documented."""

import argparse
import re
from pathlib import Path

import pytest

from closecall.cli import commands
from closecall.config import settings

ROOT = Path(__file__).resolve().parents[2]
DOCS = [
    ROOT / "README.md",
    ROOT / "ARCHITECTURE.md",
    ROOT / "CHANGELOG.md",
    *sorted((ROOT / "docs").rglob("*.md")),
]
_OF_TESTS = {"CLOSECALL_DATA", "CLOSECALL_STORIES", "CLOSECALL_PROOFS"}  # read by tests alone
EVERYTHING = "\n".join(file.read_text("utf-8") for file in DOCS)


def _commands() -> set[str]:
    parser = argparse.ArgumentParser()
    parts = parser.add_subparsers()
    commands.add_all(parts)
    return set(parts.choices)


def test_every_command_is_documented_and_every_documented_command_exists() -> None:
    named = set(re.findall(r"closecall ([a-z]+)\b", EVERYTHING))
    django = {"migrate"}
    assert _commands() - named == set()
    assert named - _commands() - django - {"is"} == set()


def test_every_setting_is_documented_and_every_documented_setting_is_read() -> None:
    code = "\n".join(file.read_text("utf-8") for file in (ROOT / "closecall").rglob("*.py"))
    pattern = r"\b(?:CLOSECALL_[A-Z_]+|(?:SEALED_)?DATABASE_URL)\b"
    manual = (ROOT / "docs/operate.md").read_text("utf-8")
    read = set(re.findall(rf'"({pattern[2:-2]})"', code))
    assert {"CLOSECALL_HOME", "DATABASE_URL"} <= read
    assert read - set(re.findall(pattern, manual)) == set()
    assert set(re.findall(pattern, EVERYTHING)) - read - _OF_TESTS == set()


@pytest.mark.parametrize("file", DOCS, ids=lambda file: file.name)
def test_links_and_pictures_lead_somewhere(file: Path) -> None:
    for target in re.findall(r"\]\(([^)#]+)\)", file.read_text("utf-8")):
        if not target.startswith("http"):
            assert (file.parent / target).exists(), target


def test_every_dependency_has_its_line() -> None:
    page = (ROOT / "docs/dependencies.md").read_text("utf-8").lower()
    for part in ("base", "dev"):
        for line in (ROOT / f"requirements/{part}.in").read_text("utf-8").splitlines():
            name = re.split(r"[\[<>=]", line.strip())[0].lower()
            if name and not name.startswith(("#", "-")):
                assert name in page, name


def test_the_two_commands_of_the_readme_are_in_the_makefile() -> None:
    makefile = (ROOT / "Makefile").read_text("utf-8")
    assert {"run", "test", "codes", "proofs"} <= set(re.findall(r"^([a-z]+):", makefile, re.MULTILINE))
    assert "make test" in (ROOT / ".ci/run").read_text("utf-8")


def test_nothing_unmeasured_is_left_in_the_measurements() -> None:
    page = (ROOT / "docs/measurements.md").read_text("utf-8")
    assert "MEASUREMENTS" not in page
    assert settings.USE_TZ

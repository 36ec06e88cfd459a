"""The invented raw narratives keep the writing rules: every kind, in its share, and nothing of them in the library."""

import sys
from collections import Counter
from pathlib import Path

import pytest
import yaml

ROOT = Path(__file__).resolve().parents[3]
sys.path.insert(0, str(ROOT / "bench"))

import identifier_sheets  # noqa: E402 - a script beside the package, not part of it
import identifier_texts  # noqa: E402

SETS = ("train", "dev", "test")


@pytest.mark.parametrize("which", SETS)
def test_every_mark_is_one_of_forty_kinds_and_stands_where_it_says(which: str) -> None:
    assert len(identifier_texts.KINDS) == 40
    assert set(identifier_texts.KINDS) == set(identifier_sheets.KINDS)
    for story in identifier_texts.read(which):
        assert "{{" not in story.text, story.id
        assert "}}" not in story.text, story.id
        at = 0
        for gold in story.gold:
            assert at <= gold.start < gold.end <= len(story.text), story.id
            assert gold.kind in identifier_texts.KINDS, (story.id, gold.kind)
            assert story.text[gold.start : gold.end].strip(), story.id
            at = gold.end


@pytest.mark.parametrize("which", SETS)
def test_all_forty_kinds_are_there(which: str) -> None:
    seen = Counter(gold.kind for story in identifier_texts.read(which) for gold in story.gold)
    assert set(seen) == set(identifier_texts.KINDS)


def test_names_planted_in_the_test_set_are_nowhere_in_the_library() -> None:
    folder = ROOT / "closecall/packs/law_enforcement/demo"
    library = "\n".join(
        yaml.safe_load(file.read_text("utf-8"))["narrative"] for file in sorted(folder.glob("*.yaml"))
    ).lower()
    for story in identifier_texts.read("test"):
        for gold in story.gold:
            words = story.text[gold.start : gold.end].lower()
            if gold.kind in {
                "rank_full_name",
                "civilian_name",
                "plate",
                "phone",
                "contact",
                "serial",
                "case",
            }:
                assert words not in library, (story.id, gold.kind)


def test_the_frozen_sets_are_as_large_as_promised() -> None:
    stories = [story for which in ("dev", "test") for story in identifier_texts.read(which)]
    assert len(stories) >= 300
    assert sum(len(story.gold) for story in stories) >= 1500
    assert len({story.id for story in stories}) == len(stories)

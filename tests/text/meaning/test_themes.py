"""A codebook's themes are ranked for a lesson; what fits none says so; quotes are unlike each other."""

import io
import json
import sys
from pathlib import Path

import numpy as np
import pytest

from closecall.cli.main import main
from closecall.text.meaning import MODEL, Vector, themes
from closecall.text.meaning.themes import Described, Ranker, quotes, ranker_of, residue

THEMES = [
    Described(
        "belt",
        "Wear your seat belt",
        "Buckle up in the car every time, however short the drive.",
        ("Click it before the key turns.",),
    ),
    Described(
        "search",
        "Search the person again",
        "Search everybody yourself, even when somebody already has.",
        ("Pat him down twice.",),
    ),
    Described("radio", "Say where you are", "Tell dispatch your exact location before you get out."),
]


@pytest.fixture(scope="module")
def ranker() -> Ranker:
    return Ranker(THEMES, MODEL)


@pytest.mark.parametrize(
    ("lesson", "key"),
    [
        ("Fasten the belt even to move the car across the lot.", "belt"),
        ("Search him yourself although your friend has searched him.", "search"),
        ("Call out your location on the radio first.", "radio"),
    ],
)
def test_a_lesson_finds_its_theme(ranker: Ranker, lesson: str, key: str) -> None:
    (found,) = ranker.rank([lesson])
    assert found.themes[0][0] == key
    assert found.fits
    assert found.margin > 0


def test_every_theme_is_listed_by_falling_p_also_when_none_fits(ranker: Ranker) -> None:
    (found,) = ranker.rank(["The soup in the cafeteria is cold on Mondays."])
    assert not found.fits
    shares = [p for _key, p in found.themes]
    assert shares == sorted(shares, reverse=True)
    assert {key for key, _p in found.themes} == {"belt", "search", "radio"}
    assert sum(shares) == pytest.approx(1, abs=0.001)


def test_a_lesson_is_ranked_alike_alone_and_among_others(ranker: Ranker) -> None:
    lessons = ["Buckle up.", "Search his boots.", "Where are you? Say it."]
    assert [ranker.rank([lesson])[0] for lesson in lessons] == ranker.rank(lessons)


def test_no_lessons_no_answers_and_no_themes_no_ranker(ranker: Ranker) -> None:
    assert ranker.rank([]) == []
    with pytest.raises(ValueError, match="theme"):
        Ranker([], MODEL)


class Counting:
    """A model that counts what it reads."""

    def __init__(self) -> None:
        self.read = 0

    def vector(self, text: str) -> Vector:
        self.read += 1
        return np.full(384, len(text), np.float32)


def test_a_codebook_is_read_once_in_a_process_and_again_when_it_says_something_else() -> None:
    model = Counting()
    first = ranker_of(THEMES, model)
    read = model.read
    assert ranker_of(list(THEMES), model) is first
    assert model.read == read > 0
    changed = [*THEMES[:2], Described("radio", "Say where you are", "Tell dispatch.")]
    assert ranker_of(changed, model) is not first
    assert model.read == 2 * read
    assert ranker_of(THEMES, Counting()) is not first


def test_few_codebooks_are_kept() -> None:
    model = Counting()
    first = ranker_of(THEMES, model)
    for number in range(themes._KEPT_MOST):
        ranker_of([Described("one", f"Label {number}")], model)
    assert len(themes._kept) == themes._KEPT_MOST
    assert ranker_of(THEMES, model) is not first


def test_stored_vectors_are_ranked_like_the_lessons_they_were_made_of(ranker: Ranker) -> None:
    lessons = ["Buckle up.", "Search his boots."]
    rows = np.vstack([MODEL.vector(text) for text in lessons]).astype(np.float64)
    assert ranker.rank_vectors(lessons, rows) == ranker.rank(lessons)


def test_quotes_begin_with_the_medoid_and_never_repeat() -> None:
    rows = np.eye(384)[:5] + 0.1
    chosen = quotes(rows, most=3)
    assert len(chosen) == len(set(chosen)) == 3
    assert quotes(np.zeros((0, 384))) == []


def test_residue_is_grouped_for_reading() -> None:
    rows = np.vstack([np.eye(384)[at % 2] for at in range(16)])
    groups = residue(rows)
    assert len(set(groups)) == 2
    assert len({groups[at] for at in range(0, 16, 2)}) == 1


CODEBOOK = """
key: tiny
version: 1
themes:
  - {key: belt, label: "Wear your belt", description: "Buckle up."}
  - {key: radio, label: "Say where you are", description: "Tell dispatch."}
"""


def test_the_command_answers_a_line_for_a_line(tmp_path: Path, monkeypatch, capsys) -> None:
    (tmp_path / "book.yaml").write_text(CODEBOOK, "utf-8")
    monkeypatch.setattr(
        sys,
        "stdin",
        io.StringIO('{"id": 7, "text": "Put the belt on."}\n\n{"id": "b", "text": "Tell them where."}\n'),
    )
    assert main(["themes", "--codebook", str(tmp_path / "book.yaml"), "--jsonl"]) == 0
    first, second = (json.loads(line) for line in capsys.readouterr().out.splitlines())
    assert first["id"] == 7
    assert first["themes"][0]["key"] == "belt"
    assert isinstance(second["fits"], bool)


@pytest.mark.parametrize("book", ["", "key: x", "- a", "key: x\nversion: 1\nthemes: []"])
def test_a_file_that_is_no_codebook_is_refused_in_a_sentence(tmp_path: Path, capsys, book: str) -> None:
    (tmp_path / "book.yaml").write_text(book, "utf-8")
    assert main(["themes", "--codebook", str(tmp_path / "book.yaml"), "-"]) == 1
    assert "codebook" in capsys.readouterr().err

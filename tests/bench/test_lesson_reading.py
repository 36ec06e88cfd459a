"""The invented lessons share nothing with what is measured, and what was learned from them is the committed file."""

import json
import random
import re
import sys
from pathlib import Path

import numpy as np
import pytest
import yaml

ROOT = Path(__file__).resolve().parents[2]
sys.path.insert(0, str(ROOT / "bench"))

import lesson_reading  # noqa: E402 - a script beside the package, not part of it

PACK = ROOT / "closecall/packs/law_enforcement"
IN_A_ROW = 8


def words(text: str) -> tuple[str, ...]:
    return tuple(re.findall(r"[a-z0-9]+(?:'[a-z]+)?", text.lower().replace("’", "'")))


def rows_of(text: str) -> set[tuple[str, ...]]:
    said = words(text)
    return {said[at : at + IN_A_ROW] for at in range(len(said) - IN_A_ROW + 1)}


def test_no_sentence_is_one_of_the_librarys_or_the_codebooks_or_shares_eight_words_in_a_row() -> None:
    told = [
        lesson["text"]
        for file in sorted((PACK / "demo").glob("*.yaml"))
        for lesson in yaml.safe_load(file.read_text("utf-8"))["lessons"]
    ]
    told += [text for theme in lesson_reading.police() for text in theme.exemplars]
    assert len(told) > 600
    same, shared = {words(text) for text in told}, set().union(*(rows_of(text) for text in told))
    for one in lesson_reading.written():
        for text in (*one.lessons, *one.exemplars):
            assert words(text) not in same, text
            assert not rows_of(text) & shared, text


def test_every_codebook_has_each_theme_once_a_writer_and_enough_lessons() -> None:
    seen = set()
    for file in sorted(lesson_reading.LESSONS.glob("*.jsonl")):
        for line in file.read_text("utf-8").splitlines():
            told = json.loads(line)
            assert list(told) == ["codebook", "theme", "label", "description", "exemplars", "lessons"]
            assert (file.stem, told["codebook"], told["theme"]) not in seen
            seen.add((file.stem, told["codebook"], told["theme"]))
            assert len(told["lessons"]) >= 8
            assert 2 <= len(told["exemplars"]) <= 4
    assert {writer for writer, _book, _theme in seen} == set("abcdefghi")


def test_the_police_themes_are_told_in_the_packs_own_words() -> None:
    pack = {one.key: (one.label, one.description) for one in lesson_reading.police()}
    for one in lesson_reading.written():
        if one.codebook == lesson_reading.POLICE:
            assert pack[one.key] == (one.label, one.description)


def test_what_is_about_to_be_measured_is_never_learned_from() -> None:
    every = lesson_reading.written()
    twice = {text for one in every if one.writer == "e" for text in one.exemplars}
    rest = lesson_reading.without([one for one in every if one.writer != "e"], twice)
    assert all(text not in twice for one in rest for text in (*one.lessons, *one.exemplars))


def test_a_step_goes_down_the_slope_that_differences_show() -> None:
    dice = np.random.default_rng(3)

    def rows(n: int) -> np.ndarray:
        return lesson_reading._unit(dice.normal(size=(n, 384)))[0]

    theme = np.array([0, 0, 0, 1, 1, 1, 2, 2, 2])
    book = lesson_reading.Book(rows(3), rows(3), [rows(1) for _ in range(3)], rows(9), theme)
    turn = lesson_reading.Turn()
    slopes: list[np.ndarray] = []
    turn._move = slopes.append  # type: ignore[method-assign] - the step isn't taken
    batch = np.arange(0, 9, 2)

    def loss(matrix: np.ndarray) -> float:
        turn.matrix = matrix
        fit = turn.learn(book, batch, random.Random(1))
        return fit + lesson_reading.PULL * float(((matrix - np.eye(384)) ** 2).sum())

    start = np.eye(384) + dice.normal(size=(384, 384)) * 0.01
    loss(start)
    slope, way = slopes[0], dice.normal(size=(384, 384))
    way /= np.linalg.norm(way)
    measured = (loss(start + 1e-4 * way) - loss(start - 1e-4 * way)) / 2e-4
    assert float((slope * way).sum()) == pytest.approx(measured, rel=1e-4)


def test_learning_brings_lessons_nearer_to_their_theme() -> None:
    dice = np.random.default_rng(5)
    middles = dice.normal(size=(4, 384))
    hidden = dice.normal(size=(384, 384)) / 20

    def said(at: int, n: int, noise: float) -> np.ndarray:
        return lesson_reading._unit((middles[at] + noise * dice.normal(size=(n, 384))) @ hidden)[0]

    book = lesson_reading.Book(
        np.vstack([said(at, 1, 1.0) for at in range(4)]),
        np.vstack([said(at, 1, 1.0) for at in range(4)]),
        [said(at, 3, 1.0) for at in range(4)],
        np.vstack([said(at, 20, 3.0) for at in range(4)]),
        np.repeat(np.arange(4), 20),
    )

    def apart(matrix: np.ndarray) -> float:
        told = lesson_reading._unit(book.descriptions @ matrix.T)[0]
        scores = lesson_reading._unit(book.lessons @ matrix.T)[0] @ told.T
        return float(np.mean(scores.argmax(axis=1) == book.theme) + scores[np.arange(80), book.theme].mean())

    assert apart(lesson_reading.learned([book], rounds=3)) > apart(np.eye(384))

"""Learn how the sentence model's vectors are turned for `closecall/text/meaning/themes.py`, or measure what that is worth.

    python bench/lesson_reading.py [--out FILE.npz]                                (writes the file; hash and size are printed)
    python bench/lesson_reading.py --leave-out each | WRITER,… | BOOK,…            (learns without them and ranks them)

Learns from `bench/lessons/*.jsonl` (README there). A lesson shall lie nearer to its theme, told by description, label, exemplar or
another lesson, than to every other theme of the same codebook. One matrix of 384 x 384 that begins as the identity; Adam; numpy alone.
`each`: every writer of the police codebook in turn, ranked by the pack's own descriptions and exemplars, which nobody learned from.
Crooked: the lessons. Plain: the sentences that the same writers wrote as a codebook's author would. Intervals are Wilson's, 95 %.
"""

import argparse
import hashlib
import json
import random
import time
from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path

import numpy as np
import numpy.typing as npt
from themes import PACK, wilson

from closecall.public.taxonomy.rules.loading import read_codebook
from closecall.text.meaning import MODEL, turning
from closecall.text.meaning.themes import Described, Ranker

LESSONS = Path(__file__).parent / "lessons"
POLICE = "police-22"
WRITERS = ("d", "e", "f", "g", "h")
TRADES = ("trucking", "prison-wing", "ward-nursing", "theatre", "crowd", "home-visits")
ROUNDS, BATCH, RATE, PULL, SHARPNESS, SMOOTH = 4, 64, 1e-3, 0.003, 16.0, 0.05
SHARES = {"description": 0.3, "label": 0.1, "exemplar": 0.2, "lesson": 0.1, "middle": 0.3}
Matrix = npt.NDArray[np.float64]
Row = tuple[str, str]
"""A sentence and its theme's key."""


@dataclass(frozen=True)
class Written:
    """What one writer wrote for one theme."""

    writer: str
    codebook: str
    key: str
    label: str
    description: str
    exemplars: tuple[str, ...]
    lessons: tuple[str, ...]


def written() -> list[Written]:
    """Everything, in the files' order."""
    rows = []
    for file in sorted(LESSONS.glob("*.jsonl")):
        for line in file.read_text("utf-8").splitlines():
            told = json.loads(line)
            rows.append(
                Written(file.stem, told["codebook"], told["theme"], told["label"], told["description"],
                        tuple(told["exemplars"]), tuple(told["lessons"]))
            )  # fmt: skip
    return rows


class Vectors:
    """The shipped model's vectors, each made once."""

    def __init__(self) -> None:
        self._known: dict[str, npt.NDArray[np.float32]] = {}

    def vector(self, text: str) -> npt.NDArray[np.float32]:
        """As the model gives it."""
        if text not in self._known:
            self._known[text] = MODEL.vector(text)
        return self._known[text]

    def rows(self, texts: Sequence[str]) -> Matrix:
        """float[n, 384]."""
        return np.vstack([self.vector(text) for text in texts]).astype(np.float64)


@dataclass(frozen=True)
class Book:
    """One codebook as vectors. `theme`: each lesson's theme by number."""

    descriptions: Matrix
    labels: Matrix
    exemplars: list[Matrix]
    lessons: Matrix
    theme: npt.NDArray[np.int64]


def books(rows: Sequence[Written], vectors: Vectors) -> list[Book]:
    """The codebooks; what several writers wrote for one theme stands together."""
    made = []
    for name in dict.fromkeys(row.codebook for row in rows):
        here = [row for row in rows if row.codebook == name]
        themes = {row.key: row for row in here}
        pairs = [
            (at, text)
            for at, key in enumerate(themes)
            for row in here
            if row.key == key
            for text in row.lessons
        ]
        made.append(
            Book(
                vectors.rows([f"{one.label}. {one.description}" for one in themes.values()]),
                vectors.rows([one.label for one in themes.values()]),
                [vectors.rows([text for row in here if row.key == key for text in row.exemplars]) for key in themes],
                vectors.rows([text for _at, text in pairs]),
                np.array([at for at, _text in pairs]),
            )
        )  # fmt: skip
    return made


class Turn:
    """The matrix while it learns."""

    def __init__(self) -> None:
        self.matrix = np.eye(384)
        self._first, self._second, self._step = np.zeros((384, 384)), np.zeros((384, 384)), 0

    def learn(self, book: Book, batch: npt.NDArray[np.int64], rng: random.Random) -> float:
        """One step; gives the loss."""
        inside = set(batch.tolist())
        exemplars = np.vstack([rows[rng.randrange(len(rows))] for rows in book.exemplars])
        others = exemplars.copy()
        for theme in range(len(exemplars)):
            apart = [at for at in np.flatnonzero(book.theme == theme).tolist() if at not in inside]
            if apart:
                others[theme] = book.lessons[rng.choice(apart)]
        told = {
            "description": book.descriptions,
            "label": book.labels,
            "exemplar": exemplars,
            "lesson": others,
        }
        lessons = book.lessons[batch]
        asked, asked_length = _unit(lessons @ self.matrix.T)
        units = {name: _unit(rows @ self.matrix.T) for name, rows in told.items()}
        middle, middle_length = _unit(sum(units[name][0] for name in ("description", "exemplar", "lesson")))
        wanted = book.theme[batch]
        loss, back_asked = 0.0, np.zeros_like(asked)
        back = {}
        for name, share in SHARES.items():
            theirs = middle if name == "middle" else units[name][0]
            more, by_score = _apart(SHARPNESS * asked @ theirs.T, wanted)
            loss += share * more
            back_asked += share * SHARPNESS * by_score @ theirs
            back[name] = share * SHARPNESS * by_score.T @ asked
        through = _back(back.pop("middle"), middle, middle_length)
        for name in ("description", "exemplar", "lesson"):
            back[name] = back[name] + through
        slope = _back(back_asked, asked, asked_length).T @ lessons + 2 * PULL * (self.matrix - np.eye(384))
        for name, rows in told.items():
            slope += _back(back[name], *units[name]).T @ rows
        self._move(slope)
        return loss

    def _move(self, slope: Matrix) -> None:
        self._step += 1
        self._first = 0.9 * self._first + 0.1 * slope
        self._second = 0.999 * self._second + 0.001 * slope * slope
        first = self._first / (1 - 0.9**self._step)
        second = self._second / (1 - 0.999**self._step)
        self.matrix = self.matrix - RATE * first / (np.sqrt(second) + 1e-8)


def _unit(rows: Matrix) -> tuple[Matrix, Matrix]:
    lengths = np.linalg.norm(rows, axis=1, keepdims=True)
    return rows / lengths, lengths


def _back(slope: Matrix, units: Matrix, lengths: Matrix) -> Matrix:
    """The slope before the rows were given length one."""
    return (slope - (slope * units).sum(axis=1, keepdims=True) * units) / lengths


def _apart(scores: Matrix, wanted: npt.NDArray[np.int64]) -> tuple[float, Matrix]:
    """Cross-entropy with smoothed labels, and its slope."""
    odds = scores - scores.max(axis=1, keepdims=True)
    logs = odds - np.log(np.exp(odds).sum(axis=1, keepdims=True))
    target = np.full_like(scores, SMOOTH / scores.shape[1])
    target[np.arange(len(wanted)), wanted] += 1 - SMOOTH
    return float(-(target * logs).sum(axis=1).mean()), (np.exp(logs) - target) / len(wanted)


def learned(shelf: Sequence[Book], rounds: int = ROUNDS) -> Matrix:
    """Go through all lessons, round by round, in batches of one codebook each."""
    rng, dice = random.Random("close call, lessons"), np.random.default_rng(20)
    turn = Turn()
    for _round in range(rounds):
        steps = []
        for book in shelf:
            order = dice.permutation(len(book.theme))
            steps += [(book, order[at : at + BATCH]) for at in range(0, len(order), BATCH)]
        rng.shuffle(steps)
        for book, batch in steps:
            turn.learn(book, batch, rng)
    return turn.matrix


def police() -> list[Described]:
    """The law-enforcement pack's codebook, with its own exemplars."""
    themes = read_codebook(PACK / "codebook.yaml").themes
    return [Described(one.key, one.label, one.description, one.exemplars) for one in themes]


def right(
    told: list[Described], rows: Sequence[Row], vectors: Vectors, matrix: Matrix | None
) -> tuple[int, int]:
    """How many of the rows have their theme first, and among the first three."""
    way = np.eye(384) if matrix is None else matrix
    found = Ranker(told, vectors, turn=lambda rows: turning.lengthened(rows @ way.T)).rank(
        [text for text, _key in rows]
    )
    best = [([key for key, _p in one.themes[:3]], key) for one, (_text, key) in zip(found, rows, strict=True)]
    return sum(three[0] == key for three, key in best), sum(key in three for three, key in best)


def without(rows: Sequence[Written], texts: set[str]) -> list[Written]:
    """The same less every sentence that is about to be measured, whoever wrote it too."""
    return [
        Written(
            one.writer, one.codebook, one.key, one.label, one.description,
            tuple(text for text in one.exemplars if text not in texts) or one.exemplars,
            tuple(text for text in one.lessons if text not in texts),
        )
        for one in rows
    ]  # fmt: skip


def measure(left_out: str) -> None:
    """Print a table of what is ranked right without the turn and with it, of what it hasn't learned from."""
    every, vectors = written(), Vectors()
    names = WRITERS if left_out == "each" else tuple(left_out.split(","))
    print(
        "| left out | sentences | n | first, not turned | first, turned | three, not turned | three, turned |"
    )
    print("|---|---|---|---|---|---|---|")
    sums: dict[str, list[int]] = {}

    def row(who: str, kind: str, counts: Sequence[int]) -> None:
        n, *hits = counts
        print(
            f"| {who} | {kind} | {n} | {' | '.join(wilson(hits[at], n) for at in (0, 2, 1, 3))} |", flush=True
        )

    def ranked(who: str, kind: str, told: list[Described], rows: list[Row], matrix: Matrix) -> None:
        counts = (len(rows), *right(told, rows, vectors, None), *right(told, rows, vectors, matrix))
        row(who, kind, counts)
        sums[kind] = [old + new for old, new in zip(sums.get(kind, [0] * 5), counts, strict=True)]

    writers = set(names) <= set(WRITERS)
    trades = (
        np.eye(384)
        if writers
        else learned(books([one for one in every if one.codebook not in names], vectors))
    )
    for name in names:
        mine = [one for one in every if name in (one.writer, one.codebook)]
        crooked = [(text, one.key) for one in mine for text in one.lessons]
        plain = [(text, one.key) for one in mine for text in one.exemplars]
        if writers:
            rest = without(
                [one for one in every if one.writer != name], {text for text, _key in crooked + plain}
            )
            matrix = learned(books(rest, vectors))
            ranked(f"writer {name.upper()}", "crooked", police(), crooked, matrix)
            ranked(f"writer {name.upper()}", "plain", police(), plain, matrix)
        else:
            told = [Described(one.key, one.label, one.description, one.exemplars) for one in mine]
            bare = [Described(one.key, one.label, one.description) for one in mine]
            ranked(name, "crooked, four exemplars a theme", told, crooked, trades)
            ranked(name, "crooked, descriptions only", bare, crooked, trades)
            ranked(name, "plain, descriptions only", bare, plain, trades)
    for kind, counts in sums.items():
        row("all", kind, counts)


def main() -> None:
    """Learn and write, or measure."""
    parser = argparse.ArgumentParser(
        description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter
    )
    parser.add_argument("--out", type=Path, default=turning.FILE)
    parser.add_argument("--leave-out", default="", metavar="each|WRITER,…|BOOK,…")
    asked = parser.parse_args()
    if asked.leave_out:
        measure(asked.leave_out)
        return
    began = time.process_time()
    turning.keep(asked.out, learned(books(written(), Vectors())))
    file = asked.out.read_bytes()
    print(
        asked.out.name,
        len(file),
        hashlib.sha256(file).hexdigest(),
        f"{time.process_time() - began:.0f} s of CPU",
    )


if __name__ == "__main__":
    main()

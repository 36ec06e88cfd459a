"""Made-up libraries of any size for measuring search: words of real English, facets that hang together.

With real exports under $CLOSECALL_DATA, stories are stitched from stretches of their narratives, so that phrases
and frequencies are those of real reports; without, words are drawn by the frequencies in search_words.txt (the
4,000 commonest words of 5,700 ASRS narratives, which are in the public domain). One word in fifty comes from a
long made-up tail. The same seed and size give the same library.
"""

import csv
import os
import random
import re
from bisect import bisect
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from functools import cached_property
from itertools import accumulate
from pathlib import Path

WORDS = Path(__file__).with_name("search_words.txt")
FACETS = {
    "event": (24, 1), "activity": (16, 1), "setting": (18, 1), "light": (5, 1), "weather": (8, 2),
    "officers": (4, 1), "outcome": (6, 1), "severity": (5, 1), "factors": (40, 4), "barriers": (25, 3),
    "equipment": (30, 2), "source": (3, 1), "theme": (30, 2), "origin": (3, 1), "pack": (3, 1),
}  # fmt: skip
"""Fifteen facets: how many codes each has, and how many of them a report may carry."""
SITUATIONS = 40
QUARTERS = 200
"""Fifty years of quarters, the later ones fuller."""
FIRST_QUARTER = 1976 * 4


@dataclass(frozen=True)
class Made:
    """One made-up report; `codes` are numbers into `Corpus.codes`, `quarter` an ordinal."""

    number: int
    title: str
    text: str
    lesson: str
    codes: tuple[int, ...]
    quarter: int

    @property
    def key(self) -> str:
        """A public id's shape."""
        return f"R{self.number:07}"


class Corpus:
    """A library of `size` reports, made anew on each walk."""

    def __init__(self, size: int, *, seed: int = 20_261_124) -> None:
        """Make it of this size."""
        self.size = size
        self.seed = seed
        self.codes: list[tuple[str, str]] = [
            (facet, f"{facet}_{at}") for facet, (many, _) in FACETS.items() for at in range(many)
        ]

    @property
    def is_of_real_words(self) -> bool:
        """Tell whether it is stitched from real narratives."""
        return bool(os.environ.get("CLOSECALL_DATA"))

    @cached_property
    def pool(self) -> list[str]:
        """The words that stories are cut from."""
        folder = os.environ.get("CLOSECALL_DATA")
        if folder:
            return _narratives(Path(folder))
        rows = [line.split() for line in WORDS.read_text(encoding="ascii").splitlines()]
        dice = random.Random(self.seed)
        return dice.choices([word for word, _ in rows], [int(n) for _, n in rows], k=1_500_000)

    def __iter__(self) -> Iterator[Made]:
        """Walk through all reports."""
        dice = random.Random(self.seed)
        pool, tail = self.pool, _tail(random.Random(self.seed))
        situations = [_situation(dice) for _ in range(SITUATIONS)]
        for number in range(1, self.size + 1):
            words: list[str] = []
            wanted = min(900, max(40, int(dice.lognormvariate(5.5, 0.55))))
            while len(words) < wanted:
                start, length = dice.randrange(len(pool) - 90), dice.randint(8, 80)
                words += pool[start : start + length]
                words.append(tail[int(len(tail) * dice.random() ** 3)])
            del words[wanted:]
            title, lesson = dice.randrange(len(pool) - 30), dice.randrange(len(pool) - 30)
            yield Made(
                number,
                " ".join(pool[title : title + 6]),
                " ".join(words),
                " ".join(pool[lesson : lesson + 12]),
                _codes(dice, situations[int(SITUATIONS * dice.random() ** 2)]),
                FIRST_QUARTER + int(QUARTERS * dice.random() ** 0.6),
            )


def _situation(dice: random.Random) -> dict[str, int]:
    return {facet: int(many * dice.random() ** 1.6) for facet, (many, _) in FACETS.items()}


def _codes(dice: random.Random, situation: dict[str, int]) -> tuple[int, ...]:
    """Two codes in three are those of the report's situation; so facets correlate, as real ones do."""
    found: list[int] = []
    base = 0
    for facet, (many, most) in FACETS.items():
        chosen = {situation[facet] if dice.random() < 0.65 else int(many * dice.random() ** 1.8)}
        for _ in range(dice.randrange(most)):
            chosen.add(int(many * dice.random() ** 1.8))
        found += [base + at for at in sorted(chosen)]
        base += many
    return tuple(found)


def _tail(dice: random.Random) -> list[str]:
    """Forty thousand words that nobody uses twice: names of parts, slips of the pen."""
    starts = ("br", "cl", "dr", "f", "gr", "h", "k", "l", "m", "n", "pr", "qu", "r", "st", "t", "v", "w", "z")
    middles = ("a", "e", "i", "o", "u", "ai", "oo")
    ends = ("b", "ck", "d", "ft", "g", "lk", "m", "nd", "p", "rt", "x", "zz")
    parts = (starts, middles, ends, middles, ends)
    return ["".join(dice.choice(part) for part in parts) for _ in range(40_000)]


def _narratives(folder: Path) -> list[str]:
    csv.field_size_limit(10_000_000)
    words: list[str] = []
    for file in sorted([*folder.glob("asrs/*.csv"), *folder.glob("safenet/*.csv")]):
        with file.open(encoding="utf-8-sig", errors="replace", newline="") as lines:
            for row in csv.reader(lines):
                for cell in row:
                    if len(cell) > 400:
                        words += re.findall("[a-z]+", cell.lower())
    return words


@dataclass(frozen=True)
class Asked:
    """One question: words that all hold, or a phrase, within filters (facet: codes, either of which holds)."""

    words: tuple[str, ...] = ()
    is_phrase: bool = False
    filters: tuple[tuple[str, tuple[str, ...]], ...] = ()


def questions(corpus: Corpus, alike: Sequence[str], many: int) -> dict[str, list[Asked]]:
    """`many` questions of each class; words are taken from `alike`, those that every engine stems alike.

    Two common words are among the words that stand in some 5 to 40 % of reports.
    """
    dice = random.Random(corpus.seed + 1)
    known = set(alike)
    common = [word for word in alike[30:400] if len(word) > 3]
    phrases: list[tuple[str, ...]] = []
    pool = corpus.pool
    while len(phrases) < many:
        start = dice.randrange(len(pool) - 4)
        words = tuple(pool[start : start + dice.choice((2, 2, 3))])
        if set(words) <= known and max(len(word) for word in words) > 4 and words not in phrases:
            phrases.append(words)
    return {
        "two common words": [Asked(tuple(dice.sample(common, 2))) for _ in range(many)],
        "phrase": [Asked(words, is_phrase=True) for words in phrases],
        "words + 3 filters": [
            Asked(tuple(dice.sample(common, 2)), filters=_filters(dice)) for _ in range(many)
        ],
        "filters only": [Asked(filters=_filters(dice)) for _ in range(many)],
        "everything": [Asked() for _ in range(max(3, many // 4))],
    }


def by_frequency(pool: Sequence[str]) -> list[str]:
    """The pool's words, commonest first."""
    counts: dict[str, int] = {}
    for word in pool:
        counts[word] = counts.get(word, 0) + 1
    return sorted(counts, key=lambda word: (-counts[word], word))


def _filters(dice: random.Random) -> tuple[tuple[str, tuple[str, ...]], ...]:
    picked = dice.sample(["event", "activity", "light", "outcome", "factors", "weather", "officers"], 3)
    found = []
    for facet in sorted(picked):
        weights = list(accumulate(1 / (at + 1) for at in range(FACETS[facet][0])))
        codes = {bisect(weights, dice.random() * weights[-1]) for _ in range(dice.choice((1, 1, 2)))}
        found.append((facet, tuple(f"{facet}_{at}" for at in sorted(codes))))
    return tuple(found)

"""Train the voter of `closecall/text/identifiers/trained.py` from invented narratives, and write its file.

    python bench/identifier_training.py --gazetteers FOLDER [--out FILE]

Reads `bench/narratives/train` and, once weights and thresholds were chosen there, `dev` (and nothing of test), the invented library as text that identifies nobody, and the Census
and place lists in FOLDER, from which names are exchanged, so that the model learns where names stand and not which ones.
The same input gives the same file.
"""

import argparse
import csv
import random
import re
import time
from collections.abc import Iterator
from pathlib import Path

import pycrfsuite
import yaml
from identifier_texts import Gold, Narrative, read

from closecall.text.identifiers import features, trained
from closecall.text.identifiers.recogniser import recogniser
from closecall.text.identifiers.spans import Kind
from closecall.text.identifiers.tokens import Token, tokens_of, truecased

LIBRARY = Path(__file__).parents[1] / "closecall/packs/law_enforcement/demo"
SETTINGS = {
    "c1": 0.06,
    "c2": 0.02,
    "max_iterations": 90,
    "feature.possible_transitions": True,
    "feature.minfreq": 2,
}
STATE = re.compile(r"^[A-Z]{2}$")


class Names:
    """Names to exchange for others."""

    def __init__(self, folder: Path, rng: random.Random) -> None:
        self.rng = rng
        self.last = self._read(folder / "surnames.csv")
        self.first = self._read(folder / "first_names.csv")
        self.towns = [row[0] for row in self._rows(folder / "places.csv")]

    def _rows(self, file: Path) -> list[list[str]]:
        with file.open(encoding="utf-8", newline="") as stream:
            return list(csv.reader(stream))[1:]

    def _read(self, file: Path) -> list[str]:
        return [row[0].title() for row in self._rows(file)]

    def surname(self) -> str:
        """Half common, half from the long tail; one in twelve hyphenated."""
        name = self.rng.choice(self.last[:1500] if self.rng.random() < 0.5 else self.last[1500:90000])
        if self.rng.random() < 0.08:
            name += "-" + self.rng.choice(self.last[:5000])
        return name

    def given(self) -> str:
        """Mostly common."""
        return self.rng.choice(self.first[:800] if self.rng.random() < 0.6 else self.first[800:15000])

    def town(self) -> str:
        """Any."""
        return self.rng.choice(self.towns)


def exchanged(story: Narrative, names: Names, lists: dict[str, str]) -> Narrative:
    """The same story with other people and other towns; a name that returns returns as the same other name."""
    pieces, gold, at, new = [], [], 0, 0
    cast: dict[str, str] = {}
    for span in story.gold:
        words = story.text[span.start : span.end]
        if span.type is Kind.PERSON and span.kind not in {"initials", "nickname", "word_surname"}:
            words = re.sub(
                r"[^\W\d_]+(?:['’-][^\W\d_]+)*", lambda word: other(word[0], cast, names, lists), words
            )
        elif span.kind == "town" and STATE.match(words[-2:]) is None:
            words = cast.setdefault(words.lower(), names.town())
        pieces.append(story.text[at : span.start])
        new += len(pieces[-1])
        gold.append(Gold(new, new + len(words), span.kind))
        pieces.append(words)
        new += len(words)
        at = span.end
    return Narrative(story.id, "".join([*pieces, story.text[at:]]), tuple(gold))


def other(word: str, cast: dict[str, str], names: Names, lists: dict[str, str]) -> str:
    """Exchange one word of a name, if it is a name; its letter case stays."""
    low = word.lower()
    marks = lists.setdefault(low, features.lists_of(low))
    if (
        "R" in marks
        or "T" in marks
        or "L" in marks
        or "O" in marks
        or len(low) < 3
        or ("w" in marks and word.islower())
    ):
        return word
    new = cast.setdefault(low, names.given() if "f" in marks and "n" not in marks else names.surname())
    return new.lower() if word.islower() else new.upper() if word.isupper() and len(word) > 3 else new


def labels(tokens: list[Token], gold: tuple[Gold, ...]) -> list[str]:
    """Write beside each word the family of the mention it stands in."""
    found = [trained.OUTSIDE] * len(tokens)
    for span in gold:
        family = trained.FAMILIES[span.type]
        inside = False
        for at, token in enumerate(tokens):
            if token.start < span.end and span.start < token.end:
                found[at] = ("I-" if inside else "B-") + family
                inside = True
    return found


def example(text: str, gold: tuple[Gold, ...]) -> tuple[list[list[str]], list[str]]:
    """What the voter would see of this text, and what it should say."""
    cased = truecased(text) or text
    tokens = tokens_of(cased)
    first = recogniser().first(cased, tokens)
    return features.rows(cased, tokens, first, mended=cased is not text), labels(tokens, gold)


def variants(stories: list[Narrative], names: Names, rng: random.Random) -> Iterator[Narrative]:
    """Each story as it is, with other names, and now and then in letters of one size."""
    lists: dict[str, str] = {}
    for story in stories:
        yield story
        changed = exchanged(story, names, lists)
        yield changed
        for story_ in (story, changed):
            draw = rng.random()
            if draw < 0.35:
                yield Narrative(story.id, lowered(story_.text), story_.gold)
            elif draw < 0.55:
                yield Narrative(story.id, raised(story_.text), story_.gold)


def lowered(text: str) -> str:
    """Small letters, as long as the text."""
    return text.lower() if len(text.lower()) == len(text) else text


def raised(text: str) -> str:
    """Capitals, as long as the text."""
    return text.upper() if len(text.upper()) == len(text) else text


def clean() -> Iterator[Narrative]:
    """Texts that identify nobody: of three fields, full of words that look like names, and the invented library."""
    for story in read("clean"):
        yield story
        yield Narrative(story.id, lowered(story.text), ())
    for file in sorted(LIBRARY.glob("*.yaml")):
        report = yaml.safe_load(file.read_text("utf-8"))
        lessons = " ".join(
            lesson["text"] if isinstance(lesson, dict) else lesson for lesson in report["lessons"]
        )
        for text in (report["narrative"], lessons):
            yield Narrative(file.stem, text, ())


def main() -> None:
    """Train and write."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--gazetteers", type=Path, required=True)
    parser.add_argument("--out", type=Path, default=trained.FILE)
    parser.add_argument(
        "--sets", default="train,dev", help="train alone while weights and thresholds are chosen on dev"
    )
    asked = parser.parse_args()
    rng = random.Random("close call, trained voter")
    stories = [story for which in asked.sets.split(",") for story in read(which)]
    began = time.perf_counter()
    trainer = pycrfsuite.Trainer(algorithm="lbfgs", verbose=False)
    count = 0
    for story in [*variants(stories, Names(asked.gazetteers, rng), rng), *clean()]:
        rows, wanted = example(story.text, story.gold)
        if rows:
            trainer.append(rows, wanted)
            count += 1
    print(f"{len(stories)} narratives, {count} examples, {time.perf_counter() - began:.0f} s to read")
    trainer.set_params(SETTINGS)
    trainer.train(str(asked.out))
    print(f"{time.perf_counter() - began:.0f} s, {asked.out.stat().st_size:,} bytes")


if __name__ == "__main__":
    main()

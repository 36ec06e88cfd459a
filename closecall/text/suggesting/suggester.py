"""What was learned, and what it suggests for a text. Numbers and words of published texts: nothing is pickled."""

import json
from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Final

import numpy as np
import numpy.typing as npt

from closecall.text.suggesting.calibrating import sigmoid
from closecall.text.suggesting.words import Numbers, Words

LAYOUT: Final = 1


@dataclass(frozen=True)
class Meaning:
    """What all texts have in common, so that a vector tells what sets a text apart. Shape: float32[width]."""

    middle: Numbers

    def about(self, vectors: Numbers) -> Numbers:
        """Less the middle, of length one. Shape: float32[…, width] in and out."""
        apart = vectors - self.middle
        lengths = np.linalg.norm(apart, axis=-1, keepdims=True)
        return np.asarray(apart / np.where(lengths > 0, lengths, 1.0), np.float32)


@dataclass(frozen=True)
class Learned:
    """One linear model a code.

    Shape: `by_word` float32[terms, codes]; `by_meaning` float32[width, codes]; the others one number a code.
           `examples`: how many texts carried the code, of `reports`.
    """

    codes: tuple[str, ...]
    examples: tuple[int, ...]
    reports: int
    by_word: Numbers
    by_meaning: Numbers
    start: Numbers
    slopes: npt.NDArray[np.float64]
    shifts: npt.NDArray[np.float64]
    thresholds: npt.NDArray[np.float64]


@dataclass(frozen=True)
class Suggested:
    """A code that a text calls for.

    `p`: calibrated; `told`: whether p passes the code's threshold; `sentence`: which sentence, from 0, moves the
    score most when it is taken out.
    """

    code: str
    p: float
    told: bool
    sentence: int


@dataclass(frozen=True)
class Suggester:
    """Models of codes over one vocabulary."""

    words: Words
    meaning: Meaning
    learned: Learned

    @property
    def codes(self) -> tuple[str, ...]:
        """The codes that it has a model of."""
        return self.learned.codes

    def probabilities(self, texts: Sequence[str], vectors: Numbers) -> npt.NDArray[np.float64]:
        """How likely each code is for each text. Shape: float32[texts, width] -> float[texts, codes]."""
        if not texts:
            return np.zeros((0, len(self.codes)))
        return self._p(self._by_words(texts) + self._by_vectors(vectors))

    def passed(self, p: npt.NDArray[np.float64]) -> npt.NDArray[np.bool_]:
        """Which p pass their code's threshold. Shape: [texts, codes]."""
        return np.asarray(p >= self.learned.thresholds)

    def suggest(
        self, text: str, vector: Numbers, sentences: Sequence[str], vectors: Numbers, *, among: Sequence[str]
    ) -> list[Suggested]:
        """Every code of `among` that there is a model of, likeliest first, with the sentence that carries it.

        Shape:  `vectors` float32[sentences, width], one a sentence of `text`.
        """
        places = [at for at, code in enumerate(self.codes) if code in set(among)]
        if not places or not sentences:
            return []
        p = self.probabilities([text], vector[None, :])[0]
        passed = self.passed(p[None, :])[0]
        without = [" ".join([*sentences[:at], *sentences[at + 1 :]]) for at in range(len(sentences))]
        # Taking a sentence out says what its words are worth here; its own vector what its meaning is worth alone.
        lost = self._by_words([text]) - self._by_words(without)
        alone = self._by_vectors(vectors)
        carried = lost + alone / len(sentences)
        found = [
            Suggested(self.codes[at], float(p[at]), bool(passed[at]), int(np.argmax(carried[:, at])))
            for at in places
        ]
        return sorted(found, key=lambda one: (-one.p, one.code))

    def save(self, folder: Path) -> None:
        """Write model.npz into `folder`, in one step."""
        folder.mkdir(parents=True, exist_ok=True)
        told = {
            "layout": LAYOUT,
            "codes": self.learned.codes,
            "examples": self.learned.examples,
            "reports": self.learned.reports,
            "vocabulary": self.words.vocabulary,
        }
        waiting = folder / "model.npz.new"
        with waiting.open("wb") as file:
            np.savez_compressed(
                file,
                told=np.frombuffer(json.dumps(told).encode(), np.uint8),
                rarity=self.words.rarity,
                middle=self.meaning.middle,
                by_word=self.learned.by_word.astype(np.float16),
                by_meaning=self.learned.by_meaning,
                start=self.learned.start,
                slopes=self.learned.slopes,
                shifts=self.learned.shifts,
                thresholds=self.learned.thresholds,
            )
        waiting.replace(folder / "model.npz")

    @classmethod
    def load(cls, folder: Path) -> "Suggester":
        """Read what `save` wrote. Raises: OSError, ValueError, KeyError."""
        with np.load(folder / "model.npz", allow_pickle=False) as held:
            told = json.loads(held["told"].tobytes())
            if told["layout"] != LAYOUT:
                raise ValueError("These models are of another version: train again.")
            learned = Learned(
                codes=tuple(told["codes"]),
                examples=tuple(told["examples"]),
                reports=int(told["reports"]),
                by_word=held["by_word"].astype(np.float32),
                by_meaning=held["by_meaning"],
                start=held["start"],
                slopes=held["slopes"],
                shifts=held["shifts"],
                thresholds=held["thresholds"],
            )
            words = Words(tuple(told["vocabulary"]), held["rarity"])
            return cls(words, Meaning(held["middle"]), learned)

    def _p(self, scores: npt.NDArray[np.float64]) -> npt.NDArray[np.float64]:
        return sigmoid(scores * self.learned.slopes + self.learned.shifts)

    def _by_words(self, texts: Sequence[str]) -> npt.NDArray[np.float64]:
        found = np.empty((len(texts), len(self.codes)))
        for at, text in enumerate(texts):
            places, weights = self.words.row(text)
            found[at] = weights @ self.learned.by_word[places]
        return found

    def _by_vectors(self, vectors: Numbers) -> npt.NDArray[np.float64]:
        scores = self.meaning.about(vectors) @ self.learned.by_meaning + self.learned.start
        return np.asarray(scores, np.float64)

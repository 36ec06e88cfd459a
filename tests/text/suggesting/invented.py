"""Made-up stories in which some words go with some codes."""

import hashlib
import random

import numpy as np

from closecall.text.suggesting.words import Numbers

_CUES = {
    "cue/rain": ("the road was wet", "rain came down", "water stood on the street"),
    "cue/dog": ("a dog ran loose", "the dog barked", "its leash was off"),
    "cue/night": ("it was dark", "no lamp burned", "my flashlight was dead"),
}
_FILLERS = (
    "I walked up",
    "my partner called",
    "we waited",
    "he said nothing",
    "the car stood there",
    "I wrote it down",
)


def vector(text: str) -> Numbers:
    """Eight numbers that depend on the words alone: a stand-in for the sentence model."""
    total = np.zeros(8, np.float32)
    for word in text.lower().replace(".", "").split():
        seed = int.from_bytes(hashlib.sha256(word.encode()).digest()[:4])
        total += np.random.default_rng(seed).normal(size=8).astype(np.float32)
    length = np.linalg.norm(total)
    return np.asarray(total / length if length else total, np.float32)


def stories(n: int, *, seed: int = 1) -> tuple[list[str], Numbers, list[frozenset[str]]]:
    """Stories of four to six sentences, their vectors and their codes."""
    chance = random.Random(seed)
    texts, coded = [], []
    for _ in range(n):
        codes = {code for code in _CUES if chance.random() < 0.35}
        sentences = [chance.choice(_CUES[code]) for code in sorted(codes)] + chance.sample(_FILLERS, 3)
        chance.shuffle(sentences)
        texts.append(" ".join(f"{sentence.capitalize()}." for sentence in sentences))
        coded.append(frozenset(codes))
    return texts, np.vstack([vector(text) for text in texts]), coded

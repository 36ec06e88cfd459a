"""What texts mean: sentences, vectors, exact neighbours, rankings joined, one event told twice.

    sentences(text)                             the sentences of a text
    vector(text)                                float32[384] of length one; loads the model when first asked
    Vectors.open(path).nearest(vector, …)       every row compared; follows the publication log
    dialect.learn(texts) · Dialect.vector(…)    which words go together in one library: latent semantic analysis
    fuse(words, meaning)                        reciprocal rank fusion, with who found what
    near_in_all(stores, key, …)                 the nearest of several stores together; with_codes: ranked
    themes.ranker_of(codebook, MODEL).rank(…)   which theme each lesson teaches; turning.turned: what it learned
    duplicates.same_event(texts, …)             for the desk: TF-IDF; duplicates.sent_twice: MinHash

Importing this loads no engine (ADR 0010): the model's libraries are imported with its first use.
"""

from closecall.text.meaning.dialect import DIRECTIONS, Dialect
from closecall.text.meaning.fusing import (
    CODES_SHARE,
    EXPECTED_SHARE,
    LEAST_ALIKE,
    WORDS_SHARE,
    WORDS_SHARE_BESIDE_DIALECT,
    Beside,
    By,
    Fused,
    expected,
    fuse,
    near_in_all,
    with_codes,
)
from closecall.text.meaning.model import NAME, WIDTH, Matrix, Model, NoModel, Vector, unit
from closecall.text.meaning.sentences import sentences, spans
from closecall.text.meaning.vectors import Near, Placed, Vectors, VectorsBusy, VectorsDamaged

MODEL = Model()
"""This process's model."""

vector = MODEL.vector

__all__ = [
    "CODES_SHARE",
    "DIRECTIONS",
    "EXPECTED_SHARE",
    "LEAST_ALIKE",
    "MODEL",
    "NAME",
    "WIDTH",
    "WORDS_SHARE",
    "WORDS_SHARE_BESIDE_DIALECT",
    "Beside",
    "By",
    "Dialect",
    "Fused",
    "Matrix",
    "Model",
    "Near",
    "NoModel",
    "Placed",
    "Vector",
    "Vectors",
    "VectorsBusy",
    "VectorsDamaged",
    "expected",
    "fuse",
    "near_in_all",
    "sentences",
    "spans",
    "unit",
    "vector",
    "with_codes",
]

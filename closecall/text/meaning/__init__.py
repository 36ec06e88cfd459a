"""What texts mean: sentences, vectors, exact neighbours, rankings joined, one event told twice.

    sentences(text)                             the sentences of a text
    vector(text)                                float32[384] of length one; loads the model when first asked
    Vectors.open(path).nearest(vector, …)       every row compared; follows the publication log
    fuse(words, meaning)                        reciprocal rank fusion, with who found what
    duplicates.same_event(texts, …)             for the desk: TF-IDF; duplicates.sent_twice: MinHash

Importing this loads no engine (ADR 0010): the model's libraries are imported with its first use.
"""

from closecall.text.meaning.fusing import By, Fused, fuse
from closecall.text.meaning.model import NAME, WIDTH, Model, NoModel, Vector, unit
from closecall.text.meaning.sentences import sentences, spans
from closecall.text.meaning.vectors import Near, Placed, Vectors, VectorsBusy, VectorsDamaged

MODEL = Model()
"""This process's model."""

vector = MODEL.vector

__all__ = [
    "MODEL",
    "NAME",
    "WIDTH",
    "By",
    "Fused",
    "Model",
    "Near",
    "NoModel",
    "Placed",
    "Vector",
    "Vectors",
    "VectorsBusy",
    "VectorsDamaged",
    "fuse",
    "sentences",
    "spans",
    "unit",
    "vector",
]

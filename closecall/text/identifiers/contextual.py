"""The reading model: a small transformer that learned from the same narratives what words mean beside each other.

`bench/identifier_reading.py` fine-tunes all-MiniLM-L6-v2 on the narratives under `bench/narratives/train` and writes the
files of `model/`; nothing is fetched. It takes two views of a word beside the word itself: its shape (so letters of one size
don't confuse it) and what rules and lists said of it. Only the desk and the command line load it.
"""

import threading
from collections.abc import Sequence
from dataclasses import dataclass
from functools import cache
from pathlib import Path
from typing import TYPE_CHECKING, Final

import numpy as np
from numpy.typing import NDArray

from closecall.errors import Unavailable
from closecall.text.identifiers import features
from closecall.text.identifiers.spans import Kind, Span
from closecall.text.identifiers.tokens import Token

if TYPE_CHECKING:
    import onnxruntime
    import tokenizers

Probabilities = NDArray[np.float32]

FOLDER: Final = Path(__file__).parent / "model"
HASHES: Final = {
    "reading.onnx": "bfa7592e3c57229f5bb98a0060835ed2e8014e1f22a6c75b93431572db6f85ae",
    "tokenizer.json": "3ad857958ba886d154a5a852119fb31a0dd549d03d8a3fc20e33f2336272cc19",
}
PIECES: Final = 256
"""Word pieces that are read at once; both ends included."""
STEP: Final = 160
_FIRST, _LAST = 101, 102
SHAPES: Final = ("none", "small", "opens", "capital", "capitals", "mixed", "digits", "unknown")
SAID: Final = ("", *(f"{sure}{kind.value}" for kind in Kind for sure in "123"))
"""What a rule or list said of a word, with how sure it was (`features.said_of`)."""

_SAID_AT: Final = {word: at for at, word in enumerate(SAID)}


class NoReader(Unavailable):
    """The model is missing or can't be loaded here."""

    default = "The model that reads narratives can't be loaded. Install this version again."


@dataclass(frozen=True)
class Views:
    """What the model reads of a text: one number a word piece each; `first`: the piece that begins each word."""

    pieces: tuple[int, ...]
    shapes: tuple[int, ...]
    said: tuple[int, ...]
    first: tuple[int, ...]


def views(
    tokenizer: "tokenizers.Tokenizer",
    text: str,
    tokens: Sequence[Token],
    found: Sequence[Span],
    *,
    mended: bool,
) -> Views:
    """Cut a text into word pieces and say of each its word's shape and what the first voters said of it."""
    cut = tokenizer.encode(text, add_special_tokens=False)
    heard = features.said_of(tokens, found)
    shapes = [0] * len(cut.ids)
    said = [0] * len(cut.ids)
    first = []
    at = 0
    for token, word in zip(tokens, heard, strict=True):
        while at < len(cut.ids) and cut.offsets[at][1] <= token.start:
            at += 1
        first.append(min(at, max(len(cut.ids) - 1, 0)))
        shape = SHAPES.index(shape_of(token, mended=mended))
        kind = _SAID_AT.get(word[1:], 0)
        here = at
        while here < len(cut.ids) and cut.offsets[here][0] < token.end:
            shapes[here], said[here] = shape, kind
            here += 1
    return Views(tuple(cut.ids), tuple(shapes), tuple(said), tuple(first))


def shape_of(token: Token, *, mended: bool) -> str:
    """One of SHAPES."""
    word = token.text
    if word.isdigit():
        return "digits"
    if not word.replace("'", "").replace("’", "").replace("-", "").replace(".", "").isalpha():
        return "mixed"
    if mended:
        return "unknown"
    if word.islower():
        return "small"
    if word.isupper() and len(word) > 1:
        return "capitals"
    if word[0].isupper():
        return "opens" if token.opens else "capital"
    return "mixed"


@dataclass(frozen=True)
class _Loaded:
    session: "onnxruntime.InferenceSession"
    tokenizer: "tokenizers.Tokenizer"


_guard = threading.Lock()


def _model() -> _Loaded:
    with _guard:
        return _read()


@cache
def _read() -> _Loaded:
    try:
        import onnxruntime
        import tokenizers

        options = onnxruntime.SessionOptions()
        options.intra_op_num_threads = options.inter_op_num_threads = 1
        options.log_severity_level = 3
        session = onnxruntime.InferenceSession(
            str(FOLDER / "reading.onnx"), options, providers=["CPUExecutionProvider"]
        )
        return _Loaded(session, tokenizers.Tokenizer.from_file(str(FOLDER / "tokenizer.json")))
    except Exception:  # whatever the engine raises; going on with less would let names slip by unseen
        raise NoReader from None


def read(
    text: str, tokens: Sequence[Token], found: Sequence[Span], *, mended: bool, labels: int
) -> Probabilities:
    """How likely each label is for each word.

    Shape:  float32[tokens, labels]; a row sums to one. A long text is read in stretches that overlap, and a word counts
            in the stretch where it has more neighbours.
    """
    model = _model()
    seen = views(model.tokenizer, text, tokens, found, mended=mended)
    count = len(seen.pieces)
    whole = np.zeros((max(count, 1), labels), np.float32)
    margin = (PIECES - 2 - STEP) // 2
    for start in range(0, count, STEP):
        end = min(start + PIECES - 2, count)
        (told,) = model.session.run(
            None,
            {
                "ids": np.array([_FIRST, *seen.pieces[start:end], _LAST], np.int64),
                "shapes": np.array([0, *seen.shapes[start:end], 0], np.int64),
                "said": np.array([0, *seen.said[start:end], 0], np.int64),
            },
        )
        keep = start + margin if start else 0
        whole[keep:end] = told[1 + keep - start : 1 + end - start]
        if end == count:
            break
    return whole[list(seen.first)] if tokens else whole[:0]

"""The sentence model: all-MiniLM-L6-v2 as int8, on one thread, one text at a time.

Several texts at once would change each other's vectors, since activations are scaled by what lies in the
batch; so the network has no batch at all, and a text gives the same vector whoever stands beside it.
"""

import threading
from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING, Final

import numpy as np
from numpy.typing import NDArray

from closecall.errors import Unavailable

if TYPE_CHECKING:
    import onnxruntime
    import tokenizers

Vector = NDArray[np.float32]
Matrix = NDArray[np.float32]

WIDTH: Final = 384
FOLDER: Final = Path(__file__).parent / "model"
HASHES: Final = {
    "minilm.onnx": "3da7f892c1ebb3c4f9d86426b02bb038552b6e2653843d729ee801244fee1889",
    "tokenizer.json": "3ad857958ba886d154a5a852119fb31a0dd549d03d8a3fc20e33f2336272cc19",
    "lessons.npz": "2d6cce45102d13f4bda5c1880ca0455ce556c3e9a7c0b542d50d17fd5f649b60",
}
NAME: Final = f"minilm-{HASHES['minilm.onnx'][:12]}"
"""Names what made a vector: vectors of different names can't be compared."""

_TOKENS: Final = 256  # what it was trained on; word pieces, both ends included
_FIRST, _LAST = 101, 102


class NoModel(Unavailable):
    """The model is missing or can't be loaded here: search goes on by words."""

    default = "Search by meaning isn't available. Search by words is."


@dataclass(frozen=True)
class _Loaded:
    session: "onnxruntime.InferenceSession"
    tokenizer: "tokenizers.Tokenizer"


class Model:
    """One model, loaded when it is first needed. Safe to share between threads."""

    def __init__(self, folder: Path = FOLDER) -> None:
        self._folder = folder
        self._guard = threading.Lock()
        self._loaded: _Loaded | None = None
        self._refused = False

    @property
    def ready(self) -> bool:
        """Tell whether it is loaded: asking for a vector won't wait for that."""
        return self._loaded is not None

    @property
    def refused(self) -> bool:
        """Tell whether it was tried and couldn't be loaded."""
        return self._refused

    def load(self) -> None:
        """Load it, once; who comes second waits. Raises: NoModel."""
        self._get()

    def vector(self, text: str, *, most_chunks: int = 1) -> Vector:
        """What a text means: float32[384] of length one; all zeros for a text without a word.

        Shape:  the first 254 word pieces; with `most_chunks`, so many such chunks, averaged by length.
        Raises: NoModel.
        """
        there = self._get()
        pieces = there.tokenizer.encode(text, add_special_tokens=False).ids
        if not pieces:
            return np.zeros(WIDTH, np.float32)
        total = np.zeros(WIDTH, np.float32)
        step = _TOKENS - 2
        for start in range(0, min(len(pieces), most_chunks * step), step):
            chunk = pieces[start : start + step]
            ids = np.array([_FIRST, *chunk, _LAST], np.int64)
            total += there.session.run(None, {"ids": ids})[0] * np.float32(len(chunk))
        return unit(total)

    def _get(self) -> _Loaded:
        if self._loaded is None:
            with self._guard:
                if self._refused:
                    raise NoModel
                if self._loaded is None:
                    self._loaded = self._read()
        return self._loaded

    def _read(self) -> _Loaded:
        try:
            import onnxruntime
            import tokenizers

            options = onnxruntime.SessionOptions()
            options.intra_op_num_threads = options.inter_op_num_threads = 1
            options.log_severity_level = 3
            session = onnxruntime.InferenceSession(
                str(self._folder / "minilm.onnx"), options, providers=["CPUExecutionProvider"]
            )
            return _Loaded(session, tokenizers.Tokenizer.from_file(str(self._folder / "tokenizer.json")))
        except Exception:  # whatever the engine raises: a broken file must not take search by words with it
            self._refused = True
            raise NoModel from None


def unit(vector: Vector) -> Vector:
    """The same direction with length one; zeros stay zeros."""
    length = np.float32(np.linalg.norm(vector))
    return (vector / length if length else vector).astype(np.float32)

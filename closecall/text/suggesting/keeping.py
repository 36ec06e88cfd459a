"""Vectors of texts, made once: a file keeps them by a hash of the text, and drops those nobody asks for any more."""

import hashlib
from collections.abc import Callable, Sequence
from pathlib import Path
from typing import Final

import numpy as np

from closecall.text.suggesting.words import Numbers

MOST_CHUNKS: Final = 8
"""So many stretches of 254 word pieces of a text are read, and averaged by length."""
_TELL_EVERY: Final = 500


def vectors_of(
    texts: Sequence[str],
    make: Callable[[str], Numbers],
    *,
    kept: Path | None = None,
    model: str = "",
    progress: Callable[[str], None] = lambda _words: None,
) -> Numbers:
    """The vector of each text, from `kept` where it is there; `kept` holds these texts' vectors afterwards.

    Shape: float32[texts, width]; `texts` isn't empty. `model` names what makes them: others aren't taken.
    """
    known = _read(kept, model) if kept is not None else {}
    names = [hashlib.sha256(text.encode()).hexdigest() for text in texts]
    made = 0
    for name, text in zip(names, texts, strict=True):
        if name not in known:
            known[name] = make(text)
            made += 1
            if made % _TELL_EVERY == 0:
                progress(f"{made} vectors made")
    rows = np.vstack([known[name] for name in names]).astype(np.float32)
    if kept is not None:
        _write(kept, names, rows, model)
    return rows


def _read(kept: Path, model: str) -> dict[str, Numbers]:
    try:
        with np.load(kept, allow_pickle=False) as held:
            if str(held["model"]) != model:
                return {}
            return dict(zip(map(str, held["names"]), held["rows"], strict=True))
    except (OSError, ValueError, KeyError):
        return {}


def _write(kept: Path, names: Sequence[str], rows: Numbers, model: str) -> None:
    kept.parent.mkdir(parents=True, exist_ok=True)
    waiting = kept.with_name(f"{kept.name}.new")
    with waiting.open("wb") as file:
        np.savez(file, names=np.array(names), rows=rows, model=np.array(model))
    waiting.replace(kept)

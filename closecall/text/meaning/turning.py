"""The sentence model's vectors turned so that a lesson lies near to the theme that it teaches.

One matrix, learned by `bench/lesson_reading.py` from invented lessons of many trades (ADR 0014). Vectors are kept as
the model makes them; whoever ranks themes turns them.
"""

import functools
from pathlib import Path
from typing import Final

import numpy as np
import numpy.typing as npt

from closecall.text.meaning.model import FOLDER, HASHES, NAME, WIDTH, NoModel

Matrix = npt.NDArray[np.float64]

FILE: Final = FOLDER / "lessons.npz"
ENGINE: Final = f"{NAME}, lessons-{HASHES['lessons.npz'][:12]}"
"""Names what a ranking of themes rests on."""


def turned(rows: Matrix) -> Matrix:
    """float[n, 384] of the sentence model -> float[n, 384] of length one; zeros stay zeros.

    Rows of another width are another encoder's, about which nothing was learned: they stay as they are.
    Raises: NoModel where the file is damaged or was learned from another model's vectors.
    """
    return rows if rows.shape[1] != WIDTH else lengthened(rows @ read(FILE).T)


def lengthened(rows: Matrix) -> Matrix:
    """Each row with length one."""
    lengths = np.linalg.norm(rows, axis=1, keepdims=True)
    return np.asarray(rows / np.where(lengths > 0, lengths, 1.0))


@functools.cache
def read(file: Path) -> Matrix:
    """The matrix. Raises: NoModel."""
    try:
        with np.load(file, allow_pickle=False) as told:
            learned_from, matrix = str(told["model"]), np.asarray(told["turn"], np.float64)
    except Exception:  # whatever a broken archive raises: nothing of it may reach a page
        raise NoModel from None
    if learned_from != NAME or matrix.shape != (WIDTH, WIDTH) or not np.isfinite(matrix).all():
        raise NoModel
    return matrix


def keep(file: Path, matrix: Matrix) -> None:
    """Write what was learned; the same matrix gives the same bytes."""
    np.savez(file, model=np.array(NAME), turn=matrix.astype(np.float16))

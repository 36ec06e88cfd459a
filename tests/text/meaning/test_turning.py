"""What was learned from lessons turns the sentence model's vectors, and no other model's."""

from pathlib import Path

import numpy as np
import pytest

from closecall.text.meaning import NAME, WIDTH, NoModel, turning


def test_turned_rows_have_length_one_and_a_text_without_a_word_stays_without_a_direction() -> None:
    rows = np.vstack([np.eye(WIDTH)[:3], np.zeros((1, WIDTH))])
    lengths = np.linalg.norm(turning.turned(rows), axis=1)
    assert lengths == pytest.approx([1, 1, 1, 0])


def test_a_row_is_turned_alike_alone_and_among_others() -> None:
    rows = np.random.default_rng(1).normal(size=(5, WIDTH))
    alone = np.vstack([turning.turned(row[None]) for row in rows])
    assert np.allclose(alone, turning.turned(rows), atol=1e-12)


def test_what_is_kept_is_read_back_and_the_same_matrix_gives_the_same_bytes(tmp_path: Path) -> None:
    matrix = np.eye(WIDTH) + 0.25
    for name in ("one.npz", "two.npz"):
        turning.keep(tmp_path / name, matrix)
    assert (turning.read(tmp_path / "one.npz") == matrix).all()
    assert (tmp_path / "one.npz").read_bytes() == (tmp_path / "two.npz").read_bytes()


def test_another_models_turn_another_shape_and_a_broken_file_are_refused(tmp_path: Path) -> None:
    np.savez(tmp_path / "other.npz", model=np.array("minilm-another"), turn=np.eye(WIDTH))
    np.savez(tmp_path / "small.npz", model=np.array(NAME), turn=np.eye(3))
    np.savez(tmp_path / "nan.npz", model=np.array(NAME), turn=np.full((WIDTH, WIDTH), np.nan))
    (tmp_path / "broken.npz").write_bytes(b"PK not an archive")
    for name in ("other", "small", "nan", "broken", "absent"):
        with pytest.raises(NoModel):
            turning.read(tmp_path / f"{name}.npz")

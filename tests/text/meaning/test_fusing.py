"""Codes rank what is near: those in common, and those that are to be expected; who isn't there has no part in it."""

from collections.abc import Sequence
from pathlib import Path

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from hypothesis.extra import numpy as arrays

from closecall.text.meaning import Matrix, Placed, Vectors, expected, near_in_all, unit, with_codes


def made(path: Path, rows: dict[str, Sequence[float]], *, width: int = 4) -> Vectors:
    store = Vectors.create(path, history="h", model="m", width=width)
    store.apply([Placed(key, unit(np.array(row, np.float32))) for key, row in rows.items()], applied=1)
    return store


def crowd(count: int) -> dict[str, Sequence[float]]:
    drawn = np.random.default_rng(5).normal(size=(count, 4)).astype(np.float32)
    return {f"K{at:02}": row.tolist() for at, row in enumerate(drawn)}


CODES = arrays.arrays(np.float32, (6, 4), elements=st.sampled_from([0.0, 1.0]))
TEXTS = arrays.arrays(np.float32, (6, 5), elements=st.floats(-1, 1, width=16))


def of_length_one(rows: Matrix) -> Matrix:
    return np.stack([unit(row) if row.any() else row for row in rows])


@given(TEXTS, CODES)
@settings(max_examples=60)
def test_a_score_is_from_minus_1_to_1_and_nothing_for_who_tells_nothing(texts: Matrix, codes: Matrix) -> None:
    texts, codes = of_length_one(texts), of_length_one(codes)
    texts[-1], codes[-1] = 0, 0
    scores = with_codes(texts, codes)
    assert scores.shape == (5,) and (np.abs(scores) <= 1 + 1e-4).all() and scores[-1] == 0


@given(TEXTS, CODES, st.permutations(range(1, 6)))
@settings(max_examples=60)
def test_the_order_in_which_others_stand_changes_nothing(
    texts: Matrix, codes: Matrix, order: list[int]
) -> None:
    moved = expected(texts[[0, *order]], codes[[0, *order]])
    again = texts @ texts.T  # rows that nothing is expected of have no direction to compare
    sure = np.linalg.norm(again @ np.linalg.solve(again + np.eye(6, dtype=np.float32), codes), axis=1) > 1e-2
    there = expected(texts, codes)[[0, *order]]
    assert moved[sure[[0, *order]]] == pytest.approx(there[sure[[0, *order]]], abs=1e-3)


@given(st.integers(0, 3), st.integers(1, 9))
def test_one_without_codes_is_expected_to_bear_those_of_who_tells_the_same(code: int, others: int) -> None:
    texts = np.tile(np.array([1, 0, 0], np.float32), (others + 1, 1))
    codes = np.zeros((others + 1, 4), np.float32)
    codes[1:, code] = 1
    assert expected(texts, codes)[0].tolist() == pytest.approx(np.eye(4)[code].tolist(), abs=1e-5)


def test_of_two_coded_alike_the_one_whose_like_are_coded_as_the_asked_one_comes_first() -> None:
    asked, loner, joiner = [1, 0, 0], [0.6, 0.8, 0], [0.6, 0, 0.8]
    around = [*[[0.1, 0.99, 0]] * 4, *[[0.1, 0, 0.99]] * 4]
    texts = np.array([asked, loner, joiner, *around], np.float32)
    codes = np.array([[1, 0], [0, 1], [0, 1], *[[0, 1]] * 4, *[[1, 0]] * 4], np.float32)
    loner_score, joiner_score, *_ = with_codes(texts, codes)
    assert joiner_score > loner_score + 0.02
    plain = with_codes(texts, codes, expected_share=0)
    assert plain[0] == pytest.approx(plain[1], abs=1e-5)


def test_rows_apart_give_the_centred_cosines_and_zeros_for_whom_the_store_lacks(tmp_path: Path) -> None:
    store = made(tmp_path, crowd(30))
    store.apply([Placed("K07", None)])
    rows = store.apart(["K03", "K07", "nobody", "K11"])
    mine = store.vector("K03")
    assert mine is not None and not rows[1:3].any()
    told = {one.key: one.cosine for one in store.nearest(mine, limit=30, centred=True)}
    assert float(rows[0] @ rows[3]) == pytest.approx(told["K11"], abs=1e-4)
    assert float(rows[0] @ rows[0]) == pytest.approx(1, abs=1e-5)


def test_what_was_dropped_has_no_part_in_how_the_others_are_ranked(tmp_path: Path) -> None:
    there, never = crowd(24), crowd(24)
    gone = {f"X{at}": [0.9, 0.1, at / 9, 0.1] for at in range(9)}
    store, other = made(tmp_path / "a", there | gone), made(tmp_path / "b", never)

    def beside(keys: Sequence[str]) -> Matrix:
        return np.eye(3, dtype=np.float32)[[1 if key in gone else int(key[1:]) % 3 for key in keys]]

    before = near_in_all([store], "K00", limit=40, beside=beside)
    store.apply([Placed(key, None) for key in gone])
    after = near_in_all([store], "K00", limit=40, beside=beside)
    assert after == near_in_all([other], "K00", limit=40, beside=beside)
    assert [key for key in before if key not in gone] != after


def test_who_is_left_out_has_no_part_even_before_the_store_has_followed(tmp_path: Path) -> None:
    rows = crowd(24)
    asked: list[Sequence[str]] = []

    def beside(keys: Sequence[str]) -> Matrix:
        asked.append(keys)
        return np.ones((len(keys), 1), np.float32)

    found = near_in_all([made(tmp_path, rows)], "K00", limit=40, without=frozenset({"K05"}), beside=beside)
    assert "K05" not in found and len(found) == 22
    assert asked[0][0] == "K00" and sorted(asked[0]) == sorted({*rows} - {"K05"})


def test_one_without_codes_stands_between_one_coded_alike_and_one_coded_otherwise(tmp_path: Path) -> None:
    same = [0.9, 0.3, 0, 0]
    store = made(
        tmp_path, {"A": [1, 0, 0, 0], "B": same, "C": same, "D": same, "E": [-1, 0, 0, 0], "F": [0, 0, 1, 0]}
    )
    coded = {"A": [1, 0], "C": [1, 0], "D": [0, 1]}

    def beside(keys: Sequence[str]) -> Matrix:
        return np.array([coded.get(key, [0, 0]) for key in keys], np.float32)

    assert near_in_all([store], "A", limit=3) == ["B", "C", "D"]
    assert near_in_all([store], "A", limit=3, beside=beside) == ["C", "B", "D"]


def test_what_is_told_beside_texts_lets_nobody_in_or_out(tmp_path: Path) -> None:
    store = made(tmp_path, crowd(20))
    for least in (-1.0, 0.1, 0.5):
        alone = near_in_all([store], "K00", limit=40, least=least)
        told = near_in_all(
            [store], "K00", limit=40, least=least, beside=lambda keys: np.eye(len(keys), dtype=np.float32)
        )
        assert sorted(alone) == sorted(told)

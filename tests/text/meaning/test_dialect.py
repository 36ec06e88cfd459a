"""A library's dialect: words that go together in its reports mean one thing, however they are spelt."""

from pathlib import Path

import numpy as np
import pytest

from closecall.text.meaning import DIRECTIONS, Dialect, Placed, Vectors, dialect, near_in_all

SCENES = (
    ("search", ["pistol", "sock", "patdown", "waistband", "firearm", "frisk", "handcuffs", "concealed"]),
    ("road", ["ice", "brake", "skid", "siren", "pursuit", "intersection", "seatbelt", "collision"]),
    ("radio", ["static", "basement", "channel", "dispatcher", "repeater", "battery", "silence", "tower"]),
)


def invented(count: int = 240) -> list[tuple[str, str]]:
    """Reports of three kinds, each of a few of its kind's words among words that anybody uses."""
    drawn = np.random.default_rng(5)
    anybodys = [f"word{at}" for at in range(150)]
    texts = []
    for at in range(count):
        _, words = SCENES[at % 3]
        told = [*drawn.choice(words, 3, replace=False), *drawn.choice(anybodys, 12, replace=False)]
        texts.append((str(told[0]), " ".join(map(str, told))))
    return texts


@pytest.fixture(scope="module")
def learned() -> Dialect:
    found = dialect.learn(invented())
    assert found is not None
    return found


def test_words_that_go_together_mean_one_thing_though_no_text_says_both(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    monkeypatch.setattr(dialect, "DIRECTIONS", 3)
    texts = [one for one in invented(600) if not {"pistol", "firearm"} <= set(one[1].split())]
    found = dialect.learn(texts)
    assert found is not None
    asked, same, other = (found.vector((word,)) for word in ("pistol", "firearm", "brake"))
    assert float(asked @ same) > 0.8 > 0.2 > float(asked @ other)


def test_a_vector_has_length_one_and_unknown_words_give_zeros(learned: Dialect) -> None:
    assert learned.vector(("pistol",)).shape == (DIRECTIONS,)
    assert float(np.linalg.norm(learned.vector(("pistol", "brake")))) == pytest.approx(1, abs=1e-5)
    assert not learned.vector(("zebra",)).any() and not learned.vector(()).any()


def test_the_same_texts_give_the_same_dialect(learned: Dialect) -> None:
    again = dialect.learn(invented())
    assert again is not None and again.name == learned.name
    fewer = dialect.learn(invented(237))
    assert fewer is not None and fewer.name != learned.name


def test_a_word_that_few_reports_hold_is_not_kept() -> None:
    texts = [
        (f"{head} {'quicksilver' if at < 4 else ''}", story) for at, (head, story) in enumerate(invented())
    ]
    found = dialect.learn(texts)
    assert found is not None and "quicksilver" not in found.words and "pistol" in found.words


def test_few_texts_or_few_common_words_have_no_dialect() -> None:
    assert dialect.learn(invented(dialect.LEAST_TEXTS - 1)) is None
    assert dialect.learn([("the same few words",)] * 300) is None


def test_it_is_read_back_as_it_was_written(learned: Dialect, tmp_path: Path) -> None:
    learned.save(tmp_path / "dialect.npz")
    back = Dialect.load(tmp_path / "dialect.npz")
    assert (back.name, back.size, back.words) == (learned.name, learned.size, learned.words)
    assert (back.rows == learned.rows).all()
    (tmp_path / "dialect.npz").write_bytes(b"PK broken")
    with pytest.raises((OSError, ValueError, KeyError)):
        Dialect.load(tmp_path / "dialect.npz")


def test_stores_are_asked_together_and_what_one_lacks_the_other_tells(tmp_path: Path) -> None:
    def store(name: str, rows: dict[str, list[float]]) -> Vectors:
        made = Vectors.create(tmp_path / name, history="h", model=name, width=3)
        made.apply([Placed(key, np.array(row, np.float32)) for key, row in rows.items()], applied=1)
        return made

    one = store("one", {"A": [1, 0, 0], "B": [0.8, 0.6, 0], "C": [0, 1, 0], "D": [-1, 0, 0]})
    two = store("two", {"A": [0, 0, 1], "C": [0, 0.6, 0.8], "D": [0, 0, -1], "E": [0, 1, 0]})
    assert near_in_all([one], "A", limit=2) == ["B", "C"]
    assert near_in_all([two], "A", limit=1) == ["C"]
    together = near_in_all([one, two], "A", limit=4)
    assert set(together) == {"B", "C", "D", "E"} and together[-1] == "D"
    assert near_in_all([one, two], "A", limit=4, without=frozenset({"C", "E"})) == ["B", "D"]
    assert near_in_all([one, two], "A", limit=4, least=0.99) == []
    assert near_in_all([two], "B", limit=3) == [] == near_in_all([], "A", limit=3)
    (tmp_path / "two" / "current.json").unlink()
    assert near_in_all([two], "A", limit=3) == []

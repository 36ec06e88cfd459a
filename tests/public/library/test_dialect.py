"""The library's dialect follows the log as the vectors do, and what was withdrawn leaves it at once."""

import pytest

from closecall.public.library import actions, queries
from closecall.public.library.actions.dialect import follow_dialect
from closecall.text.meaning import DIRECTIONS, Vectors, dialect
from tests.public.library.shelf import plain, publish_invented
from tests.text.meaning.test_dialect import invented

pytestmark = [pytest.mark.once, pytest.mark.django_db(databases=["default"], transaction=True)]

KEYS = [f"{a}{b}7K2Q" for a in "CDFGH" for b in "2346789CDF"]
COUNT = len(KEYS)


@pytest.fixture
def shelf(monkeypatch: pytest.MonkeyPatch) -> None:
    """Fifty reports; a library so small has a dialect only here."""
    monkeypatch.setattr(dialect, "LEAST_TEXTS", 30)
    monkeypatch.setattr(dialect, "_LEAST_HOLDING", 2)
    monkeypatch.setattr("closecall.public.library.actions.meaning._vector", _no_sentence_model)
    publish_invented(
        *(
            plain(key, title=head, narrative=story)
            for key, (head, story) in zip(KEYS, invented(COUNT), strict=True)
        )
    )
    actions.make_vectors()


def _no_sentence_model(head: str, story: str) -> object:
    import numpy as np

    from closecall.text.meaning import WIDTH

    return np.zeros(WIDTH, np.float32)


@pytest.mark.usefixtures("shelf")
def test_similar_reports_tell_of_the_same_in_other_words() -> None:
    assert queries.dialect_vectors().size == COUNT
    rows = queries.similar(KEYS[0], n=5)
    kinds = [KEYS.index(row.report.public_id) % 3 for row in rows]
    assert kinds.count(0) >= 4 and any(row.by in ("meaning", "both") for row in rows)


@pytest.mark.parametrize("gone", [actions.retract, actions.unpublish])
@pytest.mark.usefixtures("shelf")
def test_a_dropped_report_is_gone_from_the_dialect_at_once_for_every_reader(gone) -> None:
    reader = Vectors.open(queries.dialect_path(), model="", width=DIRECTIONS)
    assert reader.vector(KEYS[3]) is not None
    gone(KEYS[3])
    assert reader.vector(KEYS[3]) is None and reader.size == COUNT - 1
    assert KEYS[3] not in {row.report.public_id for row in queries.similar(KEYS[0], n=40)}
    actions.make_vectors()
    assert reader.vector(KEYS[3]) is None and reader.size == COUNT - 1


@pytest.mark.usefixtures("shelf")
def test_a_dropped_report_is_not_similar_even_when_its_place_could_not_be_erased(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    monkeypatch.setattr("closecall.public.library.actions.indexing.drop_vectors", lambda: None)
    actions.retract(KEYS[3])
    assert queries.dialect_vectors().vector(KEYS[3]) is not None
    assert KEYS[3] not in {row.report.public_id for row in queries.similar(KEYS[0], n=40)}
    actions.make_vectors()
    assert queries.dialect_vectors().vector(KEYS[3]) is None


@pytest.mark.usefixtures("shelf")
def test_a_new_report_is_placed_in_the_dialect_that_is_there() -> None:
    before = queries.dialect_vectors().model
    publish_invented(plain("M7K2QF", title="pistol", narrative="pistol sock patdown waistband"))
    actions.make_vectors()
    assert queries.dialect_vectors().vector("M7K2QF") is not None
    assert queries.dialect_vectors().model == before


@pytest.mark.parametrize("least", [30, 200])
@pytest.mark.usefixtures("shelf")
def test_nothing_is_read_or_learned_while_nothing_is_published(
    least: int, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(dialect, "LEAST_TEXTS", least)
    size = follow_dialect(anew=True)

    def never(*_: object, **__: object) -> None:
        raise AssertionError("looked again")

    monkeypatch.setattr("closecall.public.library.queries.total", never)
    assert follow_dialect() == size == (COUNT if least == 30 else 0)


@pytest.mark.usefixtures("shelf")
def test_a_library_that_shrank_by_much_learns_anew_and_a_small_one_forgets() -> None:
    before = queries.dialect_vectors().model
    for key in KEYS[:18]:
        actions.unpublish(key)
    actions.make_vectors()
    assert queries.dialect_vectors().model not in (before, "")
    assert queries.dialect_vectors().size == COUNT - 18
    for key in KEYS[18:28]:
        actions.unpublish(key)
    assert follow_dialect(anew=True) == 0
    assert not (queries.dialect_path() / "dialect.npz").exists()
    assert queries.dialect_vectors().size == 0 and len(queries.similar(KEYS[30])) <= 3


@pytest.mark.parametrize("damage", ["words", "rows"])
@pytest.mark.usefixtures("shelf")
def test_a_damaged_dialect_leaves_words_and_is_learned_anew(damage: str) -> None:
    file = "dialect.npz" if damage == "words" else "current.json"
    (queries.dialect_path() / file).write_bytes(b"{")
    queries.forget_vectors()
    assert len(queries.similar(KEYS[0])) == 3
    actions.make_vectors()
    assert queries.dialect_vectors().size == COUNT

"""What was worked out of a text a moment ago is there for the next page; the text isn't."""

import pytest

from closecall.sealed.workbench.queries.remembering import Remembered


def counted(asked: list[str], most: int) -> Remembered[int]:
    """Lengths of texts; notes what it was asked."""

    def work(text: str) -> int:
        asked.append(text)
        return len(text)

    return Remembered(work, most)


def test_a_text_is_worked_out_once() -> None:
    asked: list[str] = []
    length = counted(asked, 3)
    assert [length("one"), length("three"), length("one")] == [3, 5, 3]
    assert asked == ["one", "three"]


def test_only_the_last_texts_are_remembered() -> None:
    asked: list[str] = []
    length = counted(asked, 2)
    for text in ("a", "b", "a", "c", "a", "b"):
        length(text)
    assert asked == ["a", "b", "c", "b"], "the one that nobody asked for goes first"


def test_the_text_is_not_kept() -> None:
    length = Remembered(len, 2)
    length("Quillfeather told the dispatcher twice \udc80")
    assert "Quillfeather" not in repr(vars(length))


def test_what_failed_is_tried_again() -> None:
    answers = iter((ValueError(), 7))

    def work(_text: str) -> int:
        answer = next(answers)
        if isinstance(answer, ValueError):
            raise answer
        return answer

    remembered = Remembered(work, 2)
    with pytest.raises(ValueError):
        remembered("once")
    assert remembered("once") == 7

"""One event told twice, one text sent twice."""

import io
import json

import pytest

from closecall.errors import BadInput
from closecall.text.meaning import command
from closecall.text.meaning.duplicates import Telling, candidates

FIRST = (
    "I was second in line at the door when my partner's shotgun light flooded the hallway. The man inside "
    "saw us before we saw him. He had a machete in his right hand and dropped it after two commands."
)
SECOND = (
    "My weapon light came on in the hallway by accident. The officer behind me at the door was lit from the back. "
    "The subject held a machete and let go of it when we shouted."
)
OTHERS = (
    "My belt held when the car left the icy road near the mill pond and rolled once into the ditch.",
    "The dog jumped from the porch and the chain was longer than it looked to any of us that morning.",
    "Dispatch sent both units to the north entrance while the caller stood at the south one in the rain.",
)


def shelf(month: str = "202603", state: str = "NV") -> list[Telling]:
    tales = [FIRST, SECOND, *OTHERS]
    return [Telling(f"R{at}", text, month, state) for at, text in enumerate(tales)]


def test_two_tellings_of_one_event_find_each_other() -> None:
    found = candidates(shelf())
    assert found["R0"][0].key == "R1" and found["R1"][0].key == "R0"
    assert not found["R0"][0].copy and 0.1 < found["R0"][0].score < 1
    assert set(found) == {f"R{at}" for at in range(5)}


@pytest.mark.parametrize(("month", "state"), [("202604", "NV"), ("202603", "CA")])
def test_another_month_or_state_is_another_event(month: str, state: str) -> None:
    tales = shelf()
    found = candidates([Telling("R0", FIRST, month, state), *tales[1:]])
    assert "R1" not in {one.key for one in found["R0"]}


@pytest.mark.parametrize(("month", "state"), [("", "NV"), ("202603", ""), ("", ""), (" 202603 ", "nv")])
def test_what_is_not_told_narrows_nothing(month: str, state: str) -> None:
    found = candidates([Telling("R0", FIRST, month, state), *shelf()[1:]])
    assert found["R0"][0].key == "R1" and found["R1"][0].key == "R0"


def test_the_same_text_sent_again_is_found_whatever_it_says_of_time_and_place() -> None:
    again = FIRST.replace("shotgun", "rifle").replace("two commands", "the second command")
    found = candidates([*shelf(), Telling("AGAIN", again, "202510", "TX")])
    assert found["AGAIN"][0].key == "R0" and found["AGAIN"][0].copy
    assert found["R0"][0].key == "AGAIN" and found["R0"][0].score > 0.7
    assert not any(one.copy for key in ("R2", "R3", "R4") for one in found[key])


def test_at_most_five_candidates_best_first() -> None:
    tales = [Telling(f"R{at}", f"{FIRST} It was night number {at}.") for at in range(9)]
    for others in candidates(tales).values():
        assert len(others) == 5
        assert [one.score for one in others] == sorted((one.score for one in others), reverse=True)


@pytest.mark.parametrize("texts", [[], [""], ["", "  "], ["the", "of the"], ["knife"]])
def test_texts_with_next_to_no_words_are_no_error(texts: list[str]) -> None:
    found = candidates([Telling(str(at), text) for at, text in enumerate(texts)])
    assert found == {str(at): () for at in range(len(texts))}


def lines(*rows: object) -> list[str]:
    return [json.dumps(row) for row in rows]


def test_the_command_answers_line_by_line() -> None:
    out = io.StringIO()
    rows = [{"id": one.key, "text": one.text, "month": 202603, "state": None} for one in shelf()]
    assert command.jsonl([*lines(*rows), "", "\n"], out) == 0
    answers = [json.loads(line) for line in out.getvalue().splitlines()]
    assert [answer["id"] for answer in answers] == [row["id"] for row in rows]
    assert answers[0]["candidates"][0]["id"] == "R1"
    assert set(answers[0]["candidates"][0]) == {"id", "score", "copy"}
    told = io.StringIO()
    assert command.plain([*lines(*rows), json.dumps({"id": 7, "text": FIRST})], told) == 0
    assert told.getvalue().splitlines()[0] == "1.00  7  R0  the same text"


@pytest.mark.parametrize(
    "line",
    [
        "{",
        "[]",
        '"secret words"',
        '{"id": "a"}',
        '{"id": "a", "text": 5}',
        '{"id": null, "text": "secret words"}',
    ],
)
def test_a_line_that_cannot_be_read_is_named_without_its_words(line: str) -> None:
    with pytest.raises(BadInput) as refusal:
        command.jsonl([*lines({"id": "x", "text": "y"}), line], io.StringIO())
    assert "ine 2" in refusal.value.sentence and "secret" not in refusal.value.sentence


def test_an_id_that_comes_twice_is_refused() -> None:
    with pytest.raises(BadInput):
        command.jsonl(lines({"id": 1, "text": "a"}, {"id": "1", "text": "b"}), io.StringIO())

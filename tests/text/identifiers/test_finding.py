"""What the machine proposes, and what it lets stand."""

import io
import itertools
import json
import re
import subprocess
import sys

import pytest
from hypothesis import given
from hypothesis import strategies as st

from closecall.errors import BadInput
from closecall.text import identifiers
from closecall.text.identifiers import Kind, all_same, command, core, find, options, redact

STORY = (
    "I took over a prisoner from Ramirez on Elm Street. It was 02:14 and dark. Sgt. Tuttle and my cousin Dale met "
    "officer quintero at the Larkmoor Diner in Varnell County. We told 3-Adam-12, case 19-04421. On Tuesday a "
    "34-year-old in a white Ford F-150, plate KLM-4821, called 312-555-0142. Ramirez has 22 years on the job."
)


def marked(text: str) -> set[str]:
    """The words that tier 1 proposes."""
    return {core(text[span.start : span.end]) for span in find(text, "rules").spans}


def test_names_places_numbers_and_times_are_found() -> None:
    assert marked(STORY) >= {
        "Ramirez", "Elm Street", "02:14", "Sgt. Tuttle", "officer quintero", "Larkmoor Diner", "Varnell County",
        "3-Adam-12", "case 19-04421", "34-year-old", "plate KLM-4821", "312-555-0142", "22 years on the job",
    }  # fmt: skip


@pytest.mark.parametrize("change", [str.lower, str.upper])
def test_names_are_found_in_letters_of_one_size(change) -> None:
    found = {words.lower() for words in marked(change(STORY))}
    for name in ("ramirez", "tuttle", "quintero", "02:14", "19-04421", "klm-4821"):
        assert any(name in words for words in found), name


@pytest.mark.parametrize(
    "text",
    [
        "He drew a Glock and I drew mine. Code 3, then 10-4.",
        "We stacked on the Charlie side after Miranda.",
        "The sergeant told the K9 handler to wait for the mother.",
        "Will the hunter cook? Mark the banks of the field.",
        "[Officer A] met [a relative] in [a nearby town] [late at night].",
        "Arrested under 18 USC 922 with a 9mm and two magazines.",
    ],
)
def test_what_names_nobody_stands(text: str) -> None:
    assert marked(text) == set()


def test_a_name_found_once_is_found_wherever_it_stands() -> None:
    text = "Officer Ramirez ran. Later ramirez told us that Ramirez's radio had died."
    assert sum("amirez" in text[span.start : span.end] for span in find(text).spans) == 3


def test_the_same_person_has_the_same_role_to_the_end() -> None:
    text = "Officer Ramirez ran. Sgt. Tuttle followed. Ramirez fell."
    roles = [span.replacement for span in find(text).spans]
    assert roles[0] == "[Officer A]"
    assert roles[1] == "[Officer B]"
    assert roles[2] == "[Officer A]"


def test_a_partner_stays_the_partner_and_the_same_officer_to_the_end() -> None:
    text = "My partner Quentin took the passenger side. Quentin saw the knife before I did."
    spans = find(text).spans
    assert [span.replacement for span in spans] == ["[My partner, Officer A]", "[Officer A]"]
    again = redact(text, {(span.start, span.end): span.replacement for span in spans})
    assert find(again).spans == (), "what we wrote ourselves is settled"


def test_nothing_is_left_after_every_proposal_is_taken() -> None:
    once = command.plain(STORY)
    assert marked(once) == set()
    assert command.plain(once) == once


def test_brackets_that_hold_a_name_hide_nothing() -> None:
    assert marked("We met [Ramirez] there.") == {"Ramirez"}


def test_everything_offered_generalises() -> None:
    for span in find(STORY).spans:
        assert span.replacement.startswith("[")
        assert options(span)
        assert all(marked(offer) == set() for offer in (span.replacement, *options(span)))
    assert len(Kind) > 20


def test_all_of_the_same_words_are_found_at_once() -> None:
    text = "Tuttle and tuttle, not Tuttles."
    span = find(text).spans[0]
    assert all_same(text, span) == ((0, 6), (11, 17))


@given(st.text(max_size=400))
def test_any_text_is_read_and_every_offset_lies_in_it(text: str) -> None:
    found = find(text)
    spans = sorted([*found.spans, *found.look], key=lambda span: span.start)
    for span in spans:
        assert 0 <= span.start < span.end <= len(text)
        assert 0 < span.p <= 1
    for left, right in itertools.pairwise(spans):
        assert left.end <= right.start


@given(st.lists(st.sampled_from(STORY.split()), max_size=60).map(" ".join))
def test_a_second_look_finds_nothing_in_what_the_machine_wrote(text: str) -> None:
    spans = find(text).spans
    again = redact(text, {(span.start, span.end): span.replacement for span in spans})
    ours = [match.span() for match in re.finditer(r"\[[^\]]*\]", again)]
    for span in find(again).spans:
        assert not any(start < span.end and span.start < end for start, end in ours), again


@pytest.mark.parametrize(
    "text", ["a" * 200_000, "A. " * 60_000, "1-" * 100_000, "Aa " * 60_000, "[" * 200_000, "@" * 200_000]
)
@pytest.mark.timeout(120)
def test_no_text_makes_it_think_for_ever(text: str) -> None:
    find(text)


def test_overlapping_decisions_are_refused() -> None:
    with pytest.raises(ValueError, match="overlap"):
        redact("abcdef", {(0, 3): "x", (2, 5): "y"})


def test_the_command_answers_a_line_for_a_line() -> None:
    out = io.StringIO()
    assert (
        command.jsonl([json.dumps({"id": "a", "text": STORY}), "", json.dumps({"id": 2, "text": ""})], out)
        == 0
    )
    first, second = (json.loads(line) for line in out.getvalue().splitlines())
    assert first["id"] == "a"
    assert first["spans"][0].keys() == {"start", "end", "type", "p", "sources", "replacement"}
    assert "Ramirez" not in first["redacted"]
    assert second == {"id": 2, "spans": [], "look": [], "redacted": ""}


@pytest.mark.parametrize("line", ["no json Ramirez", "[]", '{"id": 1}', '{"text": 3}'])
def test_a_line_that_cant_be_read_is_named_by_number_and_never_repeated(line: str) -> None:
    with pytest.raises(BadInput) as refusal:
        command.jsonl([line], io.StringIO())
    assert "Line 1" in refusal.value.sentence
    assert "Ramirez" not in refusal.value.sentence


def test_the_room_needs_no_django_and_answers_soon_after_start() -> None:
    script = (
        "import sys, time\nstarted = time.perf_counter()\n"
        "from closecall.text.identifiers import find\nfind('Sgt. Tuttle of Varnell')\n"
        "print(time.perf_counter() - started, 'django' in sys.modules)"
    )
    done = subprocess.run([sys.executable, "-c", script], capture_output=True, text=True, check=True)
    seconds, django = done.stdout.split()
    assert django == "False"
    assert float(seconds) < 5  # a guard against a list that takes minutes; bench/deid.py measures


def test_the_module_says_what_it_offers() -> None:
    assert set(identifiers.__all__) >= {"find", "options", "redact", "all_same"}


@pytest.mark.parametrize(
    ("text", "agency"),
    [
        ("then abilene pd came", "abilene pd"),
        ("i called dallas county so and waited", "dallas county so"),
        ("a car of the acoma tribal police", "acoma tribal police"),
        ("met Duke University officers", "Duke University"),
    ],
)
def test_agencies_are_known_by_name_in_any_letter_case(text: str, agency: str) -> None:
    assert any(agency in words for words in marked(text))


def test_so_is_mostly_a_word() -> None:
    assert not any("so" in words.split() for words in marked("it was dark in salem so we left"))

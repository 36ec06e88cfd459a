"""The trained voter adds to rules and lists, a pipeline to all three; none loads more than it must."""

import subprocess
import sys

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from closecall.errors import BadInput
from closecall.text.identifiers import ALL, RULES, TRAINED, find
from closecall.text.identifiers.recogniser import recogniser
from closecall.text.identifiers.statistical import SpacyVoter

STORY = "We met Deputy Oster behind the Bluebell Apartments on Larkspur, and Oster had his dog Rex. Nobody told kessel."


def words(voters: str, text: str = STORY) -> set[str]:
    return {text[span.start : span.end] for span in find(text, voters).spans}


def covered(voters: str, text: str = STORY) -> set[int]:
    return {at for span in find(text, voters).spans for at in range(span.start, span.end)}


def test_the_trained_voter_hides_what_rules_and_lists_are_sure_of() -> None:
    assert "Deputy Oster" in " ".join(sorted(words(TRAINED)))
    sure = {at for span in find(STORY, RULES).spans if span.p >= 0.9 for at in range(span.start, span.end)}
    assert sure <= covered(TRAINED)


def test_a_mention_doesnt_end_with_a_preposition() -> None:
    text = "I was sent to a stop with Officer Tuttle around 02:14."
    for voters in (TRAINED, ALL):
        found = words(voters, text)
        assert "Officer Tuttle" in found, found


def test_what_a_rule_or_list_is_sure_of_no_silence_of_a_model_takes_back() -> None:
    sure = {at for span in find(STORY, RULES).spans if span.p >= 0.9 for at in range(span.start, span.end)}
    assert sure <= covered(ALL)


@pytest.mark.parametrize("voters", [RULES, TRAINED, ALL])
def test_what_the_machine_wrote_is_settled(voters: str) -> None:
    assert words(voters, "[Officer A] met [a relative] in [a nearby town] [late at night].") == set()


def test_a_pipeline_that_is_not_installed_is_named_in_a_sentence() -> None:
    with pytest.raises(BadInput) as refusal:
        list(SpacyVoter("no_such_pipeline").vote("Ray", ()))
    assert "CLOSECALL_PIPELINE" in refusal.value.sentence


def test_none_does_without_a_pipeline() -> None:
    assert len(recogniser(ALL, "none").second) == 1


@settings(max_examples=60)
@given(st.text(max_size=300))
def test_any_text_is_read_by_every_voter(text: str) -> None:
    found = find(text, ALL)
    for span in (*found.spans, *found.look):
        assert 0 <= span.start < span.end <= len(text)
        assert 0 < span.p <= 1


def test_the_form_never_loads_a_pipeline() -> None:
    script = (
        "import sys\nfrom closecall.text.identifiers import find\n"
        "find('Sgt. Tuttle of Varnell')\nfind('Sgt. Tuttle', 'trained')\nprint('spacy' in sys.modules)"
    )
    done = subprocess.run([sys.executable, "-c", script], capture_output=True, text=True, check=True)
    assert done.stdout.strip() == "False"

"""Readers are warned of what a story holds."""

from closecall.public.taxonomy import queries
from closecall.public.taxonomy.rules import notes


def test_words_call_for_a_note() -> None:
    assert "shots fired" in notes.suggest(queries.pack(), "Two shots, then nothing.")


def test_codes_call_for_a_note_even_when_no_word_does() -> None:
    assert notes.suggest(queries.pack(), "He came at me.", ["event/felonious_assault"]) == (
        "attack on an officer",
    )


def test_a_word_inside_another_is_no_reason() -> None:
    assert notes.suggest(queries.pack(), "The handgunner's gunwale; overshot.") == ()

"""What a brief holds, and how it is cut."""

from dataclasses import replace

from hypothesis import given
from hypothesis import strategies as st

from closecall.public.training.rules.brief import ASK_ANYWAY, brief
from closecall.site.paper.glyphs import drawable
from tests.public.training.stories import LEAD, REST, story

BANK = {
    "search_people": ("Which place feels awkward?", "What makes a second search normal?", "What do you say?"),
    "act_on_cues": ("What did you notice first?", "Which words would change your plan?", "How do you tell?"),
}
SENTENCES = st.lists(
    st.integers(1, 30).map(lambda words: " ".join(["Word"] + ["word"] * (words - 1)) + "."),
    min_size=1,
    max_size=40,
).map(" ".join)


def words(paragraphs: tuple[str, ...]) -> int:
    return sum(len(paragraph.replace("…", "").split()) for paragraph in paragraphs)


def test_a_short_story_is_told_whole() -> None:
    content = brief(story(), words=400)
    assert " ".join(content.read_aloud).split() == LEAD.split()
    assert " ".join(content.then_read).split() == REST.split()
    assert not content.shortened


def test_nothing_after_the_stop_stands_before_it() -> None:
    content = brief(story())
    assert "pistol" not in " ".join((*content.read_aloud, content.situation, *content.stop_questions))
    assert "pistol" in " ".join(content.then_read)


def test_the_moment_before_the_stop_survives_the_cut() -> None:
    content = brief(story(lead="It began slowly. " * 60 + "Then his hand moved. "), words=60)
    assert content.shortened
    assert content.read_aloud[0].startswith("It began slowly.")
    assert content.read_aloud[-1].endswith("Then his hand moved.")


@given(SENTENCES, SENTENCES, st.integers(20, 400))
def test_a_cut_story_keeps_to_its_words(lead: str, rest: str, most: int) -> None:
    content = brief(story(lead=lead + " ", rest=rest), words=most)
    kept = words(content.read_aloud) + words(content.then_read)
    assert kept <= most
    assert content.read_aloud
    assert content.then_read
    assert content.shortened == (kept < len((lead + " " + rest).split()))


def test_questions_come_from_the_themes_of_the_lessons() -> None:
    assert brief(story(), bank=BANK).discuss == (
        "Which place feels awkward?",
        "What makes a second search normal?",
        "What did you notice first?",
    )


def test_a_story_without_lessons_can_still_be_discussed() -> None:
    content = brief(replace(story(), lessons=(), pauses=()), bank=BANK)
    assert content.discuss == ASK_ANYWAY
    assert (content.lesson, content.stop_questions, content.then_read) == ("", (), ())
    assert " ".join(content.read_aloud).split() == (LEAD + REST).split()


@given(st.text(max_size=300))
def test_what_is_drawn_is_drawable_and_drawing_twice_changes_nothing(text: str) -> None:
    assert drawable(drawable(text)) == drawable(text)


def test_a_word_without_an_end_may_break() -> None:
    assert "\u200b" in drawable("x" * 200)
    assert drawable("x" * 200).replace("\u200b", "") == "x" * 200

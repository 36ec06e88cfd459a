"""What stands on a bulletin: two shares, what they can't say, one lesson of each theme first."""

from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from closecall.public.library.rules.report import Lesson, ReleasedText
from closecall.public.studies.rules.figures import Told
from closecall.public.studies.rules.signals import TwoByTwo, judge
from closecall.public.training.rules.bulletin import CAVEAT, MOST_LESSONS, bulletin, lessons


def text(*told: tuple[str, str], public_id: str = "M7K2QF") -> ReleasedText:
    found = tuple(Lesson(words, theme) for words, theme in told)
    return ReleasedText(public_id, "law_enforcement", 1, "T", "S", "A story.", lessons=found)


def test_the_figure_holds_both_shares_and_the_caveat() -> None:
    [judged] = judge([TwoByTwo(12, 28, 8, 152)])
    told = bulletin(Told("Ambush", "What happened", judged), "2026 Q3", [text(("Look up.", "a"))])
    assert (told.now.part, told.now.whole, told.before.part, told.before.whole) == (12, 40, 8, 160)
    assert told.now.per_cent == 30 and told.before.per_cent == 5
    assert told.caveat == CAVEAT and "times what was expected" in told.times
    assert told.ids == ("M7K2QF",)


def test_one_lesson_of_each_theme_comes_before_any_second() -> None:
    found = lessons(
        [text(("One.", "a"), ("Two.", "a"), ("Three.", "b")), text(("One.", "c"), ("Four.", "d"))]
    )
    assert [each.text for each in found] == ["One.", "Three.", "Four.", "Two."]


@settings(suppress_health_check=[HealthCheck.too_slow])
@given(
    st.lists(
        st.lists(st.tuples(st.text(min_size=1, max_size=400), st.sampled_from("abc")), max_size=4), max_size=8
    )
)
def test_lessons_are_few_short_and_never_the_same_twice(told) -> None:
    found = lessons([text(*each) for each in told])
    assert len(found) <= MOST_LESSONS
    assert all(len(each.text) <= 242 for each in found)
    assert len({each.text.casefold() for each in found}) == len(found)

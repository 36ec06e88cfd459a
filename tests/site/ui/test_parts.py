"""Parts: what they escape, and what they draw."""

import html
import re
from types import SimpleNamespace

from django.template.loader import render_to_string
from hypothesis import given
from hypothesis import strategies as st

from closecall.site.ui import charts
from closecall.site.ui.parts import Cell, Fault, Step
from closecall.site.ui.templatetags.ui import brackets, story, ticks

TAGS = re.compile(r"</?(?:p|span)(?: class=\"[a-z ]+\"| dir=\"auto\")?>")


@given(st.text(alphabet=st.sampled_from("ab <>&\"'[]\n"), max_size=80))
def test_brackets_add_spans_and_never_lose_or_unescape_a_letter(text: str) -> None:
    assert html.unescape(TAGS.sub("", brackets(text))) == text


@given(st.text(max_size=200))
def test_a_hostile_story_stays_text(text: str) -> None:
    assert "<" not in TAGS.sub("", story(f"<script>{text}</script>"))


def test_a_long_bracket_may_break_and_a_short_one_may_not() -> None:
    assert 'class="br short"' in brackets("[late]")
    assert 'class="br"' in brackets("[" + "a very long replacement " * 3 + "]")


@given(st.lists(st.integers(0, 5000), min_size=1, max_size=60))
def test_columns_stand_inside_the_chart_and_the_tallest_reaches_the_top(counts: list[int]) -> None:
    chart = charts.columns([(f"{2000 + at // 4}-Q{at % 4 + 1}", count) for at, count in enumerate(counts)])
    assert all(float(column.x) + float(column.width) <= 100.01 for column in chart.columns)
    assert all(column.y + column.height == chart.baseline for column in chart.columns)
    assert max(column.height for column in chart.columns) == (charts.HEIGHT if any(counts) else 0)


def test_an_empty_chart_is_drawn_too() -> None:
    assert charts.columns([]).columns == ()


def test_the_strip_says_quietly_what_comes_after_the_stop() -> None:
    drawn = render_to_string("ui/_strip.html", {"cells": [Cell("What", "after the stop", "quiet")]})
    assert '<dd class="quiet">after the stop</dd>' in drawn


def test_the_error_summary_takes_the_focus_without_a_script() -> None:
    drawn = render_to_string("ui/_errors.html", {"faults": [Fault("id_story", "Tell us what happened.")]})
    assert 'role="alert" tabindex="-1" autofocus' in drawn
    assert '<a href="#id_story">Tell us what happened.</a>' in drawn
    assert render_to_string("ui/_errors.html", {"faults": []}).strip() == ""


def test_the_six_words_can_still_be_read_as_words() -> None:
    drawn = render_to_string("ui/_six_words.html", {"words": ["canoe"]})
    assert "<b>can</b>oe" in drawn


def test_the_current_step_is_said_and_not_only_coloured() -> None:
    steps = [Step("Received", "in week 18", "done"), Step("Your OK", state="now"), Step("Published")]
    drawn = render_to_string("ui/_steps.html", {"steps": steps})
    assert drawn.count('aria-current="step"') == 1
    assert ", done</span>" in drawn


def test_an_invented_story_says_so_and_an_import_never_claims_an_officer() -> None:
    invented = render_to_string("ui/_origin.html", {"origin": "invented"})
    imported = render_to_string("ui/_origin.html", {"origin": "import", "source_label": "NASA ASRS"})
    assert "Invented" in invented
    assert "NASA ASRS" in imported
    assert "Told by the officer" not in invented + imported


def test_boxes_tell_their_counts_keep_what_is_ticked_and_escape_every_word() -> None:
    boxes = [
        SimpleNamespace(code="dark", label="<b>Dark</b>", count=1200, chosen=True),
        SimpleNamespace(code='da"y', label="Day", count=0, chosen=False),
    ]
    drawn = ticks("light", boxes)
    assert drawn.count("checked") == 1
    assert 'name="light" value="dark" checked><span>&lt;b&gt;Dark&lt;/b&gt;</span>' in drawn
    assert '<span class="n">1,200</span>' in drawn and 'value="da&quot;y"><span>Day</span>' in drawn

"""The rules alone: no database, no keys."""

from datetime import date

import pytest
from hypothesis import given
from hypothesis import strategies as st

from closecall.errors import BadInput, Conflict
from closecall.public.library.rules.report import AppliedCode, Pause, ReleasedText
from closecall.public.taxonomy import queries as taxonomy
from closecall.sealed.intake.rules.stages import Stage
from closecall.sealed.workbench.rules import (
    coding,
    erasure,
    ladders,
    leftovers,
    redaction,
    release,
    screening,
    sentences,
    stages,
)
from closecall.sealed.workbench.rules.coding import Coding
from closecall.sealed.workbench.rules.correction import retell
from closecall.sealed.workbench.rules.redaction import Choice, Decision, Redaction, Span
from closecall.sealed.workbench.rules.release import Fact
from closecall.sealed.workbench.rules.screening import Screening, Verdict
from closecall.sealed.workbench.rules.stages import Event

VERDICTS = st.sampled_from(list(Verdict))
VIEWS = st.builds(
    Screening, hazard=st.booleans(), verdict=VERDICTS, duplicate_of=st.sampled_from(["", "M7K2QF"])
)
USES = st.sampled_from(["publish", "numbers_only"])


# ---------------------------------------------------------------- stages


def test_nothing_leads_to_the_library_but_the_whole_way():
    ways_in = {(stage, event) for stage in Stage for event in Event if _then(stage, event) is Stage.PUBLISHED}
    assert ways_in == {(Stage.SCHEDULED, Event.RELEASED)}
    assert {stage for stage in Stage for event in Event if _then(stage, event) is Stage.SCHEDULED} == {
        Stage.YOUR_APPROVAL
    }


def test_nothing_follows_a_withdrawal():
    assert not [event for event in Event for end in (Stage.WITHDRAWN, Stage.ERASED) if _then(end, event)]


def test_every_stage_has_a_page_and_a_label():
    for stage in Stage:
        assert stages.label(stage) and stages.page(stage)


def _then(stage, event):
    try:
        return stages.advance(stage, event)
    except Conflict:
        return None


# ---------------------------------------------------------------- screening


@given(one=VIEWS, other=VIEWS, use=USES)
def test_the_order_of_the_two_views_does_not_matter(one, other, use):
    assert screening.settle([one, other], use) == screening.settle([other, one], use)


@given(one=VIEWS, other=VIEWS, use=USES)
def test_a_hazard_needs_one_and_a_decline_needs_both(one, other, use):
    settled = screening.settle([one, other], use)
    assert settled is not None and settled.hazard == (one.hazard or other.hazard)
    declined = one.verdict is Verdict.DECLINE and other.verdict is Verdict.DECLINE
    assert (settled.verdict is Verdict.DECLINE) == declined


@given(one=VIEWS, other=VIEWS)
def test_what_the_reporter_allows_is_never_widened(one, other):
    settled = screening.settle([one, other], "numbers_only")
    assert settled is not None and settled.verdict is not Verdict.PUBLISH


# ---------------------------------------------------------------- redaction


@st.composite
def stories(draw):
    """A story of words, with some of its words as spans."""
    words = draw(
        st.lists(st.sampled_from(["Ramirez", "stopped", "Elm", "the", "car", "é", "😀"]), min_size=1)
    )
    text, spans, at = " ".join(words), [], 0
    for word in words:
        if word in ("Ramirez", "Elm"):
            options = (f"[{len(word)}]", "[somebody]")
            spans.append(Span(at, at + len(word), "NAME", draw(st.booleans()), 90, options))
        at += len(word) + 1
    return redaction.begin(text, spans)


@given(start=stories(), data=st.data())
def test_whatever_is_decided_no_untouched_word_changes_and_no_decided_word_stays(start, data):
    choices = [data.draw(st.sampled_from([Choice.REPLACE, Choice.REMOVE, Choice.KEEP])) for _ in start.spans]
    decisions = [
        Decision(span.key, choice, reason="public") for span, choice in zip(start.spans, choices, strict=True)
    ]
    done = redaction.decide(start, decisions)
    pieces = redaction.pieces(done)
    assert "".join(piece.original for piece in pieces) == start.story
    text = redaction.redacted(done)
    assert all(text[piece.at : piece.at + len(piece.shown)] == piece.shown for piece in pieces)
    for piece in pieces:
        kept = piece.span is None or piece.span.choice is Choice.KEEP
        assert (piece.shown == piece.original) == kept


@given(start=stories(), data=st.data())
def test_undo_takes_back_exactly_what_was_done(start, data):
    if not start.spans:
        return
    span = data.draw(st.sampled_from(start.spans))
    done = redaction.decide(start, [Decision(span.key, Choice.REPLACE, everywhere=True)])
    assert all(
        each.choice is Choice.REPLACE
        for each in done.spans
        if start.story[each.start : each.end] == start.story[span.start : span.end]
    )
    assert redaction.undo(done).spans == start.spans
    marked = redaction.mark(done, start.story.split()[0], "[x]", choice=Choice.REPLACE)
    assert redaction.undo(marked).spans == done.spans


def test_an_undecided_span_never_shows_its_words():
    start = redaction.begin("Ramirez left.", [Span(0, 7, "NAME", True, 90, ("[Officer A]",))])
    assert redaction.redacted(start) == "[undecided] left."


def test_marking_takes_whole_words_everywhere_and_absorbs_what_they_overlap():
    start = redaction.begin(
        "Elm St and Elm Stables, Elm St.", [Span(0, 3, "PLACE", True, 90, ("[a street]",))]
    )
    done = redaction.mark(start, "Elm St", "a street", choice=Choice.REPLACE)
    assert redaction.redacted(done) == "[a street] and Elm Stables, [a street]."


def test_words_marked_on_the_page_are_decided_with_the_rest_and_undone_with_them():
    story = "Dee Okafor came."
    start = redaction.begin(story, [Span(4, 10, "person", sure=True, percent=90, options=("[Person 1]",))])
    marks = [Decision("0-10", Choice.REPLACE, "a colleague", marked=True), Decision("4-10", Choice.REMOVE)]
    decided = redaction.decide(start, marks)
    assert redaction.redacted(decided) == "[a colleague] came."
    assert redaction.undo(decided).spans == start.spans
    for key in ("5-99", "9-3", "x-1", "10-11"):
        with pytest.raises(BadInput):
            redaction.decide(start, [Decision(key, Choice.REMOVE, marked=True)])
    with pytest.raises(BadInput):
        redaction.mark_places(start, ["0-3", "2-6"])


def test_overlapping_finds_keep_the_sure_one():
    found = [Span(0, 9, "LOOK", False, 20), Span(4, 9, "NAME", True, 90), Span(0, 3, "LOOK", False, 20)]
    assert [span.key for span in redaction.begin("Bob Smith", found).spans] == ["0-3", "4-9"]


# ---------------------------------------------------------------- the second pass


def _names(text):
    at = text.find("Ramirez")
    return [(at, at + 7, "NAME")] if at >= 0 else []


def _done(choice=Choice.REPLACE, replacement="", reason=""):
    start = redaction.begin("Ramirez left. I saw 12 Elm.", [Span(0, 7, "NAME", True, 90, ("[Officer A]",))])
    return redaction.decide(start, [Decision("0-7", choice, replacement, reason)])


def test_a_clean_redaction_leaves_nothing():
    assert leftovers.in_redacted(_done(), _names) == ()


def test_words_kept_for_a_reason_are_settled():
    assert leftovers.in_redacted(_done(Choice.KEEP, reason="a public figure"), _names) == ()


def test_a_typed_replacement_is_searched_like_any_other_words():
    assert leftovers.in_redacted(_done(replacement="[Ramirez's friend]"), _names)


def test_a_removed_word_is_found_again_in_a_title_even_when_the_machine_misses_it():
    found = leftovers.in_texts({"title": "RAMIREZ and the car"}, _done(), lambda _text: [])
    assert [(left.place, left.words) for left in found] == [("title", "RAMIREZ")]


def test_a_replacement_may_stand_in_a_lesson():
    assert (
        leftovers.in_texts({"lesson 1": "Listen to [Officer A]."}, _done(), lambda t: [(11, 20, "X")]) == ()
    )


def test_words_kept_in_the_second_pass_need_a_reason():
    with pytest.raises(BadInput):
        redaction.keep_words(_done(), "Elm", " ")
    kept = redaction.keep_words(_done(), "Elm", "a tree")
    assert leftovers.in_redacted(kept, lambda t: [(t.find("Elm"), t.find("Elm") + 3, "PLACE")]) == ()


# ---------------------------------------------------------------- sentences and pauses


@given(st.text(alphabet="abc .!?\n[]…A", max_size=60))
def test_sentences_hold_every_word_once_in_order(text):
    found = sentences.split(text)
    assert all(text[each.start : each.end] == each.text for each in found)
    assert "".join("".join(each.text.split()) for each in found) == "".join(text.split())


def test_abbreviations_end_no_sentence():
    assert [each.text for each in sentences.split("Lt. Doe left. I stayed.")] == [
        "Lt. Doe left.",
        "I stayed.",
    ]


def test_a_pause_stands_between_two_sentences():
    text = "I stopped. He ran."
    placed = coding.place_pauses(Coding(), [Pause(11, "He runs.", ("What now?",))], text)
    assert placed.pauses[0].at == 11
    for wrong in (0, 5, 18):
        with pytest.raises(BadInput):
            coding.place_pauses(Coding(), [Pause(wrong, "He runs.", ("What now?",))], text)


# ---------------------------------------------------------------- coding


@pytest.fixture
def pack():
    return taxonomy.pack("law_enforcement")


TEXT = "He had a gun in his boot. We searched him again."


def test_a_factor_without_its_sub_factor_is_refused(pack):
    with pytest.raises(BadInput):
        coding.apply_codes(
            pack, Coding(), "factors", [AppliedCode("factors", "attention", sentence=TEXT[:25])], TEXT
        )


def test_unknown_needs_no_sentence_and_stands_alone(pack):
    unknown = AppliedCode("light", "unknown")
    assert coding.apply_codes(pack, Coding(), "light", [unknown], TEXT).codes == (unknown,)
    with pytest.raises(BadInput):
        other = AppliedCode("event", "missed_firearm", sentence=TEXT[:25])
        coding.apply_codes(pack, Coding(), "event", [AppliedCode("event", "unknown"), other], TEXT)


def test_a_facet_takes_no_more_codes_than_the_pack_allows(pack):
    two = [AppliedCode("light", key, sentence=TEXT[:25]) for key in ("daylight", "dark_lit")]
    with pytest.raises(BadInput):
        coding.apply_codes(pack, Coding(), "light", two, TEXT)
    attacks = [AppliedCode("event", key, sentence=TEXT[:25]) for key in ("ambush", "felonious_assault")]
    with pytest.raises(BadInput):
        coding.apply_codes(pack, Coding(), "event", attacks, TEXT)


def test_a_facet_opens_only_when_it_applies(pack):
    assert not coding.is_open(pack.facet("weapon_found"), Coding())
    armed = coding.apply_codes(
        pack, Coding(), "weapon", [AppliedCode("weapon", "handgun", sentence=TEXT[:25])], TEXT
    )
    assert coding.is_open(pack.facet("weapon_found"), armed)
    assert "weapon_found" in {miss.place for miss in coding.missing(pack, armed, TEXT)}


def test_a_code_whose_sentence_changed_is_missing_again(pack):
    coded = coding.apply_codes(
        pack, Coding(), "event", [AppliedCode("event", "missed_firearm", sentence=TEXT[:25])], TEXT
    )
    assert "event" not in {miss.place for miss in coding.missing(pack, coded, TEXT)}
    assert "event" in {miss.place for miss in coding.missing(pack, coded, "Something else.")}


@pytest.mark.parametrize(
    ("harm", "margin", "letter"),
    [
        ("death", "chance_only", "A"),
        ("death", "strong", "B"),
        ("serious", "strong", "C"),
        ("minor", "thin", "C"),
    ],
)
def test_harm_and_margin_make_the_class(pack, harm, margin, letter):
    codes = (AppliedCode("harm", harm, sentence="x"), AppliedCode("margin", margin, sentence="x"))
    assert coding.risk_class(pack, Coding(codes=codes)) == letter


# ---------------------------------------------------------------- the gate


@given(
    waiting=st.lists(
        st.builds(
            Fact,
            groups=st.sampled_from([("attack",), ("weapon",), ("attack", "weapon")]),
            period=st.sampled_from(["2026-Q1", "2026-Q2", "2025-Q4"]),
        ),
        max_size=12,
    ),
    groups=st.sampled_from([("attack",), ("attack", "weapon")]),
)
def test_no_period_is_told_that_fewer_than_five_share(waiting, groups):
    gate = release.gate(release.rungs(groups, "2026-Q1", waiting, {}))
    for group in groups:
        shared = 1 + sum(group in fact.groups and fact.period.startswith(gate.period) for fact in waiting)
        assert shared >= release.K or not gate.opens
    if gate.opens and gate.period != "2026-Q1":
        finer = gate.rungs[-2]
        assert finer.shared_by < release.K


def test_a_reason_opens_the_gate_without_a_period():
    alone = release.rungs(("attack",), "2026-Q1", [], {})
    gate = release.gate(alone, reason="Young.")
    assert gate.opens and gate.by_reason and gate.period == ""
    assert not release.gate(alone, reason="  ").opens


def test_published_reports_count_too():
    published = {("2026-Q1", "attack"): 1, ("2026", "attack"): 4, ("", "attack"): 9}
    assert release.gate(release.rungs(("attack",), "2026-Q1", [], published)).period == "2026"


def test_rare_codes_climb_and_events_stay(pack):
    rare = [
        AppliedCode(facet.key, code.key, sentence="x")
        for facet in pack.facets
        if facet.value == "codes"
        for code in facet.codes
        if code.rare
    ]
    assert rare
    climbed = ladders.told(pack, rare)
    assert not release.rare_codes(pack, climbed)
    events = tuple(each for each in rare if each.facet in ("event", "activity"))
    assert set(events) <= set(climbed)


def test_a_quarter_is_where_most_of_the_week_lies():
    assert release.quarter_of("2026-W01") == "2026-Q1"
    assert release.quarter_of("2026-W40") == "2026-Q4"
    assert release.quarter_of("2020-W53") == "2020-Q4"


# ---------------------------------------------------------------- corrections and erasure


def test_a_corrected_word_moves_the_pauses_behind_it():
    text = ReleasedText(
        "M7K2QF",
        "p",
        1,
        "T",
        "",
        "One stop. Two stops. Three.",
        pauses=(Pause(10, "s", ("q",)), Pause(21, "s", ("q",))),
        codes=(
            AppliedCode("event", "x", sentence="Two stops."),
            AppliedCode("light", "y", sentence="Three."),
        ),
    )
    told = retell(text, "One stop. Two short stops. Three.")
    assert [told.narrative[pause.at :] for pause in told.pauses] == ["Two short stops. Three.", "Three."]
    assert [each.code for each in told.codes] == ["y"]


def test_erasure_waits_for_the_end_of_the_week():
    assert not erasure.due("2026-W48", 7, date(2026, 12, 6))
    assert erasure.due("2026-W48", 7, date(2026, 12, 7))
    assert not erasure.due("", 7, date(2026, 12, 7))


def test_an_empty_redaction_has_no_text():
    assert redaction.redacted(Redaction()) == ""

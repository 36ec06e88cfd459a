"""The rarity meter and the ladders: rules alone."""

from itertools import combinations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from closecall.errors import BadInput
from closecall.public.library.rules.report import AppliedCode
from closecall.public.taxonomy import queries as taxonomy
from closecall.public.taxonomy.rules.pack import UNKNOWN
from closecall.sealed.workbench.rules import coding, ladders, rarity, reading, release
from closecall.sealed.workbench.rules.coding import Coding
from closecall.sealed.workbench.rules.ladders import PERIOD, Climbed
from closecall.sealed.workbench.rules.reading import Attempt

PACK = taxonomy.pack("law_enforcement")
FACETS = [facet for facet in PACK.facets if facet.value == "codes" and facet.asked_by != "system"]
FACTS = st.sampled_from([(facet.key, code.key) for facet in FACETS for code in facet.choices])
REPORTS = st.lists(st.frozensets(FACTS, max_size=8), max_size=12)


def applied(facts):
    return [AppliedCode(*fact, sentence="A sentence.") for fact in facts]


@given(st.lists(FACTS, unique=True, min_size=2, max_size=8), REPORTS)
def test_every_listed_combination_is_as_rare_as_counting_report_by_report_says(facts, reports):
    told = rarity.facts(PACK, applied(facts), (), keep_rare=True)
    held = rarity.holders(PACK, told, reports)
    by_label = {PACK.code(*each.fact).label: each.fact for each in told}
    if len(by_label) < len(told):
        return  # two codes of one label can't be told apart here
    listed = rarity.rarest(PACK, told, held, shown=1000)
    for one in listed:
        members = {by_label[label] for label in one.labels}
        shared = 1 + sum(all(_holds(report, fact) for fact in members) for report in reports)
        assert one.shared_by == shared < rarity.ENOUGH
        assert len({facet for facet, _code in members}) == len(members) in (2, 3)
        for fewer in combinations(members, 2):
            fewer_share = 1 + sum(all(_holds(report, fact) for fact in fewer) for report in reports)
            assert len(members) == 2 or fewer_share > shared
    assert [one.shared_by for one in listed] == sorted(one.shared_by for one in listed)


def _holds(report, fact):
    facet, code = fact
    return bool(report & {(facet, key) for key in (code, *PACK.code(*fact).covers)})


@given(st.lists(FACTS, unique=True, min_size=2, max_size=8), REPORTS)
def test_whoever_follows_an_advice_gets_what_it_promised_and_never_a_rarer_report(facts, reports):
    coded = Coding(codes=tuple(applied(facts)))
    told = rarity.facts(PACK, coded.codes, (), keep_rare=True)
    for one in rarity.rarest(PACK, told, rarity.holders(PACK, told, reports)):
        for advice in one.advice:
            assert advice.shared_by >= one.shared_by
            after = coding.generalise(PACK, coded, (advice.facet, advice.code), advice.rungs)
            text = ladders.told(PACK, after.codes, after.generalised, keep_rare=True)
            assert (advice.facet, advice.code) not in {(each.facet, each.code) for each in text}


@given(FACTS, st.integers(0, 3), st.booleans())
def test_a_fact_is_never_told_finer_than_its_rung_nor_a_rare_code_as_it_is(fact, rungs, keep_rare):
    ladder = ladders.rungs(PACK, fact)
    told = ladders.told(PACK, applied([fact]), [Climbed(*fact, rungs)], keep_rare=keep_rare)
    place = ladder.index(told[0].code) if told else len(ladder) - 1
    assert place >= min(rungs, len(ladder) - 1)
    assert keep_rare or place > 0 or not ladders.is_rare(PACK, fact)


@pytest.mark.parametrize(
    ("fact", "ladder"),
    [
        (("weather", "snow_or_ice"), ("snow_or_ice", "bad", "")),
        (("assignment", "special_unit"), ("special_unit", "other_assignment", "")),
        (("road", "freeway"), ("freeway", "")),
        (("event", "ambush"), ("ambush",)),
        (("activity", "custody"), ("custody",)),
        (("weather", UNKNOWN), (UNKNOWN,)),
        (PERIOD, ("quarter", "year", "")),
    ],
)
def test_the_ladders_are_the_packs(fact, ladder):
    assert ladders.rungs(PACK, fact) == ladder


def test_snow_is_told_as_bad_weather_then_not_at_all_and_back():
    coded = Coding(codes=tuple(applied([("weather", "snow_or_ice"), ("event", "hazard")])))
    for rungs, code in ((1, "bad"), (2, None), (0, "snow_or_ice")):
        coded = coding.generalise(PACK, coded, ("weather", "snow_or_ice"), rungs)
        told = {each.facet: each.code for each in ladders.told(PACK, coded.codes, coded.generalised)}
        assert told.get("weather") == code and told["event"] == "hazard"


def test_nothing_climbs_that_is_not_coded_or_beyond_its_ladder():
    coded = Coding(codes=tuple(applied([("event", "hazard")])))
    for fact, rungs in ((("event", "hazard"), 1), (("light", "dark_lit"), 1), (PERIOD, 3), (PERIOD, -1)):
        with pytest.raises(BadInput):
            coding.generalise(PACK, coded, fact, rungs)


def test_a_code_that_is_taken_out_leaves_no_rung_behind():
    text = "It snowed."
    snow = [AppliedCode("weather", "snow_or_ice", sentence=text)]
    coded = coding.apply_codes(PACK, Coding(), "weather", snow, text)
    coded = coding.generalise(PACK, coded, ("weather", "snow_or_ice"), 1)
    coded = coding.generalise(PACK, coded, PERIOD, 1)
    assert coding.apply_codes(PACK, coded, "weather", snow, text).generalised == coded.generalised
    assert coding.apply_codes(PACK, coded, "weather", [], text).generalised == (Climbed(*PERIOD, 1),)


@pytest.mark.parametrize(("rungs", "period"), [(0, "2026-Q3"), (1, "2026"), (2, "")])
def test_the_period_is_told_on_its_rung_and_never_finer_by_the_gate(rungs, period):
    coded = coding.generalise(PACK, Coding(quarter="2026-Q3"), PERIOD, rungs)
    text = release.compose(PACK, coded, public_id="M7K2QF", narrative="x", week="2026-W40", keep_rare=False)
    assert text.period == period
    ways = [told.period for told in release.told_with(text)]
    assert ways[0] == period and ways[-1] == "" and len(set(ways)) == len(ways)


def test_the_advice_names_the_fact_the_rung_and_what_it_brings():
    facts = [("event", "hazard"), ("weather", "snow_or_ice")]
    reports = [frozenset({("event", "hazard"), ("weather", "rain")})] * 6
    told = rarity.facts(PACK, applied(facts), (), keep_rare=False)
    (one,) = rarity.rarest(PACK, told, rarity.holders(PACK, told, reports))
    assert one.shared_by == 1 and one.labels[1] == "Snow or ice"
    (best,) = [each for each in one.best if each.to]
    assert (best.to, best.rungs, best.shared_by) == ("Bad weather", 1, 7)
    assert one.best[0] is best and one.in_words == ()


def test_what_has_no_ladder_is_said_more_generally_in_its_sentence():
    facts = [("event", "hazard"), ("activity", "training")]
    told = rarity.facts(PACK, applied(facts), (), keep_rare=False)
    (one,) = rarity.rarest(PACK, told, rarity.holders(PACK, told, []))
    assert one.advice == () and {word.sentence for word in one.in_words} == {"A sentence."}


TICKS = st.booleans()


@given(TICKS, TICKS, TICKS, TICKS, TICKS, st.sampled_from(["", "  ", "It was everywhere."]))
def test_a_tick_stands_only_with_a_note_and_the_authors_reason_and_a_name_never(
    day, place, unit, number, overruled, reason
):
    attempt = Attempt(
        False, False, day, False, "Seen.", place=place, unit=unit, number=number, overruled=overruled
    )
    try:
        reading.check(attempt, reason)
    except BadInput:
        assert overruled and not reason.strip()
        return
    assert attempt.sends_back == (day or ((place or unit or number) and not overruled))
    if attempt.broke_it:
        with pytest.raises(BadInput):
            reading.check(
                Attempt(False, False, day, False, " ", place=place, unit=unit, number=number), reason
            )

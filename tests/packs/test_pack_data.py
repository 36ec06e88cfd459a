"""The packs that come with the machine say what the field says, in the numbers that were promised."""

import re
from collections import Counter
from pathlib import Path

import pytest

import closecall
from closecall.public.taxonomy.rules.loading import load
from closecall.public.taxonomy.rules.pack import Pack

PACKS = Path(closecall.__file__).parent / "packs"


@pytest.fixture(scope="module")
def police() -> Pack:
    return load(PACKS / "law_enforcement")


@pytest.mark.parametrize("name", ["law_enforcement", "aviation", "wildland_fire"])
def test_every_pack_loads_and_holds_together(name: str) -> None:
    assert load(PACKS / name).key == name


def test_there_are_189_codes_of_which_analysts_set_179(police: Pack) -> None:
    by_whom = Counter({"analyst": 0, "form": 0, "system": 0})
    for facet in police.facets:
        by_whom[facet.asked_by] += len(facet.codes)
    assert by_whom["analyst"] == 179
    assert by_whom["form"] + by_whom["system"] == 10
    assert by_whom.total() == 189


def test_24_facets_hold_the_codes_and_one_more_holds_the_quarter(police: Pack) -> None:
    assert len([facet for facet in police.facets if facet.value == "codes"]) == 24
    assert [facet.key for facet in police.facets if facet.value == "quarter"] == ["period"]


@pytest.mark.parametrize(
    ("facet", "codes"),
    [
        *(("event", 18), ("activity", 17), ("setting", 8), ("light", 3), ("weather", 4), ("road", 7)),
        *(("assignment", 5), ("officers", 3), ("backup", 7), ("equipment", 10), ("subject", 8)),
        *(("weapon", 7), ("weapon_place", 6), ("weapon_found", 5), ("cues", 9), ("factors", 32)),
        *(("barriers", 14), ("outcome", 5), ("harm", 3), ("margin", 4), ("detection", 4), ("peer", 4)),
        *(("source", 4), ("definition", 2)),
    ],
)
def test_each_facet_has_as_many_codes_as_the_design_counts(police: Pack, facet: str, codes: int) -> None:
    assert len(police.facet(facet).codes) == codes


def test_every_police_code_has_a_definition_and_an_example(police: Pack) -> None:
    bare = [
        f"{facet.key}/{code.key}"
        for facet in police.facets
        for code in facet.codes
        if not code.definition.strip() or not code.examples
    ]
    assert bare == []


def test_no_example_serves_two_codes(police: Pack) -> None:
    examples = Counter(text for facet in police.facets for code in facet.codes for text in code.examples)
    assert [text for text, times in examples.items() if times > 1] == []


def test_twenty_five_codes_come_first(police: Pack) -> None:
    assert sum(code.common for facet in police.facets for code in facet.codes) == 25


def test_every_factor_belongs_to_one_of_ten_groups(police: Pack) -> None:
    factors = police.facet("factors")
    assert len(factors.groups) == 10
    assert all(code.group for code in factors.codes)


def test_only_event_and_activity_have_other_and_every_coded_facet_has_unknown(police: Pack) -> None:
    coded = [facet for facet in police.facets if facet.value == "codes"]
    assert [facet.key for facet in coded if facet.has_other] == ["event", "activity"]
    assert all(facet.code("unknown") for facet in coded)


def test_every_code_of_a_coarsening_facet_climbs_to_a_coarser_one(police: Pack) -> None:
    stuck = [
        f"{facet.key}/{code.key}"
        for facet in police.facets
        if facet.ladder == "coarser"
        for code in facet.codes
        if facet.climb(code.key) is None
    ]
    assert stuck == []


def test_event_and_activity_are_never_withheld(police: Pack) -> None:
    assert police.release.never_withheld == ("event", "activity")
    assert {police.facet(key).ladder for key in police.release.never_withheld} == {"none"}


def test_the_known_study_s_cohort_leaves_vehicular_assault_out(police: Pack) -> None:
    cohort = police.cohort("known_study")
    assert set(cohort.any_of) == {"felonious_assault", "ambush", "unprovoked_attack", "missed_firearm"}


@pytest.mark.parametrize(
    ("harm", "margin", "risk"),
    [
        *(("death", "strong", "B"), ("death", "chance_only", "A"), ("serious", "strong", "C")),
        *(("serious", "thin", "B"), ("minor", "thin", "C"), ("minor", "chance_only", "B")),
    ],
)
def test_potential_is_classed_as_the_matrix_says(police: Pack, harm: str, margin: str, risk: str) -> None:
    assert police.risk_class(harm, margin) == risk


def test_an_unknown_potential_has_no_class(police: Pack) -> None:
    assert police.risk_class("unknown", "thin") is None


def test_the_form_asks_three_questions_and_twelve_quick_ones(police: Pack) -> None:
    assert police.form is not None
    assert [question.key for question in police.form.main] == ["Q1", "Q2", "Q3"]
    assert [question.key for question in police.form.details] == [f"D{n}" for n in range(1, 13)]


def test_how_a_weapon_was_found_is_asked_only_after_a_weapon(police: Pack) -> None:
    assert police.form is not None
    question = police.form.question("D8")
    assert question.after == "D7"
    answers = {choice.key for choice in police.form.question("D7").choices}
    assert answers - set(question.after_any) == {"nothing"}


def test_every_kind_but_none_proposes_an_event(police: Pack) -> None:
    assert police.form is not None
    assert all({proposal.facet for proposal in kind.proposes} == {"event"} for kind in police.form.kinds)


def test_the_codebook_has_22_themes_of_which_eleven_make_the_study_s_five_lessons(police: Pack) -> None:
    book = police.codebook
    assert len(book.themes) == 22
    assert [len(book.children(parent)) for parent in ("S1", "S2", "S3", "S4", "S5")] == [4, 2, 1, 2, 2]


def test_every_theme_has_questions_a_rule_against_its_nearest_and_exemplars(police: Pack) -> None:
    for theme in police.codebook.themes:
        assert len(police.questions[theme.key]) == 3
        assert theme.rule
        assert theme.nearest
        assert theme.nearest != theme.key
        assert 5 <= len(theme.exemplars) <= 10
        assert theme.audiences


def test_no_exemplar_repeats_another(police: Pack) -> None:
    def quadruples(text: str) -> set[tuple[str, ...]]:
        words = re.findall(r"[a-z']+", text.lower())
        return {tuple(words[at : at + 4]) for at in range(len(words) - 3)}

    seen = Counter(
        four for theme in police.codebook.themes for text in theme.exemplars for four in quadruples(text)
    )
    assert [four for four, times in seen.items() if times > 2] == []


def test_no_pack_asks_for_what_could_point_at_an_officer(police: Pack) -> None:
    keys = {facet.key for facet in police.facets}
    assert keys.isdisjoint({"agency", "size", "state", "rank", "sex", "race", "age", "years", "time"})


def test_the_aviation_pack_knows_ground_conflicts_with_their_comma() -> None:
    anomaly = load(PACKS / "aviation").facet("anomaly")
    spelled = {alias for code in anomaly.codes for alias in code.aliases}
    assert {"Conflict Ground Conflict, Critical", "Conflict Ground Conflict, Less Severe"} <= spelled

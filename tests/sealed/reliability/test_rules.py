"""Drawing, agreement and settling, without a database."""

from collections import Counter

import krippendorff
import numpy as np
import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from closecall.errors import BadInput
from closecall.public.library.rules.report import AppliedCode, ReleasedText
from closecall.public.taxonomy.rules.loading import INSTALLED, load
from closecall.public.taxonomy.rules.pack import UNKNOWN
from closecall.sealed.reliability.rules import drawing, drifting, judging, settling, sheets
from closecall.sealed.reliability.rules.drawing import Candidate
from closecall.sealed.reliability.rules.judging import Pair
from closecall.sealed.reliability.rules.sheets import Mark
from closecall.sealed.workbench.rules.coding import coded_by_analysts

PACK = load(INSTALLED / "law_enforcement")
FACETS = [facet.key for facet in coded_by_analysts(PACK)]
MONTHS = st.sampled_from(["2026-08", "2026-09", "2026-10", "2026-11"])
FRAMES = st.lists(MONTHS, min_size=1, max_size=60).map(
    lambda months: [Candidate(f"R{place:05d}", month) for place, month in enumerate(months)]
)
ORDINARY = settings(max_examples=40, suppress_health_check=[HealthCheck.too_slow])
STORY = "One thing happened. Another followed. A third came last."


@st.composite
def marks(draw: st.DrawFn, key: str) -> tuple[Mark, ...]:
    """What somebody may have put on a facet."""
    facet = PACK.facet(key)
    most = facet.choose_max or 4
    codes = draw(st.lists(st.sampled_from([code.key for code in facet.codes]), unique=True, max_size=most))
    states = [state.key for state in facet.states] or [""]
    return tuple(
        Mark(key, code, draw(st.sampled_from(states)), draw(st.integers(1, 3))) for code in sorted(codes)
    )


def pairs_of(key: str) -> st.SearchStrategy[list[Pair]]:
    """Stories as two people coded them."""
    both = st.tuples(marks(key), marks(key))
    return st.lists(both, min_size=2, max_size=12).map(
        lambda rows: [Pair(f"R{at}", one, other) for at, (one, other) in enumerate(rows)]
    )


@ORDINARY
@given(st.dictionaries(MONTHS, st.integers(0, 50)), st.integers(0, 120))
def test_a_month_gives_its_share_rounded_down_or_up_and_never_more_than_it_has(
    there: dict[str, int], size: int
) -> None:
    given_ = drawing.allot(there, size)
    total = sum(there.values())
    assert sum(given_.values()) == min(size, total)
    for month, n in there.items():
        exact = min(size, total) * n / total if total else 0
        assert 0 <= given_[month] <= n and abs(given_[month] - exact) < 1


@ORDINARY
@given(FRAMES, st.integers(1, 60), st.integers(0, 2**48), st.randoms())
def test_the_same_seed_draws_the_same_sample_whatever_order_the_reports_come_in(
    frame: list[Candidate], size: int, seed: int, chance
) -> None:
    drawn = drawing.draw(frame, size, seed)
    shuffled = list(frame)
    chance.shuffle(shuffled)
    assert drawing.draw(shuffled, size, seed) == drawn
    assert len(set(drawn)) == min(size, len(frame)) and set(drawn) <= set(frame)
    months = Counter(one.month for one in drawn)
    assert all(months[each.month] == each.drawn for each in drawing.strata(frame, drawn))


def test_another_seed_draws_another_sample() -> None:
    frame = [Candidate(f"R{at:05d}", "2026-11") for at in range(100)]
    samples = {drawing.draw(frame, 10, seed) for seed in range(20)}
    assert len(samples) == 20


@ORDINARY
@given(st.sampled_from(FACETS), st.data())
def test_settling_every_difference_one_coders_way_gives_that_coders_codes(key: str, data) -> None:
    facet = PACK.facet(key)
    one, other = data.draw(marks(key)), data.draw(marks(key))
    open_ones = settling.differences(facet, one, other)
    for side, wanted in (("first", one), ("second", other)):
        chosen = {each.code: side for each in open_ones}
        stands = settling.settled(facet, one, other, chosen)  # type: ignore[arg-type]
        assert {(mark.code, mark.state) for mark in stands} == {(mark.code, mark.state) for mark in wanted}


@ORDINARY
@given(st.sampled_from(FACETS), st.data())
def test_no_difference_is_settled_by_leaving_it_out(key: str, data) -> None:
    facet = PACK.facet(key)
    one, other = data.draw(marks(key)), data.draw(marks(key))
    open_ones = [each.code for each in settling.differences(facet, one, other)]
    for code in open_ones:
        chosen = {each: "first" for each in open_ones if each != code}
        with pytest.raises(BadInput):
            settling.settled(facet, one, other, chosen)  # type: ignore[arg-type]


@ORDINARY
@given(st.sampled_from(FACETS), st.data())
def test_whoever_agrees_with_themselves_differs_in_nothing(key: str, data) -> None:
    found = data.draw(pairs_of(key))
    same = [Pair(each.story, each.first, each.first) for each in found]
    judged = judging.judged_facet(PACK, PACK.facet(key), same, seed=1)
    assert judged.alike == judged.judgements
    assert judged.alpha is None or judged.alpha.interval.value == pytest.approx(1.0)
    assert all(not each.differs for each in judging.tallies(PACK.facet(key), same))


@ORDINARY
@given(st.sampled_from(["light", "officers", "factors", "barriers", "cues"]), st.data())
def test_alpha_of_a_facet_is_what_the_package_krippendorff_finds(key: str, data) -> None:
    facet = PACK.facet(key)
    found = data.draw(pairs_of(key))
    judged = judging.judged_facet(PACK, facet, found, seed=1)
    codes = [code.key for code in facet.choices if code.key != UNKNOWN]
    if facet.choose_max == 1:
        names = [*codes, UNKNOWN]

        def values(sheet):
            return [names.index(sheet[0].code if sheet else UNKNOWN)]

    else:

        def values(sheet):
            return [int(code in {mark.code for mark in sheet}) for code in codes]

    rows = [[v for each in found for v in values(getattr(each, side))] for side in ("first", "second")]
    if len({v for row in rows for v in row}) < 2:
        assert judged.alpha is None and judged.refused
        return
    theirs = krippendorff.alpha(reliability_data=np.array(rows), level_of_measurement="nominal")
    assert judged.alpha is not None
    assert judged.alpha.interval.value == pytest.approx(theirs)


def test_a_facet_that_was_open_to_neither_isnt_judged() -> None:
    road = Mark("event", "own_collision", sentence=1)
    shot = Mark("event", "ambush", sentence=1)
    pairs = [
        Pair("A", (shot,), (shot,)),
        Pair("B", (road, Mark("road", "freeway", sentence=1)), (shot,)),
    ]
    judged = judging.judged_facet(PACK, PACK.facet("road"), pairs, seed=1)
    assert judged.stories == 1


def test_the_risk_class_and_the_known_cohort_are_judged_beside_the_facets() -> None:
    def sheet(event: str, harm: str, margin: str) -> tuple[Mark, ...]:
        return (
            Mark("event", event, sentence=1),
            Mark("harm", harm, sentence=1),
            Mark("margin", margin, sentence=1),
        )

    one, other = sheet("ambush", "death", "thin"), sheet("felonious_assault", "death", "thin")
    third = sheet("own_collision", "minor", "strong")
    pairs = [Pair("A", one, other), Pair("B", third, third), Pair("C", one, one)]
    found = {each.key: each for each in judging.judged(PACK, pairs, seed=1)}
    assert found["known_study"].alpha.interval.value == 1.0
    assert found["event"].alpha.interval.value < 1.0
    assert found["risk"].kappa.interval.value == 1.0
    assert found["risk"].target == 0.65 and found["factors_group"].target == 0.70
    assert found["event"].target == 0.80 and found["detection"].target is None


@ORDINARY
@given(st.data())
def test_a_correction_never_touches_what_a_ladder_guards_or_what_only_a_class_tells(data) -> None:
    sheet = tuple(mark for key in FACETS for mark in data.draw(marks(key)))
    told = tuple(
        AppliedCode(key, code)
        for key in ("setting", "weapon", "road", "subject", "equipment", "event")
        for code in data.draw(
            st.lists(st.sampled_from([c.key for c in PACK.facet(key).known()]), unique=True, max_size=2)
        )
    )
    text = ReleasedText("M7K2QF", PACK.key, PACK.version, "T", "S", STORY, codes=told)
    after, _changes = settling.corrected(PACK, text, sheet)
    for facet in PACK.facets:
        before = {one.code for one in text.codes if one.facet == facet.key}
        now = {one.code for one in after.codes if one.facet == facet.key}
        if facet.class_only:
            assert not now
        elif facet.ladder in ("coarser", "withheld", "period"):
            assert now == before
        elif facet.key not in PACK.release.never_withheld:
            rare = {code.key for code in facet.codes if code.rare}
            assert now & rare == before & rare
    assert after.narrative == text.narrative and after.lessons == text.lessons
    assert all(not one.sentence or one.sentence in STORY for one in after.codes)
    again, nothing = settling.corrected(PACK, after, sheet)
    assert again == after and nothing == ()


def test_a_sheet_holds_no_word_of_the_story() -> None:
    sheet = sheets.replaced(PACK, (), "event", [Mark("event", "ambush", sentence=2)], STORY)
    assert sheet == (Mark("event", "ambush", "", 2),)
    with pytest.raises(BadInput):
        sheets.replaced(PACK, sheet, "event", [Mark("event", "ambush", sentence=9)], STORY)


def test_a_facet_drifts_when_the_last_interval_lies_below_the_first() -> None:
    def measured(wrong: int) -> judging.Judged:
        lights = ["daylight", "dark_lit", "dark_unlit"]
        pairs = [
            Pair(
                f"R{at}",
                (Mark("light", lights[at % 3], sentence=1),),
                (Mark("light", lights[(at + (at < wrong)) % 3], sentence=1),),
            )
            for at in range(40)
        ]
        return judging.judged_facet(PACK, PACK.facet("light"), pairs, seed=1)

    steady = drifting.course(["2026-Q3", "2026-Q4"], [measured(2), measured(3)])
    gone = drifting.course(["2026-Q3", "2026-Q4"], [measured(2), measured(30)])
    assert (steady.state, gone.state) == ("steady", "drifted")
    assert drifting.course(["2026-Q4"], [measured(30)]).state == "few"

"""Statistics against other people's code, and their refusals."""

import doctest
import math

import krippendorff
import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st
from scipy import special, stats
from sklearn.metrics import cohen_kappa_score

from closecall.public.studies.rules import agreement, gamma, intervals, quarters, signals, together
from closecall.public.studies.rules.agreement import alpha, kappa
from closecall.public.studies.rules.intervals import CannotSay
from closecall.public.studies.rules.signals import TwoByTwo, adjusted, judge, yates_p

cells = st.integers(0, 400)
few = st.lists(st.sampled_from([1, 2, 3, 4, None]), min_size=3, max_size=3)


@pytest.mark.parametrize("module", [agreement, gamma, intervals, quarters, signals, together])
def test_the_examples_in_the_statistics_hold(module: object) -> None:
    assert doctest.testmod(module).failed == 0  # type: ignore[arg-type]  # a module, from a list of them


@given(st.floats(0.001, 0.999), st.floats(0.3, 500))
def test_gamma_quantiles_agree_with_scipy(p: float, shape: float) -> None:
    assert gamma.gamma_quantile(p, shape) == pytest.approx(special.gammaincinv(shape, p), rel=1e-7, abs=1e-12)


@given(st.integers(1, 500).flatmap(lambda n: st.tuples(st.integers(0, n), st.just(n))))
def test_wilson_agrees_with_scipy(part_whole: tuple[int, int]) -> None:
    part, whole = part_whole
    theirs = stats.binomtest(part, whole).proportion_ci(method="wilson")
    ours = intervals.share(part, whole)
    assert (ours.low, ours.high) == pytest.approx((theirs.low, theirs.high), abs=1e-9)
    assert ours.low <= ours.value <= ours.high


@given(cells, cells, cells, cells)
def test_yates_agrees_with_scipy(a: int, b: int, c: int, d: int) -> None:
    table = TwoByTwo(a, b, c, d)
    if not (a + b) * (c + d) * (a + c) * (b + d):
        assert yates_p(table) == 1.0
        return
    theirs = stats.chi2_contingency([[a, b], [c, d]], correction=True).pvalue
    assert yates_p(table) == pytest.approx(theirs, rel=1e-6, abs=1e-300)


@given(cells, cells, cells, cells)
def test_the_exact_tail_agrees_with_scipys_fisher(a: int, b: int, c: int, d: int) -> None:
    theirs = stats.fisher_exact([[a, b], [c, d]], alternative="greater").pvalue if a + b + c + d else 1.0
    assert signals.tail_p(TwoByTwo(a, b, c, d)) == pytest.approx(theirs, rel=1e-6, abs=1e-12)


def test_what_chi_square_promises_too_much_is_held_to_the_exact_tail() -> None:
    table = TwoByTwo(15, 85, 35, 1_865)
    assert signals.gate_p(table) == signals.tail_p(table) > 5 * yates_p(table)


@given(st.lists(st.floats(0, 1), min_size=1, max_size=40))
def test_corrected_p_values_agree_with_scipy(ps: list[float]) -> None:
    assert adjusted(ps) == pytest.approx(list(stats.false_discovery_control(ps)))


@given(st.lists(few, min_size=4, max_size=30))
def test_alpha_agrees_with_krippendorffs_package(rows: list[list[int | None]]) -> None:
    table = np.array([[math.nan if value is None else value for value in row] for row in rows]).T
    for level in ("nominal", "ordinal"):
        try:
            ours = alpha([tuple(row) for row in rows], seed=1, level=level, order=(1, 2, 3, 4), resamples=5)
        except CannotSay:
            paired = [[v for v in row if v is not None] for row in rows]
            assert len({v for row in paired if len(row) > 1 for v in row}) < 2
            continue
        theirs = krippendorff.alpha(
            reliability_data=table, level_of_measurement=level, value_domain=[1, 2, 3, 4]
        )
        assert ours.interval.value == pytest.approx(theirs, abs=1e-9)


@given(st.lists(st.tuples(st.integers(0, 3), st.integers(0, 3)), min_size=4, max_size=40))
def test_kappa_agrees_with_scikit_learn(pairs: list[tuple[int, int]]) -> None:
    first, second = zip(*pairs, strict=True)
    if len(set(first) | set(second)) < 2:
        with pytest.raises(CannotSay):
            kappa(first, second, seed=1)
        return
    for weights in ("none", "linear", "quadratic"):
        ours = kappa(first, second, seed=1, order=(0, 1, 2, 3), weights=weights, resamples=5)
        theirs = cohen_kappa_score(
            first, second, labels=[0, 1, 2, 3], weights=None if weights == "none" else weights
        )
        assert ours.interval.value == pytest.approx(theirs, abs=1e-9)


def test_the_same_seed_gives_the_same_interval_and_another_seed_nearly_the_same() -> None:
    first, second = "aabbccaabbcc" * 8, "aabbccabbbca" * 8
    one, again, other = (kappa(first, second, seed=seed).interval for seed in (1, 1, 2))
    assert one == again
    assert one.low < one.value < one.high
    assert other.low == pytest.approx(one.low, abs=0.03)


def test_judgements_of_one_report_are_resampled_together() -> None:
    first, second = "ab" * 40, "ab" * 20 + "ba" * 20
    apart = kappa(first, second, seed=1).interval
    together_ = kappa(first, second, seed=1, groups=[at // 20 for at in range(80)]).interval
    assert together_.high - together_.low > apart.high - apart.low


def test_a_rate_without_a_denominator_is_refused_with_the_reason() -> None:
    with pytest.raises(CannotSay) as refused:
        intervals.rate(12, None)
    assert "rate" in refused.value.sentence
    with pytest.raises(CannotSay):
        intervals.share(0, 0)


def test_chance_alone_seldom_signals_and_a_threefold_pair_does() -> None:
    noise = np.random.default_rng(3)
    tables = []
    for _ in range(400):
        a, b = noise.random(1_000) < 0.1, noise.random(1_000) < 0.1
        both = int((a & b).sum())
        tables.append(TwoByTwo(both, int(a.sum()) - both, int(b.sum()) - both, int((~a & ~b).sum())))
    assert sum(one.signal for one in judge(tables)) <= 2
    strong = judge([*tables, TwoByTwo(30, 70, 70, 830)])[-1]
    assert strong.signal
    assert strong.ic.low > 0


def test_what_is_rarer_than_expected_is_no_signal() -> None:
    (only,) = judge([TwoByTwo(5, 195, 195, 205)])
    assert only.q < 0.05
    assert not only.signal


def _quarters(counts: list[int], total: int = 50) -> list[tuple[str, int, int]]:
    return [(f"{2020 + at // 4}-Q{at % 4 + 1}", n, total) for at, n in enumerate(counts)]


def test_a_common_code_gets_a_p_chart_and_a_rare_one_a_g_chart() -> None:
    often = quarters.chart(_quarters([10, 9, 11, 10, 12, 8, 10, 30]))
    assert often.kind == "p"
    assert [point.unusual for point in often.points] == ["", "", "", "", "", "", "", "more"]
    rare = quarters.chart(_quarters([1, 0, 1, 0, 1, 0, 0, 1, 0, 1]))
    assert rare.kind == "g"
    assert len(rare.points) == 4
    assert not any(point.unusual for point in rare.points)


def test_a_burst_of_a_rare_code_passes_the_limit_of_its_g_chart() -> None:
    rare = quarters.chart(_quarters([1, 0, 0, 0, 1, 0, 0, 0, 1, 0, 0, 4], total=2_000))
    assert rare.kind == "g"
    assert all(point.low <= point.value <= point.high or point.unusual for point in rare.points)


def test_limits_of_a_p_chart_are_the_binomials() -> None:
    chart = quarters.chart(_quarters([10] * 8))
    low, high = chart.points[0].low, chart.points[0].high
    assert stats.binom.cdf(low - 1, 50, 0.2) <= 0.00135 < stats.binom.cdf(low, 50, 0.2)
    assert stats.binom.sf(high, 50, 0.2) <= 0.00135 < stats.binom.sf(high - 1, 50, 0.2)


def test_too_few_quarters_have_no_limits() -> None:
    with pytest.raises(CannotSay):
        quarters.chart(_quarters([10, 9, 11]))
    with pytest.raises(CannotSay):
        quarters.chart(_quarters([1, 0, 0, 0, 0, 0, 0, 1]))


def test_pairs_are_counted_once_a_report_and_only_between_the_sides_asked_for() -> None:
    shelf = [{"stop", "dark"}, {"stop", "dark"}, {"stop", "wet"}, {"call"}]
    found = together.pairs(shelf, between=({"stop", "call"}, {"dark", "wet"}))
    assert [(one.first, one.second, one.table.both) for one in found] == [
        ("stop", "dark", 2),
        ("stop", "wet", 1),
    ]
    assert found[0].table == TwoByTwo(2, 1, 0, 1)
    assert found[0].lift.low < found[0].lift.value < found[0].lift.high
    with pytest.raises(CannotSay):
        together.pairs([])

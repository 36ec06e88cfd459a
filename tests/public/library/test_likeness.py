"""Similar reports are ranked by what was coded of causes and ends, too; codes alone bring none in."""

import math

import numpy as np
import pytest
from django.test import Client
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from closecall.public.library import actions, queries
from closecall.public.library.rules import likeness
from closecall.public.library.rules.report import AppliedCode
from closecall.public.taxonomy.queries import names, pack
from closecall.text.meaning import near_in_all

from .shelf import plain, publish_invented

FACETS = ("factors", "barriers")
CODES = st.frozensets(st.tuples(st.sampled_from(FACETS), st.sampled_from("abcd")), max_size=5)


@settings(suppress_health_check=[HealthCheck.too_slow])
@given(
    CODES,
    CODES,
    st.dictionaries(st.tuples(st.sampled_from(FACETS), st.sampled_from("abcd")), st.floats(0.1, 9)),
)
def test_likeness_is_from_0_to_1_of_length_one_and_nothing_without_a_common_code(
    mine, theirs, rarity
) -> None:
    one, other = likeness.rows([mine, theirs], rarity)
    assert 0.0 <= float(one @ other) <= 1.0 + 1e-6
    assert (float(one @ other) > 0) == bool(mine & theirs)
    assert math.isclose(float(one @ one), bool(mine), abs_tol=1e-5)


def test_sharing_a_rare_code_makes_more_alike_than_sharing_a_common_one() -> None:
    rarity = {("factors", "a"): 4.0, ("factors", "b"): 1.0}
    both, rare, common, none = likeness.rows(
        [{("factors", "a"), ("factors", "b")}, {("factors", "a")}, {("factors", "b")}, set()], rarity
    )
    assert float(both @ rare) > float(both @ common) > float(both @ none) == 0.0


def test_a_rare_code_in_common_says_more_than_one_that_everybody_bears() -> None:
    rarity = likeness.rarities({"factors": {"fatigue": 2, "distraction": 900}}, 1000)
    assert rarity["factors", "fatigue"] > rarity["factors", "distraction"] > 0


def test_codes_of_other_facets_and_unknown_ones_tell_nothing() -> None:
    codes = [("factors", "fatigue"), ("factors", "unknown"), ("factors", "other"), ("light", "dark_unlit")]
    assert likeness.telling(codes, FACETS) == {("factors", "fatigue")}


@pytest.mark.parametrize("name", names())
def test_no_pack_ranks_by_the_facet_that_says_what_happened(name: str) -> None:
    field = pack(name)
    assert field.likeness and set(field.likeness) <= {facet.key for facet in field.facets}
    assert not {"event", "anomaly", "incident_type"} & set(field.likeness)


def test_no_store_means_no_candidates_whatever_is_coded() -> None:
    assert near_in_all([], "M7K2QF", limit=9, beside=lambda keys: np.ones((len(keys), 1), np.float32)) == []


@pytest.mark.django_db
@pytest.mark.urls("tests.public.library.public_urls")
def test_of_two_reports_alike_in_words_the_one_with_the_same_cause_comes_first_and_says_so() -> None:
    def caused(public_id: str, *factors: str):
        return plain(
            public_id,
            codes=(AppliedCode("event", "own_collision"), *(AppliedCode("factors", f) for f in factors)),
        )

    publish_invented(
        caused("M7K2QF", "fatigue", "dark_or_weather"),
        caused("P3QXAB", "distraction"),
        caused("W9TTTT", "fatigue", "dark_or_weather"),
    )
    actions.catch_up()
    actions.make_vectors()
    rows = queries.similar("M7K2QF")
    assert [one.report.public_id for one in rows] == ["W9TTTT", "P3QXAB"]
    assert rows[0].shared and not rows[1].shared
    page = Client().get("/reports/M7K2QF/").content.decode()
    assert f"Coded of both: {', '.join(rows[0].shared)}" in page

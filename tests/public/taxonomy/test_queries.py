"""Packs are found by name, once."""

import pytest

from closecall.errors import NotFound
from closecall.public.taxonomy import queries


def test_without_a_name_it_is_the_instance_s_pack() -> None:
    assert queries.pack().key == "law_enforcement"


def test_a_pack_is_read_once() -> None:
    assert queries.pack("aviation") is queries.pack("aviation")


def test_a_name_that_isn_t_installed_is_refused_and_never_opened() -> None:
    with pytest.raises(NotFound):
        queries.pack("../law_enforcement")


def test_an_attack_and_a_weapon_count_for_both_of_their_groups() -> None:
    pack = queries.pack()
    assert pack.event_groups(["missed_firearm", "ambush"]) == ("attack", "weapon")


def test_what_has_no_group_counts_as_other() -> None:
    assert queries.pack().event_groups(["unknown"]) == ("other",)


def test_a_rare_place_climbs_to_outdoors_and_then_to_nothing() -> None:
    setting = queries.pack().facet("setting")
    assert setting.climb("training_site") == "outdoors"
    assert setting.climb("outdoors") is None


def test_events_have_no_ladder_to_climb() -> None:
    with pytest.raises(ValueError, match="no ladder"):
        queries.pack().facet("event").climb("ambush")


def test_a_coarser_code_has_a_label_of_its_own() -> None:
    assert queries.pack().code("weather", "bad").label == "Bad weather"


def test_crosswalks_are_found_from_our_side() -> None:
    found = [(walk.key, row.theirs) for walk, row in queries.pack().crosswalk_entries("theme/wear_belt")]
    assert ("below_100", "Wear your belt") in found

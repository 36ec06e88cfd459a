"""Commas that an export turned into semicolons come back; nothing else is joined or split."""

from dataclasses import replace

import pytest
from hypothesis import given
from hypothesis import strategies as st

from closecall.public.exchange.rules.vocabulary import Vocabulary
from closecall.public.taxonomy import queries
from closecall.public.taxonomy.rules.pack import Code, Facet

AVIATION = queries.pack("aviation")
FACETS = [facet for facet in AVIATION.facets if facet.value == "codes"]


def exported(values: list[str]) -> str:
    """What the export makes of values: joined by "; ", and every comma a semicolon."""
    return "; ".join(values).replace(",", ";")


def spellings(facet: Facet) -> list[str]:
    return [alias for code in facet.codes for alias in code.aliases]


@st.composite
def cells(draw: st.DrawFn) -> tuple[Facet, list[str]]:
    facet = draw(st.sampled_from(FACETS))
    return facet, draw(st.lists(st.sampled_from(spellings(facet)), max_size=8))


@given(cells())
def test_whatever_the_pack_knows_survives_the_export(cell: tuple[Facet, list[str]]) -> None:
    facet, values = cell
    mended = Vocabulary.of(facet).split(exported(values))
    assert [value.text for value in mended] == values
    assert all(value.code for value in mended)


@given(st.lists(st.sampled_from(["zeppelin", "kite", "tethered balloon"]), min_size=1, max_size=4))
def test_a_write_in_keeps_its_commas(words: list[str]) -> None:
    written = "Other " + ", ".join(words)
    mended = Vocabulary.of(AVIATION.facet("mission")).split(exported(["Training", written, "Personal"]))
    assert [value.text for value in mended] == ["Training", written, "Personal"]
    assert mended[1].code == "other"


@pytest.mark.parametrize(
    ("facet", "cell", "codes"),
    [
        (
            "anomaly",
            "Conflict Ground Conflict; Critical; Ground Incursion Runway",
            ["conflict_ground_conflict_critical", "ground_incursion_runway"],
        ),
        (
            "anomaly",
            "Conflict Ground Conflict; Less Severe; Aircraft Equipment Problem Critical",
            ["conflict_ground_conflict_less_severe", "aircraft_equipment_critical"],
        ),
        ("anomaly", "Deviation - Procedural FAR", ["procedure_far"]),
        ("anomaly", "Deviation / Discrepancy - Procedural FAR", ["procedure_far"]),
        ("airspace", "Class B SEA; Class E ZSE", ["class_b", "class_e"]),
        ("flight_phase", "Takeoff", ["takeoff"]),
        ("flight_phase", "Takeoff / Launch", ["takeoff"]),
        ("mission", "Ferry", ["ferry_or_re_positioning"]),
    ],
)
def test_known_spellings_old_and_new_find_their_code(facet: str, cell: str, codes: list[str]) -> None:
    assert [value.code for value in Vocabulary.of(AVIATION.facet(facet)).split(cell)] == codes


def test_a_value_that_the_pack_doesn_t_know_stays_a_value_of_its_own() -> None:
    mended = Vocabulary.of(AVIATION.facet("weather")).split("Rain; 10")
    assert [(value.text, value.code) for value in mended] == [("Rain", "rain"), ("10", "")]


def test_critical_alone_is_never_a_label() -> None:
    mended = Vocabulary.of(AVIATION.facet("anomaly")).split("Conflict Ground Conflict; Critical")
    assert [value.text for value in mended] == ["Conflict Ground Conflict, Critical"]


pieces = st.sampled_from(
    ["", "a", "A ", "a/b", "a / b", "c", "d/", "x, y", "Other", "Other thing", "e", *"abcxyz"]
)


@given(
    st.lists(st.lists(pieces, min_size=1, max_size=4).map(", ".join), min_size=1, max_size=6),
    st.lists(pieces),
)
def test_looking_only_where_a_comma_may_be_mended_mends_as_looking_everywhere(
    aliases: list[str], cell: list[str]
) -> None:
    codes = tuple(
        Code(key=f"c{at}", label="C", aliases=(alias,), open=alias == "Other")
        for at, alias in enumerate(aliases)
        if alias.strip()
    )
    vocabulary = Vocabulary.of(Facet(key="f", label="F", codes=codes))
    longest = max((alias.count(",") + 1 for alias in aliases), default=1)
    everywhere = replace(vocabulary, longest={vocabulary.beginning(piece): longest for piece in cell})
    assert vocabulary.split("; ".join(cell)) == everywhere.split("; ".join(cell))

"""Nobody sees another's codes before both have finished: not by any page, form, list or chain entry."""

import re
from html import unescape

import pytest
from hypothesis import HealthCheck, Phase, given, settings
from hypothesis import strategies as st

from closecall.errors import Refused
from closecall.public.taxonomy import queries as taxonomy
from closecall.sealed.accounts import queries as accounts
from closecall.sealed.reliability import actions, queries
from closecall.sealed.reliability.models import Unit
from closecall.sealed.reliability.rules.sheets import Mark
from closecall.sealed.workbench.rules.coding import coded_by_analysts
from closecall.site.audit.models import AuditEntry
from tests.postgres import examples
from tests.sealed.workbench.test_leak import forgotten

from .conftest import code_all

pytestmark = [pytest.mark.once, pytest.mark.django_db(databases=["default", "sealed"])]
PROPERTY = settings(
    max_examples=examples(4),
    phases=[Phase.explicit, Phase.generate],  # an example is fifty requests: shrinking would take minutes
    suppress_health_check=[HealthCheck.function_scoped_fixture, HealthCheck.too_slow],
)
ROAD = taxonomy.pack().facet("road").opens_when
EVENTS = [code.key for code in taxonomy.pack().facet("event").codes if ROAD and code.key not in ROAD.any_of]
LIGHTS = [code.key for code in taxonomy.pack().facet("light").codes]
CODINGS = st.builds(
    lambda event, light, sentence: {"event": f"{event}:{sentence}", "light": f"{light}:{sentence}"},
    st.sampled_from(EVENTS),
    st.sampled_from(LIGHTS),
    st.integers(1, 4),
)


def addresses(number: int) -> list[str]:
    """Every page of the room, with stories and the facets that were coded."""
    own = [f"/reliability/{number}/stories/{place}/?part=event" for place in (1, 2)]
    shown = [f"/reliability/{number}/facets/{facet}/" for facet in ("event", "light")]
    more = ["/reliability/", "/reliability/drift/", f"/reliability/{number}/"]
    return [*more, f"/reliability/{number}/corrections/", *shown, *own]


def posts(number: int) -> list[tuple[str, dict[str, str]]]:
    """Every form of the room that a coder could send out of turn."""
    at = f"/reliability/{number}"
    forms = []
    for place in ("1",):
        for act in ("settle", "agree", "withdraw"):
            sides = {f"side-{event}": "first" for event in EVENTS[:3]}
            forms.append((f"{at}/facets/event/", {"act": act, "story": place, **sides}))
        forms.append((f"{at}/corrections/", {"story": place}))
    forms += [(f"{at}/", {"act": "anchor"}), (f"{at}/", {"act": "finish"})]
    return [*forms, ("/reliability/", {"act": "recode", "anchor": str(number)})]


def seen(browser, number: int) -> dict[str, str]:
    """What every page and form answers, without what differs by itself; undone afterwards."""
    found = {}
    with forgotten():
        for address in addresses(number):
            answer = browser.get(address)
            found[address] = f"{answer.status_code} {_plain(answer)}"
        for place, (address, form) in enumerate(posts(number)):
            answer = browser.post(address, form)
            found[f"{place} {address}"] = f"{answer.status_code} {_plain(answer)}"
    return found


def _plain(answer) -> str:
    return re.sub(r'name="csrfmiddlewaretoken" value="[^"]*"', "", unescape(answer.content.decode()))


@PROPERTY
@given(CODINGS, CODINGS, st.booleans())
def test_no_request_of_a_coder_answers_differently_whatever_the_other_has_coded(
    sample, anna, ben, cara, sign_in, one, other, finished
):
    with forgotten():
        code_all(sample, cara, event="hazard:1")
        if finished:
            actions.finish(sample, by=cara)
        code_all(sample, ben, **one)
        first = {person.name: seen(sign_in(person), sample) for person in (cara, anna)}
        code_all(sample, ben, **other)
        again = {person.name: seen(sign_in(person), sample) for person in (cara, anna)}
        assert again == first


@PROPERTY
@given(CODINGS)
def test_no_query_gives_a_coder_the_others_codes(sample, ben, cara, coding):
    with forgotten():
        code_all(sample, ben, **coding)
        actions.finish(sample, by=ben)
        code_all(sample, cara, event="hazard:1")
        for ask in (
            lambda: queries.results(sample, cara),
            lambda: queries.facet_state(sample, "event", cara),
            lambda: queries.correctable(sample, cara),
            lambda: actions.settle(sample, 1, "event", {coding["event"].partition(":")[0]: "first"}, by=cara),
            lambda: actions.agree(sample, 1, "event", by=cara),
            lambda: actions.withdraw_ruling(sample, 1, "event", by=cara),
            lambda: actions.correct(sample, 1, by=cara),
            lambda: actions.make_anchor(sample, by=cara),
        ):
            with pytest.raises(Refused):
                ask()
        mine = [mark for each in (1, 2, 3) for mark in queries.story(sample, each, cara).sheet]
        assert {mark.code for mark in mine if mark.facet == "event"} == {"hazard"}


def test_the_chain_names_no_code_and_no_facet(sample, ben):
    for over, (facet, code) in enumerate((("event", "ambush"), ("light", "daylight"))):
        actions.code_facet(sample, 1, facet, [Mark(facet, code, sentence=1)], over=over, by=ben)
    entries = AuditEntry.objects.filter(action__startswith="reliability.")
    told = " ".join(f"{entry.action} {entry.detail}" for entry in entries)
    keys = {facet.key for facet in coded_by_analysts(taxonomy.pack())}
    assert not keys & set(re.findall(r"[a-z_]+", told))
    assert not {"ambush", "daylight"} & set(re.findall(r"[a-z_]+", told))


def test_a_coders_page_names_no_report_and_shows_nothing_that_is_published_of_it(sample, ben, sign_in):
    browser = sign_in(ben)
    ids = Unit.objects.values_list("public_id", flat=True)
    for address in (f"/reliability/{sample}/", f"/reliability/{sample}/stories/1/"):
        page = unescape(browser.get(address).content.decode())
        assert not any(public_id in page for public_id in ids)
        assert "A boot" not in page and "Search him yourself" not in page and "A second search" not in page


def test_who_codes_a_story_elsewhere_sees_no_results_of_it(sample, publish, anna, ben, cara):
    for each in (ben, cara):
        code_all(sample, each, event="ambush:1")
        actions.finish(sample, by=each)
    assert queries.results(sample, anna).stories == 3
    again = actions.draw(3, (anna.pseudonym, ben.pseudonym), seed=1, by=anna)
    for each in (anna, ben):
        with pytest.raises(Refused):
            queries.results(sample, each)
    assert queries.results(sample, cara).stories == 3
    code_all(again, anna, event="ambush:1")
    actions.finish(again, by=anna)
    assert queries.results(sample, anna).stories == 3


def test_everybody_who_may_code_is_offered_and_nobody_else(founded, anna):
    offered = {person.name for person in queries.may_code()}
    assert offered == {"Anna", "Ben", "Cara"}
    assert {"Dov"} & {person.name for person in accounts.people()}

"""Every code can be reached, read and found, without JavaScript."""

from collections.abc import Callable
from html import unescape
from types import SimpleNamespace

import pytest
from django.http.response import HttpResponseBase
from django.test import RequestFactory

from closecall.errors import NotFound
from closecall.public.taxonomy import queries, views
from closecall.public.taxonomy.rules import lookup

Visit = Callable[..., str]


@pytest.fixture
def visit(rf: RequestFactory) -> Visit:
    def go(view: Callable[..., HttpResponseBase], address: str = "/pack/", **kwargs: str) -> str:
        request = rf.get(address)
        request.desk = SimpleNamespace(name="Avery", role="analyst")  # type: ignore[attr-defined] - the desk's
        response = view(request, **kwargs)
        assert response.status_code == 200
        return unescape(response.content.decode())  # type: ignore[attr-defined] - never a stream here

    return go


def test_a_stranger_is_sent_to_the_sign_in_page(rf: RequestFactory) -> None:
    response = views.pack_page(rf.get("/pack/?q=lamps"))
    assert response.status_code == 302
    assert response["Location"] == "/sign-in/?next=%2Fpack%2F%3Fq%3Dlamps"


def test_every_facet_is_linked_from_the_front(visit: Visit) -> None:
    page = visit(views.pack_page)
    assert [f.key for f in queries.pack().facets if f"/pack/facets/{f.key}/" not in page] == []


@pytest.mark.parametrize("facet", [facet.key for facet in queries.pack().facets])
def test_every_code_stands_on_its_facet_s_page_with_definition_and_example(visit: Visit, facet: str) -> None:
    page = visit(views.facet_page, f"/pack/facets/{facet}/", key=facet)
    for code in queries.pack().facet(facet).codes:
        assert f'id="{code.key}"' in page
        assert code.definition in page
        assert code.examples[0] in page


def test_a_code_s_page_tells_what_other_lists_call_it(visit: Visit) -> None:
    page = visit(views.facet_page, "/pack/facets/factors/", key="factors")
    assert "HFACS: Pc" in page
    assert "ASRS human factors: Fatigue" in page


def test_words_find_codes_by_label_definition_example_and_foreign_spelling(visit: Visit) -> None:
    assert "/pack/facets/light/#dark_lit" in visit(views.pack_page, "/pack/?q=lamps")
    assert "/pack/lessons/#wear_belt" in visit(views.pack_page, "/pack/?q=belt+ride")
    assert "#ambush" in visit(views.pack_page, "/pack/?q=LEOKA+08")
    assert "procedure_far" in visit(views.pack_page, "/pack/?pack=aviation&q=Procedural+FAR")


def test_words_that_nothing_holds_say_so(visit: Visit) -> None:
    assert "No code holds all of these words" in visit(views.pack_page, "/pack/?q=zeppelin")


def test_a_query_is_shown_but_never_obeyed(rf: RequestFactory) -> None:
    request = rf.get("/pack/", {"q": "<script>alert(1)</script>"})
    request.desk = SimpleNamespace(name="", role="")  # type: ignore[attr-defined] - the desk's
    assert b"<script>alert" not in views.pack_page(request).content  # type: ignore[attr-defined] - no stream


def test_every_theme_shows_its_rule_exemplars_and_questions(visit: Visit) -> None:
    page = visit(views.lessons_page)
    pack = queries.pack()
    for theme in pack.codebook.themes:
        assert theme.rule in page
        assert theme.exemplars[0] in page
        assert pack.questions[theme.key][0] in page


def test_the_rules_come_with_the_matrix(visit: Visit) -> None:
    page = visit(views.rules_page)
    assert "Read to the end" in page
    assert "Consider an alert within a day" in page


def test_every_crosswalk_is_shown(visit: Visit) -> None:
    page = visit(views.crosswalks_page)
    assert all(walk.label in page for walk in queries.pack().crosswalks)


def test_a_facet_that_isn_t_there_is_not_found(visit: Visit) -> None:
    with pytest.raises(NotFound):
        visit(views.facet_page, key="mood")


def test_another_field_s_pack_keeps_its_links_in_that_pack(visit: Visit) -> None:
    page = visit(views.pack_page, "/pack/?pack=wildland_fire")
    assert "/pack/facets/stage/?pack=wildland_fire" in page
    assert "/pack/rules/" not in page  # it has none


def test_matches_in_the_label_come_first() -> None:
    hits = lookup.find(queries.pack(), "armor")
    in_label = ["armor" in (hit.label + hit.key).lower() for hit in hits]
    assert in_label == sorted(in_label, reverse=True)

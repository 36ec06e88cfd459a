"""How people and machines find a report: what may be typed, maps, address bars, other reports of a theme."""

from xml.etree import ElementTree

import pytest
from django.test import Client
from pytest_django import Settings

from closecall.public.library import actions, maps, queries
from closecall.public.library.rules.query import PAGE_ROWS, read
from closecall.public.library.rules.report import Lesson
from tests.public.library.shelf import plain, publish_invented, publish_own, told

pytestmark = [
    pytest.mark.once,
    pytest.mark.django_db(databases=["default"], transaction=True),
    pytest.mark.urls("tests.public.library.public_urls"),
]

SITEMAP = "{http://www.sitemaps.org/schemas/sitemap/0.9}"
KNIFE, BLADE, SEARCH, ICE = "KN4FE2", "B2ADE3", "SE2RCH", "K2XPE7"


@pytest.fixture
def shelf() -> None:
    publish_invented(
        plain(KNIFE, title="The knife in the boot", narrative="A folding knife. I ran to my partner’s car."),
        plain(BLADE, title="A blade by the door", narrative="The blade lay near my co-op radio. Snow fell."),
        plain(
            SEARCH,
            title="Searched once",
            narrative="A second search found the naïve hiding place. Searching again helped.",
            lessons=(Lesson("Wait for backup before the search.", "search_people"),),
        ),
        plain(ICE),
    )


def found(typed: str, **more: str) -> set[str]:
    asked = read({"q": [typed], **{name: [value] for name, value in more.items()}}, queries.facet_keys())
    return {one.report.public_id for one in queries.search(asked).results}


@pytest.mark.parametrize(
    ("typed", "ids"),
    [
        ("knife", {KNIFE}),
        ("KNIVES", set()),
        ("running", set()),
        ("searches", {SEARCH}),
        ("knife OR blade", {KNIFE, BLADE}),
        ("(knife OR blade) radio", {BLADE}),
        ("OR knife OR", {KNIFE}),
        ("radio NOT knife", {BLADE}),
        ("-knife", {BLADE, SEARCH, ICE}),
        ("-knife -blade -icy", {SEARCH}),
        ("NOT knife", {BLADE, SEARCH, ICE}),
        ('-"second search"', {KNIFE, BLADE, ICE}),
        ('"second search"', {SEARCH}),
        ('"search second"', set()),
        ("\u201csecond search\u201d", {SEARCH}),
        ('"second search', {SEARCH}),
        ("sear*", {SEARCH}),
        ("searchi*", {SEARCH}),
        ("naive", {SEARCH}),
        ("naï*", {SEARCH}),
        ("co-op", {BLADE}),
        ("partner's", {KNIFE}),
        ("lesson:wait", {SEARCH}),
        ("lesson:knife", set()),
        ("title:blade", {BLADE}),
        ("title:bla*", {BLADE}),
        ("-title:blade -lesson:wait", {KNIFE, ICE}),
        ('lesson:"before the search"', {SEARCH}),
        ("lesson:", {KNIFE, BLADE, SEARCH, ICE}),
        ("***", {KNIFE, BLADE, SEARCH, ICE}),
        ("- \u2013 --", {KNIFE, BLADE, SEARCH, ICE}),
        ('"" knife', {KNIFE}),
        ("K2XPE7", {ICE}),
    ],
)
@pytest.mark.usefixtures("shelf")
def test_what_people_type_finds_what_they_mean(typed: str, ids: set[str]) -> None:
    assert found(typed) == ids


@pytest.mark.usefixtures("shelf")
def test_a_misspelled_word_is_answered_with_what_was_probably_meant(client: Client) -> None:
    page = client.get("/reports/", {"q": "foldnig knife"}).content.decode()
    assert "Did you mean" in page and ">folding knife</a>" in page


@pytest.mark.usefixtures("shelf")
def test_nothing_found_says_how_many_there_are_without_a_filter(client: Client) -> None:
    page = client.get("/reports/", {"q": "knife", "light": "dark_lit"}).content.decode()
    assert "Without “Dark, lit" in page or "Without “" in page
    assert '<a href="/reports/?q=knife">1</a>' in page


def test_pages_of_equal_reports_never_repeat_or_lose_one() -> None:
    ids = [f"K{n:05}" for n in range(PAGE_ROWS * 2 + 5)]
    for start in range(0, len(ids), 9):  # several commits, so several segments
        publish_invented(*(plain(one) for one in ids[start : start + 9]))
    for sort in ("", "new", "old"):
        pages = [
            queries.search(read({"q": ["belt"], "sort": [sort], "page": [str(n)]}, ())) for n in (1, 2, 3)
        ]
        seen = [one.report.public_id for page in pages for one in page.results]
        assert sorted(seen) == ids and pages[0].total == len(ids)


def test_a_report_shows_others_of_its_theme_but_not_before_the_reader_decides(client: Client) -> None:
    others = [plain(f"S{n:05}", lessons=(Lesson("Look twice.", "search_people"),)) for n in range(9)]
    publish_invented(*others)
    publish_own(told())
    assert "The same lesson" not in client.get("/reports/M7K2QF/").content.decode()
    page = client.get("/reports/M7K2QF/?part=2").content.decode()
    assert "The same lesson" in page and 'href="/topics/search_people/"' in page
    assert "6 more teach this" in page
    near = {one.report.public_id for one in queries.similar("M7K2QF")}
    same = queries.same_theme(queries.report("M7K2QF"), without=near)
    assert same is not None and not near & {one.public_id for one in same.reports}
    assert queries.same_theme(queries.report("M7K2QF"), without=[one.public_id for one in others]) is None


def test_machines_read_what_a_page_is_from_its_attributes(client: Client) -> None:
    publish_own(told())
    first = client.get("/reports/M7K2QF/").content.decode()
    assert 'itemtype="https://schema.org/Report"' in first
    for name in ("headline", "abstract", "articleBody", "datePublished", "identifier"):
        assert f'itemprop="{name}"' in first
    assert "application/ld+json" not in first
    assert (
        'itemtype="https://schema.org/DefinedTerm"' in client.get("/topics/search_people/").content.decode()
    )


def test_the_maps_name_every_listed_report_and_topic_and_nothing_that_was_withdrawn(
    client: Client, settings: Settings, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(maps, "_MAP_ROWS", 2)
    publish_invented(plain("K2XPE7"), plain("R3WD9C"), plain("T4XE2D"))
    actions.retract("R3WD9C")

    def places(address: str) -> list[str]:
        root = ElementTree.fromstring(client.get(address).content)  # noqa: S314 - our own
        return [str(place.text).removeprefix(settings.PUBLIC_URL) for place in root.iter(f"{SITEMAP}loc")]

    assert places("/sitemap.xml") == ["/sitemaps/pages.xml", "/sitemaps/reports-1.xml"]
    assert "/topics/wear_belt/" in places("/sitemaps/pages.xml")
    assert places("/sitemaps/reports-1.xml") == ["/reports/K2XPE7/", "/reports/T4XE2D/"]
    assert client.get("/sitemaps/reports-2.xml").status_code == 404
    assert "Sitemap: " in client.get("/robots.txt").content.decode()


def test_a_chart_says_how_many_it_shows_when_older_years_do_not_fit(client: Client) -> None:
    publish_invented(*(plain(f"Y{year:05}", period=f"{year}-Q1") for year in range(2001, 2026)))
    page = client.get("/reports/").content.decode()
    assert "16 reports by year, since 2010" in page
    assert "25 reports</strong>" in page
    assert 'class="year minor"' in page


def test_a_browser_can_search_from_its_address_bar(client: Client) -> None:
    page = client.get("/reports/").content.decode()
    assert 'href="/opensearch.xml"' in page
    response = client.get("/opensearch.xml")
    assert response["Content-Type"].startswith("application/opensearchdescription+xml")
    root = ElementTree.fromstring(response.content)  # noqa: S314 - our own
    assert any(one.get("template", "").endswith("/reports/?q={searchTerms}") for one in root)

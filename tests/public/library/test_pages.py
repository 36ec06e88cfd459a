"""What readers get: pages that keep the ending, say where a story comes from, and set no cookie."""

import csv
import io
import json
from dataclasses import replace
from xml.etree import ElementTree

import pytest
from django.test import Client

from closecall.errors import NotFound
from closecall.public.library import actions, queries
from closecall.public.library.models import IdentityWarning, PublishedReport
from closecall.public.library.rules.report import AppliedCode, Lesson, Pause
from tests.public.library.shelf import FIRST, SECOND, plain, publish_invented, publish_own, told, two

pytestmark = [
    pytest.mark.once,
    pytest.mark.django_db(databases=["default"], transaction=True),
    pytest.mark.urls("tests.public.library.public_urls"),
]

ENDING = ("small pistol", "vending machine")
ATOM = "{http://www.w3.org/2005/Atom}"


def text_of(client: Client, address: str, status: int = 200) -> str:
    response = client.get(address)
    assert response.status_code == status
    return response.content.decode()


def test_the_ending_is_not_in_the_page_before_the_reader_decides(client: Client) -> None:
    publish_own(told())
    first = text_of(client, "/reports/M7K2QF/")
    assert "His knee was turned away" in first
    assert "What do you do?" in first
    assert "after the stop" in first
    assert "Skip to the lesson" in first
    for spoiler in (*ENDING, "Search him yourself", "Firearm missed", "Hand-over gap", "Acted on a cue"):
        assert spoiler not in first
    second = text_of(client, "/reports/M7K2QF/?part=2")
    for kept in (*ENDING, "Search him yourself", "Firearm missed", "Hand-over gap", "Acted on a cue"):
        assert kept in second


def test_a_story_with_two_stops_tells_one_part_at_a_time(client: Client) -> None:
    third = "And then the sun came up."
    text = told(
        narrative=FIRST + SECOND + third,
        pauses=(
            Pause(len(FIRST), "One.", ("First?",)),
            Pause(len(FIRST + SECOND), "Two.", ("Second?",)),
        ),
    )
    publish_own(text)
    middle = text_of(client, "/reports/M7K2QF/?part=2")
    assert "Part 2 of 3" in middle and "vending machine" in middle
    assert "sun came up" not in middle and "Search him yourself" not in middle
    whole = text_of(client, "/reports/M7K2QF/?part=all")
    assert "sun came up" in whole and "First?" in whole and "Second?" in whole
    assert "The lesson:" not in whole and "after the stop" in whole


@pytest.mark.parametrize("odd", ["0", "99", "-1", "x", "", "²", "1e9", "all2"])
def test_an_odd_part_is_no_error(client: Client, odd: str) -> None:
    publish_invented(told())
    assert client.get("/reports/M7K2QF/", {"part": odd}).status_code == 200


def test_a_report_without_stops_shows_its_lesson_at_once(client: Client) -> None:
    publish_invented(plain("K2XPE7"))
    assert "The lesson: Buckle before you touch the shifter." in text_of(client, "/reports/K2XPE7/")


def test_search_never_quotes_what_comes_after_a_stop(client: Client) -> None:
    publish_own(told())
    page = text_of(client, "/reports/?q=pistol")
    assert "1 report" in page and "“Already searched,” he said" in page
    assert "small" not in page and "sock" not in page
    assert "<mark>knee</mark>" in text_of(client, "/reports/?q=knee")
    assert "Firearm missed" not in page.split('class="rows')[1].split('class="pager')[0]


def test_where_nothing_is_found_no_filters_are_offered_but_those_that_are_on(client: Client) -> None:
    publish_invented(plain("K2XPE7"))
    assert "Apply filters" in text_of(client, "/reports/?q=belt")
    assert "Apply filters" not in text_of(client, "/reports/?q=zzzzz")
    chosen = text_of(client, "/reports/?q=zzzzz&event=own_collision")
    assert "Apply filters" in chosen and "checked" in chosen


def test_every_page_row_file_and_feed_says_where_a_story_comes_from(client: Client) -> None:
    publish_invented(plain("K2XPE7"))
    actions.publish_as_instance(
        [plain("R3WD9C", source="ACN 80563")], origin="import", source_label="NASA ASRS"
    )
    for address in ("/", "/reports/", "/reports/?q=belt", "/topics/wear_belt/", "/feeds/reports.atom"):
        page = text_of(client, address)
        assert "Invented for demonstration" in page, address
        assert "Imported from NASA ASRS" in page, address
    assert "Imported from NASA ASRS, ACN 80563." in text_of(client, "/reports/R3WD9C/")
    assert "Invented for demonstration" in text_of(client, "/reports/K2XPE7/")
    assert json.loads(text_of(client, "/reports/R3WD9C.json"))["origin"] == "import"
    rows = json.loads(text_of(client, "/reports/.json"))["results"]
    assert {row["origin"] for row in rows} == {"import", "invented"}
    items = json.loads(text_of(client, "/feeds/reports.json"))["items"]
    assert {item["_close_call"]["origin"] for item in items} == {"import", "invented"}


def test_a_flipped_row_is_refused_with_a_page_that_says_so(client: Client) -> None:
    publish_own(told())
    publish_own(plain("K2XPE7"), two())
    row = PublishedReport.objects.get(public_id="M7K2QF")
    row.text = json.dumps(json.loads(row.text) | {"synopsis": "It was Smith of Springfield."})
    row.save()
    page = text_of(client, "/reports/M7K2QF/", 503)
    assert "match the signatures" in page
    for address in ("/", "/reports/", "/reports/?q=Smith", "/feeds/reports.atom", "/reports/.csv"):
        response = client.get(address)
        body = b"".join(response.streaming_content) if response.streaming else response.content  # type: ignore[attr-defined] # Django's test response
        assert b"Smith" not in body.replace(b'value="Smith"', b"").replace(b"q=Smith", b"").replace(
            b"Smith \xc2\xb7", b""
        ), address
        assert b"M7K2QF" not in body, address
    assert client.get("/reports/M7K2QF.json").status_code == 503


def test_a_withdrawn_report_is_gone_from_pages_search_and_feeds_at_once(client: Client) -> None:
    publish_invented(plain("K2XPE7"), plain("R3WD9C"))
    assert "K2XPE7" in text_of(client, "/reports/")
    etag = client.get("/reports/")["ETag"]
    actions.retract("K2XPE7")
    assert client.get("/reports/K2XPE7/").status_code == 410
    assert client.get("/reports/", headers={"If-None-Match": etag}).status_code == 200
    for address in ("/reports/", "/feeds/reports.atom", "/feeds/reports.json", "/reports/.json", "/"):
        assert "K2XPE7" not in text_of(client, address), address


def test_pages_are_asked_about_each_time_and_answered_in_a_line_when_nothing_changed(client: Client) -> None:
    publish_invented(plain("K2XPE7"))
    for address in ("/", "/reports/", "/reports/K2XPE7/", "/feeds/reports.atom"):
        first = client.get(address)
        assert first["Cache-Control"] == "public, no-cache"
        again = client.get(address, headers={"If-None-Match": first["ETag"]})
        assert again.status_code == 304, address
        squeezed = client.get(address, headers={"Accept-Encoding": "gzip"})
        again = client.get(address, headers={"If-None-Match": squeezed["ETag"], "Accept-Encoding": "gzip"})
        assert again.status_code == 304, address
    client.cookies["theme"] = "red"
    other = client.get("/", headers={"If-None-Match": first["ETag"]})
    assert other.status_code == 200


def test_no_page_sets_a_cookie(client: Client) -> None:
    publish_invented(plain("K2XPE7"))
    for address in ("/", "/reports/?q=belt", "/reports/K2XPE7/", "/topics/", "/feeds/reports.atom"):
        assert not client.get(address).cookies, address


def test_a_page_of_twenty_results_stays_light_and_asks_the_database_little(
    client: Client, django_assert_max_num_queries: object
) -> None:
    letters = "ABCDEFGHJKMNPQRSTVWXYZ2345"
    publish_invented(*(plain(f"K2XPE{letter}") for letter in letters))
    client.get("/reports/")
    with django_assert_max_num_queries(12):  # type: ignore[operator] # a pytest-django fixture
        page = client.get("/reports/?q=belt", headers={"Accept-Encoding": "gzip"})
    assert len(page.content) < 20_000
    assert "Page 1 of 2" in text_of(client, "/reports/?q=belt")


def test_filters_are_links_and_boxes_with_exact_counts(client: Client) -> None:
    codes = (AppliedCode("event", "own_collision"), AppliedCode("light", "daylight"))
    publish_invented(plain("K2XPE7"), plain("R3WD9C"), plain("TQ85HA", codes=codes))
    page = text_of(client, "/reports/?light=dark_unlit")
    assert "2 reports" in page
    assert 'name="light" value="dark_unlit" checked' in page
    assert 'name="light" value="daylight"><span>Daylight</span><span class="n">1</span>' in page
    assert "3 reports" in text_of(client, "/reports/?light=dark_unlit&light=daylight")
    assert "0 reports" in text_of(client, "/reports/?light=daylight&activity=driving_to_call")


def test_nothing_found_says_what_to_leave_out_and_what_was_probably_meant(client: Client) -> None:
    publish_invented(plain("K2XPE7"), plain("R3WD9C"))
    page = text_of(client, "/reports/?light=dark_unlit&weather=snow_or_ice")
    assert "No report matches" in page
    assert "Without “Snow or ice” there are" in page and ">2</a>" in page
    assert "Did you mean" in text_of(client, "/reports/?q=shiftr")


@pytest.mark.parametrize(
    "query",
    [
        "q=%00%ff", "q=%22", "q=-", "q=OR", "q=*", "q=lesson:", "page=0", "page=99999999999999999999",
        "page=x", "from=2026-Q9", "to=x", "sort=worst", "light=%3Cscript%3E", "q=%3Cscript%3E", "light=",
        "from=2026-Q4&to=2020", "q=" + "a" * 5000, "event=a&event=b&event=c", "page=%C2%B2",
    ],
)  # fmt: skip
def test_no_address_makes_search_fail_or_lets_markup_through(client: Client, query: str) -> None:
    publish_invented(plain("K2XPE7"))
    for ending in ("", ".json", ".csv", ".atom"):
        response = client.get(f"/reports/{ending}?{query}")
        assert response.status_code == 200, ending
    assert "<script>" not in text_of(client, f"/reports/?{query}")


def test_untrusted_text_is_escaped_everywhere(client: Client) -> None:
    nasty = "<script>alert(1)</script> & “quoted”"
    text = told(
        "K2XPE7",
        title=nasty,
        synopsis=nasty,
        narrative=nasty + " knee\n\n" + nasty,
        pauses=(Pause(20, nasty, (nasty,)),),
        lessons=(Lesson(nasty, "search_people", nasty),),
        codes=(AppliedCode("barriers", "acted_on_cue", "", nasty), AppliedCode("factors", "fatigue")),
        content_note=nasty,
    )
    publish_invented(text)
    here = "/reports/K2XPE7/"
    for address in ("/", "/reports/?q=knee", here, f"{here}?part=all", "/topics/search_people/"):
        page = text_of(client, address)
        assert "<script>alert" not in page, address
        assert "&lt;script&gt;" in page, address
    ElementTree.fromstring(text_of(client, "/feeds/reports.atom"))  # noqa: S314 - our own output


def test_a_search_is_also_a_safe_table_a_page_of_data_and_a_feed(client: Client) -> None:
    publish_invented(
        plain("K2XPE7", title='=HYPERLINK("x")', lessons=(Lesson("+1 for belts", "wear_belt"),)),
        plain("R3WD9C", title="Other", narrative="Nothing.", lessons=(Lesson("Look twice."),)),
    )
    response = client.get("/reports/.csv?q=belt")
    body = b"".join(response.streaming_content).decode()  # type: ignore[attr-defined] # Django's test response
    rows = list(csv.DictReader(io.StringIO(body)))
    assert [row["id"] for row in rows] == ["K2XPE7"]
    assert rows[0]["title"].startswith("'=") and rows[0]["lessons"].startswith("'+")
    assert rows[0]["light"] == "dark_unlit"
    data = json.loads(text_of(client, "/reports/.json?q=belt"))
    assert (data["total"], data["results"][0]["id"]) == (1, "K2XPE7")
    feed = ElementTree.fromstring(text_of(client, "/reports/.atom?q=belt"))  # noqa: S314 - our own output
    assert [entry.findtext(f"{ATOM}title") for entry in feed.iter(f"{ATOM}entry")] == ['=HYPERLINK("x")']


def test_one_report_as_data_is_whole_and_its_signatures_can_be_checked(client: Client) -> None:
    people = two()
    publish_own(told(), people)
    data = json.loads(text_of(client, "/reports/M7K2QF.json"))
    assert data["report"]["narrative"] == FIRST + SECOND
    assert [one["verify_key"] for one in data["signatures"]] == [p.pair.verify_key.hex() for p in people]


def test_anybody_can_say_that_a_report_could_identify_someone(client: Client) -> None:
    publish_invented(plain("K2XPE7"))
    assert client.post("/reports/K2XPE7/could-identify/").status_code == 200
    assert [one.public_id for one in queries.open_warnings()] == ["K2XPE7"]
    forged = client.post("/reports/K2XPE7/could-identify/", headers={"Sec-Fetch-Site": "cross-site"})
    assert forged.status_code == 403
    assert IdentityWarning.objects.get().count == 1
    assert client.get("/reports/K2XPE7/could-identify/").status_code == 405


def test_a_correction_is_told_on_the_page(client: Client) -> None:
    people = two()
    publish_own(plain("K2XPE7"), people)
    mended = replace(plain("K2XPE7"), title="The belt")
    actions.correct(mended, signatures=[p.sign(mended) for p in people], note="A street was named.")
    page = text_of(client, "/reports/K2XPE7/")
    assert "A street was named." in page and "Version 2" in page


def test_reports_of_other_fields_show_their_own_facets(client: Client) -> None:
    from closecall.public.taxonomy.queries import pack

    field = pack("aviation")
    facet = next(one for one in field.facets if one.filterable and one.value == "codes" and one.codes)
    code = facet.codes[0]
    text = plain(
        "R3WD9C", pack="aviation", lessons=(), codes=(AppliedCode(facet.key, code.key),),
        narrative="ON FINAL WE HEARD TWR CLR ANOTHER ACFT ONTO OUR RWY.", period="1998",
    )  # fmt: skip
    actions.publish_as_instance([text], origin="import", source_label="NASA ASRS")
    page = text_of(client, "/reports/")
    assert facet.label in page and code.label in page
    report = text_of(client, "/reports/R3WD9C/")
    assert "in-capitals" in report and "ON FINAL WE HEARD" in report


def test_a_report_of_a_field_that_is_no_longer_installed_can_still_be_read(
    client: Client, monkeypatch: pytest.MonkeyPatch
) -> None:
    publish_invented(plain("K2XPE7"))

    def missing(name: str | None = None) -> None:
        raise NotFound

    monkeypatch.setattr("closecall.public.library.render.pack_named", missing)
    assert "Own collision" in text_of(client, "/reports/K2XPE7/")


def test_lower_case_addresses_lead_to_the_report_and_unknown_ones_nowhere(client: Client) -> None:
    publish_invented(plain("K2XPE7"))
    assert client.get("/reports/k2xpe7/")["Location"] == "/reports/K2XPE7/"
    assert client.get("/reports/ZZZZZZ/").status_code == 404
    assert client.get("/reports/OOOOOO/").status_code == 404
    assert client.get("/topics/no_such_thing/").status_code == 404


def test_an_empty_library_says_so(client: Client) -> None:
    assert "No report is published yet" in text_of(client, "/")
    assert "No report is published yet" in text_of(client, "/reports/")
    assert client.get("/feeds/reports.atom").status_code == 200
    assert client.get("/topics/").status_code == 200


def test_health_is_told_without_numbers_of_people(client: Client) -> None:
    publish_invented(plain("K2XPE7"))
    client.get("/reports/")
    assert json.loads(text_of(client, "/healthz")) == {
        "status": "ok", "database": True, "index": True, "log": 1, "index_lag": 0,
    }  # fmt: skip


def test_the_class_of_potential_is_told_with_what_it_means_once_the_story_is(client: Client) -> None:
    publish_invented(told(risk_class="B"), plain("K2XPE7", risk_class="Z"), plain("R3WD9C"))
    assert "Potential" not in text_of(client, "/reports/M7K2QF/")
    page = text_of(client, "/reports/M7K2QF/?part=2")
    assert "Class B (of A to C): watch for a pattern." in page and "not the officer" in page
    assert "<p>Class Z.</p>" in text_of(client, "/reports/K2XPE7/")
    assert "Potential" not in text_of(client, "/reports/R3WD9C/")


def test_odd_texts_are_told_whole_on_their_page_and_in_short_in_lists(client: Client) -> None:
    words = " ".join(["unreasonable"] * 1000)
    long = ("I waited at the door for the second car. " * 4_870).strip()
    assert 199_000 < len(long) < 200_000
    publish_invented(
        plain("K2XPE7", title=words, lessons=(Lesson("c" * 300, "wear_belt", "officer"),)),
        plain("R3WD9C", title="W" * 300, narrative=long),
        plain("N8SNHE", title="توقف عند الجسر", narrative="توقفت السيارة.\n\nIt was dark."),
    )
    assert words in text_of(client, "/reports/K2XPE7/")
    assert text_of(client, "/reports/R3WD9C/").count("second car") >= 4_870
    rows = text_of(client, "/reports/")
    assert "unreasonable …</a>" in rows and "W" * 159 + "…</a>" in rows and "W" * 200 not in rows
    assert len(rows) < 60_000 and len(text_of(client, "/topics/wear_belt/")) < 60_000
    page = text_of(client, "/reports/N8SNHE/")
    assert 'dir="auto">توقف عند الجسر</h1>' in page and '<p dir="auto">توقفت السيارة.</p>' in page

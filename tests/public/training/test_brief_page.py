"""The page itself: one, whole, inert, accessible, without a date."""

import io
from dataclasses import replace

import pytest
from django.conf import settings
from django.test import Client
from pypdf import PdfReader

from closecall.errors import BadInput, NotFound
from closecall.public.library import actions
from closecall.public.library.rules.report import Pause, ReleasedText
from closecall.public.training import queries
from tests.public.training.stories import LEAD, REST, story

DATABASES = ["default", "sealed"]
pytestmark = [pytest.mark.once, pytest.mark.django_db(databases=DATABASES)]
HOSTILE = '#import "@preview/x:1.0.0" *b* $x$ #read("/etc/passwd") <script> \\ `raw` @ref //c #eval("1")'
_MORE_THAN_A_PAGE = 12_000


def shelve(text: ReleasedText) -> None:
    actions.publish_as_instance([text], origin="invented", source_label="Demonstration")


def read(page: bytes) -> PdfReader:
    return PdfReader(io.BytesIO(page))


def words_of(page: bytes) -> str:
    return " ".join(read(page).pages[0].extract_text().split())


@pytest.mark.parametrize(("paper", "size"), [("letter", (612, 792)), ("a4", (595, 842))])
def test_the_whole_round_stands_on_one_page(paper: str, size: tuple[int, int]) -> None:
    shelve(story())
    page = queries.brief_pdf("M7K2QF", paper)
    printed = words_of(page)
    assert len(read(page).pages) == 1
    assert (round(read(page).pages[0].mediabox.width), round(read(page).pages[0].mediabox.height)) == size
    for wanted in ("Read aloud", "Stop.", "Then read", "The lesson", "Discuss", "Commit", "M7K2QF"):
        assert wanted in printed
    assert "Invented for demonstration" in printed
    assert settings.PUBLIC_URL.removeprefix("http://") + "/reports/M7K2QF/" in printed


def test_the_strip_does_not_give_the_ending_away() -> None:
    shelve(story())
    printed = words_of(queries.brief_pdf("M7K2QF"))
    assert "Alone" in printed
    assert "issed firearm" not in printed


def test_the_page_is_tagged_for_screen_readers_and_carries_no_date() -> None:
    shelve(story())
    page = queries.brief_pdf("M7K2QF")
    catalog = read(page).trailer["/Root"]
    assert catalog["/MarkInfo"]["/Marked"]
    assert catalog["/Lang"] == "en"
    assert b"pdfuaid" in catalog["/Metadata"].get_data()
    assert b"CreateDate" not in catalog["/Metadata"].get_data()
    assert "/CreationDate" not in (read(page).metadata or {})


def test_typst_code_in_a_story_is_printed_and_never_run() -> None:
    shelve(story(rest=HOSTILE, title="#panic() *title*"))
    printed = words_of(queries.brief_pdf("M7K2QF"))
    assert '#read("/etc/passwd")' in printed
    assert "#panic() *title*" in printed


def test_a_long_story_says_where_the_rest_is() -> None:
    shelve(story(lead=LEAD * 12, rest=REST * 10))
    page = queries.brief_pdf("M7K2QF")
    assert len(read(page).pages) == 1
    assert "Read the rest at" in words_of(page)


@pytest.mark.parametrize("lead", ["0", "Word. " * 1000, "One very long paragraph, no end in sight " * 150])
@pytest.mark.parametrize("wide", ["W", "漢", "😀", "[x] ", "a ", "\n\n.", "é", HOSTILE])
def test_any_story_whatever_its_letters_fits_one_page(lead: str, wide: str) -> None:
    text = replace(
        story(),
        title=wide * 150 or "t",
        narrative=lead + (wide * 3000)[:_MORE_THAN_A_PAGE] + "end",
        pauses=(Pause(len(lead), (wide * 400)[:2000] + "s", ((wide * 200)[:1000] + "q",) * 5),),
    )
    text = replace(
        text,
        title=text.title.strip() or "t",
        lessons=(replace(text.lessons[0], text=(wide * 500)[:2500] + "l"),),
    )
    for size, air, words in queries._FITS:
        content = queries.brief_content(text, words=words)
        where = {"paper": "letter", "address": "https://x.example/reports/M7K2QF/", "origin": "Own."}
        if queries.render.pages(content, size=size, air=air, **where) == 1:
            assert len(read(queries.render.pdf(content, size=size, air=air, **where)).pages) == 1
            return
    pytest.fail("no fit")


def test_the_address_gives_the_page_and_refuses_what_isnt_there() -> None:
    shelve(story())
    response = Client().get("/reports/m7k2qf/brief.pdf?paper=a4")
    assert (response.status_code, response["Content-Type"]) == (200, "application/pdf")
    assert response.content.startswith(b"%PDF")
    assert Client().get("/reports/M7K2QF/brief.pdf?paper=napkin").status_code == 422
    assert Client().get("/reports/ZZZZZZ/brief.pdf").status_code == 404
    with pytest.raises(BadInput):
        queries.brief_pdf("M7K2QF", "napkin")
    with pytest.raises(NotFound):
        queries.brief_pdf("ZZZZZZ")

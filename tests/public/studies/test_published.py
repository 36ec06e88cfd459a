"""A published study: its versions, its files, its paper; and what is withdrawn is gone from all of them."""

import csv
import hashlib
import io
import json
from collections.abc import Iterator, Mapping
from dataclasses import replace
from datetime import date
from typing import Any

import pytest
from django.test import Client
from pypdf import PdfReader

from closecall.public.library.actions import publish_as_instance, retract
from closecall.public.library.rules.report import Lesson
from closecall.public.studies import actions, queries
from closecall.public.studies.render.files import FILES
from closecall.public.studies.rules import results
from closecall.public.studies.rules.board import Decision
from closecall.public.studies.rules.changes import changes
from closecall.public.taxonomy.rules.loading import INSTALLED
from tests.public.library.shelf import plain, publish_invented
from tests.public.studies.test_studies import BOOK, MERGE, MOVE, NAME, composed, encode, texts

pytestmark = [
    pytest.mark.django_db(databases=["default"], transaction=True),
    pytest.mark.urls("tests.public.library.public_urls"),
]
HOSTILE = '=HYPERLINK("x") #eval("1") *b* $x$ \\ @ref </p><script>alert(1)</script> [a nearby town] search'
SECOND = {"M7K2QA/1": "search", "M7K2QA/2": "wait", "M7K2QB/1": "wait"}
EVERY = ("study.pdf", "study.pdf?paper=a4", *FILES)


@pytest.fixture
def study() -> Iterator[None]:
    """Two versions of a study of four reports; the second moved a lesson, merged and named."""
    publish_invented(*texts())
    actions.publish_study("look-twice", composed(second=SECOND), on=date(2026, 11, 1))
    actions.publish_study("look-twice", composed(MOVE, MERGE, NAME, second=SECOND), on=date(2026, 11, 9))
    yield


def get(client: Client, address: str) -> bytes:
    response = client.get(f"/studies/look-twice/{address}")
    assert response.status_code == 200, address
    return response.getvalue()


def printed(data: bytes) -> str:
    words = " ".join(page.extract_text() for page in PdfReader(io.BytesIO(data)).pages)
    return " ".join(words.split())


def read(client: Client, address: str) -> str:
    data = get(client, address)
    return printed(data) if "study.pdf" in address else data.decode()


def rows(client: Client, name: str) -> list[dict[str, str]]:
    return list(csv.DictReader(io.StringIO(get(client, name).decode())))


@pytest.mark.usefixtures("study")
def test_every_version_stays_readable_and_the_page_says_what_a_version_changed(client: Client) -> None:
    newest, first, second = (get(client, address).decode() for address in ("", "1/", "2/"))
    assert "A newer one stands" in first and 'href="/studies/look-twice/"' in first
    assert "A newer one stands" not in newest + second
    for page in (newest, first, second):
        assert "3 decisions instead of 0." in page
        assert "“Search again” is called “Search, even after somebody else has”." in page
        assert "“Keep scanning” is no longer a theme." in page
    assert "/studies/look-twice/1/ (SHA-256" in first
    assert client.get("/studies/look-twice/3/").status_code == 404


@pytest.mark.usefixtures("study")
def test_the_record_is_exact_and_every_table_says_what_its_counts_can_t(client: Client) -> None:
    for version in (1, 2):
        record = json.loads(get(client, f"{version}/study.json"))
        assert record["version"] == version
        assert results.content_hash(record["content"]) == record["sha256"]
    assert json.loads(get(client, "study.json")) == json.loads(client.get("/studies/look-twice.json").content)
    for name in FILES:
        if name.endswith(".csv"):
            assert all(row["caveat"].startswith("Voluntary reports") for row in rows(client, name)), name
    found = {row["key"]: (row["reports"], row["of"], row["lessons"]) for row in rows(client, "findings.csv")}
    assert found == {"A": ("3", "4", "3"), "B": ("2", "4", "2")}
    assert rows(client, "saturation.csv")[-1]["themes"] == "2.0"
    assert {row["measure"] for row in rows(client, "agreement.csv")} >= {"Cohen’s κ", "Krippendorff’s α"}
    assert [(row["verb"], row["decisions"]) for row in rows(client, "decisions.csv")] == [
        ("move", "1"), ("merge", "1"), ("name", "1"),
    ]  # fmt: skip
    assert client.get("/studies/look-twice/1/secret.csv").status_code == 404


@pytest.mark.usefixtures("study")
def test_nobody_is_named_on_the_page_on_paper_or_in_a_table(client: Client) -> None:
    for address in ("", "1/", *(name for name in EVERY if name != "study.json")):
        assert "heron" not in read(client, address), address


@pytest.mark.usefixtures("study")
def test_words_and_title_of_a_withdrawn_report_are_gone_from_page_paper_and_files_at_once(
    client: Client,
) -> None:
    publish_as_instance(
        [replace(texts()[0], title="A sock in the snow")], origin="invented", source_label="Demonstration"
    )
    seen = read(client, "") + read(client, "study.pdf") + read(client, "lessons.csv")
    assert seen.count("I would search him.") >= 3
    assert "A sock in the snow" in seen
    retract("M7K2QA")
    for address in ("", "1/", *EVERY, *(f"1/{name}" for name in EVERY)):
        told = read(client, address)
        assert "search him" not in told, address
        assert "A sock in the snow" not in told, address
    page = get(client, "").decode()
    assert "1 of these reports is no longer in the library" in page
    assert "1 gone since" in page
    assert "1 no longer in the library" in read(client, "study.pdf")
    assert {row["withdrawn_since"] for row in rows(client, "findings.csv")} == {"1"}
    states = {row["lesson"]: (row["state"], row["words"]) for row in rows(client, "lessons.csv")}
    assert states["M7K2QA/1"] == ("withdrawn", "")


@pytest.mark.usefixtures("study")
def test_a_lesson_that_was_reworded_is_not_quoted_and_the_page_says_so(client: Client) -> None:
    lessons = (Lesson("I would frisk him."), *texts()[0].lessons[1:])
    publish_as_instance(
        [replace(texts()[0], lessons=lessons)], origin="invented", source_label="Demonstration"
    )
    page = get(client, "").decode()
    assert "search him" not in page and "frisk" not in page
    assert "1 lesson was reworded since" in page
    states = {row["lesson"]: row["state"] for row in rows(client, "lessons.csv")}
    assert states["M7K2QA/1"] == "altered"
    assert states["M7K2QA/2"] == "as published"


@pytest.mark.parametrize(("paper", "size"), [("letter", (612, 792)), ("a4", (595, 842))])
@pytest.mark.usefixtures("study")
def test_the_paper_says_all_that_the_page_says(client: Client, paper: str, size: tuple[int, int]) -> None:
    data = get(client, f"2/study.pdf?paper={paper}")
    box = PdfReader(io.BytesIO(data)).pages[0].mediabox
    assert (round(box.width), round(box.height)) == size
    words = printed(data)
    for wanted in (
        "Look twice", "What did they learn?", "All 4 reports are invented, for demonstration",
        "I would search him.", "3 reports", "Saturation", "Cohen’s κ", "3 decisions", "1 theme named",
        "never rates", "Version 2, 9 November 2026", queries.study("look-twice").content_hash, "small-book",
    ):  # fmt: skip
        assert wanted in words, wanted


@pytest.mark.usefixtures("study")
def test_the_same_study_makes_the_same_paper_to_the_byte_tagged_and_without_a_date(client: Client) -> None:
    first, again = get(client, "2/study.pdf"), get(client, "2/study.pdf")
    assert first == again
    assert first != get(client, "1/study.pdf")
    document = PdfReader(io.BytesIO(first))
    catalog = document.trailer["/Root"]
    assert catalog["/MarkInfo"]["/Marked"]
    assert b"pdfuaid" in catalog["/Metadata"].get_data()
    assert "/CreationDate" not in (document.metadata or {})
    assert client.get("/studies/look-twice/study.pdf?paper=a3").status_code == 422


def test_what_people_wrote_is_data_on_the_page_on_paper_and_in_tables(client: Client) -> None:
    publish_invented(plain("M7K2QA", lessons=(Lesson(HOSTILE),), title=HOSTILE), plain("M7K2QB"))
    cohort = actions.freeze_cohort(queries.read_query("?event=own_collision"))
    grouped = actions.group_lessons(cohort, BOOK, encode=encode)
    content = actions.compose(
        cohort, grouped, BOOK, book_hash="h", title=HOSTILE, question=HOSTILE,
        decisions=[Decision("name", "heron", theme="search", label=HOSTILE)],
    )  # fmt: skip
    actions.publish_study("look-twice", content, on=date(2026, 11, 1))
    page = get(client, "").decode()
    assert "<script>alert" not in page and "&lt;script&gt;alert" in page
    assert '#eval("1") *b* $x$ \\ @ref' in read(client, "study.pdf")
    assert rows(client, "lessons.csv")[0]["words"].startswith("'=HYPERLINK")
    assert rows(client, "codebook.csv")[0]["label"].startswith("'=HYPERLINK")
    assert "\\#eval" in read(client, "cite.bib") and "\\$x\\$" in read(client, "cite.bib")
    assert json.loads(get(client, "cite.json"))[0]["title"] == HOSTILE


def test_the_codebook_is_served_to_the_byte_while_a_pack_has_it_and_never_another(client: Client) -> None:
    file = (INSTALLED / "law_enforcement" / "codebook.yaml").read_bytes()
    publish_invented(*texts())
    content = composed()
    known = {"key": "officer-safety-lessons", "version": 1, "sha256": hashlib.sha256(file).hexdigest()}
    actions.publish_study("look-twice", {**content, "codebook": known}, on=date(2026, 11, 1))
    actions.publish_study("other-book", content, on=date(2026, 11, 1))
    assert get(client, "codebook.yaml") == file
    assert "codebook.yaml" in get(client, "").decode()
    assert client.get("/studies/other-book/codebook.yaml").status_code == 404
    assert "/codebook.yaml" not in client.get("/studies/other-book/").content.decode()


def test_a_machine_s_proposal_that_nobody_read_says_so(client: Client) -> None:
    publish_invented(*texts())
    actions.publish_study("look-twice", composed(), on=date(2026, 11, 1))
    page = get(client, "").decode()
    assert "Nobody has gone over the proposal" in page
    assert "A person has to read them before anybody relies on them." in page
    assert "No second coder has coded these lessons" in page


def test_a_study_that_says_more_than_this_program_knows_is_shown_all_the_same(client: Client) -> None:
    publish_invented(*texts())
    content: dict[str, Any] = {**composed(MOVE, second=SECOND)}
    content |= {"notes": ["The second coder was a machine."], "weather": {"rain": 1}}
    content["decisions"] = [*content["decisions"], {**content["decisions"][0], "verb": "rank"}]
    content["cohort"] = {key: value for key, value in content["cohort"].items() if key != "seq"}
    actions.publish_study("look-twice", content, on=date(2026, 11, 1))
    for address in ("", *EVERY):
        read(client, address)
    assert "The second coder was a machine." in get(client, "").decode()


@pytest.mark.parametrize(
    ("old", "new", "said"),
    [
        ({"cohort": {"ids": ["a", "b"]}}, {"cohort": {"ids": ["a"]}}, "1 report went out."),
        (
            {"cohort": {"ids": ["a"], "fingerprint": "x"}},
            {"cohort": {"ids": ["a"], "fingerprint": "y"}},
            "The wording of a report was corrected.",
        ),
        ({"second": {}}, {"second": {"a": "b"}}, "A second coder coded 1 lesson."),
        ({"model": "a"}, {"model": "b"}, "Another model made the first proposal."),
        ({"residue": 1}, {"residue": 2}, "Details of the record; study.json holds them."),
    ],
)
def test_what_changed_is_told_in_sentences(old: Mapping[str, Any], new: Mapping[str, Any], said: str) -> None:
    assert said in changes(old, new)


def test_many_changes_are_told_in_few_lines() -> None:
    def themes(n: int) -> dict[str, list[dict[str, object]]]:
        return {"themes": [{"key": f"t{at}", "label": f"T{at}", "reports": n} for at in range(30)]}

    assert changes(themes(1), themes(2))[-1] == "25 more of this kind."

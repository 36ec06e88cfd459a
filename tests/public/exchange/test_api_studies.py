"""Studies, codebooks and insights for machines: the numbers of the pages, exact, paged, withdrawn at once."""

import hashlib
import json
from collections.abc import Iterator
from datetime import date
from typing import Any

import pytest
from django.test import Client

from closecall.public.library.actions import retract
from closecall.public.studies import actions, queries
from closecall.public.studies.models import StudyVersion
from closecall.public.studies.rules import results
from closecall.public.taxonomy.rules.loading import INSTALLED
from tests.public.exchange.test_api import get
from tests.public.library.shelf import publish_invented
from tests.public.studies.test_published import SECOND
from tests.public.studies.test_studies import MERGE, MOVE, NAME, composed, texts

pytestmark = [
    pytest.mark.django_db(databases=["default"], transaction=True),
    pytest.mark.urls("tests.public.library.public_urls"),
]


@pytest.fixture
def study() -> Iterator[None]:
    publish_invented(*texts())
    actions.publish_study("look-twice", composed(second=SECOND), on=date(2026, 11, 1))
    actions.publish_study("look-twice", composed(MOVE, MERGE, NAME, second=SECOND), on=date(2026, 11, 9))
    yield


@pytest.mark.usefixtures("study")
def test_a_study_s_record_is_exact_in_every_version(client: Client) -> None:
    newest = get(client, "studies/look-twice")
    assert (newest["version"], newest["versions"]) == (2, 2)
    for version in (1, 2):
        one = get(client, f"studies/look-twice?version={version}")
        assert results.content_hash(one["content"]) == one["sha256"]
        assert one["address"].endswith(f"/studies/look-twice/{version}/")
    assert [(row["key"], row["reports"]) for row in newest["findings"]] == [("A", 3), ("B", 2)]
    assert newest["themes"][0]["label"] == "Search, even after somebody else has"
    assert newest["findings"][0]["quotes"][0]["report"] in {"M7K2QA", "M7K2QB", "M7K2QC"}
    get(client, "studies/look-twice?version=3", 404)
    get(client, "studies/nothing", 404)
    get(client, "studies/look-twice?page=2", 422)


@pytest.mark.usefixtures("study")
def test_what_is_withdrawn_is_quoted_nowhere_and_its_number_is_marked(client: Client) -> None:
    before = client.get("/api/v1/studies/look-twice")
    assert b"I would search him." in before.content
    retract("M7K2QA")
    after = client.get("/api/v1/studies/look-twice", headers={"If-None-Match": before.headers["ETag"]})
    assert after.status_code == 200
    assert b"search him" not in after.content
    assert after.json()["withdrawn"] == ["M7K2QA"]
    assert {row["withdrawn_since"] for row in after.json()["findings"]} == {1}
    rows = {row["id"]: row for row in get(client, "studies/look-twice/lessons")["lessons"]}
    assert (rows["M7K2QA/1"]["state"], rows["M7K2QA/1"]["words"]) == ("withdrawn", "")
    assert rows["M7K2QB/1"]["words"] == "I would search the car."


@pytest.mark.usefixtures("study")
def test_lessons_and_studies_are_paged_without_a_gap_or_a_double(client: Client) -> None:
    seen: list[str] = []
    at = 0
    while at is not None:
        answer = get(client, f"studies/look-twice/lessons?limit=4&cursor={at}")
        seen += [row["id"] for row in answer["lessons"]]
        at = answer["next"]
    assert seen == [row["id"] for row in queries.study("look-twice").content["lessons"]]
    actions.publish_study("ask-first", composed(MOVE), on=date(2026, 11, 10))
    actions.publish_study("wait-more", composed(NAME), on=date(2026, 11, 11))
    first = get(client, "studies?limit=2")
    assert [row["slug"] for row in first["studies"]] == ["wait-more", "ask-first"]
    actions.publish_study("look-twice", composed(NAME, second=SECOND), on=date(2026, 11, 12))
    second = get(client, f"studies?limit=2&cursor={first['next']}")
    assert [(row["slug"], row["version"]) for row in second["studies"]] == [("look-twice", 3)]
    assert second["next"] is None


@pytest.mark.usefixtures("study")
def test_an_answer_about_studies_is_a_304_until_a_study_changes(client: Client) -> None:
    for address in ("studies", "studies/look-twice", "studies/look-twice/lessons", "insights"):
        first = client.get(f"/api/v1/{address}")
        again = client.get(f"/api/v1/{address}", headers={"If-None-Match": first.headers["ETag"]})
        assert (again.status_code, again.content) == (304, b""), address
    listed = client.get("/api/v1/studies")
    actions.publish_study("ask-first", composed(MOVE), on=date(2026, 11, 10))
    fresh = client.get("/api/v1/studies", headers={"If-None-Match": listed.headers["ETag"]})
    assert fresh.status_code == 200


@pytest.mark.usefixtures("study")
def test_a_study_that_isn_t_what_was_published_is_not_given_out(client: Client) -> None:
    row = StudyVersion.objects.get(version=2)
    StudyVersion.objects.filter(pk=row.pk).update(content=row.content.replace('"reports":3', '"reports":4'))
    get(client, "studies/look-twice", 503)
    assert get(client, "studies")["studies"] == []
    assert get(client, "studies/look-twice?version=1")["version"] == 1


@pytest.mark.parametrize("name", ["law_enforcement", "aviation"])
def test_a_codebook_explains_every_theme_and_names_its_file(client: Client, name: str) -> None:
    book = get(client, f"packs/{name}/codebook")
    file = (INSTALLED / name / "codebook.yaml").read_bytes()
    assert book["sha256"] == hashlib.sha256(file).hexdigest()
    families = {one["key"] for one in book["families"]}
    assert all(one["family"] in {"", *families} and one["description"] for one in book["themes"])
    get(client, "packs/sailing/codebook", 404)


@pytest.mark.usefixtures("study")
def test_insights_say_the_numbers_of_their_page(client: Client) -> None:
    for asked in ("", "?event=own_collision", "?q=search"):
        answer = get(client, f"insights{asked}")
        page: Any = json.loads(client.get(f"/insights/.json{asked}").content)
        told = [(row["figure"], row["what"], row["reports"]) for row in page["rows"] if "share" in row]
        assert told == [
            (figure["key"], row["label"], str(row["reports"]))
            for figure in answer["figures"]
            for row in figure["rows"]
        ]
    assert answer["caveat"].startswith("Voluntary reports")
    signals = get(client, "insights/signals")
    assert set(signals) == {"period", "now", "before", "finding", "looked_at", "rows", "caveat"}
    get(client, "insights?sort=new", 422)
    get(client, "insights/signals?weather_in=rain", 422)

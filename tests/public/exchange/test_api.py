"""What machines get: exact, cacheable, withdrawn at once, and never what was withheld."""

import json
from pathlib import Path
from typing import Any

import pytest
from django.test import Client
from pytest_django import Settings

from closecall.public.exchange import actions, forms
from closecall.public.exchange.api import description
from closecall.public.exchange.rules.bucket import Bucket
from closecall.public.library import actions as library
from closecall.public.library import queries as shelf
from closecall.public.library.rules.report import AppliedCode
from closecall.public.library.rules.withholding import with_class_only
from closecall.public.taxonomy.queries import pack
from tests.public.library.shelf import plain, publish_own, told

FIXTURES = Path(__file__).parents[2] / "fixtures"
PROBLEM = "application/problem+json"

pytestmark = [
    pytest.mark.once,
    pytest.mark.django_db(databases=["default"], transaction=True),
    pytest.mark.urls("tests.public.library.public_urls"),
]


def get(client: Client, address: str, status: int = 200) -> Any:
    response = client.get(f"/api/v1/{address}")
    assert response.status_code == status, response.content
    kind = response.headers["Content-Type"].partition(";")[0]
    assert kind == ("application/json" if status == 200 else PROBLEM)
    return json.loads(response.content)


@pytest.fixture
def imported() -> None:
    actions.import_files("asrs", sorted((FIXTURES / "asrs").glob("*.csv")))


def test_a_report_is_told_whole(client: Client) -> None:
    publish_own(told())
    one = get(client, "reports/M7K2QF")
    assert one == get(client, "reports/m7k2qf")
    assert one["narrative"] == told().narrative
    assert one["pauses"][0]["at"] == told().pauses[0].at
    assert one["lessons"][0]["theme"] == "search_people"
    assert one["origin"] == "own" and one["address"].endswith("/reports/M7K2QF/")


def test_accounts_of_one_event_share_a_key_while_readers_see_more_than_one(client: Client) -> None:
    library.publish_as_instance(
        [plain("K2XPE7"), plain("R3WD9C"), plain("N8SNHE")], origin="invented", source_label="Demonstration"
    )
    library.join_event("E1V2E3N4T5", ["K2XPE7", "R3WD9C"])
    events = {one["id"]: one["event"] for one in get(client, "reports")["reports"]}
    assert events == {"K2XPE7": "E1V2E3N4T5", "R3WD9C": "E1V2E3N4T5", "N8SNHE": ""}
    assert get(client, "reports/K2XPE7")["event"] == "E1V2E3N4T5"
    library.unpublish("R3WD9C")
    assert get(client, "reports/K2XPE7")["event"] == ""


def test_codes_of_which_only_a_class_is_public_stay_here(client: Client) -> None:
    coded = told(codes=(*told().codes, AppliedCode("harm", "death"), AppliedCode("margin", "chance_only")))
    publish_own(with_class_only(coded, pack()))
    one = get(client, "reports/M7K2QF")
    assert {"harm", "margin"}.isdisjoint(code["facet"] for code in one["codes"])
    assert one["risk_class"] == "A"
    listed = {facet["key"] for facet in get(client, "facets")["facets"]}
    assert {"harm", "margin"}.isdisjoint(listed)
    get(client, "search?harm=death", 422)


@pytest.mark.usefixtures("imported")
def test_the_shelf_is_paged_without_a_gap_or_a_double(client: Client) -> None:
    seen: list[str] = []
    cursor = ""
    while True:
        answer = get(client, f"reports?limit=5{cursor}")
        seen += [one["id"] for one in answer["reports"]]
        if answer["next"] is None:
            break
        cursor = f"&cursor={answer['next']}"
        publish_own(plain(f"ZZZZZ{len(seen) // 5}"))  # what comes while somebody reads shifts nothing
    assert seen == shelf.every_public_id()[:18][::-1]


@pytest.mark.usefixtures("imported")
def test_search_and_facets_say_what_the_library_s_page_says(client: Client) -> None:
    for asked in ("", "?q=runway", "?q=runway&sort=old", "?q=-runway", "?from=2005&to=2015"):
        page = json.loads(client.get(f"/reports/.json{asked}").content)
        found = get(client, f"search{asked}")
        assert found["total"] == page["total"]
        assert [one["report"]["id"] for one in found["results"]] == [one["id"] for one in page["results"]]
        counted = get(client, f"facets{asked.replace('&sort=old', '')}")
        assert counted["total"] == page["total"]
        for facet in counted["facets"]:
            for choice in facet["choices"]:
                assert page["counts"][facet["key"]].get(choice["code"], 0) == choice["count"]
    (event, *_) = (
        facet for facet in get(client, "facets")["facets"] if facet["key"] not in ("origin", "pack")
    )
    choice = event["choices"][0]
    assert get(client, f"search?{event['key']}={choice['code']}")["total"] == choice["count"]


@pytest.mark.usefixtures("imported")
def test_similar_reports_are_those_of_the_report_s_page(client: Client) -> None:
    one = shelf.every_public_id()[0]
    answer = get(client, f"reports/{one}/similar?n=3")
    assert [row["id"] for row in answer["similar"]] == [
        other.report.public_id for other in shelf.similar(one, n=3)
    ]


def test_the_pack_explains_every_code_that_a_report_carries(client: Client) -> None:
    publish_own(told())
    facets = {facet["key"]: facet for facet in get(client, "pack")["facets"]}
    for code in get(client, "reports/M7K2QF")["codes"]:
        assert code["code"] in {one["code"] for one in facets[code["facet"]]["codes"]}
    assert get(client, "packs")["packs"][0] == get(client, "pack")["key"]
    assert get(client, "packs/aviation")["key"] == "aviation"
    get(client, "packs/sailing", 404)


def test_what_was_withdrawn_is_gone_at_once_and_what_never_was_is_not_found(client: Client) -> None:
    publish_own(told())
    publish_own(plain("WXYZ12"))
    before = client.get("/api/v1/reports/M7K2QF").headers["ETag"]
    library.retract("M7K2QF")
    library.unpublish("WXYZ12")
    for public_id in ("M7K2QF", "WXYZ12"):
        gone = get(client, f"reports/{public_id}", 410)
        assert gone["status"] == 410 and gone["title"] == "Gone"
        get(client, f"reports/{public_id}/similar", 410)
    kept = client.get("/api/v1/reports/M7K2QF", headers={"If-None-Match": before})
    assert kept.status_code == 410
    assert get(client, "reports")["reports"] == []
    assert get(client, "search?q=prisoner")["total"] == 0
    assert get(client, "facets")["total"] == 0
    get(client, "reports/AAAAAA", 404)
    get(client, "reports/not-an-id", 404)


def test_an_answer_that_did_not_change_is_an_empty_304(client: Client) -> None:
    publish_own(told())
    for address in ("reports", "reports/M7K2QF", "search?q=prisoner", "facets", "pack", "openapi.json"):
        first = client.get(f"/api/v1/{address}")
        assert first.headers["Cache-Control"] == "public, no-cache"
        again = client.get(f"/api/v1/{address}", headers={"If-None-Match": first.headers["ETag"]})
        assert (again.status_code, again.content) == (304, b"")
        publish_own(plain(f"K{len(address):05}"))
        fresh = client.get(f"/api/v1/{address}", headers={"If-None-Match": first.headers["ETag"]})
        assert fresh.status_code == 200


def test_an_empty_bucket_says_when_to_come_back_and_knows_nobody(
    client: Client, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(forms, "bucket", Bucket(rate=0.1, most=1))
    assert client.get("/api/v1/packs", REMOTE_ADDR="192.0.2.1").status_code == 200
    refused = client.get("/api/v1/packs", REMOTE_ADDR="192.0.2.2")
    assert refused.status_code == 429
    assert 1 <= int(refused.headers["Retry-After"]) <= 10
    assert json.loads(refused.content)["status"] == 429


@pytest.mark.parametrize(
    ("address", "parameter"),
    [
        ("search?weather_in=rain", "unknown"),
        ("search?page=x", "page"),
        ("search?from=soon", "from"),
        ("reports?limit=0", "limit"),
        ("reports?cursor=-1", "cursor"),
        ("pack?name=aviation", "unknown"),
    ],
)
def test_a_parameter_that_would_be_ignored_is_refused(client: Client, address: str, parameter: str) -> None:
    assert get(client, address, 422)["parameters"] == [parameter]


def test_a_refusal_repeats_nothing_that_was_sent(client: Client) -> None:
    for address in ("search?page=Ramirez", "search?Ramirez=1", "reports/Ramirez", "Ramirez", "packs/Ramirez"):
        response = client.get(f"/api/v1/{address}")
        assert response.status_code in (404, 422)
        assert b"Ramirez" not in response.content


@pytest.mark.parametrize("method", ["post", "put", "patch", "delete", "options"])
def test_only_reading_is_allowed(client: Client, method: str) -> None:
    response = getattr(client, method)("/api/v1/reports")
    assert response.status_code == 405
    assert response.headers["Allow"] == "GET, HEAD"
    assert response.headers["Content-Type"] == PROBLEM


def test_head_answers_as_get_without_the_body(client: Client) -> None:
    publish_own(told())
    response = client.head("/api/v1/reports/M7K2QF")
    assert (response.status_code, response.content) == (200, b"")


def test_no_answer_sets_a_cookie(client: Client) -> None:
    for address in ("reports", "docs", "openapi.json", "nowhere"):
        assert not client.get(f"/api/v1/{address}").cookies


def test_a_fault_of_ours_is_a_problem_without_a_word_of_it(
    client: Client, monkeypatch: pytest.MonkeyPatch
) -> None:
    def broken(**_: object) -> None:
        raise RuntimeError("secret")

    monkeypatch.setattr(shelf, "shelf_page", broken)
    assert b"secret" not in json.dumps(get(client, "reports", 500)).encode()


def test_the_documentation_is_a_page_of_ours_and_names_every_operation(client: Client) -> None:
    response = client.get("/api/v1/docs")
    page = response.content.decode()
    for path, item in description()["paths"].items():
        assert path in page
        for status in item["get"]["responses"]:
            assert f"<dt>{status}</dt>" in page
    assert "cdn" not in page.lower() and "https://" not in page
    assert client.get("/api/v1/").headers["Location"] == "/api/v1/docs"


def test_the_schema_of_the_exchange_is_served(client: Client) -> None:
    response = client.get("/api/v1/exchange.schema.json")
    assert json.loads(response.content)["$id"] == "urn:closecall:exchange:v1"


def test_the_page_for_people_has_no_marks_for_machines_and_stands_in_every_footer(
    client: Client, settings: Settings
) -> None:
    settings.CLOSECALL_ROLE = "public"
    assert "`" not in client.get("/api/v1/docs").content.decode()
    assert 'href="/api/v1/docs"' in client.get("/reports/").content.decode()

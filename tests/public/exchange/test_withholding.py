"""Codes of which only a class is public leave by no door, whichever way they came in."""

import json
from dataclasses import replace
from pathlib import Path

import pytest
from django.test import Client

from closecall.errors import BadInput
from closecall.public.exchange import actions
from closecall.public.library import actions as library
from closecall.public.library import queries as shelf
from closecall.public.library.models import PublishedReport
from closecall.public.library.rules.report import AppliedCode, ReleasedText, canonical_bytes, spell
from closecall.public.library.rules.withholding import with_class_only
from closecall.public.taxonomy.queries import pack
from tests.public.library.shelf import Staff, publish_invented, publish_own, told, two

SECRET = "He had me by the collar."  # the words that a class rests on stay inside with its codes
KEPT_BACK = (AppliedCode("harm", "death", "", SECRET), AppliedCode("margin", "chance_only", "", SECRET))
DOORS = (
    "/reports/M7K2QF.json",
    "/reports/.csv",
    "/reports/.json",
    "/api/v1/reports",
    "/api/v1/reports/M7K2QF",
    "/api/v1/facets",
    "/api/v1/search?q=prisoner",
    "/feeds/reports.json",
    "/feeds/reports.atom",
)

pytestmark = [
    pytest.mark.django_db(databases=["default"], transaction=True),
    pytest.mark.urls("tests.public.library.public_urls"),
]


def coded() -> ReleasedText:
    return told(codes=(*told().codes, *KEPT_BACK))


def stored_before_the_rule(people: tuple[Staff, Staff]) -> None:
    """A row as it was published when signed texts still held these codes."""
    publish_own(told(), people)
    author, approver = (one.sign(coded()) for one in people)
    PublishedReport.objects.update(
        text=spell(coded()),
        author_signature=author.signature.hex(),
        approver_signature=approver.signature.hex(),
    )


def everything_that_leaves(client: Client, folder: Path) -> list[str]:
    left = []
    for door in DOORS:
        response = client.get(door)
        assert response.status_code == 200, door
        left.append(response.getvalue().decode())
    for what in ("reports", "codes"):
        for form in ("csv", "jsonl"):
            file = folder / f"{what}.{form}"
            assert actions.export(what, form=form, out=file).reports == 1
            left.append(file.read_text(encoding="utf-8"))
    actions.export_exchange(folder / "exchange.jsonl")
    return [*left, (folder / "exchange.jsonl").read_text(encoding="utf-8")]


@pytest.mark.parametrize("way", ["two people", "invented", "before the rule"])
def test_class_only_codes_leave_by_no_door(client: Client, tmp_path: Path, way: str) -> None:
    if way == "two people":
        publish_own(with_class_only(coded(), pack()))
    elif way == "invented":
        publish_invented(coded())
    else:
        stored_before_the_rule(two())
    for text in everything_that_leaves(client, tmp_path):
        assert SECRET not in text
        assert "margin" not in text
        assert '"harm"' not in text and ",harm" not in text
    assert client.get("/api/v1/reports/M7K2QF").json()["risk_class"] == pack().risk_class(
        "death", "chance_only"
    )


def test_a_text_that_holds_them_can_t_be_published_or_corrected_by_two_people() -> None:
    people = two()
    with pytest.raises(BadInput):
        publish_own(coded(), people)
    publish_own(told(), people)
    signatures = [one.sign(coded()) for one in people]
    with pytest.raises(BadInput):
        library.correct(coded(), signatures=signatures, note="Its codes were wrong.")


def test_the_class_is_signed_with_the_text_and_a_text_without_one_is_spelled_as_before(
    client: Client,
) -> None:
    publish_own(with_class_only(coded(), pack()))
    one = client.get("/reports/M7K2QF.json").json()
    assert one["report"]["risk_class"] == "A"
    assert len(one["signatures"]) == 2
    assert "risk_class" not in json.loads(canonical_bytes(told(), "own"))["text"]


def test_a_row_from_before_the_rule_is_shown_without_signatures_that_nobody_could_check(
    client: Client,
) -> None:
    stored_before_the_rule(two())
    assert client.get("/reports/M7K2QF.json").json()["signatures"] == []
    assert shelf.report("M7K2QF").text == with_class_only(coded(), pack())


def test_what_another_library_passes_on_with_them_stands_here_without(tmp_path: Path) -> None:
    publish_invented(told())
    row = PublishedReport.objects.get()
    assert library.publish_as_instance(
        [replace(coded(), public_id="K3WN8D")], origin="feed", source_label="Another library"
    ).new
    assert shelf.report("K3WN8D").text.risk_class == "A"
    assert '"harm"' not in PublishedReport.objects.exclude(pk=row.pk).get().text

"""What was withdrawn or taken down is behind no door of the public site, and nothing brings it back by itself."""

import json
from collections.abc import Callable, Iterator
from dataclasses import replace
from datetime import date
from pathlib import Path

import pytest
from django.db import transaction
from django.test import Client
from django.urls import URLPattern, URLResolver, get_resolver
from django.urls.resolvers import RoutePattern
from django.utils.regex_helper import normalize

from closecall.public.exchange.actions import exporting, passing_on
from closecall.public.library import actions, queries
from closecall.public.library.models import PublishedReport
from closecall.public.library.rules.report import Lesson, ReleasedText
from closecall.public.studies import actions as studies
from closecall.public.studies import queries as studied
from tests.public.library.shelf import plain, publish_invented
from tests.public.studies.test_studies import BOOK, encode

pytestmark = [
    pytest.mark.django_db(databases=["default", "sealed"], transaction=True),
    pytest.mark.urls("tests.public.library.public_urls"),
]

GONE = "K2XPE7"
STAYS = "R3WD9C"
WORD = "zimmerwald"
"""A word that only the report that goes says: in its title, its story, its lesson and what was coded."""

VALUES = {
    "public_id": GONE, "key": "wear_belt", "slug": "look-twice", "number": "1", "rest": "reports/K2XPE7",
    "name": "law_enforcement", "pack": "law_enforcement", "facet": "event",
}  # fmt: skip
NOT_READ = {"/share/", "/return/", "/leave", "/theme/"}
"""Where people write: nothing published stands there."""
KEEPS_IDS = ("/studies/", "/api/v1/studies")
"""A study's frozen list names every report that was in it, so that anybody can see what is missing; never a word."""


def going() -> ReleasedText:
    return plain(
        GONE,
        title=f"The {WORD} road",
        synopsis=f"Ice near {WORD}.",
        narrative=f"I lost the {WORD} cruiser on ice. My belt held.",
        lessons=(Lesson(f"I would search {WORD} twice.", "wear_belt", "officer"),),
    )


def staying(public_id: str = STAYS) -> ReleasedText:
    return plain(public_id, lessons=(Lesson("I would search him.", "wear_belt", "officer"),))


@pytest.fixture
def shelf() -> None:
    """The report that goes, others beside it, an event told by two, and a study that quotes it."""
    publish_invented(going(), staying(), staying("W9TTTT"))
    actions.join_event("E1V2E3N4T5", [GONE, STAYS])
    actions.make_vectors()
    cohort = studies.freeze_cohort(studied.read_query("?event=own_collision"))
    grouped = studies.group_lessons(cohort, BOOK, encode=encode)
    content = studies.compose(cohort, grouped, BOOK, book_hash="h", title="Look twice", question="What?")
    studies.publish_study("look-twice", content, on=date(2026, 11, 1))


def patterns(resolver: URLResolver) -> Iterator[URLPattern]:
    for one in resolver.url_patterns:
        if isinstance(one, URLResolver):
            yield from patterns(one)
        else:
            yield one


def doors() -> list[str]:
    """Every address of the public site that can be read, found in its own table of addresses."""
    found: list[str] = []
    for one in patterns(get_resolver("tests.public.library.public_urls")):
        names = list(one.pattern.regex.groupindex) or list(getattr(one.pattern, "converters", {}))
        if not set(names) <= set(VALUES):
            continue
        address = _spelled(one, {name: VALUES[name] for name in names})
        if address and not any(address.startswith(kept) for kept in NOT_READ):
            found.append(address)
    found += [
        f"/reports/?q={WORD}",
        f"/reports/.json?q={WORD}",
        f"/reports/.atom?q={WORD}",
        f"/reports/.csv?q={WORD}",
    ]
    found += [
        "/reports/?event=own_collision",
        "/reports/?q=car+road",
        f"/reports/{STAYS}/",
        f"/reports/{STAYS}.json",
    ]
    found += [f"/api/v1/reports/{STAYS}/similar", f"/api/v1/search?q={WORD}", "/reports/?sort=old&page=1"]
    found += [f"/reports/{GONE}/?part=all", f"/reports/{GONE.lower()}.json", "/insights/?event=own_collision"]
    return sorted(set(found))


def _spelled(one: URLPattern, values: dict[str, str]) -> str:
    if isinstance(one.pattern, RoutePattern):
        told = one.pattern._route
        for name, value in values.items():
            for converter in ("", "slug:", "str:", "int:", "path:"):
                told = told.replace(f"<{converter}{name}>", value)
        return "" if "<" in told else f"/{told}"
    ((told, _names), *_rest) = normalize(one.pattern.regex.pattern)
    return f"/{told % values}"


def looked_at() -> dict[str, tuple[int, str]]:
    """What stands behind every door: status and body."""
    client = Client(raise_request_exception=True)
    seen = {}
    for address in doors():
        answer = client.get(address)
        body = b"".join(answer.streaming_content) if answer.streaming else answer.content
        seen[address] = (answer.status_code, body.decode("utf-8", errors="replace").replace(f"q={WORD}", ""))
    return seen


def told_of(seen: dict[str, tuple[int, str]]) -> dict[str, int]:
    """The doors that still tell of the report."""
    tells = {}
    for address, (status, body) in seen.items():
        asked = [
            f'value="{WORD}"',
            f"{WORD} · Library",
            f"Reports: {WORD}",
            f"q%3D{WORD}",
            f'"{WORD}"',
            f">{WORD}<",
        ]
        for words in asked:
            body = body.replace(words, "")
        named = GONE in body.replace(f"/reports/{GONE}", "") or f"/reports/{GONE}/" in body
        if WORD in body.lower() or (named and status == 200 and not address.startswith(KEEPS_IDS)):
            tells[address] = status
    return tells


def take_down(public_id: str) -> None:
    actions.unpublish(public_id, reason="identity")


def come_again() -> None:
    """The same text is imported once more."""
    publish_invented(going())


def come_again_changed() -> None:
    """Its source has another version of it."""
    publish_invented(replace(going(), synopsis=f"Snow near {WORD}."))


def restored() -> None:
    """An old copy of the row is put back into the database."""
    row = PublishedReport.objects.filter(public_id=GONE).first()
    if row is not None:
        return
    publish_invented(staying("N8SNHE"))
    other = PublishedReport.objects.get(public_id="N8SNHE")
    other.pk, other.public_id, other.position = None, GONE, other.position + 1_000_000
    other.text = other.text.replace("N8SNHE", GONE)
    with transaction.atomic():
        other.save(force_insert=True)


def indexed_again() -> None:
    actions.reindex()
    actions.remake_vectors()


def test_every_door_is_found_and_many_tell_of_a_report_while_it_is_there(shelf: None) -> None:
    tells = told_of(looked_at())
    for address in (
        f"/reports/{GONE}/", f"/reports/{GONE}.json", "/reports/", "/feeds/reports.atom", "/feeds/reports.json",
        "/reports/.csv", "/sitemaps/reports-1.xml", "/topics/wear_belt/", f"/reports/{STAYS}/",
        f"/reports/{STAYS}.json", "/studies/look-twice/", "/api/v1/reports", f"/api/v1/reports/{GONE}",
    ):  # fmt: skip
        assert address in tells, (address, sorted(tells))
    assert len(tells) >= 20


@pytest.mark.parametrize("leave", [actions.retract, take_down])
@pytest.mark.parametrize("then", [come_again, come_again_changed, indexed_again, restored])
def test_once_gone_it_is_behind_no_door_and_nothing_brings_it_back(
    shelf: None, tmp_path: Path, leave: Callable[[str], None], then: Callable[[], None]
) -> None:
    leave(GONE)
    assert told_of(looked_at()) == {}
    then()
    seen = looked_at()
    assert told_of(seen) == {}
    own = {status for address, (status, _) in seen.items() if f"/reports/{GONE}" in address}
    assert own <= {404, 405, 410} and Client().post(f"/reports/{GONE}/could-identify/").status_code == 410
    assert max(status for status, _ in seen.values()) < 500
    assert GONE not in queries.every_public_id() and GONE not in queries.told_events()
    for what, form in (("reports", "csv"), ("reports", "jsonl"), ("codes", "csv"), ("codes", "jsonl")):
        out = tmp_path / f"{what}.{form}"
        exporting.export(what, form=form, out=out)
        assert WORD not in (told := out.read_text(encoding="utf-8")) and GONE not in told
    passing_on.export_exchange(tmp_path / "all.jsonl")
    lines = [json.loads(line) for line in (tmp_path / "all.jsonl").read_text(encoding="utf-8").splitlines()]
    assert WORD not in json.dumps(lines)

"""Published studies. Their words are read from the reports as they stand now, so what is withdrawn is gone here too."""

import json
from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from datetime import date
from typing import Any
from urllib.parse import parse_qs

from closecall.errors import NotFound
from closecall.public.library import queries as library
from closecall.public.library.rules.query import SearchRequest, read
from closecall.public.studies.models import StudyVersion
from closecall.public.studies.rules.results import digest


@dataclass(frozen=True)
class Published:
    """One version of a study. `content` is what `rules.results.content` made."""

    slug: str
    version: int
    versions: int
    content: Mapping[str, Any]
    content_hash: str
    published_on: date


@dataclass(frozen=True)
class Quoted:
    """A lesson in its own words, and where it comes from."""

    text: str
    public_id: str
    title: str


def studies() -> list[Published]:
    """The newest version of every study, newest first."""
    newest: dict[str, StudyVersion] = {}
    for row in StudyVersion.objects.order_by("slug", "version"):
        newest[row.slug] = row
    rows = sorted(newest.values(), key=lambda row: (row.published_on, row.id), reverse=True)
    return [_published(row, row.version) for row in rows]


def study(slug: str, version: int | None = None) -> Published:
    """One study, its newest version unless an older one is asked for. Raises: NotFound."""
    rows = list(StudyVersion.objects.filter(slug=slug).order_by("version"))
    for row in reversed(rows):
        if version in (None, row.version):
            return _published(row, rows[-1].version)
    raise NotFound("There is no study of this name.")


def published_of(query: str) -> Published | None:
    """The newest study of exactly this cohort's search; None when nobody published one."""
    return next((one for one in studies() if one.content["cohort"]["query"] == query), None)


def words_of(lesson_ids: Iterable[str], digests: Mapping[str, str]) -> dict[str, Quoted]:
    """The words of lessons that are still listed and still read as they were when the study was made."""
    ids = list(dict.fromkeys(lesson_ids))
    there = {one.public_id: one for one in library.reports(sorted({one.partition("/")[0] for one in ids}))}
    found = {}
    for one in ids:
        public_id, _, number = one.partition("/")
        report = there.get(public_id)
        if report is None or int(number) > len(report.text.lessons):
            continue
        text = report.text.lessons[int(number) - 1].text
        if digest(text) == digests.get(one):
            found[one] = Quoted(text, public_id, report.text.title)
    return found


def mark() -> str:
    """Changes whenever a study is published or taken down."""
    last = StudyVersion.objects.order_by("-id").values_list("id", flat=True).first()
    return f"{StudyVersion.objects.count()}/{last}"


def read_query(words: str) -> SearchRequest:
    """A search as a command is given it: an address's query, or plain words."""
    asked = words.partition("?")[2] if "?" in words else words
    parameters = parse_qs(asked) if "=" in asked else {"q": [asked]}
    return read(parameters, library.facet_keys())


def _published(row: StudyVersion, versions: int) -> Published:
    return Published(
        row.slug, row.version, versions, json.loads(row.content), row.content_hash, row.published_on
    )

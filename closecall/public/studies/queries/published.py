"""Published studies. Their words are read from the reports as they stand now, so what is withdrawn is gone here too."""

import json
from collections.abc import Mapping
from contextlib import suppress
from dataclasses import dataclass
from datetime import date
from typing import Any
from urllib.parse import parse_qs

from django.db.models import Max, Min

from closecall.errors import NotFound, Unavailable
from closecall.public.library import queries as library
from closecall.public.library.rules.query import SearchRequest, read
from closecall.public.studies.models import StudyVersion
from closecall.public.studies.rules.results import content_hash
from closecall.public.studies.rules.standing import Shelved, Standing, stand
from closecall.public.taxonomy import queries as taxonomy


class NotAsPublished(Unavailable):
    """The stored study isn't what its hash says."""

    default = "This study isn't what was published, so it isn't shown. The library is as it was."


@dataclass(frozen=True)
class Published:
    """One version of a study. `content` is what `rules.results.content` made."""

    slug: str
    version: int
    versions: int
    content: Mapping[str, Any]
    content_hash: str
    published_on: date

    @property
    def record(self) -> dict[str, object]:
        """The version as study.json has it."""
        return {
            "slug": self.slug,
            "version": self.version,
            "published_on": self.published_on.isoformat(),
            "sha256": self.content_hash,
            "content": self.content,
        }


def studies() -> list[Published]:
    """The newest version of every study, newest first; one that isn't what was published is left out."""
    newest: dict[str, StudyVersion] = {}
    for row in StudyVersion.objects.order_by("slug", "version"):
        newest[row.slug] = row
    rows = sorted(newest.values(), key=lambda row: (row.published_on, row.id), reverse=True)
    found = []
    for row in rows:
        with suppress(NotAsPublished):
            found.append(_published(row, row.version))
    return found


def studies_page(*, before: int | None = None, n: int = 20) -> tuple[list[Published], int | None]:
    """A stretch of the studies, newest first, and where the next begins; a new version keeps its study's place."""
    rows = (
        StudyVersion.objects.values("slug").annotate(place=Min("id"), last=Max("version")).order_by("-place")
    )
    there = list(rows if before is None else rows.filter(place__lt=before))[: n + 1]
    found = []
    for row in there[:n]:
        with suppress(NotAsPublished):
            found.append(study(row["slug"], row["last"]))
    return found, there[n - 1]["place"] if len(there) > n else None


def study(slug: str, version: int | None = None) -> Published:
    """One study, its newest version unless an older one is asked for. Raises: NotFound, NotAsPublished."""
    rows = StudyVersion.objects.filter(slug=slug).order_by("-version")
    newest = rows.first()
    row = newest if version is None else rows.filter(version=version).first()
    if newest is None or row is None:
        raise NotFound("There is no study of this name and version.")
    return _published(row, newest.version)


def published_of(query: str) -> Published | None:
    """The newest study of exactly this cohort's search; None when nobody published one."""
    return next((one for one in studies() if one.content["cohort"]["query"] == query), None)


def history(slug: str) -> list[Published]:
    """Every version of one study, the first first. Raises: NotFound, NotAsPublished."""
    rows = list(StudyVersion.objects.filter(slug=slug).order_by("version"))
    if not rows:
        raise NotFound("There is no study of this name.")
    return [_published(row, rows[-1].version) for row in rows]


def standing(content: Mapping[str, Any]) -> Standing:
    """Hold a study against the library as it is now."""
    listed = library.reports(content["cohort"]["ids"])
    shelf = {
        one.public_id: Shelved(one.text.title, one.origin, tuple(lesson.text for lesson in one.text.lessons))
        for one in listed
    }
    return stand(content, shelf)


def descriptions(content: Mapping[str, Any]) -> dict[str, str]:
    """What the themes mean, by key, where a pack still has the study's codebook."""
    said = content["codebook"]
    for name in taxonomy.names():
        book = taxonomy.pack(name).codebook
        if (book.key, book.version) == (said["key"], said["version"]):
            return {theme.key: theme.description for theme in book.themes}
    return {}


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
    content = json.loads(row.content)
    if content_hash(content) != row.content_hash:
        raise NotAsPublished
    return Published(row.slug, row.version, versions, content, row.content_hash, row.published_on)

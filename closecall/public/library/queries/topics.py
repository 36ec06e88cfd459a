"""Topics: one code or one theme, with the reports and lessons that speak of it."""

from collections.abc import Collection, Iterator
from dataclasses import dataclass
from typing import Final

from closecall.errors import NotFound
from closecall.public.library import render
from closecall.public.library.queries.reading import Report, reports
from closecall.public.library.queries.searching import matching_ids, search, topic_counts
from closecall.public.library.rules.indexing import THEME
from closecall.public.library.rules.query import SearchRequest
from closecall.public.taxonomy.queries import names, pack
from closecall.public.taxonomy.rules.pack import OTHER, UNKNOWN, Pack

_SHOWN: Final = 12
_MOST_LESSONS: Final = 8


@dataclass(frozen=True)
class TopicLink:
    """A topic in a list, with how many reports speak of it."""

    key: str
    label: str
    count: int


@dataclass(frozen=True)
class TopicLesson:
    """A lesson of a theme, and the report that it comes from."""

    text: str
    public_id: str
    title: str


@dataclass(frozen=True)
class SameTheme:
    """Other reports that teach what one teaches. `more`: how many there are besides those here."""

    key: str
    label: str
    reports: tuple[Report, ...]
    more: int


@dataclass(frozen=True)
class Topic:
    """Everything about one code or theme."""

    key: str
    facet: str
    facet_label: str
    label: str
    description: str
    questions: tuple[str, ...]
    total: int
    reports: tuple[Report, ...]
    lessons: tuple[TopicLesson, ...]
    address: str


def topic(key: str) -> Topic:
    """One topic: a theme of a codebook or a code of a facet; the instance's own pack is asked first.

    Raises: NotFound; IndexDamaged.
    """
    for field in _packs():
        for facet in _facets(field):
            if key in _keys(field, facet):
                return _topic(field, facet, key)
    raise NotFound("There is no topic of this name.")


def topics() -> tuple[tuple[str, tuple[TopicLink, ...]], ...]:
    """Every topic that some report speaks of, by facet: themes first. Raises: IndexDamaged."""
    counts = topic_counts()
    field = pack()
    found: list[tuple[str, tuple[TopicLink, ...]]] = []
    for facet in _told_by(field):
        there = counts.get(facet, {})
        links = [
            TopicLink(key, render.code_label(field, facet, key), there[key])
            for key in _keys(field, facet)
            if key in there
        ]
        if links:
            links.sort(key=lambda link: (-link.count, link.label))
            found.append((render.facet_label(field, facet), tuple(links)))
    return tuple(found)


def front_topics(n: int = 6) -> tuple[TopicLink, ...]:
    """The topics for the first page: what officers were doing most often, then the commonest theme."""
    counts = topic_counts()
    field = pack()
    keys = {facet.key for facet in field.facets}
    facet = "activity" if "activity" in keys else field.release.group_by
    links = [
        TopicLink(key, render.code_label(field, facet, key), counts.get(facet, {}).get(key, 0))
        for key in _keys(field, facet)
    ]
    links = sorted((link for link in links if link.count), key=lambda link: (-link.count, link.label))
    return tuple(links[:n])


def same_theme(one: Report, *, without: Collection[str] = (), n: int = 3) -> SameTheme | None:
    """The newest other reports with the theme of its first themed lesson; None when there are none.

    Shape:  `without` are ids that the page shows already.
    Raises: IndexDamaged.
    """
    key = next((lesson.theme for lesson in one.text.lessons if lesson.theme), "")
    if not key:
        return None
    shown = {one.public_id, *without}
    ids = matching_ids(SearchRequest(filters=((THEME, (key,)),)), most=n + len(shown))
    found = reports([public_id for public_id in ids if public_id not in shown][:n])
    if not found:
        return None
    others = topic_counts().get(THEME, {}).get(key, 0) - 1
    label = render.code_label(render.pack_of(one.text), THEME, key)
    return SameTheme(key, label, tuple(found), max(0, others - len(found)))


def _packs() -> Iterator[Pack]:
    mine = pack()
    yield mine
    yield from (pack(name) for name in names() if name != mine.key)


def _facets(field: Pack) -> tuple[str, ...]:
    return (THEME, *(facet.key for facet in render.shown_facets(field)))


def _told_by(field: Pack) -> tuple[str, ...]:
    """The facets worth a list: what is taught, what happened, why, and what helped."""
    known = {facet.key for facet in field.facets}
    wanted = (THEME, *field.release.never_withheld, field.release.group_by, "factors", "barriers")
    return tuple(dict.fromkeys(key for key in wanted if key == THEME or key in known))


def _keys(field: Pack, facet: str) -> tuple[str, ...]:
    if facet == THEME:
        return tuple(theme.key for theme in field.codebook.themes)
    return tuple(code.key for code in field.facet(facet).codes if code.key not in (OTHER, UNKNOWN))


def _topic(field: Pack, facet: str, key: str) -> Topic:
    request = SearchRequest(filters=((facet, (key,)),))
    page = search(request)
    shown = tuple(result.report for result in page.results[:_SHOWN])
    lessons: list[TopicLesson] = []
    if facet == THEME:
        description = field.codebook.theme(key).description
        for one in shown:
            mine = (lesson for lesson in one.text.lessons if lesson.theme == key)
            lessons += [TopicLesson(lesson.text, one.public_id, one.text.title) for lesson in mine]
    else:
        description = field.code(facet, key).definition
    return Topic(
        key=key,
        facet=facet,
        facet_label=render.facet_label(field, facet),
        label=render.code_label(field, facet, key),
        description=description,
        questions=field.questions.get(key, ()),
        total=page.total,
        reports=shown,
        lessons=tuple(lessons[:_MOST_LESSONS]),
        address=request.address(),
    )

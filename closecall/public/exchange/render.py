"""The shapes that the API answers with. What a field means stands in its description: OpenAPI shows it."""

from typing import Literal

from django.conf import settings
from ninja import Field, Schema

from closecall.public.library.queries import FacetPanel, Report
from closecall.public.library.rules.report import reading_minutes
from closecall.public.library.rules.tables import CAVEAT
from closecall.public.taxonomy.rules.pack import Code, Facet, Pack


class Problem(Schema):
    """Why there is no answer (RFC 9457). What was sent is never repeated in it."""

    type: str = Field(description="Always about:blank: the status says it all.")
    title: str
    status: int
    detail: str = Field(description="A sentence for people.")
    parameters: list[str] = Field(default=[], description="The parameters to mend.")


class PauseOut(Schema):
    """A place where the story stops and the reader decides."""

    at: int = Field(description="Unicode code points into `narrative`.")
    situation: str
    questions: list[str]


class LessonOut(Schema):
    """One thing learned, one sentence."""

    text: str
    theme: str = Field(description="A key of the pack's codebook, or empty.")
    audience: str
    written_by: str


class CodeOut(Schema):
    """A code that an analyst applied."""

    facet: str
    code: str
    state: str = Field(description="How it was: worked, failed, not_used … or empty.")
    sentence: str = Field(description="The words of the narrative that it rests on, or empty.")


class CorrectionOut(Schema):
    """One visible correction."""

    version: int
    on: str
    note: str


class Summary(Schema):
    """A report in a list. It never tells how the story ends."""

    id: str
    title: str
    lesson: str
    period: str = Field(description="2026-Q4, 2026, or empty when it was left out to protect somebody.")
    origin: Literal["own", "import", "feed", "invented"]
    source: str = Field(description="Where it comes from, in words; empty for this library's own.")
    pack: str
    minutes: int = Field(description="Reading time.")
    address: str
    published_on: str
    version: int


class ReportOut(Summary):
    """A report whole."""

    source_number: str = Field(description="Its number at its source: `ACN 1235311`, or empty.")
    pack_version: int
    content_note: str
    synopsis: str
    narrative: str
    pauses: list[PauseOut]
    lessons: list[LessonOut]
    codes: list[CodeOut] = Field(description="What was withheld to protect somebody isn't among them.")
    risk_class: str = Field(description="How bad it could have been, as the pack's class, or empty.")
    event: str = Field(description="A key that it shares with other accounts of the same event, or empty.")
    corrections: list[CorrectionOut]


class Reports(Schema):
    """A stretch of the shelf, newest publication first."""

    reports: list[ReportOut]
    next: int | None = Field(description="The cursor of the next stretch; null at the end.")
    caveat: str = CAVEAT


class Choice(Schema):
    """One code of a facet, with the number of reports that it would give."""

    code: str
    label: str
    count: int


class FacetOut(Schema):
    """One facet. Counts are exact."""

    key: str
    label: str
    choices: list[Choice]


class Facets(Schema):
    """Counts for one search."""

    total: int
    facets: list[FacetOut]
    quarters: dict[str, int] = Field(description="Reports by quarter, for those that give one.")
    caveat: str = CAVEAT


class Found(Schema):
    """One row of a search."""

    report: Summary
    snippet: str = Field(description="Escaped HTML with <mark>; only from before the first stop.")


class SearchOut(Schema):
    """One page of a search, with its exact total."""

    total: int
    page: int
    pages: int
    results: list[Found]
    spelling: str = Field(description="What may have been meant, when nothing was found.")
    caveat: str = CAVEAT


class Similar(Schema):
    """The reports nearest to one, nearest first."""

    id: str
    similar: list[Summary]


class PackCode(Schema):
    """One code, explained."""

    code: str
    label: str
    definition: str
    group: str
    refs: dict[str, str] = Field(description="The same thing in other lists: LEOKA, HFACS, NIBRS …")


class PackFacet(Schema):
    """One facet of a pack."""

    key: str
    label: str
    description: str
    filterable: bool = Field(description="Offered by facets and search.")
    groups: dict[str, str]
    states: dict[str, str]
    codes: list[PackCode]


class PackTheme(Schema):
    """One theme of a pack's codebook."""

    key: str
    label: str
    description: str


class PackOut(Schema):
    """A pack: the field's data, its facets, codes and themes."""

    key: str
    version: int
    label: str
    definition: str
    source_note: str
    facets: list[PackFacet]
    themes: list[PackTheme]


class Packs(Schema):
    """The packs that are installed; the first is this library's own."""

    packs: list[str]


def summary(one: Report) -> dict[str, object]:
    """A report as a row."""
    return {
        "id": one.public_id,
        "title": one.text.title,
        "lesson": one.lesson,
        "period": one.text.period,
        "origin": one.origin,
        "source": one.source_label,
        "pack": one.text.pack,
        "minutes": reading_minutes(one.text),
        "address": f"{settings.PUBLIC_URL}/reports/{one.public_id}/",
        "published_on": one.published_on.isoformat(),
        "version": one.version,
    }


def whole(one: Report, event: str = "") -> dict[str, object]:
    """A report with everything that may leave. `event`: its event's key, when readers see another account of it."""
    text = one.text
    return {
        **summary(one),
        "source_number": text.source,
        "pack_version": text.pack_version,
        "content_note": text.content_note,
        "synopsis": text.synopsis,
        "narrative": text.narrative,
        "pauses": [
            {"at": p.at, "situation": p.situation, "questions": list(p.questions)} for p in text.pauses
        ],
        "lessons": [
            {"text": n.text, "theme": n.theme, "audience": n.audience, "written_by": n.written_by}
            for n in text.lessons
        ],
        "codes": [
            {"facet": c.facet, "code": c.code, "state": c.state, "sentence": c.sentence} for c in text.codes
        ],
        "risk_class": text.risk_class,
        "event": event,
        "corrections": [
            {"version": c.version, "on": c.on.isoformat(), "note": c.note} for c in one.corrections
        ],
    }


def panel(one: FacetPanel) -> dict[str, object]:
    """A facet with every code that it offers."""
    choices = [
        {"code": choice.code, "label": choice.label, "count": choice.count}
        for choice in (*one.first, *one.more)
    ]
    return {"key": one.key, "label": one.label, "choices": choices}


def taxonomy(pack: Pack) -> dict[str, object]:
    """A pack as data."""
    return {
        "key": pack.key,
        "version": pack.version,
        "label": pack.label,
        "definition": pack.definition,
        "source_note": pack.source_note,
        "facets": [_facet(facet) for facet in pack.facets],
        "themes": [
            {"key": theme.key, "label": theme.label, "description": theme.description}
            for theme in pack.codebook.themes
        ],
    }


def _facet(facet: Facet) -> dict[str, object]:
    return {
        "key": facet.key,
        "label": facet.label,
        "description": facet.description,
        "filterable": facet.filterable and facet.value == "codes" and not facet.class_only,
        "groups": {group.key: group.label for group in facet.groups},
        "states": {state.key: state.label for state in facet.states},
        "codes": [_code(code) for code in facet.known()],
    }


def _code(code: Code) -> dict[str, object]:
    return {
        "code": code.key,
        "label": code.label,
        "definition": code.definition,
        "group": code.group,
        "refs": {ref.system: ref.entry for ref in code.refs},
    }

"""The shapes of studies, codebooks and insights that the API answers with."""

from collections.abc import Iterable, Mapping
from typing import Any

from django.conf import settings
from ninja import Field, Schema

from closecall.public.library.rules import periods
from closecall.public.library.rules.tables import CAVEAT
from closecall.public.studies.queries import Insights, Published
from closecall.public.studies.rules.figures import Figure, Told
from closecall.public.studies.rules.standing import Standing, Supported, findings
from closecall.public.taxonomy.rules.codebook import Codebook


class StudyHead(Schema):
    """A study in a list, in its newest version."""

    slug: str
    title: str
    question: str
    version: int
    versions: int = Field(description="How many there are; older ones stay readable.")
    published_on: str
    sha256: str = Field(description="Of the content, with sorted keys, without spaces, in UTF-8.")
    reports: int
    lessons: int
    address: str
    pdf: str


class Studies(Schema):
    """A stretch of the studies, newest first."""

    studies: list[StudyHead]
    next: int | None = Field(description="The cursor of the next stretch; null at the end.")
    caveat: str = CAVEAT


class QuoteOut(Schema):
    """A lesson in its own words; only while its report is listed and reads as it did."""

    text: str
    report: str
    title: str


class SupportOut(Schema):
    """A theme, or a family of themes, with the distinct reports that bear it."""

    key: str
    label: str
    family: str
    reports: int
    lessons: int
    share: float
    low: float = Field(description="Wilson's 95 % interval of the share.")
    high: float
    withdrawn_since: int = Field(description="How many of its reports are no longer in the library.")
    quotes: list[QuoteOut]


class StudyOut(StudyHead):
    """A study whole."""

    findings: list[SupportOut] = Field(description="Families of themes, most reports first.")
    themes: list[SupportOut] = Field(description="Every theme, most reports first.")
    withdrawn: list[str] = Field(description="Reports of the cohort that are no longer in the library.")
    altered: list[str] = Field(description="Lessons that read otherwise now.")
    content: dict[str, Any] = Field(description="The record exactly; `sha256` is its hash.")
    caveat: str = CAVEAT


class StudyLesson(Schema):
    """One lesson of a study."""

    id: str = Field(description="Its report's id and its number: M7K2QF/1.")
    report: str
    theme: str = Field(description="A key among the study's themes, or empty: it fitted none.")
    proposed: str = Field(description="What the machine put first, or empty.")
    score: float | None
    second: str = Field(description="The second coder's theme, or empty.")
    state: str = Field(description="as published, altered or withdrawn.")
    words: str = Field(description="Empty unless it stands as published.")


class StudyLessons(Schema):
    """A stretch of a study's lessons."""

    slug: str
    version: int
    lessons: list[StudyLesson]
    next: int | None = Field(description="The cursor of the next stretch; null at the end.")
    caveat: str = CAVEAT


class FamilyOut(Schema):
    """A family of themes."""

    key: str
    label: str


class ThemeOut(Schema):
    """A theme of a codebook."""

    key: str
    label: str
    description: str
    family: str
    nearest: str = Field(description="The theme that it is most often taken for, or empty.")
    rule: str = Field(description="When it is this one and not that.")
    audiences: list[str]
    exemplars: list[str]


class CodebookOut(Schema):
    """A pack's codebook."""

    key: str
    version: int
    label: str
    sha256: str = Field(description="Of its file; studies name it.")
    families: list[FamilyOut]
    themes: list[ThemeOut]


class BarOut(Schema):
    """One code of a figure."""

    code: str
    label: str
    reports: int
    share: float
    low: float = Field(description="Wilson's 95 % interval of the share.")
    high: float
    search: str = Field(description="The address of the reports behind it.")


class FigureOut(Schema):
    """One figure of the insights page."""

    key: str
    finding: str = Field(description="What the counts bear out, in a sentence, and no more.")
    about: str
    reports: int = Field(description="How many the figure is about.")
    rows: list[BarOut]


class JudgedOut(Schema):
    """Two facts on the same report, or one lately or in a cohort, against chance."""

    what: str
    where: str
    reports: int
    expected: float
    times: float = Field(description="Times as often as expected, shrunk where few are expected.")
    low: float = Field(description="The 95 % interval of `times`.")
    high: float
    q: float = Field(description="Benjamini and Hochberg's, over everything that was looked at.")
    signal: bool
    search: str


class JudgedSet(Schema):
    """What was looked at together, the signals first."""

    finding: str
    looked_at: int
    rows: list[JudgedOut]


class PointOut(Schema):
    """One quarter of a chart with limits, or one gap between two reports of something rare."""

    period: str
    value: float
    low: float
    high: float
    unusual: str = Field(description="more, fewer or empty.")


class ControlOut(Schema):
    """The chart that fits: p (a share of each quarter's reports) or g (reports between two, for what is rare)."""

    kind: str
    centre: float
    points: list[PointOut]


class InsightsOut(Schema):
    """Every figure of the insights page for one search."""

    pack: str
    total: int = Field(description="Reports, or events where several reports tell of one.")
    figures: list[FigureOut]
    quarters: dict[str, int]
    control: ControlOut | None
    control_refused: str = Field(description="Why there are no limits, or empty.")
    together: JudgedSet
    compared: JudgedSet | None = Field(
        description="The chosen reports against all others; null when all are chosen."
    )
    caveat: str = CAVEAT


class SignalsOut(Schema):
    """The last quarter against the four before."""

    period: str = Field(description="Empty when no quarter can be compared.")
    now: int
    before: int
    finding: str
    looked_at: int
    rows: list[JudgedOut]
    caveat: str = CAVEAT


def head(one: Published) -> dict[str, object]:
    """A study as a row."""
    here = f"{settings.PUBLIC_URL}/studies/{one.slug}/{one.version}/"
    return {
        "slug": one.slug,
        "title": one.content["title"],
        "question": one.content["question"],
        "version": one.version,
        "versions": one.versions,
        "published_on": one.published_on.isoformat(),
        "sha256": one.content_hash,
        "reports": len(one.content["cohort"]["ids"]),
        "lessons": len(one.content["lessons"]),
        "address": here,
        "pdf": f"{here}study.pdf",
    }


def whole(one: Published, standing: Standing) -> dict[str, object]:
    """A study with everything that may leave."""
    families, others = findings(one.content, standing)
    themes = [theme for family in families for theme in family.themes or (family,)]
    themes = sorted([*themes, *others], key=lambda row: (-row.reports, -row.lessons, row.label))
    return {
        **head(one),
        "findings": [_support(row) for row in families],
        "themes": [_support(row) for row in themes],
        "withdrawn": sorted(standing.gone),
        "altered": sorted(standing.altered),
        "content": one.content,
    }


def lessons(one: Published, standing: Standing, start: int, n: int) -> dict[str, object]:
    """A stretch of a study's lessons."""
    rows = one.content["lessons"]
    end = start + n
    return {
        "slug": one.slug,
        "version": one.version,
        "lessons": [_lesson(row, one.content["second"], standing) for row in rows[start:end]],
        "next": end if end < len(rows) else None,
    }


def codebook(book: Codebook, sha256: str) -> dict[str, object]:
    """A codebook as data."""
    return {
        "key": book.key,
        "version": book.version,
        "label": book.label,
        "sha256": sha256,
        "families": [{"key": one.key, "label": one.label} for one in book.parents],
        "themes": [
            {
                "key": one.key,
                "label": one.label,
                "description": one.description,
                "family": one.parent,
                "nearest": one.nearest,
                "rule": one.rule,
                "audiences": list(one.audiences),
                "exemplars": list(one.exemplars),
            }
            for one in book.themes
        ],
    }


def insights(found: Insights) -> dict[str, object]:
    """The insights page as data."""
    control = found.control
    compared = found.compared
    return {
        "pack": found.field.key,
        "total": found.counted.total,
        "figures": [_figure(one) for one in found.figures],
        "quarters": {periods.spell(at): n for at, n in found.counted.quarters},
        "control": None
        if control is None
        else {
            "kind": control.kind,
            "centre": control.centre,
            "points": [
                {"period": p.period, "value": p.value, "low": p.low, "high": p.high, "unusual": p.unusual}
                for p in control.points
            ],
        },
        "control_refused": found.control_refused,
        "together": _set(found.together_finding, found.together_looked_at, found.together),
        "compared": None if compared is None else _set(compared.finding, compared.looked_at, compared.told),
    }


def signals(found: Insights) -> dict[str, object]:
    """The last quarter's signals as data."""
    lately = found.lately
    if lately is None:
        nothing = {"finding": "No quarter can be compared yet.", "looked_at": 0, "rows": []}
        return {"period": "", "now": 0, "before": 0, **nothing}
    head = {"period": lately.period, "now": lately.now, "before": lately.before}
    return {**head, **_set(lately.finding, lately.looked_at, lately.told)}


def _support(one: Supported) -> dict[str, object]:
    return {
        "key": one.key,
        "label": one.label,
        "family": one.family,
        "reports": one.reports,
        "lessons": one.lessons,
        "share": one.share.value,
        "low": one.share.low,
        "high": one.share.high,
        "withdrawn_since": one.gone,
        "quotes": [{"text": two.text, "report": two.public_id, "title": two.title} for two in one.quotes],
    }


def _lesson(row: Mapping[str, Any], second: Mapping[str, str], standing: Standing) -> dict[str, object]:
    key, score = row["proposed"][0] if row["proposed"] else ("", None)
    quoted = standing.words.get(row["id"])
    return {
        "id": row["id"],
        "report": row["id"].partition("/")[0],
        "theme": row["theme"],
        "proposed": key,
        "score": score,
        "second": second.get(row["id"], ""),
        "state": standing.state(row["id"]) or "as published",
        "words": quoted.text if quoted else "",
    }


def _figure(one: Figure) -> dict[str, object]:
    return {
        "key": one.key,
        "finding": one.finding,
        "about": one.about,
        "reports": one.whole,
        "rows": [
            {
                "code": bar.code,
                "label": bar.label,
                "reports": bar.reports,
                "share": bar.share.value,
                "low": bar.share.low,
                "high": bar.share.high,
                "search": _search(bar.address),
            }
            for bar in one.bars
        ],
    }


def _set(finding: str, looked_at: int, told: Iterable[Told]) -> dict[str, object]:
    return {"finding": finding, "looked_at": looked_at, "rows": [_judged(one) for one in told]}


def _judged(one: Told) -> dict[str, object]:
    ic = one.judged.ic
    return {
        "what": one.what,
        "where": one.where,
        "reports": one.judged.table.both,
        "expected": one.judged.table.expected,
        "times": 2**ic.value,
        "low": 2**ic.low,
        "high": 2**ic.high,
        "q": one.judged.q,
        "signal": one.judged.signal,
        "search": _search(one.address),
    }


def _search(address: str) -> str:
    return f"{settings.PUBLIC_URL}/reports/{address}"

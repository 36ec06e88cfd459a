"""Briefs of published reports, and bulletins of reporting signals."""

from collections.abc import Sequence
from dataclasses import replace
from typing import Final

from django.conf import settings

from closecall.errors import BadInput, NotFound, Unavailable
from closecall.public.library import queries as library
from closecall.public.library.rules.report import ReleasedText
from closecall.public.studies.rules.figures import Told
from closecall.public.taxonomy.queries import pack as pack_named
from closecall.public.taxonomy.rules.pack import UNKNOWN, Pack
from closecall.public.training import render
from closecall.public.training.rules.brief import BriefContent, Fact, brief
from closecall.public.training.rules.bulletin import bulletin

# What the strip tells; never what happened, which would spoil the decision.
_STRIP: Final = (
    ("activity", "Doing"),
    ("phase", "Phase"),
    ("setting", "Where"),
    ("officers", "Officers"),
    ("outcome", "Outcome"),
)
_MOST_FACTS: Final = 4
# From generous to tight; the first that fits one page is taken: points, air, words that the story may keep.
_FITS: Final = (
    (13.0, 2.0, None), (12.5, 1.5, None), (12.0, 1.2, None), (11.5, 1.0, None), (11.0, 0.8, None),
    (10.5, 0.6, None), (10.0, 0.4, None), (10.0, 0.4, 460), (10.0, 0.4, 400), (10.0, 0.4, 340),
    (10.0, 0.4, 280), (9.5, 0.3, 220), (9.5, 0.3, 160), (9.0, 0.2, 100), (9.0, 0.2, 50), (8.5, 0.1, 25),
    (8.0, 0.0, 15),
)  # fmt: skip


def brief_pdf(public_id: str, paper: str = "letter") -> bytes:
    """One report as one printed page, as large as it fits.

    Shape:  `paper` is "letter" or "a4".
    Raises: BadInput for another paper; NotFound and Gone as the library does; TooBusy; Unavailable.
    """
    sheet = _sheet(paper)
    report = library.report(public_id)
    address = f"{settings.PUBLIC_URL}/reports/{report.public_id}/"
    origin = _origin(report)
    for size, air, words in _FITS:
        content = brief_content(report.text, words=words)
        taken = render.pages(content, size=size, air=air, paper=sheet, address=address, origin=origin)
        if taken == 1:
            return render.pdf(content, size=size, air=air, paper=sheet, address=address, origin=origin)
    raise Unavailable("This story doesn't fit on one page. Print it from the report itself.")


def bulletin_pdf(told: Told, period: str, found: Sequence[library.Report], paper: str = "letter") -> bytes:
    """One reporting signal as one printed page: a draft, for somebody to check and pin.

    Shape:  `period` is the last quarter in words; `found` are the reports behind the signal, of whose lessons
            the page holds as many as fit.
    Raises: BadInput for another paper; TooBusy; Unavailable.
    """
    sheet = _sheet(paper)
    content = bulletin(told, period, [report.text for report in found])
    address = f"{settings.PUBLIC_URL}/reports/{told.address}"
    origins = " ".join(dict.fromkeys(_origin(report) for report in found))
    for most in range(len(content.lessons), -1, -1):
        fewer = replace(content, lessons=content.lessons[:most])
        if render.bulletin_pages(fewer, paper=sheet, address=address, origin=origins) == 1:
            return render.bulletin_pdf(fewer, paper=sheet, address=address, origin=origins)
    raise Unavailable("This bulletin doesn't fit on one page. Write it from the reports themselves.")


def _sheet(paper: str) -> render.Paper:
    sheet = next((known for known in render.PAPERS if known == paper), None)
    if sheet is None:
        raise BadInput("Paper is letter or a4.")
    return sheet


def brief_content(text: ReleasedText, *, words: int | None = None) -> BriefContent:
    """A report arranged for roll call, with the questions of its pack."""
    try:
        pack = pack_named(text.pack)
    except NotFound:
        return brief(text, words=words)
    return brief(text, facts=_facts(text, pack), bank=pack.questions, words=words)


def _facts(text: ReleasedText, pack: Pack) -> tuple[Fact, ...]:
    applied = {code.facet: code.code for code in reversed(text.codes) if code.code != UNKNOWN}
    told = (
        Fact(label, pack.code(facet, applied[facet]).label)
        for facet, label in _STRIP
        if facet in applied and pack.has(facet, applied[facet])
    )
    return tuple(told)[:_MOST_FACTS]


def _origin(report: library.Report) -> str:
    if report.origin == "invented":
        return "Invented for demonstration: nobody lived it."
    if report.origin == "own":
        return "Shared by an officer."
    source = f", {report.text.source}" if report.text.source else ""
    return f"Public record of {report.source_label or 'another system'}{source}."

"""What search knows about a report: all its words, its codes, and where it came from."""

from closecall.public.library.rules import periods
from closecall.public.library.rules.report import Origin, ReleasedText
from closecall.text.searching import Document

ORIGIN = "origin"
PACK = "pack"
THEME = "theme"
SYSTEM_FACETS = (ORIGIN, PACK, THEME)
"""Facets that every report has, whatever its pack."""


def document_of(text: ReleasedText, origin: Origin, position: int) -> Document:
    """Spell a released text as an index entry."""
    codes = [(applied.facet, applied.code) for applied in text.codes]
    codes += [(THEME, lesson.theme) for lesson in text.lessons if lesson.theme]
    codes += [(ORIGIN, origin), (PACK, text.pack)]
    words = [text.synopsis, text.narrative, text.content_note, text.public_id, text.source]
    return Document(
        position=position,
        title=text.title,
        text="\n".join(one for one in words if one),
        lessons=tuple(lesson.text for lesson in text.lessons),
        codes=tuple(codes),
        quarters=periods.span(text.period),
    )

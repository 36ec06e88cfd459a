"""What the machine finds in a text, in this room's shape."""

from typing import Final

from django.conf import settings

from closecall.sealed.workbench.queries.remembering import Remembered
from closecall.sealed.workbench.rules.leftovers import Found
from closecall.sealed.workbench.rules.redaction import Span
from closecall.text import identifiers

MOST: Final = 64
"""Texts whose findings are remembered: what two analysts have open, with its versions."""


def spans(text: str) -> tuple[Span, ...]:
    """Everything that could identify: what would be pre-selected, then what wants a look."""
    findings = _found(text)
    return tuple(
        Span(
            start=found.start,
            end=found.end,
            type=str(found.type),
            sure=sure,
            percent=round(found.p * 100),
            options=_options(found),
        )
        for sure, group in ((True, findings.spans), (False, findings.look))
        for found in group
    )


def again(text: str) -> tuple[Found, ...]:
    """The second pass: only what would be pre-selected."""
    return tuple((found.start, found.end, str(found.type)) for found in _found(text).spans)


def _find(text: str) -> identifiers.Findings:
    """By every voter: the desk has the second that the form doesn't have."""
    return identifiers.find(text, identifiers.ALL, settings.PIPELINE)


_found: Final = Remembered(_find, MOST)  # offsets, kinds and replacements of ours; no word of the text


def _options(found: identifiers.Span) -> tuple[str, ...]:
    offered = (found.replacement, *identifiers.options(found))
    return tuple(dict.fromkeys(option for option in offered if option))

"""A brief on paper: Typst draws it from a constant template, and the story goes in as data only."""

import re
from collections.abc import Mapping
from pathlib import Path
from typing import Final, Literal

from closecall.public.training.rules.brief import BriefContent
from closecall.site.paper import press
from closecall.site.paper.glyphs import drawable

Paper = Literal["letter", "a4"]

PAPERS: Final[tuple[Paper, ...]] = ("letter", "a4")
_TYPST_PAPER: Final = {"letter": "us-letter", "a4": "a4"}
# The folder is Typst's whole world: it holds templates and nothing else.
_TEMPLATE: Final = Path(__file__).parent / "paper" / "brief.typ"
_BRACKET: Final = re.compile(r"(\[[^\[\]]{1,200}\])")


def pages(content: BriefContent, *, size: float, air: float, paper: Paper, address: str, origin: str) -> int:
    """How many pages this content would take. Raises: TooBusy, CannotDraw."""
    return press.pages(
        _TEMPLATE, _data(content, size=size, air=air, paper=paper, address=address, origin=origin)
    )


def pdf(content: BriefContent, *, size: float, air: float, paper: Paper, address: str, origin: str) -> bytes:
    """Draw the page as an accessible PDF (PDF/UA-1) without a date. Raises: TooBusy, CannotDraw."""
    return press.pdf(
        _TEMPLATE, _data(content, size=size, air=air, paper=paper, address=address, origin=origin)
    )


def _data(
    content: BriefContent, *, size: float, air: float, paper: Paper, address: str, origin: str
) -> Mapping[str, object]:
    title = drawable(content.title)
    lesson = _runs(content.lesson)
    return {
        "paper": _TYPST_PAPER[paper],
        "size": size,
        "air": air,
        "title": title,
        "title_size": 32 if len(title) <= 36 else 24 if len(title) <= 60 else 18,
        "minutes": content.minutes,
        "facts": [
            ["Report", content.public_id],
            *([drawable(f.label), drawable(f.value)] for f in content.facts),
        ],
        "read": [_runs(paragraph) for paragraph in content.read_aloud],
        "situation": _runs(content.situation) if content.situation else [],
        "stop": [_runs(question) for question in content.stop_questions],
        "rest": [_runs(paragraph) for paragraph in content.then_read],
        "lesson": lesson if content.lesson else [],
        "lesson_size": _lesson_size(content.lesson, size),
        "discuss": [drawable(question) for question in content.discuss],
        "commit": drawable(content.commit),
        "shortened": content.shortened,
        "seconds": content.seconds,
        "id": content.public_id,
        "origin": drawable(origin),
        "address": drawable(address.removeprefix("https://").removeprefix("http://")),
        "qr": press.qr(address),
    }


def _lesson_size(lesson: str, size: float) -> float:
    if len(lesson) <= 110 and size > 10:
        return 19
    return 15 if len(lesson) <= 160 else 11.5


def _runs(text: str) -> list[list[object]]:
    """Text in runs, each with whether it is a [bracket]."""
    pieces = _BRACKET.split(drawable(text))
    return [[piece, at % 2 == 1] for at, piece in enumerate(pieces) if piece]

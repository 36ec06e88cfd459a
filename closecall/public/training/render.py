"""Briefs and bulletins on paper: Typst draws them from constant templates, and words go in as data only."""

import re
from collections.abc import Mapping
from pathlib import Path
from typing import Final, Literal

from closecall.public.training.rules.brief import BriefContent
from closecall.public.training.rules.bulletin import BulletinContent, Share
from closecall.site.paper import press
from closecall.site.paper.glyphs import drawable

Paper = Literal["letter", "a4"]

PAPERS: Final[tuple[Paper, ...]] = ("letter", "a4")
_TYPST_PAPER: Final = {"letter": "us-letter", "a4": "a4"}
# The folder is Typst's whole world: it holds templates and nothing else.
_TEMPLATE: Final = Path(__file__).parent / "paper" / "brief.typ"
_BULLETIN: Final = _TEMPLATE.with_name("bulletin.typ")
_MOST_IDS: Final = 8
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


def bulletin_pages(content: BulletinContent, *, paper: Paper, address: str, origin: str) -> int:
    """How many pages a bulletin would take. Raises: TooBusy, CannotDraw."""
    return press.pages(_BULLETIN, _bulletin_data(content, paper=paper, address=address, origin=origin))


def bulletin_pdf(content: BulletinContent, *, paper: Paper, address: str, origin: str) -> bytes:
    """Draw a bulletin as an accessible PDF without a date. Raises: TooBusy, CannotDraw."""
    return press.pdf(_BULLETIN, _bulletin_data(content, paper=paper, address=address, origin=origin))


def _bulletin_data(
    content: BulletinContent, *, paper: Paper, address: str, origin: str
) -> Mapping[str, object]:
    title = drawable(content.title)
    return {
        "paper": _TYPST_PAPER[paper],
        "title": title,
        "title_size": 30 if len(title) <= 60 else 22,
        "facet": drawable(content.facet),
        "now": _share(content.now),
        "before": _share(content.before),
        "widest": max(content.now.per_cent, content.before.per_cent, 1.0),
        "times": content.times,
        "caveat": content.caveat,
        "lessons": [[_runs(each.text), each.public_id] for each in content.lessons],
        "lesson_size": 14 if len(content.lessons) <= 4 else 12.5,
        "reports": _reports(content.ids),
        "origin": drawable(origin),
        "address": address,
        "shown": drawable(address.partition("://")[2].partition("?")[0]),
        "qr": press.qr(address),
    }


def _reports(ids: tuple[str, ...]) -> str:
    more = " and more" if len(ids) > _MOST_IDS else ""
    return f"Reports {', '.join(ids[:_MOST_IDS])}{more}."


def _share(share: Share) -> Mapping[str, object]:
    return {
        "label": drawable(share.label),
        "part": share.part,
        "whole": share.whole,
        "per_cent": share.per_cent,
    }


def _lesson_size(lesson: str, size: float) -> float:
    if len(lesson) <= 110 and size > 10:
        return 19
    return 15 if len(lesson) <= 160 else 11.5


def _runs(text: str) -> list[list[object]]:
    """Text in runs, each with whether it is a [bracket]."""
    pieces = _BRACKET.split(drawable(text))
    return [[piece, at % 2 == 1] for at, piece in enumerate(pieces) if piece]

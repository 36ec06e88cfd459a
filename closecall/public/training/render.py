"""A brief on paper: Typst draws it from a constant template, and the story goes in as data only."""

import io
import json
import re
import threading
from pathlib import Path
from typing import Final, Literal

import segno
import typst

from closecall.errors import TooBusy, Unavailable
from closecall.public.training.rules.brief import BriefContent
from closecall.public.training.rules.glyphs import drawable

Paper = Literal["letter", "a4"]

PAPERS: Final[tuple[Paper, ...]] = ("letter", "a4")
_TYPST_PAPER: Final = {"letter": "us-letter", "a4": "a4"}
# The folder is Typst's whole world: it holds templates and nothing else, and no path leads out of it.
_FOLDER: Final = Path(__file__).parent / "paper"
_TEMPLATE: Final = _FOLDER / "brief.typ"
_BRACKET: Final = re.compile(r"(\[[^\[\]]{1,200}\])")
# Drawing is work for the processor: two at a time, and nobody waits for long.
_PRESSES: Final = threading.BoundedSemaphore(2)
_PATIENCE_SECONDS: Final = 10.0


def pages(content: BriefContent, *, size: float, air: float, paper: Paper, address: str, origin: str) -> int:
    """How many pages this content would take. Raises: TooBusy, Unavailable."""
    data = _data(content, size=size, air=air, paper=paper, address=address, origin=origin)
    with _Press():
        found = typst.query(
            str(_TEMPLATE),
            "<pages>",
            field="value",
            one=True,
            root=str(_FOLDER),
            ignore_system_fonts=True,
            sys_inputs={"d": data},
        )
    return int(json.loads(found))


def pdf(content: BriefContent, *, size: float, air: float, paper: Paper, address: str, origin: str) -> bytes:
    """Draw the page as an accessible PDF (PDF/UA-1) without a date. Raises: TooBusy, Unavailable."""
    data = _data(content, size=size, air=air, paper=paper, address=address, origin=origin)
    with _Press():
        drawn = typst.compile(
            str(_TEMPLATE),
            root=str(_FOLDER),
            ignore_system_fonts=True,
            format="pdf",
            sys_inputs={"d": data},
            pdf_standards=["ua-1"],
        )
    if not isinstance(drawn, bytes):
        raise Unavailable("The page couldn't be drawn. The story is on this site, in full.")
    return drawn


class _Press:
    """One of the two presses; refuses when both stay taken, and says so when Typst refuses."""

    def __enter__(self) -> None:
        if not _PRESSES.acquire(timeout=_PATIENCE_SECONDS):
            raise TooBusy

    def __exit__(self, kind: type[BaseException] | None, fault: BaseException | None, trace: object) -> None:
        _PRESSES.release()
        if isinstance(fault, typst.TypstError):
            # Its message quotes the document: never let it travel.
            raise Unavailable("The page couldn't be drawn. The story is on this site, in full.") from None


def _data(content: BriefContent, *, size: float, air: float, paper: Paper, address: str, origin: str) -> str:
    title = drawable(content.title)
    lesson = _runs(content.lesson)
    return json.dumps(
        {
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
            "qr": _qr(address),
        }
    )


def _lesson_size(lesson: str, size: float) -> float:
    if len(lesson) <= 110 and size > 10:
        return 19
    return 15 if len(lesson) <= 160 else 11.5


def _runs(text: str) -> list[list[object]]:
    """Text in runs, each with whether it is a [bracket]."""
    pieces = _BRACKET.split(drawable(text))
    return [[piece, at % 2 == 1] for at, piece in enumerate(pieces) if piece]


def _qr(address: str) -> str:
    drawn = io.BytesIO()
    segno.make(address, error="m", micro=False).save(drawn, kind="svg", border=0, scale=4, xmldecl=False)
    return drawn.getvalue().decode()

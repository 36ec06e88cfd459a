"""The press: PDF/UA-1 without a date, so that the same data makes the same bytes."""

import io
import json
import threading
from collections.abc import Mapping
from pathlib import Path
from typing import Final

import segno
import typst

from closecall.errors import TooBusy, Unavailable

# Drawing is work for the processor: two at a time, and nobody waits for long.
_PRESSES: Final = threading.BoundedSemaphore(2)
_PATIENCE_SECONDS: Final = 10.0


class CannotDraw(Unavailable):
    """Typst refused the page."""

    default = "The page couldn't be drawn. What it says is on this site, in full."


def pdf(template: Path, data: Mapping[str, object]) -> bytes:
    """Draw a template with its data as an accessible PDF.

    Shape:  the template reads `sys.inputs.d`, JSON. Its folder is all that it can read: no path leads out.
    Raises: TooBusy, CannotDraw.
    """
    with _Press():
        drawn = typst.compile(
            str(template),
            root=str(template.parent),
            ignore_system_fonts=True,
            format="pdf",
            sys_inputs={"d": json.dumps(data)},
            pdf_standards=["ua-1"],
        )
    if not isinstance(drawn, bytes):
        raise CannotDraw
    return drawn


def pages(template: Path, data: Mapping[str, object]) -> int:
    """How many pages it would take: the template says so at `<pages>`. Raises: TooBusy, CannotDraw."""
    with _Press():
        found = typst.query(
            str(template),
            "<pages>",
            field="value",
            one=True,
            root=str(template.parent),
            ignore_system_fonts=True,
            sys_inputs={"d": json.dumps(data)},
        )
    return int(json.loads(found))


def qr(address: str) -> str:
    """An address as a QR code, drawn as SVG."""
    drawn = io.BytesIO()
    segno.make(address, error="m", micro=False).save(drawn, kind="svg", border=0, scale=4, xmldecl=False)
    return drawn.getvalue().decode()


class _Press:
    """One of the two presses; refuses when both stay taken, and says so when Typst refuses."""

    def __enter__(self) -> None:
        if not _PRESSES.acquire(timeout=_PATIENCE_SECONDS):
            raise TooBusy

    def __exit__(self, kind: type[BaseException] | None, fault: BaseException | None, trace: object) -> None:
        _PRESSES.release()
        if isinstance(fault, typst.TypstError):
            # Its message quotes the document: never let it travel.
            raise CannotDraw from None

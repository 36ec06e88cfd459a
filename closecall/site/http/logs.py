"""Logs that hold nothing typed: exception class, file and line; never a message, a path or locals.

A message often embeds a value ("invalid literal for int(): 'Ramirez'"), and a log outlives the report.
"""

import logging
import sys
import traceback
from typing import Any

from django.utils.safestring import SafeString
from django.views.debug import ExceptionReporter

# What our own code may say in a log, word for word (docs/operate.md explains each). Anything else is printed as its
# place in the code only.
EVENTS = frozenset(
    {
        "dialect.learned",
        "fault",
        "index.pending",
        "index.rebuilding",
        "outbox.moved_on",
        "outbox.replayed",
        "vectors.pending",
        "vectors.remaking",
    }
)


class PlaceFormatter(logging.Formatter):
    """Prints level, logger, a known event word if there is one, and where in the code it happened."""

    def format(self, record: logging.LogRecord) -> str:
        """Format without touching the record's message or arguments, unless it is one of our own words."""
        event = record.msg if isinstance(record.msg, str) and record.msg in EVENTS else "-"
        line = f"{record.levelname} {record.name} {event}"
        if record.exc_info and record.exc_info[1] is not None:
            fault = record.exc_info[1]
            frames = traceback.extract_tb(fault.__traceback__)
            where = " < ".join(f"{_short(frame.filename)}:{frame.lineno}" for frame in reversed(frames[-4:]))
            return f"{line} {type(fault).__name__} at {where}"
        return f"{line} at {_short(record.pathname)}:{record.lineno}"


def _short(path: str) -> str:
    """Shorten a source path: from the package on, so that a log names no home folder."""
    for mark in ("site-packages/", "closecall/"):
        if mark in path:
            return path[path.index(mark) :].removeprefix("site-packages/")
    return path.rsplit("/", 1)[-1]


def replace() -> None:
    """Replace logging wholly: one handler, one formatter, nothing that prints a message."""
    handler = logging.StreamHandler(sys.stderr)
    handler.setFormatter(PlaceFormatter())
    root = logging.getLogger()
    root.handlers = [handler]
    root.setLevel(logging.WARNING)
    logging.getLogger("closecall").setLevel(logging.INFO)
    logging.raiseExceptions = False
    logging.captureWarnings(True)
    for name in ("django", "django.request", "django.server", "django.security", "py.warnings"):
        logger = logging.getLogger(name)
        logger.handlers = []
        logger.propagate = True


class SilentReporter(ExceptionReporter):
    """Reports nothing: the default reporter prints POST data and local variables."""

    def get_traceback_data(self) -> dict[str, Any]:
        """Return no data."""
        return {}

    def get_traceback_html(self) -> SafeString:
        """Return an empty page."""
        return SafeString("")

    def get_traceback_text(self) -> SafeString:
        """Return an empty text."""
        return SafeString("")

"""The near-miss exchange: a library as lines that another can check, take in, and take back.

`exchange.v1.json` beside this module is the format's JSON Schema. Every line is held against it when it is
written and again when it is read.
"""

import json
from collections.abc import Callable, Iterator, Mapping
from dataclasses import dataclass, field
from functools import cache
from pathlib import Path
from typing import Any, Final, Literal, cast

from jsonschema import Draft202012Validator

from closecall.errors import BadInput
from closecall.public.exchange.rules.imported import RefusedRow
from closecall.public.library.rules.report import ReleasedText, from_data, to_data
from closecall.public.library.rules.tables import CAVEAT
from closecall.site.crypto import canonical, signing
from closecall.site.crypto.errors import BadSignature

FORMAT: Final = "closecall/exchange/v1"
SCHEMA: Final = Path(__file__).with_name("exchange.v1.json")

_LINE_BYTES: Final = 4 * 1024 * 1024
_LABEL_CHARACTERS: Final = 200

Line = dict[str, object]
Why = Literal["withdrawn", "down"]


@dataclass(frozen=True)
class Home:
    """Where a report was first shared: the instance's verify key in hex, and its id there."""

    instance: str
    id: str


@dataclass(frozen=True)
class Passed:
    """One report as it is passed on. `origin` is what it is at its home: own, import or invented."""

    home: Home
    version: int
    origin: str
    source_label: str
    text: ReleasedText


@dataclass(frozen=True)
class Event:
    """Several reports that tell of one event. `key` is the writer's."""

    key: str
    homes: tuple[Home, ...]


@dataclass(frozen=True)
class ReadExchange:
    """What a file holds: reports with their lines, removals, events, and what was refused. Not whole: it was cut."""

    instance: str
    address: str
    reports: tuple[tuple[int, Passed], ...] = ()
    removed: tuple[tuple[Home, Why], ...] = ()
    events: tuple[Event, ...] = ()
    is_whole: bool = True
    refused: tuple[RefusedRow, ...] = field(default=())


@cache
def validator() -> Draft202012Validator:
    """The schema, ready to hold lines against."""
    return Draft202012Validator(json.loads(SCHEMA.read_text("utf-8")))


def head(instance: str, address: str) -> Line:
    """The first line."""
    return {
        "kind": "library",
        "format": FORMAT,
        "instance": instance,
        "address": address,
        "caveat": CAVEAT,
    }


def report_line(one: Passed) -> Line:
    """A report's line, not signed yet."""
    return {
        "kind": "report",
        "home": _spelled(one.home),
        "version": one.version,
        "origin": one.origin,
        "source_label": one.source_label,
        "report": to_data(one.text),
    }


def removal_line(home: Home, why: Why) -> Line:
    """The line that takes a report back, not signed yet."""
    return {"kind": "withdrawn", "home": _spelled(home), "why": why}


def event_line(event: Event) -> Line:
    """The line that says which reports tell of one event, not signed yet."""
    return {"kind": "event", "event": event.key, "homes": [_spelled(home) for home in event.homes]}


def end(reports: int, withdrawn: int, events: int = 0) -> Line:
    """The last line."""
    return {"kind": "end", "reports": reports, "withdrawn": withdrawn, "events": events}


def signed(line: Line, sign: Callable[[bytes], bytes]) -> Line:
    """The line with its signature."""
    return {**line, "signature": sign(canonical.dumps(line)).hex()}


def spell(line: Line) -> str:
    """Write a line. Raises: ValueError when it doesn't fit the format, which is a fault of ours."""
    if not validator().is_valid(line):
        raise ValueError("a line of the exchange doesn't fit its schema")
    return json.dumps(line, ensure_ascii=False, sort_keys=True, separators=(",", ":")) + "\n"


def read(raw: bytes, file: str) -> ReadExchange:
    """Read a file. A line that doesn't fit, or that its library didn't sign, is refused; no other is.

    Raises: BadInput when its first line isn't a library's.
    """
    lines = _lines(raw)
    _, first = next(lines, (1, None))
    if first is None or first.get("kind") != "library" or not validator().is_valid(first):
        raise BadInput("This isn't a near-miss exchange file of version 1: its first line says otherwise.")
    instance = str(first["instance"])
    reports: list[tuple[int, Passed]] = []
    removed: list[tuple[Home, Why]] = []
    events: list[Event] = []
    refused: list[RefusedRow] = []
    last: Mapping[str, Any] = {}
    at = 1
    for at, line in lines:
        reason = _reason(line, instance)
        if line is None or reason:
            refused.append(RefusedRow(file, at, reason))
        elif line["kind"] == "end":
            last = line
        elif line["kind"] == "withdrawn":
            removed.append((Home(**line["home"]), cast("Why", line["why"])))
        elif line["kind"] == "event":
            events.append(Event(line["event"], tuple(Home(**home) for home in line["homes"])))
        else:
            reports.append((at, _passed(line)))
    told = len(reports) + len(removed) + len(events) + len(refused)
    is_whole = (
        bool(last) and sum(int(last.get(kind, 0)) for kind in ("reports", "withdrawn", "events")) == told
    )
    if not is_whole:
        refused.append(RefusedRow(file, at, "The file was cut: its end line is missing or counts otherwise."))
    return ReadExchange(
        instance,
        str(first["address"]),
        tuple(reports),
        tuple(removed),
        tuple(events),
        is_whole,
        tuple(refused),
    )


def label(one: Passed, address: str) -> str:
    """Where a reader is told that a report comes from.

    >>> text = ReleasedText("M7K2QF", "p", 1, "T", "", "N")
    >>> label(Passed(Home("", "M7K2QF"), 1, "invented", "Invented for demonstration", text), "https://a.example")
    'Invented for demonstration, through a.example'
    """
    host = address.partition("://")[2].rstrip("/")
    words = f"{one.source_label.strip()}, through {host}" if one.source_label.strip() else host
    return words if len(words) <= _LABEL_CHARACTERS else words[: _LABEL_CHARACTERS - 1] + "…"


def _spelled(home: Home) -> dict[str, str]:
    return {"instance": home.instance, "id": home.id}


def _lines(raw: bytes) -> Iterator[tuple[int, dict[str, Any] | None]]:
    for at, line in enumerate(raw.removeprefix(b"\xef\xbb\xbf").split(b"\n"), start=1):
        if line.strip():
            yield at, _object(line)


def _object(line: bytes) -> dict[str, Any] | None:
    if len(line) > _LINE_BYTES:
        return None
    try:
        found = json.loads(line.decode("utf-8"))
    except (ValueError, RecursionError):
        return None
    return found if isinstance(found, dict) else None


def _reason(line: dict[str, Any] | None, instance: str) -> str:
    if line is None or not validator().is_valid(line) or line["kind"] == "library":
        return "This line doesn't fit the format."
    if line["kind"] == "end":
        return ""
    bare = {name: value for name, value in line.items() if name != "signature"}
    try:
        signing.verify(bytes.fromhex(instance), canonical.dumps(bare), bytes.fromhex(line["signature"]))
    except (BadSignature, ValueError, TypeError):
        return "The library that wrote this file didn't sign this line as it stands."
    if line["kind"] == "report" and line["home"]["id"] != line["report"]["public_id"]:
        return "This line has two ids."
    return ""


def _passed(line: Mapping[str, Any]) -> Passed:
    return Passed(
        home=Home(**line["home"]),
        version=int(line["version"]),
        origin=str(line["origin"]),
        source_label=str(line["source_label"]),
        text=from_data(line["report"]),
    )

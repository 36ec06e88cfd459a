"""A hostile reader: asks the public site everything that it can be asked, and keeps what it answers, byte by byte.

    everything(folder)                every page, feed, export, API operation; some codes, of withheld facets too
    everything(folder, whole=True)    every code of every facet, and every pair of facets' first codes, too

Tokens of the two forms are drawn anew for each visit, and a feed that holds nothing says when it was asked, so these
are masked; everything else counts: status, type, ETag, length, content.
"""

import itertools
import re
from collections.abc import Iterator
from hashlib import blake2b
from pathlib import Path
from urllib.parse import urlencode, urlsplit

from django.test import Client
from django.urls import URLPattern, get_resolver
from django.urls.resolvers import URLResolver

from closecall.public.exchange.actions import export, export_exchange
from closecall.public.taxonomy import queries as taxonomy

SURFACES = (
    "/reports/", "/reports.csv", "/reports.json", "/reports.atom", "/insights/", "/insights/.csv", "/insights/.json",
    "/insights/numbers/", "/insights/numbers.csv", "/insights/numbers.json", "/api/v1/search", "/api/v1/facets",
)  # fmt: skip
_MASKED = re.compile(rb'(name="(?:token|once)" value|data-(?:challenge|salt|signature|most))="[^"]*"')
_PLAIN_QUESTION = re.compile(rb'<label[^>]*for="answer".*?</label>', re.DOTALL)
_UPDATED = re.compile(rb"<updated>[^<]*</updated>")
_LINK = re.compile(r'href="(/[^"#]*)"')
_FOLLOWED_PARAMETERS = {"part", "page", "version", "sort"}

Answers = dict[str, str]


def everything(folder: Path, *, whole: bool = False) -> Answers:
    """Ask everything; gives a digest an address, and one an exported file."""
    reader = Client()
    found: Answers = {}
    waiting = [*_addresses(), *_questions(whole=whole)]
    while waiting:
        address = waiting.pop()
        if address in found:
            continue
        answer = reader.get(address)
        body = b"".join(answer) if answer.streaming else answer.content
        found[address] = _digest(answer.status_code, answer.headers, body)
        if answer.headers.get("Content-Type", "").startswith("text/html"):
            waiting += [link for link in _links(body) if link not in found]
    for name, what, form in _EXPORTS:
        file = folder / name
        export(what, form=form, out=file)
        found[name] = blake2b(file.read_bytes()).hexdigest()
    export_exchange(folder / "exchange.jsonl")
    found["exchange.jsonl"] = blake2b((folder / "exchange.jsonl").read_bytes()).hexdigest()
    return found


_EXPORTS = (
    ("reports.csv", "reports", "csv"), ("reports.jsonl", "reports", "jsonl"),
    ("codes.csv", "codes", "csv"), ("codes.jsonl", "codes", "jsonl"),
)  # fmt: skip


def _addresses() -> Iterator[str]:
    """Every address of the public site that needs no name in it."""

    def walk(patterns: list[URLPattern | URLResolver], before: str) -> Iterator[str]:
        for each in patterns:
            route = before + str(each.pattern)
            if isinstance(each, URLResolver):
                yield from walk(each.url_patterns, route)
            elif not set("<(^\\") & set(route):
                yield f"/{route}"

    yield from walk(get_resolver().url_patterns, "")


def _questions(*, whole: bool) -> Iterator[str]:
    """Searches by codes on every surface: of withheld facets, too, and in what isn't a parameter at all."""
    facets = [
        (facet.key, [code.key for code in facet.choices])
        for facet in taxonomy.pack().facets
        if facet.value == "codes"
    ]
    asked: list[tuple[tuple[str, str], ...]] = [
        ((key, codes[0]),) for key, codes in facets if whole or key in ("event", "setting", "harm", "margin")
    ]
    asked += [(("risk_class", "A"),), (("group", "road"), ("month", "2026-01"))]
    if whole:
        asked += [((key, code),) for key, codes in facets for code in codes[1:]]
        asked += [
            ((one, ones[0]), (other, others[0]))
            for (one, ones), (other, others) in itertools.combinations(facets, 2)
        ]
    for question in asked:
        for surface in SURFACES:
            yield f"{surface}?{urlencode(question)}"
    for surface in SURFACES:
        yield f"{surface}?{urlencode({'q': 'truck mirror'})}"


def _links(body: bytes) -> Iterator[str]:
    for link in _LINK.findall(body.decode()):
        address = link.replace("&amp;", "&")
        parts = urlsplit(address)
        names = {pair.partition("=")[0] for pair in parts.query.split("&") if pair}
        aside = parts.path.startswith(("/static/", "/theme", "/leave")) or parts.path.endswith(".pdf")
        if names <= _FOLLOWED_PARAMETERS and not aside:
            yield address


def _digest(status: int, headers: object, body: bytes) -> str:
    masked = _PLAIN_QUESTION.sub(b"", _MASKED.sub(rb"\1=", body))
    if b"<feed" in masked and b"<entry" not in masked:
        masked = _UPDATED.sub(b"", masked)
    kept = {name: headers.get(name, "") for name in ("ETag", "Content-Type", "Cache-Control", "Location")}  # type: ignore[attr-defined] # Django's own mapping
    told = repr((status, kept, len(masked))).encode() + masked
    return blake2b(told).hexdigest()

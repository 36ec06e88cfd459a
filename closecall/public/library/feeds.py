"""The library as files and feeds: CSV, JSON, Atom. Everything that a page shows, its origin included."""

import csv
from collections.abc import Iterator, Sequence
from datetime import UTC, datetime, time
from typing import Final

from django.conf import settings
from django.http import HttpRequest, HttpResponse, JsonResponse, StreamingHttpResponse
from django.http.response import HttpResponseBase
from django.utils.feedgenerator import Atom1Feed
from django.views.decorators.http import require_safe

from closecall.errors import NotFound
from closecall.public.library import queries, render
from closecall.public.library.forms import public_page, requested, searching
from closecall.public.library.queries import Report
from closecall.public.library.rules import periods
from closecall.public.library.rules.report import is_public_id, reading_minutes, to_data
from closecall.public.library.rules.tables import CAVEAT, safe_cell

FEED_ROWS: Final = 50
_CHUNK: Final = 500
_COLUMNS: Final = ("id", "title", "lessons", "period", "origin", "source", "pack", "minutes", "address")


@require_safe
def search_csv(request: HttpRequest) -> HttpResponseBase:
    """Everything that a search finds (the first 10,000), one report a line, codes by facet."""
    asked = requested(request)
    ids = searching(lambda: queries.matching_ids(asked))
    response = StreamingHttpResponse(_lines(ids), content_type="text/csv; charset=utf-8")
    response.headers["Content-Disposition"] = 'attachment; filename="close-call-reports.csv"'
    response.headers["Cache-Control"] = "public, no-cache"
    return response


@public_page
def search_json(request: HttpRequest) -> HttpResponse:
    """One page of a search as data, with its exact total, counts and the next page's address."""
    asked = requested(request)
    found = searching(lambda: queries.search(asked))
    offered = queries.facet_keys()
    more = asked.on_page(asked.page + 1) if asked.page < found.pages else None
    return JsonResponse(
        {
            "caveat": CAVEAT,
            "total": found.total,
            "page": asked.page,
            "pages": found.pages,
            "next": f"{settings.PUBLIC_URL}/reports/.json{more.address()}" if more is not None else None,
            "counts": {facet: found.counts[facet] for facet in sorted(found.counts) if facet in offered},
            "quarters": {periods.spell(at): count for at, count in found.quarters},
            "results": [_summary(result.report) for result in found.results],
        }
    )


@public_page
def search_atom(request: HttpRequest) -> HttpResponse:
    """A search as a feed: its newest reports."""
    asked = requested(request).sorted_by("new").on_page(1)
    ids = searching(lambda: queries.matching_ids(asked, most=FEED_ROWS))
    words = f"Reports: {asked.typed}" if asked.typed else "Reports"
    return _atom(queries.reports(ids), words, f"/reports/{asked.address()}", request.get_full_path())


@public_page
def latest_atom(request: HttpRequest) -> HttpResponse:
    """The newest reports."""
    return _atom(queries.latest(FEED_ROWS), "New reports", "/reports/", request.get_full_path())


@public_page
def latest_json(request: HttpRequest) -> HttpResponse:
    """The newest reports as a JSON feed."""
    items = [
        {
            "id": _urn(one),
            "url": _address(one),
            "title": one.text.title,
            "content_text": _in_short(one),
            "date_published": _moment(one).isoformat(),
            "_close_call": {"origin": one.origin, "source": one.source_label, "version": one.version},
        }
        for one in queries.latest(FEED_ROWS)
    ]
    return JsonResponse(
        {
            "version": "https://jsonfeed.org/version/1.1",
            "title": "Close Call: new reports",
            "home_page_url": f"{settings.PUBLIC_URL}/reports/",
            "feed_url": f"{settings.PUBLIC_URL}/feeds/reports.json",
            "items": items,
        },
        content_type="application/feed+json",
    )


@public_page
def report_json(request: HttpRequest, public_id: str) -> HttpResponse:
    """One report whole, with the signatures that vouch for it: data is for machines, so no part waits."""
    if not is_public_id(public_id.upper()):
        raise NotFound("There is no report with this id. Check the characters.")
    one = queries.report(public_id.upper())
    return JsonResponse(
        {
            "id": one.public_id,
            "address": _address(one),
            "origin": one.origin,
            "origin_label": render.origin_label(one.origin, one.source_label),
            "source": one.source_label,
            "published_on": one.published_on.isoformat(),
            "version": one.version,
            "event": queries.told_events([one.public_id]).get(one.public_id, ""),
            "same_event": [other.public_id for other in queries.other_accounts(one.public_id)],
            "corrections": [
                {"version": c.version, "on": c.on.isoformat(), "note": c.note} for c in one.corrections
            ],
            "report": to_data(one.text),
            "signatures": [
                {"verify_key": s.verify_key.hex(), "signature": s.signature.hex()} for s in one.signatures
            ],
        },
        json_dumps_params={"ensure_ascii": False},
    )


class _Line:
    """What a CSV writer writes to: hands each line back."""

    def write(self, line: str) -> str:
        """Return the line."""
        return line


def _lines(ids: Sequence[str]) -> Iterator[str]:
    writer = csv.writer(_Line())
    facets = sorted(queries.facet_keys() - {"origin", "pack"})
    yield str(writer.writerow([*_COLUMNS, *facets, "caveat"]))
    for start in range(0, len(ids), _CHUNK):
        for one in queries.reports(ids[start : start + _CHUNK]):
            yield str(writer.writerow([safe_cell(cell) for cell in _cells(one, facets)]))


def _cells(one: Report, facets: Sequence[str]) -> list[str]:
    text = one.text
    codes: dict[str, list[str]] = {"theme": [lesson.theme for lesson in text.lessons if lesson.theme]}
    for applied in text.codes:
        codes.setdefault(applied.facet, []).append(applied.code)
    return [
        one.public_id,
        text.title,
        " | ".join(lesson.text for lesson in text.lessons),
        text.period,
        one.origin,
        one.source_label,
        text.pack,
        str(reading_minutes(text)),
        _address(one),
        *(" ".join(dict.fromkeys(codes.get(facet, ()))) for facet in facets),
        CAVEAT,
    ]


def _summary(one: Report) -> dict[str, object]:
    return {
        "id": one.public_id,
        "title": one.text.title,
        "lesson": one.lesson,
        "period": one.text.period,
        "origin": one.origin,
        "source": one.source_label,
        "pack": one.text.pack,
        "minutes": reading_minutes(one.text),
        "address": _address(one),
    }


def _atom(found: Sequence[Report], title: str, link: str, own_path: str) -> HttpResponse:
    feed = Atom1Feed(
        title=f"Close Call: {title}",
        link=f"{settings.PUBLIC_URL}{link}",
        description="Near misses, de-identified, each with its lesson.",
        feed_url=f"{settings.PUBLIC_URL}{own_path}",
        language="en",
    )
    for one in found:
        feed.add_item(
            title=one.text.title,
            link=_address(one),
            unique_id=_urn(one),
            description=_in_short(one),
            pubdate=_moment(one),
            updateddate=_moment(one, latest=True),
            categories=(render.origin_label(one.origin, one.source_label),),
        )
    return HttpResponse(feed.writeString("utf-8"), content_type="application/atom+xml; charset=utf-8")


def _in_short(one: Report) -> str:
    """What a list may say: where it comes from, the lesson, how long it takes; never how it ends."""
    lesson = f" {one.lesson}" if one.lesson else ""
    return f"{render.origin_label(one.origin, one.source_label)}.{lesson} {reading_minutes(one.text)} min."


def _moment(one: Report, *, latest: bool = False) -> datetime:
    """A day as feeds want it: midnight, since no finer time is kept."""
    day = one.corrections[-1].on if latest and one.corrections else one.published_on
    return datetime.combine(day, time(), tzinfo=UTC)


def _address(one: Report) -> str:
    return f"{settings.PUBLIC_URL}/reports/{one.public_id}/"


def _urn(one: Report) -> str:
    return f"tag:closecall,2026:report:{one.public_id}"

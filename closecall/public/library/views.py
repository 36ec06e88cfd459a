"""The library's pages: first page, search, one report in parts, topics, health. No reader gets a cookie."""

from collections.abc import Sequence
from typing import Final
from urllib.parse import urlsplit

from django.conf import settings
from django.db import DatabaseError
from django.http import HttpRequest, HttpResponse, HttpResponsePermanentRedirect, JsonResponse
from django.shortcuts import render as page
from django.urls import is_valid_path
from django.utils import timezone
from django.views.decorators.csrf import csrf_exempt
from django.views.decorators.http import require_POST, require_safe

from closecall.errors import NotAllowed, NotFound
from closecall.public.library import actions, queries, render
from closecall.public.library.forms import public_page, requested, searching
from closecall.public.library.rules import periods
from closecall.public.library.rules.meaning import words_alone
from closecall.public.library.rules.query import SearchRequest, Sort
from closecall.public.library.rules.report import decides, is_public_id, parts, reading_minutes
from closecall.public.library.rules.words import in_capitals
from closecall.site.ui import charts
from closecall.site.ui.parts import Link
from closecall.text.searching import IndexDamaged

_NEW_ROWS: Final = 3
_ROW_LESSON: Final = 400
_LONG_TITLE: Final = 160
_FOUND_BY: Final = {
    "words": "found by words",
    "meaning": "found by meaning",
    "both": "found by words and meaning",
}
_SORTS: Final[tuple[tuple[Sort, str], ...]] = (("best", "Best match"), ("new", "Newest"), ("old", "Oldest"))


@public_page
def home(request: HttpRequest) -> HttpResponse:
    """The first page: one story, what is new, where to find one's own situation."""
    week = queries.report_of_the_week(timezone.localdate())
    fresh = queries.latest(_NEW_ROWS + 1, pack=settings.PACK) or queries.latest(_NEW_ROWS + 1)
    newest = [one for one in fresh if week is None or one.public_id != week.public_id]
    read_one = week or (newest[0] if newest else None)
    total = queries.total()
    origins = searching(queries.topic_counts).get("origin", {}) if total else {}
    return page(
        request,
        "library/home.html",
        {
            "week": _row(week) if week is not None else None,
            "week_cells": render.strip(week.text, told=True, what=False, when=False) if week else (),
            "read_one": read_one,
            "read_minutes": reading_minutes(read_one.text) if read_one is not None else 0,
            "newest": [_row(one) for one in newest[:_NEW_ROWS]],
            "topics": searching(queries.front_topics) if total else (),
            "total": total,
            "own": origins.get("own", 0),
            "imported": origins.get("import", 0) + origins.get("feed", 0),
            "invented": origins.get("invented", 0),
            "can_share": is_valid_path("/share/"),
            "safety": is_valid_path("/safety/"),
        },
    )


@public_page
def search(request: HttpRequest) -> HttpResponse:
    """Search, filter, page; one form, one address, everything in it."""
    asked = requested(request)
    found = searching(lambda: queries.search(asked, meaning=True))
    if asked.page > found.pages:
        asked = asked.on_page(found.pages)
        found = searching(lambda: queries.search(asked, meaning=True))
    unit, counted = render.by_period(found.quarters)
    address = asked.on_page(1).address()
    return page(
        request,
        "library/search.html",
        {
            "found": found,
            "asked": asked,
            "rows": [_row(one.report, by=one.by) | {"snippet": one.snippet} for one in found.results],
            "active": [Link(one.label, f"/reports/{one.address}") for one in found.active],
            "chart": charts.columns(counted) if counted else None,
            "chart_title": _chart_title(unit, counted, sum(count for _, count in found.quarters)),
            "chart_rows": [(name, f"/reports/{_within(asked, name).address()}", n) for name, n in counted],
            "sorts": _sorts(asked),
            "previous": f"/reports/{asked.on_page(asked.page - 1).address()}" if asked.page > 1 else "",
            "next": f"/reports/{asked.on_page(asked.page + 1).address()}" if asked.page < found.pages else "",
            "links": (
                Link("CSV", f"/reports/.csv{address}"),
                Link("JSON", f"/reports/.json{address}"),
                Link("Feed", f"/reports/.atom{address}"),
            ),
            "feed": f"/reports/.atom{address}",
            "first": periods.spell(asked.first) if asked.first is not None else "",
            "last": periods.spell(asked.last) if asked.last is not None else "",
            "words_only": f"/reports/{asked.retyped(words_alone(asked.query)).address()}",
            "respelled": f"/reports/{asked.retyped(found.spelling).address()}" if found.spelling else "",
            "filters_on": sum(len(codes) for _, codes in asked.filters),
        },
    )


@public_page
def report(request: HttpRequest, public_id: str) -> HttpResponse:
    """One report. What comes after a stop is not in the page until the reader asks for it."""
    if public_id != public_id.upper():
        return HttpResponsePermanentRedirect(f"/reports/{public_id.upper()}/")
    one = queries.report(_known(public_id))
    told_parts = parts(one.text)
    asked = request.GET.get("part", "1")
    whole = asked == "all"
    number = len(told_parts) if whole else _part(asked, len(told_parts))
    told = number == len(told_parts)
    # The whole story on one page still keeps its ending out of the head: it is printed for crews.
    head_told = told and not (whole and decides(one.text))
    shown = told_parts if whole else told_parts[number - 1 : number]
    here = f"/reports/{one.public_id}/"
    similar = _similar(one.public_id) if told else []
    accounts = queries.other_accounts(one.public_id) if told else []
    shown_already = [*(other.report.public_id for other in similar), *(each.public_id for each in accounts)]
    similar = [
        other for other in similar if other.report.public_id not in {each.public_id for each in accounts}
    ]
    same = _same_theme(one, shown_already) if told else None
    return page(
        request,
        "library/report.html",
        {
            "report": one,
            "text": one.text,
            "origin": render.origin_label(one.origin, one.source_label),
            "cells": render.strip(one.text, told=head_told),
            "head_told": head_told,
            "parts": shown,
            "number": number,
            "count": len(told_parts),
            "whole": whole,
            "told": told,
            "later": number > 1 and not whole,
            "decides": decides(one.text),
            "long_title": len(one.text.title) > _LONG_TITLE,
            "capitals": in_capitals(one.text.narrative),
            "has_brackets": "[" in one.text.narrative,
            "told_by": render.told_by(one.text),
            "here": here,
            "next": f"{here}?part={number + 1}#story",
            "last": f"{here}?part={len(told_parts)}",
            "barriers": render.barriers(one.text) if told else (),
            "factors": render.factors(one.text) if told else (),
            "lessons": render.lessons(one.text) if told else (),
            "others": render.other_codes(one.text) if told else (),
            "potential": render.potential(one.text) if told else "",
            "similar": [_row(other.report, by=other.by, shared=other.shared) for other in similar],
            "accounts": [_row(other) for other in accounts],
            "same": same,
            "same_rows": [_row(other) for other in same.reports] if same is not None else (),
            "uses": _uses(one.public_id),
            "cite": f"{settings.PUBLIC_URL}{here}",
        },
    )


@csrf_exempt  # no cookie proves anything here; Sec-Fetch-Site and Origin tell a forged form
@require_POST
def could_identify(request: HttpRequest, public_id: str) -> HttpResponse:
    """Take a reader's word that a report could identify someone."""
    if not _from_here(request):
        raise NotAllowed("Send this from the report's own page.")
    actions.warn(_known(public_id.upper()))
    return page(request, "library/warned.html", {"public_id": public_id.upper()})


@public_page
def topics(request: HttpRequest) -> HttpResponse:
    """Every topic that some report speaks of."""
    return page(request, "library/topics.html", {"families": searching(queries.topics)})


@public_page
def topic(request: HttpRequest, key: str) -> HttpResponse:
    """One topic: what it means, its lessons, its reports, questions to discuss."""
    found = searching(lambda: queries.topic(key))
    rows = [_row(one) for one in found.reports]
    return page(request, "library/topic.html", {"topic": found, "rows": rows})


@require_safe
def healthz(request: HttpRequest) -> HttpResponse:
    """Tell a supervisor whether the database answers and whether the index keeps up; no numbers of people."""
    try:
        _, seq = queries.log_mark()
    except DatabaseError:
        return JsonResponse({"status": "broken", "database": False}, status=503)
    try:
        queries.index().refresh(now=True)
        lag = seq - queries.index().applied
        state = {"status": "ok", "database": True, "index": True, "log": seq, "index_lag": lag}
    except IndexDamaged:
        state = {"status": "rebuilding", "database": True, "index": False, "log": seq}
    return JsonResponse(state)


def _similar(public_id: str) -> list[queries.Similar]:
    return searching(lambda: queries.similar(public_id))


def _same_theme(one: queries.Report, shown: Sequence[str]) -> queries.SameTheme | None:
    return searching(lambda: queries.same_theme(one, without=shown))


def _row(one: queries.Report, *, by: str = "", shared: Sequence[str] = ()) -> dict[str, object]:
    origin = render.origin_label(one.origin, one.source_label)
    return {
        "id": one.public_id,
        "title": render.in_a_row(one.text.title),
        "lesson": render.in_a_row(one.lesson, _ROW_LESSON),
        "synopsis": render.in_a_row(one.text.synopsis, _ROW_LESSON),
        "facts": (*render.row_facts(one.text), origin, _FOUND_BY.get(by, "")),
        "shared": ", ".join(shared),
        "brief_facts": (*render.row_facts(one.text, brief=True), origin),
        "origin": origin,
    }


def _sorts(asked: SearchRequest) -> tuple[Link, ...]:
    return tuple(
        Link(label, f"/reports/{asked.sorted_by(sort).address()}", "true" if asked.order == sort else "")
        for sort, label in _SORTS
        if sort != "best" or asked.query.wanted
    )


def _chart_title(unit: str, counted: Sequence[tuple[str, int]], dated: int) -> str:
    """What the chart shows; when older years don't fit, that it begins later."""
    shown = sum(count for _, count in counted)
    since = f", since {counted[0][0]}" if counted and shown < dated else ""
    return f"{shown:,} reports by {unit}{since}"


def _within(asked: SearchRequest, period: str) -> SearchRequest:
    span = periods.span(period)
    return asked.between(*span) if span is not None else asked


def _part(asked: str, count: int) -> int:
    return min(max(int(asked), 1), count) if asked.isascii() and asked.isdigit() and len(asked) < 4 else 1


def _known(public_id: str) -> str:
    if not is_public_id(public_id):
        raise NotFound("There is no report with this id. Check the characters.")
    return public_id


def _uses(public_id: str) -> tuple[Link, ...]:
    """What a trainer can make of it, as far as this site serves it."""
    offered = (
        ("Use in roll call", f"/reports/{public_id}/exercise/"),
        ("Print a brief", f"/reports/{public_id}/brief.pdf"),
        ("Slides", f"/reports/{public_id}/slides.pptx"),
        ("Card", f"/reports/{public_id}/card.pdf"),
        ("For the LMS", f"/reports/{public_id}/scorm.zip"),
    )
    standing = [Link(label, href) for label, href in offered if is_valid_path(href)]
    if is_valid_path("/briefs/"):
        standing.append(Link("Add to a brief", f"/briefs/?reports={public_id}"))
    return tuple(standing)


def _from_here(request: HttpRequest) -> bool:
    site = request.headers.get("Sec-Fetch-Site")
    if site is not None:
        return site == "same-origin"
    origin = request.headers.get("Origin")
    return origin is None or urlsplit(origin).netloc == request.get_host()

"""Insights as a page, a table and data. No reader gets a cookie."""

import csv
import io
from collections.abc import Iterator, Sequence

from django.http import HttpRequest, HttpResponse, JsonResponse
from django.shortcuts import render as page
from django.urls import is_valid_path
from django.utils import timezone

from closecall.public.library import queries as library
from closecall.public.library.actions import ask_index
from closecall.public.library.rules import periods
from closecall.public.studies import queries, render
from closecall.public.studies.forms import counted_page, requested
from closecall.public.studies.queries import Insights
from closecall.public.studies.rules import figures
from closecall.public.studies.rules.figures import Figure, Told
from closecall.site.ui import charts
from closecall.site.ui.parts import Link


@counted_page
def page_of_insights(request: HttpRequest) -> HttpResponse:
    """What the reports show: figures with their intervals, tables, CSV and the reports behind them."""
    found = _asked(request)
    address = found.request.address()
    quarters = [(periods.spell(at), n) for at, n in found.counted.quarters]
    return page(
        request,
        "studies/insights.html",
        {
            "found": found,
            "total": found.counted.total,
            "span": _span(quarters),
            "origins": _origins(found),
            "figures": [_drawn(one, found) for one in found.figures if one.bars],
            "together": [_row(one) for one in found.together],
            "lately": [_row(one) for one in found.lately.told] if found.lately else [],
            "compared": [_row(one) for one in found.compared.told] if found.compared else [],
            "quarters": charts.columns(quarters) if quarters else None,
            "quarter_rows": [
                (periods.label(name), f"/reports/{found.request.between(at, at).address()}", n)
                for (at, n), (name, _) in zip(found.counted.quarters, quarters, strict=True)
            ],
            "control": found.control,
            "limits": render.limits(found.control) if found.control else None,
            "quarters_finding": figures.quarters_finding(
                [n for _, n in found.counted.quarters], found.control
            ),
            "reports": f"/reports/{address}",
            "csv": _csv(address, ""),
            "csv_together": _csv(address, "together"),
            "csv_lately": _csv(address, "lately"),
            "csv_compared": _csv(address, "compared"),
            "csv_quarters": _csv(address, "quarters"),
            "active": _active(found),
            "cohorts": _cohorts(found),
            "studies": is_valid_path("/studies/"),
        },
    )


@counted_page
def csv_of_insights(request: HttpRequest) -> HttpResponse:
    """Every figure as lines; `?figure=` names one."""
    found = _asked(request)
    written = io.StringIO()
    csv.writer(written).writerows(_lines(found, request.GET.get("figure", "")))
    response = HttpResponse(written.getvalue(), content_type="text/csv; charset=utf-8")
    response.headers["Content-Disposition"] = 'attachment; filename="close-call-insights.csv"'
    return response


@counted_page
def json_of_insights(request: HttpRequest) -> HttpResponse:
    """Every figure as data."""
    head, *rows = _lines(_asked(request), request.GET.get("figure", ""))
    return JsonResponse({"rows": [{k: v for k, v in zip(head, row, strict=True) if v} for row in rows]})


def _asked(request: HttpRequest) -> Insights:
    asked = requested(request)
    return ask_index(lambda: queries.insights(asked, timezone.localdate()))


def _lines(found: Insights, only: str) -> Iterator[list[str]]:
    lists: list[tuple[str, Sequence[Told]]] = [("together", found.together)]
    if found.lately is not None:
        lists.append(("lately", found.lately.told))
    if found.compared is not None:
        lists.append(("compared", found.compared.told))
    quarters = [(periods.spell(at), n) for at, n in found.counted.quarters]
    return render.csv_rows(found.figures, quarters, lists, only)


def _csv(address: str, figure: str) -> str:
    if not figure:
        return f"/insights/.csv{address}"
    return f"/insights/.csv{address}{'&' if address else '?'}figure={figure}"


def _drawn(figure: Figure, found: Insights) -> dict[str, object]:
    return {
        "figure": figure,
        "chart": render.strips(figure),
        "rows": [(bar, f"/reports/{bar.address}", render.share_words(bar.share)) for bar in figure.bars],
        "csv": _csv(found.request.address(), figure.key),
        "multiple": sum(bar.reports for bar in figure.bars) > figure.whole,
    }


def _row(one: Told) -> dict[str, object]:
    return {
        "told": one,
        "expected": render.small_words(one.judged.table.expected, 1),
        "times": render.times_words(one),
        "href": f"/reports/{one.address}",
        "q": render.small_words(one.judged.q, 3),
    }


def _span(quarters: list[tuple[str, int]]) -> str:
    if not quarters:
        return ""
    first, last = periods.label(quarters[0][0]), periods.label(quarters[-1][0])
    return first if first == last else f"{first} to {last}"


def _origins(found: Insights) -> str:
    """Where the reports come from, in a sentence's tail."""
    there = found.counted.counts.get("origin", {})
    words = {
        "own": "shared here",
        "import": "imported",
        "feed": "from other libraries",
        "invented": "invented",
    }
    return ", ".join(f"{there[key]} {words[key]}" for key in words if there.get(key))


def _active(found: Insights) -> list[Link]:
    return [
        Link(library.label_of(facet, code), f"/insights/{found.request.toggled(facet, code).address()}")
        for facet, codes in found.request.filters
        if facet != queries.PACK
        for code in codes
    ]


def _cohorts(found: Insights) -> list[Link]:
    """Sets worth comparing: the field's known cohorts, and what goes wrong most."""
    base = found.request.without_period().retyped("")
    for facet, _ in base.filters:
        if facet != queries.PACK:
            base = base.without_facet(facet)
    links = []
    for cohort in found.field.cohorts:
        asked = base
        for code in cohort.any_of:
            asked = asked.toggled(cohort.facet, code)
        links.append(Link(cohort.label, f"/insights/{asked.address()}"))
    for first in found.figures[:1]:
        links += [
            Link(bar.label, f"/insights/{base.toggled(first.key, bar.code).address()}")
            for bar in first.bars[:4]
        ]
    return links

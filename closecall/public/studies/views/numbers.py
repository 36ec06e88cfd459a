"""Reports that are counted and never told: the issued months as a page and as data. Nothing can be asked of it."""

import csv
import io

from django.http import HttpRequest, HttpResponse, JsonResponse
from django.shortcuts import render as page

from closecall.public.studies import queries
from closecall.public.studies.forms import issued_page
from closecall.public.studies.render import numbers as render
from closecall.public.studies.rules.numbers import AT_MOST, THRESHOLD


@issued_page
def page_of_numbers(request: HttpRequest) -> HttpResponse:
    """Every issued month, the newest first. Parameters are not read: there is one table, and no filter."""
    issued = queries.sheets()
    return page(
        request,
        "studies/numbers.html",
        {
            "tables": [drawn for drawn in render.tables(issued) if drawn.lines],
            "finding": render.finding(issued[0].sheet) if issued else "",
            "months": len(issued),
            "threshold": THRESHOLD,
            "at_most": AT_MOST,
        },
    )


@issued_page
def csv_of_numbers(request: HttpRequest) -> HttpResponse:
    """Every cell of every month as a line."""
    written = io.StringIO()
    csv.writer(written).writerows(render.csv_rows(queries.sheets()))
    response = HttpResponse(written.getvalue(), content_type="text/csv; charset=utf-8")
    response.headers["Content-Disposition"] = 'attachment; filename="close-call-numbers.csv"'
    return response


@issued_page
def json_of_numbers(request: HttpRequest) -> HttpResponse:
    """The same as data. `reports` is null where it says `fewer_than`."""
    return JsonResponse(render.data(queries.sheets()))

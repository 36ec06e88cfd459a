"""This week: one page, and a bulletin of each signal."""

from django.http import HttpRequest, HttpResponse
from django.shortcuts import render
from django.utils import timezone
from django.utils.http import urlencode
from django.views.decorators.http import require_GET

from closecall.public.studies.rules import figures
from closecall.sealed.accounts.guard import signed_in
from closecall.sealed.week import queries


@require_GET
@signed_in("code")
def week(request: HttpRequest) -> HttpResponse:
    """Signals with the reports behind them, codes that nobody uses, lessons that fit no theme."""
    found = queries.this_week(timezone.localdate())
    context = {
        "week": found,
        "signals": [
            {
                "signal": each,
                "row": _row(each.told),
                "bulletin": f"/week/bulletin.pdf?{urlencode({'facet': each.facet, 'code': each.code})}",
            }
            for each in found.signals
        ],
        "near": [_row(each) for each in found.near],
        "few": figures.FEW_LATELY,
        "at_most": f"{found.at_most:.1%}",
    }
    response = render(request, "week/week.html", context)
    response.headers["Cache-Control"] = "no-store"
    return response


@require_GET
@signed_in("code")
def bulletin(request: HttpRequest) -> HttpResponse:
    """One signal as a page to check and pin; `?paper=a4` for A4."""
    drawn = queries.bulletin(
        request.GET.get("facet", ""),
        request.GET.get("code", ""),
        timezone.localdate(),
        request.GET.get("paper", "letter"),
    )
    response = HttpResponse(drawn, content_type="application/pdf")
    response.headers["Cache-Control"] = "no-store"
    response.headers["Content-Disposition"] = 'inline; filename="close-call-bulletin-draft.pdf"'
    return response


def _row(told: figures.Told) -> dict[str, object]:
    ic = told.judged.ic
    return {
        "told": told,
        "expected": f"{told.judged.table.expected:.1f}",
        "times": f"{2**ic.value:.1f} ({2**ic.low:.1f} to {2**ic.high:.1f})",
        "q": f"{told.judged.q:.2g}",
    }

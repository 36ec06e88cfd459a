"""Leaving at once, and what we can't protect anybody from."""

from django.conf import settings
from django.http import HttpRequest, HttpResponse, HttpResponseRedirect
from django.shortcuts import render
from django.views.decorators.http import require_safe

from closecall.sealed.intake import queries
from closecall.sealed.intake.views import doors


@require_safe
def leave(request: HttpRequest) -> HttpResponse:
    """Clear the page cookie and go to the library; the Back button then shows nothing that was typed."""
    response = HttpResponseRedirect("/reports/")
    response.status_code = 303
    response.headers["Cache-Control"] = "no-store"
    response.delete_cookie(doors.PAGE_COOKIE, path="/", samesite="Strict")
    return response


@require_safe
def safety(request: HttpRequest) -> HttpResponse:
    """What protects a reporter, what doesn't, and who to call."""
    context = {
        "held": queries.held_count(),
        "erase_after": queries.ERASE_AFTER_DAYS,
        "law_enforcement": settings.PACK == "law_enforcement",
    }
    return render(request, "intake/safety.html", context)

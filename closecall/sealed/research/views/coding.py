"""The second coder's page, and how far the two agree."""

from django.http import HttpRequest, HttpResponse
from django.urls import reverse
from django.views.decorators.http import require_GET, require_http_methods

from closecall.sealed.accounts import queries as accounts
from closecall.sealed.accounts.guard import desk_of, signed_in
from closecall.sealed.research import actions, queries
from closecall.sealed.research.queries import Pages
from closecall.sealed.research.rules.stages import Seat, Stage
from closecall.sealed.research.views.page import page_number, study_page
from closecall.site.http.acting import answer

NONE = "-"
"""What a select says for: none of the codebook's themes."""


@require_http_methods(["GET", "POST"])
@signed_in("study")
def code(request: HttpRequest, slug: str) -> HttpResponse:
    """Lessons and the codebook, nothing else; saved a page at a time."""
    if request.method == "GET":
        return _code(request, slug)
    desk, posted = desk_of(request), request.POST
    if posted.get("act") == "finish":
        return answer(
            request,
            lambda: actions.finish_coding(slug, by=desk),
            lambda sentence, status: _code(request, slug, fault=sentence, status=status),
            to=reverse("research-agreement", args=[slug]),
        )
    chosen = {
        name.removeprefix("theme-"): "" if value == NONE else value
        for name in posted
        if name.startswith("theme-") and (value := posted.get(name, ""))
    }
    return answer(
        request,
        lambda: actions.choose_themes(slug, chosen, by=desk),
        lambda sentence, status: _code(request, slug, fault=sentence, status=status),
        to=reverse("research-code", args=[slug]),
    )


@require_GET
@signed_in("study")
def agreement(request: HttpRequest, slug: str) -> HttpResponse:
    """How far board and second coder agree, once both have finished looking apart."""
    desk = desk_of(request)
    head = queries.head(slug, desk)
    if head.blind or not head.second_done or head.stage is Stage.READING:
        return study_page(request, "agreement", head, desk, {"found": None})
    pages = Pages(queries.state(slug), accounts.names())
    return study_page(request, "agreement", head, desk, {"found": pages.agreement(), "apart": pages.apart()})


def _code(request: HttpRequest, slug: str, *, fault: str = "", status: int = 200) -> HttpResponse:
    desk = desk_of(request)
    head = queries.head(slug, desk)
    mine = head.seat is Seat.SECOND and not head.second_done
    context = {
        "coding": queries.coding(slug, page_number(request)) if mine else None,
        "none": NONE,
        "free": not head.second and head.seat is None and head.stage in (Stage.READING, Stage.DECIDING),
    }
    return study_page(request, "code", head, desk, context, fault=fault, status=status)

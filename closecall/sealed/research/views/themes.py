"""The theme board: columns, one theme's lessons, and the four decisions."""

from collections.abc import Callable

from django.http import HttpRequest, HttpResponse, HttpResponseRedirect
from django.template.loader import render_to_string
from django.urls import reverse
from django.utils.http import urlencode
from django.views.decorators.http import require_http_methods

from closecall.errors import BadInput, NotFound
from closecall.public.studies.rules.board import UNSORTED
from closecall.sealed.accounts import queries as accounts
from closecall.sealed.accounts.guard import desk_of, signed_in
from closecall.sealed.accounts.rules.desk import Desk
from closecall.sealed.research import actions, queries
from closecall.sealed.research.queries import ASIDE, Pages
from closecall.sealed.research.rules.stages import Seat, Stage
from closecall.sealed.research.views.page import page_number, revision, study_page
from closecall.site.http.acting import answer

NOWHERE = "."
"""The value of a select in which nothing was chosen."""


@require_http_methods(["GET", "POST"])
@signed_in("study")
def themes(request: HttpRequest, slug: str) -> HttpResponse:
    """The board, or one theme of it with `?theme=`; POST takes one decision."""
    desk = desk_of(request)
    if request.method == "GET":
        return _board(request, slug)
    return answer(
        request,
        _decision(request, slug, desk),
        lambda sentence, status: _board(request, slug, fault=sentence, status=status),
        to=_onward(request, slug),
    )


def _decision(request: HttpRequest, slug: str, desk: Desk) -> Callable[[], None]:
    """What a form asks for."""
    posted, over = request.POST, revision(request)
    verb, _, lesson = posted.get("act", "").partition(":")
    theme = _key(request.GET.get("theme", ""))
    ticked = posted.getlist("lesson")

    def act() -> None:
        if verb == "move":
            actions.move_lessons(
                slug, [lesson], _chosen(posted.get(f"into-{lesson}", NOWHERE)), over=over, by=desk
            )
        elif verb == "move_ticked":
            if not ticked:
                raise BadInput("Tick a lesson first.")
            actions.move_lessons(slug, ticked, _chosen(posted.get("into", NOWHERE)), over=over, by=desk)
        elif verb == "split":
            actions.split_theme(slug, theme, ticked, posted.get("label", ""), over=over, by=desk)
        elif verb == "name":
            actions.name_theme(slug, theme, posted.get("label", ""), over=over, by=desk)
        elif verb == "merge":
            actions.merge_themes(slug, theme, _chosen(posted.get("into", NOWHERE)), over=over, by=desk)
        else:
            raise BadInput("Choose what to do.")

    return act


def _onward(request: HttpRequest, slug: str) -> str:
    """The same page; after a merge the theme that took the lessons."""
    if request.POST.get("act") == "merge":
        return (
            f"{reverse('research-themes', args=[slug])}?{urlencode({'theme': request.POST.get('into', '')})}"
        )
    return request.get_full_path()


def _board(request: HttpRequest, slug: str, *, fault: str = "", status: int = 200) -> HttpResponse:
    desk = desk_of(request)
    head = queries.head(slug, desk)
    if head.stage is Stage.READING:
        return HttpResponseRedirect(reverse("research-cohort", args=[slug]))
    if head.blind or (head.seat is None and head.stage is Stage.DECIDING):
        return study_page(request, "doors", head, desk, {}, fault=fault, status=status)
    pages = Pages(queries.state(slug), accounts.names())
    may_decide = head.stage is Stage.DECIDING and head.seat is Seat.FIRST
    context = {
        "pages": pages,
        "may_decide": may_decide,
        "options": render_to_string("research/_options.html", {"options": pages.options})
        if may_decide
        else "",
        "nowhere": NOWHERE,
        "aside": ASIDE,
        "chosen": request.GET.get("theme", ""),
    }
    if "theme" in request.GET:
        key = _key(request.GET["theme"])
        if key != UNSORTED and key not in pages.state.board.labels:
            raise NotFound("There is no such theme on the board. It may have been merged.")
        groups, number, count = pages.page(key, page_number(request))
        context |= {
            "groups": groups,
            "number": number,
            "count": count,
            "column": pages.column(key) if key != UNSORTED else None,
        }
        return study_page(request, "theme", head, desk, context, fault=fault, status=status)
    drawn, rows = pages.saturation
    context |= {"curve": drawn, "curve_rows": rows}
    return study_page(request, "themes", head, desk, context, fault=fault, status=status)


def _key(spelled: str) -> str:
    return UNSORTED if spelled == ASIDE else spelled


def _chosen(value: str) -> str:
    if value == NOWHERE:
        raise BadInput("Choose a theme first.")
    return _key(value)

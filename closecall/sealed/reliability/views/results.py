"""Where two coders differ, facet by facet; corrections that follow; the anchor sets over time."""

from django.http import HttpRequest, HttpResponse
from django.urls import reverse
from django.views.decorators.http import require_GET, require_http_methods

from closecall.errors import BadInput
from closecall.sealed.accounts.guard import desk_of, signed_in
from closecall.sealed.reliability import actions, forms, queries
from closecall.sealed.reliability.views import show
from closecall.sealed.reliability.views.page import answer, drawn


@require_http_methods(["GET", "POST"])
@signed_in("code")
def facet(request: HttpRequest, number: int, facet: str) -> HttpResponse:
    """One facet: code by code how often they differ, story by story both sentences, and how it is settled."""
    desk = desk_of(request)
    typed = request.POST
    only = request.GET.get("code", "")

    def draw(fault: str = "", status: int = 200) -> HttpResponse:
        state = queries.facet_state(number, facet, desk)
        context = {
            "state": state,
            "head": state.head,
            "facet": state.facet,
            "measured": show.row(state.pack, state.judged, 0, 0),
            "tallies": show.tallies(state),
            "only": only,
            "only_label": show.code_label(state, only),
            "stories": show.stories(state, only, desk.pseudonym),
        }
        return drawn(request, "facet.html", context, fault=fault, status=status)

    if request.method != "POST":
        return draw()

    def acted() -> str:
        place = forms.whole(typed.get("story", ""))
        match typed.get("act", ""):
            case "settle":
                actions.settle(number, place, facet, forms.sides(typed), by=desk)
            case "agree":
                actions.agree(number, place, facet, by=desk)
            case "withdraw":
                actions.withdraw_ruling(number, place, facet, by=desk)
            case _:
                raise BadInput(forms.BROKEN)
        return f"{reverse('reliability-facet', args=[number, facet])}#story-{place}"

    return answer(acted, draw)


@require_http_methods(["GET", "POST"])
@signed_in("propose")
def corrections(request: HttpRequest, number: int) -> HttpResponse:
    """Reports whose settled codes aren't those that are published; each may be put forward as a correction."""
    desk = desk_of(request)

    def draw(fault: str = "", status: int = 200) -> HttpResponse:
        head = queries.sample(number, desk)
        found = queries.correctable(number, desk)
        context = {"head": head, "rows": show.changes(head.pack, found)}
        return drawn(request, "corrections.html", context, fault=fault, status=status)

    if request.method != "POST":
        return draw()

    def acted() -> str:
        actions.correct(number, forms.whole(request.POST.get("story", "")), by=desk)
        return request.get_full_path()

    return answer(acted, draw)


@require_GET
@signed_in("code")
def drift(request: HttpRequest) -> HttpResponse:
    """Anchor sets, quarter by quarter."""
    desk = desk_of(request)
    found = [(each, show.courses(each)) for each in queries.drift(desk)]
    return drawn(request, "drift.html", {"drifts": found})

"""The overview with the form that draws, and one sample."""

from django.http import HttpRequest, HttpResponse
from django.urls import reverse
from django.views.decorators.http import require_http_methods

from closecall.errors import BadInput, Conflict
from closecall.sealed.accounts.guard import desk_of, signed_in
from closecall.sealed.reliability import actions, forms, queries
from closecall.sealed.reliability.rules import drawing
from closecall.sealed.reliability.views import show
from closecall.sealed.reliability.views.page import answer, drawn


@require_http_methods(["GET", "POST"])
@signed_in("code")
def overview(request: HttpRequest) -> HttpResponse:
    """Every sample, the form that draws one, and the anchor sets."""
    desk = desk_of(request)

    def draw(fault: str = "", status: int = 200) -> HttpResponse:
        listed = queries.samples(desk)
        frame = queries.frame()
        months = sorted({one.month for one in frame})
        context = {
            "samples": listed,
            "mine": [each for each in listed if each.codes(desk.pseudonym)],
            "anchors": [each for each in listed if each.kind == "anchor"],
            "months": months,
            "there": len(frame),
            "usual": drawing.usual(len(frame)),
            "most": min(drawing.MOST, len(frame)),
            "people": queries.may_code(),
            "may_draw": desk.may("sign"),
        }
        return drawn(request, "overview.html", context, fault=fault, status=status)

    if request.method != "POST":
        return draw()
    typed = request.POST

    def acted() -> str:
        match typed.get("act", ""):
            case "draw":
                number = actions.draw(
                    forms.whole(typed.get("size", "")),
                    forms.coders(typed),
                    first=forms.month(typed.get("first", "")),
                    last=forms.month(typed.get("last", "")),
                    by=desk,
                )
            case "recode":
                number = actions.recode(forms.whole(typed.get("anchor", "")), forms.coders(typed), by=desk)
            case _:
                raise BadInput(forms.BROKEN)
        return reverse("reliability-sample", args=[number])

    return answer(acted, draw)


@require_http_methods(["GET", "POST"])
@signed_in("code")
def sample(request: HttpRequest, number: int) -> HttpResponse:
    """One sample: its coder's stories while they code, agreement once everybody has finished."""
    desk = desk_of(request)

    def draw(fault: str = "", status: int = 200) -> HttpResponse:
        head = queries.sample(number, desk)
        context: dict[str, object] = {"head": head, "may_anchor": desk.may("sign")}
        if head.codes(desk.pseudonym):
            stories = queries.stories(number, desk)
            context["stories"] = stories
            context["left"] = sum(not each.done and not each.left for each in stories)
        elif head.open and head.kind != "recoding":
            try:
                found = queries.results(number, desk)
            except Conflict as refused:
                context["waits"] = refused.sentence
            else:
                context["results"] = found
                context["rows"] = show.rows(found)
                context["plot"] = show.plot(found.judged)
                context["unsettled"] = sum(found.unsettled.values())
        return drawn(request, "sample.html", context, fault=fault, status=status)

    if request.method != "POST":
        return draw()

    def acted() -> str:
        match request.POST.get("act", ""):
            case "finish":
                actions.finish(number, by=desk)
            case "anchor":
                actions.make_anchor(number, by=desk)
            case _:
                raise BadInput(forms.BROKEN)
        return request.get_full_path()

    return answer(acted, draw)

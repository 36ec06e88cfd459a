"""Who else tells of this event: candidates side by side, and two people's word that joins them."""

from django.http import HttpRequest, HttpResponse
from django.views.decorators.http import require_http_methods

from closecall.errors import BadInput, Gone
from closecall.sealed.accounts.guard import desk_of, signed_in
from closecall.sealed.intake.rules.stages import Stage
from closecall.sealed.workbench import actions, queries
from closecall.sealed.workbench.rules.events import together
from closecall.sealed.workbench.rules.redaction import story
from closecall.sealed.workbench.views.page import case_page, gone, head_of
from closecall.site.http.acting import answer


@require_http_methods(["GET", "POST"])
@signed_in("screen")
def event(request: HttpRequest, public_id: str) -> HttpResponse:
    """Show what is joined and who may tell of the same event; join or part with a second person."""
    desk = desk_of(request)

    def draw(fault: str = "", status: int = 200) -> HttpResponse:
        case = head_of(public_id)
        context: dict[str, object] = {
            "accounts": [one for one in queries.accounts(case.event) if one.public_id != public_id],
            "asked_mine": case.join_asked_by == desk.pseudonym,
            "parting": case.join_with == public_id,
            "screening": case.stage in (Stage.RECEIVED, Stage.SCREENING),
        }
        try:
            context |= {
                "paragraphs": story(queries.original(case, desk)).split("\n"),
                "noted": together(queries.noted_of(case, desk)),
                "candidates": queries.candidates(case, desk),
            }
        except Gone as refused:
            context["erased"] = gone(refused)
        return case_page(request, "workbench/event.html", case, desk, context, fault=fault, status=status)

    if request.method != "POST":
        return draw()
    typed = request.POST

    def said() -> None:
        act = typed.get("act", "")
        if act == "join":
            actions.join(public_id, typed.get("other", "").strip().upper(), by=desk)
        elif act == "part":
            actions.part(public_id, by=desk)
        else:
            raise BadInput("That form is broken. Reload the page.")

    return answer(request, said, draw)

"""Numbers only: count a case without telling it, and issue the month."""

from django.http import HttpRequest, HttpResponse
from django.shortcuts import render
from django.urls import reverse
from django.views.decorators.http import require_http_methods

from closecall.errors import Conflict, Gone
from closecall.public.studies.rules import numbers
from closecall.public.studies.rules.numbers import NEITHER
from closecall.public.taxonomy import queries as taxonomy
from closecall.public.taxonomy.rules.pack import Pack
from closecall.sealed.accounts.guard import desk_of, signed_in
from closecall.sealed.workbench import actions, queries
from closecall.sealed.workbench.rules.redaction import story
from closecall.sealed.workbench.views.page import case_page, gone, head_of
from closecall.site.http.acting import answer
from closecall.site.ui.parts import Fault

NO_GROUP = "none"
"""What the form says for NEITHER: an empty radio can't be told from an unanswered one."""


@require_http_methods(["GET", "POST"])
@signed_in("code")
def numbers_only(request: HttpRequest) -> HttpResponse:
    """Who waits to be counted, and the month that is due; a POST issues it."""
    desk = desk_of(request)
    done: tuple[str, ...] = ()
    fault, status = "", 200
    if request.method == "POST":
        try:
            done = actions.issue_months(by=desk)
        except Conflict as refused:
            fault, status = refused.sentence, refused.status
    context = {
        "counting": queries.numbers_only(),
        "may_issue": desk.may("release"),
        "done": done,
        "threshold": numbers.THRESHOLD,
        "faults": [Fault("", fault)] if fault else [],
    }
    response = render(request, "workbench/numbers.html", context, status=status)
    response.headers["Cache-Control"] = "no-store"
    return response


@require_http_methods(["GET", "POST"])
@signed_in("code")
def count(request: HttpRequest, public_id: str) -> HttpResponse:
    """Say how one report for numbers only counts."""
    desk = desk_of(request)
    pack = taxonomy.pack()

    def draw(fault: str = "", status: int = 200) -> HttpResponse:
        case = head_of(public_id)
        try:
            paragraphs = story(queries.original(case, desk)).split("\n")
        except Gone as refused:
            return case_page(request, "workbench/count.html", case, desk, {"gone": gone(refused)})
        tally = queries.tally_of(case, desk)
        known = tally or queries.known_count(case, desk)
        context = {
            "paragraphs": paragraphs,
            "may_count": queries.may_count(case),
            "tally": _words(pack, tally.group, tally.risk_class) if tally else "",
            "groups": [*numbers.groups(pack).items(), (NO_GROUP, "None of these, or it can’t be told")],
            "chosen": request.POST.get("group") or ((known.group or NO_GROUP) if known else ""),
            "matrix": _matrix(pack),
            "typed": request.POST,
            "threshold": numbers.THRESHOLD,
        }
        return case_page(request, "workbench/count.html", case, desk, context, fault=fault, status=status)

    if request.method != "POST":
        return draw()
    typed = request.POST
    group = typed.get("group", "")
    return answer(
        request,
        lambda: actions.tally(
            public_id,
            NEITHER if group == NO_GROUP else group or "-",
            typed.get("harm", ""),
            typed.get("margin", ""),
            by=desk,
        ),
        draw,
        to=reverse("workbench-count", args=[public_id]),
    )


def _matrix(pack: Pack) -> list[tuple[str, str, list[tuple[str, str]]]]:
    """Harm and margin as two questions: field, label, choices. None where the pack has no matrix."""
    if pack.risk is None:
        return []
    facets = (("harm", pack.risk.harm_facet), ("margin", pack.risk.margin_facet))
    return [
        (field, pack.facet(key).label, [(one.key, one.label) for one in pack.facet(key).choices])
        for field, key in facets
    ]


def _words(pack: Pack, group: str, risk_class: str) -> str:
    named = numbers.groups(pack).get(group, "none of the groups")
    return f"{named}, class {risk_class}" if risk_class else named

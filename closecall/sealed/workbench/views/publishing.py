"""Second reader, publication, the dialogue, and what is already in the library."""

from dataclasses import replace

from django.http import HttpRequest, HttpResponse
from django.shortcuts import render
from django.urls import reverse
from django.views.decorators.http import require_http_methods

from closecall.errors import BadInput, Conflict, Gone, NotFound
from closecall.public.library import queries as library
from closecall.public.library.actions import REASONS
from closecall.public.library.rules.report import ReleasedText
from closecall.sealed.accounts import queries as accounts
from closecall.sealed.accounts.guard import desk_of, signed_in
from closecall.sealed.workbench import actions, forms, queries
from closecall.sealed.workbench.actions.correcting import base_text
from closecall.sealed.workbench.rules.correction import retell
from closecall.sealed.workbench.rules.reading import CHECKLIST
from closecall.sealed.workbench.rules.stages import LATER
from closecall.sealed.workbench.views.page import case_page, gone, head_of
from closecall.site.http.acting import answer

BROKEN = "That form is broken. Reload the page."


@require_http_methods(["GET", "POST"])
@signed_in("second_read")
def second(request: HttpRequest, public_id: str) -> HttpResponse:
    """Try to name somebody from the redacted text alone. The original is not on this page."""
    desk = desk_of(request)

    def draw(fault: str = "", status: int = 200) -> HttpResponse:
        case = head_of(public_id)
        try:
            proposal = queries.proposal_of(case, desk)
        except Gone as refused:
            return case_page(request, "workbench/second.html", case, desk, {"gone": gone(refused)})
        context = {
            "text": proposal.text if proposal else None,
            "own": case.author == desk.pseudonym,
            "screened": desk.pseudonym in case.screened_by,
            "waits": case.stage.value == "second_reading",
            "checklist": CHECKLIST,
            "ticked": request.POST.getlist("has"),
            "overruling": proposal.reasons.marked if proposal else "",
            "typed": request.POST,
        }
        return case_page(request, "workbench/second.html", case, desk, context, fault=fault, status=status)

    if request.method != "POST":
        return draw()
    to = reverse("workbench-publish", args=[public_id])
    return answer(
        request,
        lambda: actions.second_read(public_id, forms.attempt(request.POST), by=desk),
        draw,
        to=to,
    )


@require_http_methods(["GET", "POST"])
@signed_in("redact")
def publish(request: HttpRequest, public_id: str) -> HttpResponse:
    """See what still stands between a case and the library; approve, generalise, sign again, reopen."""
    desk = desk_of(request)

    def draw(fault: str = "", status: int = 200) -> HttpResponse:
        case = head_of(public_id)
        try:
            state = queries.publish_state(case, desk)
            rarity = queries.generalising_of(case, desk, state.proposal)
            reading = queries.readings_of(case, desk)
        except Gone as refused:
            return case_page(request, "workbench/publish.html", case, desk, {"gone": gone(refused)})
        context = {
            "state": state,
            "text": state.proposal.text if state.proposal else None,
            "reasons": state.proposal.reasons if state.proposal else None,
            "author": case.author == desk.pseudonym,
            "author_name": accounts.names().get(case.author, case.author),
            "rarity": rarity,
            "may_climb": case.author == desk.pseudonym and case.stage in LATER,
            "marked": reading.marked,
            "approver": desk.may("sign") and case.author != desk.pseudonym,
            "typed": request.POST,
        }
        return case_page(request, "workbench/publish.html", case, desk, context, fault=fault, status=status)

    if request.method != "POST":
        return draw()
    act = request.POST.get("act", "")

    def published_or_back() -> None:
        if act == "approve":
            actions.approve(public_id, by=desk)
        elif act == "sign_again":
            actions.sign_again(public_id, reasons=forms.reasons(request.POST), by=desk)
        elif act == "generalise":
            actions.generalise(
                public_id,
                request.POST.get("facet", ""),
                request.POST.get("code", ""),
                forms.rungs(request.POST),
                over=forms.version(request.POST),
                by=desk,
            )
        elif act == "reopen":
            actions.reopen(public_id, by=desk)
        else:
            raise BadInput(BROKEN)

    return answer(request, published_or_back, draw)


@require_http_methods(["GET", "POST"])
@signed_in("converse")
def dialogue(request: HttpRequest, public_id: str) -> HttpResponse:
    """Talk with the reporter; count only; decline together with a second person."""
    desk = desk_of(request)

    def draw(fault: str = "", status: int = 200) -> HttpResponse:
        case = head_of(public_id)
        context = {
            "messages": queries.dialogue_of(case, desk),
            "typed": request.POST,
            "asked_to_decline": case.declined_by and case.declined_by != desk.pseudonym,
            "i_declined": case.declined_by == desk.pseudonym,
        }
        return case_page(request, "workbench/dialogue.html", case, desk, context, fault=fault, status=status)

    if request.method != "POST":
        return draw()
    typed = request.POST

    def said() -> None:
        match typed.get("act", ""):
            case "ask":
                actions.ask(public_id, typed.get("text", ""), by=desk)
            case "tell":
                actions.tell(public_id, typed.get("text", ""), by=desk)
            case "count":
                actions.count_only(public_id, by=desk)
            case "decline":
                actions.decline(public_id, typed.get("reason", ""), by=desk)
            case _:
                raise BadInput(BROKEN)

    return answer(request, said, draw)


@require_http_methods(["GET", "POST"])
@signed_in("unpublish")
def published(request: HttpRequest, public_id: str) -> HttpResponse:
    """A report in the library: take it down at once, correct it with two signatures, settle warnings."""
    desk = desk_of(request)

    def draw(fault: str = "", status: int = 200) -> HttpResponse:
        waiting = next((each for each in queries.corrections(desk) if each.public_id == public_id), None)
        try:
            base, down = base_text(public_id, desk), False
        except (Gone, Conflict):
            base, down = None, True
        context = {
            "public_id": public_id,
            "text": base,
            "listed": _is_listed(public_id),
            "down": down,
            "waiting": waiting,
            "mine": waiting is not None and waiting.author == desk.pseudonym,
            "may_sign": desk.may("sign"),
            "warning": next((each for each in library.open_warnings() if each.public_id == public_id), None),
            "why": REASONS,
            "names": accounts.names(),
            "typed": request.POST,
            "fault": fault,
        }
        response = render(request, "workbench/published.html", context, status=status)
        response.headers["Cache-Control"] = "no-store"
        return response

    if request.method != "POST":
        return draw()
    typed = request.POST

    def changed() -> None:
        match typed.get("act", ""):
            case "unpublish":
                actions.unpublish(public_id, reason=typed.get("reason", "other"), by=desk)
            case "correct":
                text = _corrected(request, base_text(public_id, desk))
                actions.propose_correction(text, typed.get("note", ""), by=desk)
            case "approve":
                actions.approve_correction(public_id, by=desk)
            case "drop":
                actions.drop_correction(public_id, by=desk)
            case "settle":
                actions.settle_warning(public_id, by=desk)
            case _:
                raise BadInput(BROKEN)

    return answer(request, changed, draw)


def _corrected(request: HttpRequest, before: ReleasedText) -> ReleasedText:
    typed = request.POST
    lessons = tuple(
        replace(lesson, text=" ".join(typed.get(f"lesson-{number}", lesson.text).split()))
        for number, lesson in enumerate(before.lessons)
    )
    worded = replace(
        before,
        title=typed.get("title", "").strip(),
        synopsis=typed.get("synopsis", "").strip(),
        content_note=typed.get("content_note", "").strip(),
        lessons=tuple(lesson for lesson in lessons if lesson.text),
        period=typed.get("period", before.period),
    )
    return retell(worded, typed.get("narrative", "").replace("\r\n", "\n").strip())


def _is_listed(public_id: str) -> bool:
    try:
        library.must_be_listed(public_id)
    except (Gone, NotFound):
        return False
    return True

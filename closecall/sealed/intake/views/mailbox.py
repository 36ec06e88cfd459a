"""Returning: six words open what analysts asked, what we'd publish, and the way to take it all back.

A hit and a miss cost the same: the pages of both are rendered, one is sent, and both are padded to one length.
"""

import logging
import secrets
import time
from base64 import urlsafe_b64decode, urlsafe_b64encode
from dataclasses import dataclass, replace

from django.conf import settings
from django.db import DatabaseError
from django.http import HttpRequest, HttpResponse
from django.template.loader import render_to_string
from django.views.decorators.csrf import csrf_exempt
from django.views.decorators.http import require_http_methods

from closecall.errors import BadInput, NotAllowed, Refused, TooBusy, Unavailable
from closecall.sealed.intake import actions, queries
from closecall.sealed.intake.queries import Entered
from closecall.sealed.intake.rules import claim_code, form_token, stages, weeks
from closecall.sealed.intake.rules.dialogue import Decision, Message, MessageKind, ProposedText
from closecall.sealed.intake.rules.stages import Stage
from closecall.sealed.intake.rules.summaries import Effects, Mailbox
from closecall.sealed.intake.views import doors
from closecall.site.ui import themes

log = logging.getLogger("closecall.intake")

NOT_SAVED = "We couldn't save. Your words are still here. Try again."
PURPOSE = "return"
PAGE_BYTES = 32 * 1024
SAID = {
    "answer": "Sent. Analysts read it next.",
    "detail": "Added, and sealed with your report. It isn't shown here again.",
    "approve": "Thank you. You approved this text.",
    "change": "Sent. Nothing is published until analysts have dealt with it.",
    "numbers": "Noted: numbers only. The story will not be published.",
    "withdraw": "You took your report back.",
}


@dataclass(frozen=True)
class Typed:
    """What a mailbox form carries."""

    code: str = ""
    text: str = ""
    step: str = "open"
    once: bytes = b""


@csrf_exempt
@require_http_methods(["GET", "HEAD", "POST"])
def mailbox(request: HttpRequest) -> HttpResponse:
    """GET: the question for six words. POST: step=open|answer|detail|approve|change|numbers|withdraw."""
    if request.method != "POST":
        return _answer(_entrance(request, Typed()), status=200)
    theme = doors.take_theme(request)
    response = _opened(request)
    if theme:
        themes.remember(response, theme)
    return response


def _opened(request: HttpRequest) -> HttpResponse:
    typed = Typed(
        code=request.POST.get("code", "")[:1000],
        text=request.POST.get("text", "")[:1_000_000],
        step=request.POST.get("step", "open"),
        once=_bits(request.POST.get("once", "")),
    )
    try:
        doors.check_origin(request)
        form_token.read(
            doors.token_key(), request.POST.get("token", ""), purpose=PURPOSE, now=int(time.time())
        )
        doors.let_in(doors.CODES)
        entered = queries.enter(typed.code)
    except (NotAllowed, TooBusy, Unavailable) as refused:
        return _answer(_entrance(request, typed, refused), status=refused.status)
    except (DatabaseError, OSError) as out_of_reach:
        log.error("fault", exc_info=out_of_reach)
        return _answer(_entrance(request, typed, Unavailable()), status=Unavailable.status)
    said, problem, status = "", "", 200
    try:
        said = _act(entered, typed)
    except Refused as refused:
        problem, status = refused.sentence, refused.status
    except (DatabaseError, OSError) as out_of_reach:
        log.error("fault", exc_info=out_of_reach)
        problem, status = NOT_SAVED, 503
    opened = queries.mailbox(entered)
    # A mailbox that ended draws a shorter page: both kinds are drawn each time, whichever is sent.
    ended = opened is not None and opened.stage in stages.ENDED
    _inside(request, _NOBODYS if ended else _NOBODYS_ENDED, typed, said=said, problem=problem)
    inside = _inside(request, opened or _NOBODYS, typed, said=said, problem=problem)
    outside = _entrance(request, typed, BadInput(claim_code.DOES_NOT_MATCH))
    if opened is None:
        return _answer(outside, status=422)
    return _answer(inside, status=status)


def _act(entered: Entered, typed: Typed) -> str:
    """Do what the form asks for, and say what was done. Opening does nothing; a miss may do nothing."""
    if entered.report is None:
        return ""
    match typed.step:
        case "answer":
            actions.answer(entered, typed.text, once=typed.once)
        case "detail":
            actions.add_detail(entered, typed.text)
        case "approve":
            actions.decide(entered, "approved")
        case "change":
            actions.decide(entered, "change", change=typed.text, once=typed.once)
        case "numbers":
            actions.decide(entered, "numbers_only")
        case "withdraw":
            actions.withdraw(entered)
            # The row was read before it changed; what the page shows now must be what is.
            entered.report.refresh_from_db()
            return SAID["withdraw"]
        case _:
            return ""
    entered.report.refresh_from_db()
    return SAID[typed.step]


def _inside(request: HttpRequest, opened: Mailbox, typed: Typed, *, said: str, problem: str) -> str:
    waits = (
        opened.proposed is not None and opened.stage is Stage.YOUR_APPROVAL and opened.decision.kind == "none"
    )
    context = {
        "mailbox": opened,
        "headline": stages.headline(opened.stage, asked=opened.question_waits, text_waits=waits),
        "explanation": stages.explanation(opened.stage),
        "steps": stages.steps(
            opened.stage, week_number=weeks.number_of(opened.week), days_left=opened.days_left
        ),
        "messages": [message for message in opened.messages if message.kind is not MessageKind.TEXT],
        "closed": opened.stage in stages.CLOSED,
        "ended": opened.stage in stages.ENDED,
        "deciding": opened.stage not in stages.CLOSED and opened.stage is not Stage.PUBLISHED,
        "days": settings.APPROVAL_DAYS,
        "code": typed.code,
        # What couldn't be kept stays in its own field; what was kept isn't shown twice.
        "typed": typed.text if problem else "",
        "step": typed.step,
        "said": said,
        "problem": problem,
        "once": urlsafe_b64encode(secrets.token_bytes(16)).decode(),
        "token": _token(),
    }
    return render_to_string("intake/mailbox.html", context, request)


def _entrance(request: HttpRequest, typed: Typed, refused: Refused | None = None) -> str:
    context = {
        "code": typed.code,
        "text": typed.text if refused and typed.step != "open" else "",
        "sentence": refused.sentence if refused else "",
        "token": _token(),
    }
    return render_to_string("intake/return.html", context, request)


def _answer(page: str, *, status: int) -> HttpResponse:
    """Pad a page to a whole number of 32 KiB: its length doesn't say whether a code fits."""
    body = page.encode()
    missing = -len(body) % PAGE_BYTES
    filler = b"<!--" + b" " * (missing - 7) + b"-->" if missing >= 7 else b" " * missing
    return doors.keep_out_of_history(HttpResponse(body + filler, status=status))


def _token() -> str:
    entropy = secrets.token_bytes(claim_code.ENTROPY_BYTES)
    return form_token.issue(doors.token_key(), entropy, purpose=PURPOSE, now=int(time.time()))


def _bits(typed: str) -> bytes:
    try:
        return urlsafe_b64decode(typed[:64].encode("ascii"))
    except ValueError:
        return b""


# Rendered for a miss, so that a miss costs what a hit costs. Nobody ever sees it.
_NOBODYS = Mailbox(
    public_id="000000",
    week="2026-W01",
    stage=Stage.YOUR_APPROVAL,
    proposed=ProposedText("A title", "A text of about the usual length.\n" * 8, ("A lesson.",)),
    messages=(Message(MessageKind.QUESTION, "2026-W01", "A question?"),),
    decision=Decision(),
    days_left=1,
    held=False,
    unfinished=False,
    effects=Effects(),
)
_NOBODYS_ENDED = replace(_NOBODYS, stage=Stage.WITHDRAWN, proposed=None, messages=())

"""Sharing: one form, a check step that carries the fields in the page, one POST, the code in its answer."""

import logging
import secrets
import time
from dataclasses import replace

from django.conf import settings
from django.db import DatabaseError
from django.http import HttpRequest, HttpResponse
from django.shortcuts import render
from django.views.decorators.csrf import csrf_exempt
from django.views.decorators.http import require_http_methods

from closecall.errors import BadInput, Gone, NotAllowed, Refused, TooBusy, Unavailable
from closecall.public.taxonomy import queries as taxonomy
from closecall.public.taxonomy.rules.form import Form
from closecall.sealed.intake import actions
from closecall.sealed.intake import queries as intake
from closecall.sealed.intake.forms import NOT_SURE, ShareFields, carried, labels, read_share
from closecall.sealed.intake.rules import claim_code, form_token, proof, questions
from closecall.sealed.intake.rules.submission import Submission, check
from closecall.sealed.intake.views import doors, marks
from closecall.site.ui import themes

log = logging.getLogger("closecall.intake")

NOT_SAVED = "We couldn't save. Your words are still here. Try again."
TOO_QUICK = "That was very quick. Your words are still here. Send them again."
PROVE = "Answer the short question, so that we know you are a person. Then send again."
TRAP = "Leave the field for robots empty, then send again."
PURPOSE = "share"


@csrf_exempt
@require_http_methods(["GET", "HEAD", "POST"])
def share(request: HttpRequest) -> HttpResponse:
    """GET: an empty form. POST: step = check | edit | detail | send | save, or a mark taken out or kept."""
    if request.method != "POST":
        return _form_page(request, ShareFields(Submission("")))
    theme = doors.take_theme(request)
    response = _posted(request, themed=theme is not None)
    if theme:
        themes.remember(response, theme)
    return response


def _posted(request: HttpRequest, *, themed: bool) -> HttpResponse:
    fields = read_share(request.POST, taxonomy.pack().form)
    if themed:
        # The theme buttons send the page's own form: the page comes back as it was, in another light.
        fields = replace(fields, step=request.POST.get("at", "edit"))
    try:
        doors.check_origin(request)
        if "out" in request.POST:
            fields = marks.take_out(fields, request.POST["out"])
            return _check_page(request, fields)
        if "keep" in request.POST:
            fields = marks.keep(fields, request.POST["keep"])
            return _check_page(request, fields)
        if fields.step == "edit":
            return _form_page(request, fields)
        if fields.step == "detail":
            return _detail_page(request, fields)
        if fields.step == "code":
            return _same_code(request, fields)
        if fields.step in ("send", "save"):
            return _send(request, fields)
        return _check_page(request, fields)
    except Refused as refused:
        return _form_page(request, fields, refused=refused)


def _send(request: HttpRequest, fields: ShareFields) -> HttpResponse:
    token = form_token.read(doors.token_key(), fields.token, purpose=PURPOSE, now=_now())
    problems = check(fields.submission)
    if problems:
        return _form_page(request, fields, problems=problems)
    proven = proof.holds(doors.token_key(), fields.token, fields.proof)
    if not proven:
        fields = replace(fields, ask=True)
        if fields.honeypot:
            return _form_page(request, fields, refused=BadInput(TRAP))
        if not questions.is_right(questions.pick(token.entropy), fields.answer):
            return _form_page(request, fields, problems={"answer": PROVE})
        if not token.rested:
            return _form_page(request, fields, refused=BadInput(TOO_QUICK))
    try:
        doors.let_in(doors.PROVEN if proven else doors.UNPROVEN)
        sent = actions.submit_report(fields.submission, entropy=token.entropy, unproven=not proven)
    except (DatabaseError, OSError) as out_of_reach:
        log.error("fault", exc_info=out_of_reach)
        return _form_page(request, fields, refused=Unavailable(NOT_SAVED))
    except TooBusy:
        return _form_page(request, fields, refused=TooBusy(f"{TooBusy.default} Your words are still here."))
    except Gone as taken_back:
        return _form_page(request, replace(fields, token=""), refused=taken_back)
    return _code_page(request, fields, sent)


def _same_code(request: HttpRequest, fields: ShareFields) -> HttpResponse:
    """Show the code of a form that was sent, without its words: for a change of theme."""
    token = form_token.read(doors.token_key(), fields.token, purpose=PURPOSE, now=_now())
    doors.let_in(doors.CODES)
    code = claim_code.spell(token.entropy)
    if intake.enter(code.spoken).report is None:
        raise NotAllowed(form_token.WRONG)
    return _code_page(request, fields, actions.Sent(code, new=True, added=False))


def _code_page(request: HttpRequest, fields: ShareFields, sent: actions.Sent) -> HttpResponse:
    context = {
        "words": sent.code.parts,
        "spoken": sent.code.spoken,
        "token": fields.token,
        "added": sent.added,
        "again": not sent.new,
        "days": settings.APPROVAL_DAYS,
        "law_enforcement": settings.PACK == "law_enforcement",
    }
    return doors.keep_out_of_history(render(request, "intake/code.html", context))


def _form_page(
    request: HttpRequest,
    fields: ShareFields,
    *,
    refused: Refused | None = None,
    problems: dict[str, str] | None = None,
) -> HttpResponse:
    """The form with everything that was typed; a token that no longer holds is replaced by a fresh one."""
    status = refused.status if refused else 422 if problems else 200
    form = taxonomy.pack().form
    context = {
        "main": _main(form),
        "fields": fields,
        "carried": carried(fields.submission.details),
        "problems": problems or {},
        "sentence": refused.sentence if refused else "",
        "errors": list((problems or {}).items()),
        **_lane(fields),
    }
    return doors.keep_out_of_history(render(request, "intake/share.html", context, status=status))


def _check_page(request: HttpRequest, fields: ShareFields) -> HttpResponse:
    problems = check(fields.submission)
    if problems:
        return _form_page(request, fields, problems=problems)
    form = taxonomy.pack().form
    told = marks.find(fields.submission.narrative, fields.kept)
    context = {
        "fields": fields,
        "carried": carried(fields.submission.details),
        "kinds": [choice.label for choice in form.kinds if choice.key in fields.submission.kinds]
        if form
        else [],
        "details": labels(fields.submission.details, form) if form else [],
        "detail_count": len(form.details) if form else 0,
        "lines": told.lines,
        "marks": told.marks,
        **_lane(fields),
    }
    return doors.keep_out_of_history(render(request, "intake/check.html", context))


def _detail_page(request: HttpRequest, fields: ShareFields) -> HttpResponse:
    form = taxonomy.pack().form
    if form is None or not form.details:
        return _check_page(request, fields)
    asked = []
    for question in form.details:
        answer, _slash, state = fields.submission.details.get(question.key, "").partition("/")
        asked.append({"question": question, "answer": answer, "state": state})
    context = {
        "fields": fields,
        "asked": asked,
        "form": form,
        "not_sure": NOT_SURE,
        **_lane(fields),
    }
    return doors.keep_out_of_history(render(request, "intake/detail.html", context))


def _lane(fields: ShareFields) -> dict[str, object]:
    """What proves a person: a proof that holds already, or a challenge and a plain question to go with it."""
    key = doors.token_key()
    try:
        entropy = form_token.read(key, fields.token, purpose=PURPOSE, now=_now()).entropy
        token = fields.token
    except NotAllowed:
        entropy = secrets.token_bytes(claim_code.ENTROPY_BYTES)
        token = form_token.issue(key, entropy, purpose=PURPOSE, now=_now())
    proven = proof.holds(key, token, fields.proof)
    most = proof.difficulty(doors.strain(doors.PROVEN))
    return {
        "token": token,
        "proof": fields.proof if proven else "",
        "challenge": None if proven else proof.set_challenge(key, token, most=most, now=_now()),
        "plain_question": questions.pick(entropy).text,
        "ask": fields.ask and not proven,
        "answer": fields.answer,
    }


def _main(form: Form | None) -> dict[str, object]:
    """The three questions in the pack's words."""
    texts = [question for question in form.main if question.kind == "text"] if form else []
    ticks = [question for question in form.main if question.kind == "many"] if form else []
    return {
        "happened": texts[0] if texts else None,
        "worked": texts[1] if len(texts) > 1 else None,
        "kind": ticks[0] if ticks else None,
    }


def _now() -> int:
    return int(time.time())

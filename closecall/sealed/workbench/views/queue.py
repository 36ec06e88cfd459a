"""The queue, the way into a case, the batch, and destruction on schedule."""

from django.http import HttpRequest, HttpResponse, HttpResponseRedirect
from django.shortcuts import render
from django.urls import reverse
from django.views.decorators.http import require_GET, require_http_methods, require_POST

from closecall.errors import Conflict, NotFound
from closecall.sealed.accounts import queries as accounts
from closecall.sealed.accounts.guard import desk_of, passphrase_again, signed_in
from closecall.sealed.accounts.rules.desk import Desk
from closecall.sealed.intake.rules.stages import Stage
from closecall.sealed.workbench import actions, queries
from closecall.sealed.workbench.actions import Released
from closecall.sealed.workbench.queries import cases
from closecall.sealed.workbench.rules import stages
from closecall.sealed.workbench.rules.stages import OPEN
from closecall.sealed.workbench.views.page import head_of
from closecall.site.ui.parts import Fault


@require_GET
@signed_in("screen")
def queue(request: HttpRequest) -> HttpResponse:
    """Everything that waits: hazards first, then the chosen stage, oldest first."""
    return _queue(request, desk_of(request))


@require_POST
@signed_in("release")
def release(request: HttpRequest) -> HttpResponse:
    """Release the due batch, and say what went out and what stays."""
    desk = desk_of(request)
    return _queue(request, desk, released=actions.release_batch(by=desk))


@require_GET
@signed_in("screen")
def case(request: HttpRequest, public_id: str) -> HttpResponse:
    """Go where a case's next work is done."""
    return HttpResponseRedirect(reverse(f"workbench-{head_of(public_id).page}", args=[public_id]))


@require_POST
@signed_in("screen")
def take(request: HttpRequest, public_id: str) -> HttpResponse:
    """Take a case and open it, or give it back."""
    desk = desk_of(request)
    if request.POST.get("act") == "give":
        actions.release_take(public_id, by=desk)
        return HttpResponseRedirect(reverse("workbench-queue"))
    actions.take(public_id, by=desk)
    return HttpResponseRedirect(reverse("workbench-case", args=[public_id]))


@require_http_methods(["GET", "POST"])
@signed_in("hold")
def erasure(request: HttpRequest) -> HttpResponse:
    """Show what is due to be destroyed, and destroy it once the passphrase was given again."""
    erased, fault, status = None, "", 200
    if request.method == "POST":
        desk = passphrase_again(request)
        act, public_id = request.POST.get("act", ""), request.POST.get("report", "").strip().upper()
        try:
            if act == "erase":
                erased = actions.erase_due(by=desk)
            elif act == "hold":
                actions.change_hold(public_id, by=desk)
            elif act == "forget":
                actions.forget_hold(public_id, by=desk)
        except (Conflict, NotFound) as refused:
            fault, status = refused.sentence, refused.status
    context = {
        "due": queries.due_erasures(),
        "holds": queries.holds(),
        "names": accounts.names(),
        "erased": erased,
        "faults": [Fault("", fault)] if fault else [],
    }
    return _private(render(request, "workbench/erasure.html", context, status=status))


def _queue(request: HttpRequest, desk: Desk, *, released: Released | None = None) -> HttpResponse:
    listed = queries.worklist(desk)
    chosen = request.GET.get("stage", "")
    groups = _groups()
    if chosen and chosen not in groups:
        raise NotFound
    rows = [row for row in listed.rows if not chosen or row.case.stage in groups[chosen]]
    counts = {name: sum(row.case.stage in members for row in listed.rows) for name, members in groups.items()}
    context = {
        "queue": listed,
        "rows": rows,
        "chosen": chosen,
        "tabs": [(name, stages.label(members[-1]), counts[name]) for name, members in groups.items()],
        "released": released,
        "may_release": desk.may("release"),
        "due_on": queries.batch_due_on(cases.today()),
        "today": cases.today(),
        "scheduled": counts["scheduled"],
        "corrections": queries.corrections(desk) if desk.may("propose") else (),
        "due": len(queries.due_erasures()) if desk.may("hold") else 0,
        "numbers": queries.numbers_only() if desk.may("code") else None,
        "names": accounts.names(),
        "desk": desk,
    }
    return _private(render(request, "workbench/queue.html", context))


def _groups() -> dict[str, tuple[Stage, ...]]:
    """The queue's tabs: what is new holds both stages of screening."""
    found: dict[str, tuple[Stage, ...]] = {"new": (Stage.SCREENING, Stage.RECEIVED)}
    found.update({stage.value: (stage,) for stage in OPEN[2:]})
    return found


def _private(response: HttpResponse) -> HttpResponse:
    response.headers["Cache-Control"] = "no-store"
    return response

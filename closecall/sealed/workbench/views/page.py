"""What the pages of a case share: who acts, the case's head, and an action that may be refused."""

from collections.abc import Callable, Mapping
from dataclasses import dataclass
from typing import Any

from django.http import HttpRequest, HttpResponse, HttpResponseRedirect
from django.shortcuts import render

from closecall.errors import BadInput, Conflict, Refused
from closecall.sealed.accounts import queries as accounts
from closecall.sealed.accounts.rules.desk import Desk
from closecall.sealed.intake.rules.stages import Stage
from closecall.sealed.workbench import queries
from closecall.sealed.workbench.queries import CaseHead
from closecall.site.ui.parts import Fault

PAGES = (
    ("triage", "Screen", "screen"),
    ("event", "Same event", "screen"),
    ("deidentify", "De-identify", "redact"),
    ("code", "Code", "code"),
    ("second", "Second reader", "second_read"),
    ("publish", "Publish", "redact"),
    ("dialogue", "Reporter", "converse"),
    ("count", "Count", "code"),
)


@dataclass(frozen=True)
class Tab:
    """One page of a case in its head. `now`: where the case's next work is done."""

    name: str
    label: str
    current: bool
    now: bool


def answer(
    request: HttpRequest,
    act: Callable[[], object],
    draw: Callable[[str, int], HttpResponse],
    *,
    to: str = "",
) -> HttpResponse:
    """Carry out one action and go back to a page; a refusal draws the page again with everything typed.

    draw: takes the sentence to show and the status. Other refusals (role, nothing there) have their own page.
    """
    try:
        act()
    except (BadInput, Conflict) as refused:
        return draw(refused.sentence, refused.status)
    return HttpResponseRedirect(to or request.get_full_path())


def case_page(
    request: HttpRequest,
    template: str,
    case: CaseHead,
    desk: Desk,
    context: Mapping[str, Any],
    *,
    fault: str = "",
    status: int = 200,
) -> HttpResponse:
    """Draw a page of a case, never kept by a cache."""
    own = template.rsplit("/", 1)[-1].removesuffix(".html")
    tabs = tuple(
        Tab(name, label, name == own, name == case.page)
        for name, label, verb in PAGES
        if desk.may(verb)  # type: ignore[arg-type] # PAGES holds verbs alone
        and (name != "count" or case.stage is Stage.NUMBERS_ONLY)
    )
    response = render(
        request,
        template,
        {
            "case": case,
            "desk": desk,
            "tabs": tabs,
            "faults": [Fault("", fault)] if fault else [],
            "names": accounts.names(),
            "holder": accounts.names().get(case.taken_by, case.taken_by),
            "mine": case.taken_by == desk.pseudonym,
            "stage": case.stage.value,
            "open": case.page != "dialogue" and case.stage is not Stage.PUBLISHED,
            **context,
        },
        status=status,
    )
    response.headers["Cache-Control"] = "no-store"
    return response


def head_of(public_id: str) -> CaseHead:
    """A case's head. Raises: NotFound."""
    return queries.head(public_id)


def gone(refused: Refused) -> str:
    """The sentence of a refusal, for a part of a page that can't be drawn any more."""
    return refused.sentence

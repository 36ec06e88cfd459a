"""What the pages of a case share: who acts, the case's head, and an action that may be refused."""

from collections.abc import Mapping
from typing import Any

from django.http import HttpRequest, HttpResponse
from django.shortcuts import render

from closecall.errors import Refused
from closecall.sealed.accounts import queries as accounts
from closecall.sealed.accounts.rules.desk import Desk
from closecall.sealed.intake.rules.stages import Stage
from closecall.sealed.workbench import queries
from closecall.sealed.workbench.queries import CaseHead
from closecall.site.ui.parts import Fault, Tab

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

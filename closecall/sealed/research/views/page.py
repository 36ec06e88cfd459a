"""What the pages of a study share: its head with tabs, and an action that may be refused."""

from collections.abc import Mapping
from typing import Any

from django.conf import settings
from django.http import HttpRequest, HttpResponse
from django.shortcuts import render

from closecall.sealed.accounts import queries as accounts
from closecall.sealed.accounts.rules.desk import Desk
from closecall.sealed.research.queries import Head
from closecall.sealed.research.rules.stages import Seat, Stage
from closecall.site.ui.parts import Fault, Tab

PAGES = (
    ("cohort", "Cohort"),
    ("themes", "Board"),
    ("code", "Second coder"),
    ("agreement", "Agreement"),
    ("publish", "Publish"),
)


def study_page(
    request: HttpRequest,
    own: str,
    head: Head,
    desk: Desk,
    context: Mapping[str, Any],
    *,
    fault: str = "",
    status: int = 200,
) -> HttpResponse:
    """Draw a page of a study, never kept by a cache."""
    names = accounts.names()
    tab = "themes" if own in ("theme", "doors") else own
    return private(
        render(
            request,
            f"research/{own}.html",
            {
                "head": head,
                "desk": desk,
                "names": names,
                "tabs": tuple(Tab(name, label, name == tab, name == head.page) for name, label in PAGES),
                "faults": [Fault("", fault)] if fault else [],
                "first": [names.get(who, who) for who, kind in head.seats.items() if kind is Seat.FIRST],
                "second": names.get(head.second, head.second),
                "public": settings.PUBLIC_URL,
                "deciding": head.stage is Stage.DECIDING,
                **context,
            },
            status=status,
        )
    )


def private(response: HttpResponse) -> HttpResponse:
    """Never kept by a cache."""
    response.headers["Cache-Control"] = "no-store"
    return response


def revision(request: HttpRequest) -> int:
    """The revision that a form was drawn from; -1, which is never right, when it says none."""
    typed = request.POST.get("over", "")
    return int(typed) if typed.isascii() and typed.isdigit() and len(typed) < 10 else -1


def page_number(request: HttpRequest) -> int:
    """Which page of many; 0 when the address says none."""
    typed = request.GET.get("page", "")
    return int(typed) if typed.isascii() and typed.isdigit() and len(typed) < 6 else 0

"""What the pages share: drawn privately, and drawn again with what was typed when an action is refused."""

from collections.abc import Callable, Mapping
from typing import Any

from django.http import HttpRequest, HttpResponse, HttpResponseRedirect
from django.shortcuts import render

from closecall.errors import BadInput, Conflict
from closecall.sealed.accounts import queries as accounts
from closecall.sealed.accounts.guard import desk_of
from closecall.site.ui.parts import Fault

Draw = Callable[[str, int], HttpResponse]


def drawn(
    request: HttpRequest, template: str, context: Mapping[str, Any], *, fault: str = "", status: int = 200
) -> HttpResponse:
    """Draw a page that no cache keeps."""
    shared = {
        "desk": desk_of(request),
        "names": accounts.names(),
        "typed": request.POST,
        "faults": [Fault("", fault)] if fault else [],
    }
    response = render(request, f"reliability/{template}", {**shared, **context}, status=status)
    response.headers["Cache-Control"] = "no-store"
    return response


def answer(act: Callable[[], str], draw: Draw) -> HttpResponse:
    """Carry out one action and go where it says; a refusal draws the page again with everything typed."""
    try:
        to = act()
    except (BadInput, Conflict) as refused:
        return draw(refused.sentence, refused.status)
    return HttpResponseRedirect(to)

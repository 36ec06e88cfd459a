"""How a form of the desk is answered: done, and a page asked for anew; or drawn again with a sentence."""

from collections.abc import Callable

from django.http import HttpRequest, HttpResponse, HttpResponseRedirect

from closecall.errors import BadInput, Conflict


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

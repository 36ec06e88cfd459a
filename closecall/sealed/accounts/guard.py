"""Doors of the desk: who is signed in, may they, and is it still them."""

from collections.abc import Callable
from functools import wraps
from typing import Concatenate, ParamSpec

from django.http import HttpRequest, HttpResponseRedirect
from django.http.response import HttpResponseBase
from django.utils.http import urlencode

from closecall.errors import NotAllowed, NotSignedIn
from closecall.sealed.accounts import sessions
from closecall.sealed.accounts.actions import signing_in
from closecall.sealed.accounts.rules.desk import Desk
from closecall.sealed.accounts.rules.roles import Verb, require

_P = ParamSpec("_P")
_View = Callable[Concatenate[HttpRequest, _P], HttpResponseBase]


def desk_of(request: HttpRequest) -> Desk:
    """Give who acts. Raises: NotSignedIn."""
    desk = getattr(request, "desk", None)
    if not isinstance(desk, Desk):
        raise NotSignedIn("You were signed out. Sign in, then go back and send it again.")
    return desk


def signed_in(*verbs: Verb) -> Callable[[_View[_P]], _View[_P]]:
    """Let a view run only for a signed-in person who may do every one of `verbs`."""

    def decorate(view: _View[_P]) -> _View[_P]:
        @wraps(view)
        def guarded(request: HttpRequest, /, *args: _P.args, **kwargs: _P.kwargs) -> HttpResponseBase:
            if getattr(request, "desk", None) is None and request.method in ("GET", "HEAD"):
                return HttpResponseRedirect("/sign-in/?" + urlencode({"next": request.get_full_path()}))
            desk = desk_of(request)
            for verb in verbs:
                require(desk.role, verb)
            return view(request, *args, **kwargs)

        return guarded

    return decorate


def passphrase_again(request: HttpRequest) -> Desk:
    """Make sure that it is still the same person, from the POST field "passphrase"; renews the session.

    Raises: NotSignedIn; NotAllowed when the passphrase doesn't open their keys.
    """
    desk = desk_of(request)
    if not signing_in.opens(desk.analyst_id, request.POST.get("passphrase", "")):
        raise NotAllowed("That passphrase doesn't match. Nothing was changed. Go back and try again.")
    sessions.renew(request, analyst_id=desk.analyst_id)
    return desk

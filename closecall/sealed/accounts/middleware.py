"""Puts who acts on each request of the desk: `request.desk`, or None."""

from collections.abc import Callable
from typing import cast

from django.contrib.auth import logout
from django.http import HttpRequest
from django.http.response import HttpResponseBase

from closecall.sealed.accounts import box, queries, sessions
from closecall.sealed.accounts.models import Analyst
from closecall.sealed.accounts.rules.desk import Desk
from closecall.sealed.accounts.rules.pins import KeySwapped
from closecall.site.crypto.errors import CannotOpen
from closecall.site.http import refusals


class DeskRequest(HttpRequest):
    """A request that has passed this middleware."""

    desk: Desk | None


class DeskMiddleware:
    """Opens the session's keys; a session whose keys don't open is over."""

    def __init__(self, get_response: Callable[[HttpRequest], HttpResponseBase]) -> None:
        self.get_response = get_response

    def __call__(self, request: HttpRequest) -> HttpResponseBase:
        cast(DeskRequest, request).desk = None
        try:
            cast(DeskRequest, request).desk = self._desk(request)
        except KeySwapped as swapped:
            box.close()
            logout(request)
            response: HttpResponseBase = refusals.page(request, swapped)
            sessions.put_cookie(request, response)
            return response
        response = self.get_response(request)
        sessions.put_cookie(request, response)
        return response

    def _desk(self, request: HttpRequest) -> Desk | None:
        analyst = request.user
        if not isinstance(analyst, Analyst):
            return None
        try:
            keys, pins = sessions.recall(request, analyst_id=analyst.id)
        except CannotOpen:
            logout(request)
            return None
        return queries.desk(analyst, keys, pins)[0]

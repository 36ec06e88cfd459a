"""Refusals and faults as pages: one sentence that says what is wrong and what to do."""

import logging
from collections.abc import Callable

from django.core.exceptions import PermissionDenied, SuspiciousOperation
from django.db import DatabaseError
from django.http import Http404, HttpRequest, HttpResponse
from django.http.response import HttpResponseBase
from django.shortcuts import render

from closecall import errors

log = logging.getLogger("closecall.fault")


def refusal_of(fault: Exception) -> errors.Refused:
    """Translate any exception into the refusal that a person reads."""
    if isinstance(fault, errors.Refused):
        return fault
    if isinstance(fault, Http404):
        return errors.NotFound()
    if isinstance(fault, PermissionDenied):
        return errors.NotAllowed()
    if isinstance(fault, SuspiciousOperation):
        return errors.BadInput("That request is broken. Go back and send it again.")
    log.error("fault", exc_info=fault)
    if isinstance(fault, DatabaseError | OSError):
        return errors.Unavailable()
    broken = errors.Refused("Something broke on our side. Nothing you sent was kept. Go back and try again.")
    broken.status = 500
    return broken


def page(request: HttpRequest, refusal: errors.Refused) -> HttpResponse:
    """Render a refusal as a page with its status."""
    return render(
        request,
        "ui/refused.html",
        {"sentence": refusal.sentence, "status": refusal.status},
        status=refusal.status,
    )


def form_expired(request: HttpRequest, reason: str = "") -> HttpResponse:
    """Answer a desk form whose token is missing or stale."""
    return page(
        request, errors.NotAllowed("This form has expired. Go back, reload the page and send it again.")
    )


def not_found(request: HttpRequest, exception: Exception) -> HttpResponse:
    """Answer an address that leads nowhere."""
    return page(request, errors.NotFound())


def broken(request: HttpRequest) -> HttpResponse:
    """Answer a fault that no middleware saw."""
    refusal = errors.Refused("Something broke on our side. Nothing you sent was kept. Go back and try again.")
    refusal.status = 500
    return page(request, refusal)


class RefusalsMiddleware:
    """Turns every exception of a view into its page; the log gets class, file and line, nothing else."""

    def __init__(self, get_response: Callable[[HttpRequest], HttpResponseBase]) -> None:
        self.get_response = get_response

    def __call__(self, request: HttpRequest) -> HttpResponseBase:
        return self.get_response(request)

    def process_exception(self, request: HttpRequest, exception: Exception) -> HttpResponse:
        """Answer what a view raised."""
        return page(request, refusal_of(exception))

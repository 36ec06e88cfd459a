"""How every request to the API starts and ends: GET only, one bucket for all, an ETag, refusals as problems.

A problem is what RFC 9457 describes, as `application/problem+json`: type, title, status, detail. What was
sent is never repeated in it.
"""

import threading
import time
from collections.abc import Callable, Collection
from functools import wraps
from hashlib import blake2b
from http import HTTPStatus
from typing import Annotated, Any

from django.conf import settings
from django.http import HttpRequest, HttpResponse, JsonResponse
from django.http.response import HttpResponseBase
from django.utils import timezone
from django.utils.cache import patch_vary_headers
from django.views.decorators.csrf import csrf_exempt
from django.views.decorators.gzip import gzip_page
from django.views.decorators.http import condition
from ninja import Query
from ninja.errors import ValidationError

from closecall import __version__
from closecall.errors import Refused
from closecall.public.exchange.rules.bucket import Bucket
from closecall.public.library import queries as library
from closecall.public.library.rules.query import TYPED_CHARACTERS, SearchRequest, read
from closecall.public.studies import queries as studies
from closecall.site.http.refusals import refusal_of

View = Callable[..., HttpResponseBase]

PROBLEM = "application/problem+json"
_BURST_SECONDS = 10
_PERIOD = r"^[12][0-9]{3}(-Q[1-4])?$"
_ASKED = ("q", "from", "to")
_PAGED = ("sort", "page")

Words = Annotated[str, Query(max_length=TYPED_CHARACTERS, description="Words, as in the library's search.")]
First = Annotated[str, Query(alias="from", pattern=_PERIOD, description="From this quarter or year on.")]
Last = Annotated[str, Query(alias="to", pattern=_PERIOD, description="Up to this quarter or year.")]

bucket = Bucket(rate=settings.API_RATE, most=settings.API_RATE * _BURST_SECONDS)
_one_at_a_time = threading.Lock()


def problem(status: int, detail: str, **more: object) -> HttpResponse:
    """Answer with a problem: a machine reads the status, a person the detail."""
    title = HTTPStatus(status).phrase
    body = {"type": "about:blank", "title": title, "status": status, "detail": detail, **more}
    response = JsonResponse(body, status=status, content_type=PROBLEM)
    response.headers["Cache-Control"] = "no-store"
    return response


def refuse(fault: Exception) -> HttpResponse:
    """Answer whatever was raised; a fault of ours is logged without anything that was sent."""
    refusal: Refused = refusal_of(fault)
    return problem(refusal.status, refusal.sentence)


def door(view: View) -> View:
    """Let GET and HEAD in, while the bucket lasts; compressed, with an ETag."""

    @condition(etag_func=_mark)
    @wraps(view)
    def marked(request: HttpRequest, *args: Any, **kwargs: Any) -> HttpResponseBase:
        asked, request.method = request.method, "GET"  # HEAD is answered as GET; the server drops the body
        response = view(request, *args, **kwargs)
        request.method = asked
        if response.status_code == HTTPStatus.OK:
            response.headers["Cache-Control"] = "public, no-cache"
            if library.behind():
                # The index will change under this answer without a new log entry: nobody may keep it.
                response.headers["Cache-Control"] = "no-store"
        patch_vary_headers(response, ["Accept-Encoding"])
        return response

    @csrf_exempt  # nothing here changes anything, and no cookie is read
    @gzip_page
    def answer(request: HttpRequest, *args: Any, **kwargs: Any) -> HttpResponseBase:
        if request.method not in ("GET", "HEAD"):
            refused = problem(HTTPStatus.METHOD_NOT_ALLOWED, "This API is read with GET.")
            refused.headers["Allow"] = "GET, HEAD"
            return refused
        with _one_at_a_time:
            seconds = bucket.draw(time.monotonic())
        if seconds:
            busy = problem(
                HTTPStatus.TOO_MANY_REQUESTS,
                "Too many requests from everybody together. Wait as long as Retry-After says, then go on.",
            )
            busy.headers["Retry-After"] = str(seconds)
            return busy
        try:
            return marked(request, *args, **kwargs)
        except Exception as fault:
            return refuse(fault)

    return answer


def asked(request: HttpRequest, *, paged: bool = True) -> SearchRequest:
    """The search that an address asks for. A name that we don't know would widen it silently: refused."""
    known = library.facet_keys()
    only(request, (*_ASKED, *(_PAGED if paged else ()), *known))
    return read({name: request.GET.getlist(name) for name in request.GET}, known)


def only(request: HttpRequest, names: Collection[str]) -> None:
    """Let no parameter pass that isn't named. Raises: ValidationError."""
    unknown = [{"loc": ("query", "unknown")} for name in request.GET if name not in names]
    if unknown:
        raise ValidationError(unknown)


def _mark(request: HttpRequest, *_: object, **__: object) -> str:
    """Everything that an answer depends on: the program, the shelf, the studies, the day, the address."""
    history, seq = library.log_mark()
    day = timezone.localdate().isoformat()
    seen = "\x00".join((__version__, history, str(seq), studies.mark(), day, request.get_full_path()))
    return '"' + blake2b(seen.encode(), digest_size=16).hexdigest() + '"'

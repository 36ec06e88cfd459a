"""How every page of the library starts and ends: what was asked, an index that is up to date, an ETag.

Pages are kept by browsers but asked about every time, so that a withdrawn report is gone at once; the
answer to the question is a line when nothing changed.
"""

import hashlib
from collections.abc import Callable
from functools import wraps
from typing import Concatenate, ParamSpec, TypeVar

from django.http import HttpRequest, HttpResponse
from django.http.response import HttpResponseBase
from django.utils import timezone
from django.utils.cache import patch_vary_headers
from django.views.decorators.gzip import gzip_page
from django.views.decorators.http import condition, require_safe

from closecall import __version__
from closecall.public.library import actions, queries
from closecall.public.library.rules.query import SearchRequest, read
from closecall.text.searching import IndexDamaged

P = ParamSpec("P")
T = TypeVar("T")


def _mark(request: HttpRequest, *_: object, **__: object) -> str:
    """Everything that an answer depends on: the shelf, its vectors, the address, the theme, the day, the program."""
    history, seq = queries.log_mark()
    seen = (
        __version__,
        history,
        str(seq),
        queries.meaning_mark(),
        request.get_full_path(),
        request.COOKIES.get("theme", ""),
        timezone.localdate().isoformat(),
    )
    return '"' + hashlib.blake2b("\x00".join(seen).encode(), digest_size=16).hexdigest() + '"'


def public_page(
    view: Callable[Concatenate[HttpRequest, P], HttpResponse],
) -> Callable[Concatenate[HttpRequest, P], HttpResponseBase]:
    """Answer GET and HEAD, compressed, with an ETag; no secret is ever on these pages."""

    @gzip_page
    @require_safe
    @condition(etag_func=_mark)
    @wraps(view)
    def answer(request: HttpRequest, /, *args: P.args, **kwargs: P.kwargs) -> HttpResponse:
        response = view(request, *args, **kwargs)
        response.headers["Cache-Control"] = "public, no-cache"
        patch_vary_headers(response, ["Cookie"])
        return response

    return answer


def requested(request: HttpRequest) -> SearchRequest:
    """Read the search that an address asks for."""
    return read({name: request.GET.getlist(name) for name in request.GET}, queries.facet_keys())


def searching(ask: Callable[[], T]) -> T:
    """Ask the index once it is up to date; when it breaks under the question, mend it and ask again."""
    actions.catch_up()
    try:
        return ask()
    except IndexDamaged:
        queries.forget_index()
        actions.index_pending()
        return ask()

"""How every page of this room starts and ends: what was asked, an index that is up to date, an ETag.

As in the library: kept by browsers but asked about every time, so that what was withdrawn is gone at once.
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
from closecall.public.library import actions as library_actions
from closecall.public.library import queries as library
from closecall.public.library.rules.query import SearchRequest, read
from closecall.public.studies import queries
from closecall.text.searching import IndexDamaged

P = ParamSpec("P")
T = TypeVar("T")


def _mark(request: HttpRequest, *_: object, **__: object) -> str:
    """Everything that an answer depends on: the shelf, the studies, the address, the theme, the day, the program."""
    history, seq = library.log_mark()
    day = timezone.localdate().isoformat()
    seen = (
        __version__,
        history,
        str(seq),
        queries.mark(),
        request.get_full_path(),
        request.COOKIES.get("theme", ""),
        day,
    )
    return '"' + hashlib.blake2b("\x00".join(seen).encode(), digest_size=16).hexdigest() + '"'


def counted_page(
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
    return read({name: request.GET.getlist(name) for name in request.GET}, library.facet_keys())


def searching(ask: Callable[[], T]) -> T:
    """Ask the index once it is up to date; when it breaks under the question, mend it and ask again."""
    library_actions.catch_up()
    try:
        return ask()
    except IndexDamaged:
        library.forget_index()
        library_actions.index_pending()
        return ask()

"""How a page that anybody may keep starts and ends: GET and HEAD, compressed, with an ETag, asked about every time.

Browsers keep such pages but ask each time, so that what was withdrawn is gone at once; the answer to the question
is a line when nothing changed.
"""

import hashlib
from collections.abc import Callable, Sequence
from functools import wraps
from typing import Concatenate, ParamSpec

from django.http import HttpRequest, HttpResponse
from django.http.response import HttpResponseBase
from django.utils import timezone
from django.utils.cache import patch_vary_headers
from django.views.decorators.gzip import gzip_page
from django.views.decorators.http import condition, require_safe

from closecall import __version__

P = ParamSpec("P")
View = Callable[Concatenate[HttpRequest, P], HttpResponse]
Answer = Callable[Concatenate[HttpRequest, P], HttpResponseBase]


def kept_page(standing: Callable[[], Sequence[str]]) -> Callable[[View[P]], Answer[P]]:
    """Make views into pages that may be kept. No secret is ever on them.

    Shape: `standing` says what every answer of the room depends on besides the address, the theme, the day and the
           program: marks of its tables, each of which changes when they do.
    """

    def mark(request: HttpRequest, *_: object, **__: object) -> str:
        day = timezone.localdate().isoformat()
        seen = (__version__, *standing(), request.get_full_path(), request.COOKIES.get("theme", ""), day)
        return f'"{hashlib.blake2b(chr(0).join(seen).encode(), digest_size=16).hexdigest()}"'

    def kept(view: View[P]) -> Answer[P]:
        @gzip_page
        @require_safe
        @condition(etag_func=mark)
        @wraps(view)
        def answer(request: HttpRequest, /, *args: P.args, **kwargs: P.kwargs) -> HttpResponse:
            response = view(request, *args, **kwargs)
            response.headers["Cache-Control"] = "public, no-cache"
            patch_vary_headers(response, ["Cookie"])
            return response

        return answer

    return kept

"""What stands before every form: where it was posted from, and how many may come in at once."""

import time
from urllib.parse import urlsplit

from django.conf import settings
from django.http import HttpRequest, HttpResponse

from closecall.errors import NotAllowed
from closecall.sealed.intake.rules.buckets import TokenBucket
from closecall.site.ui import themes

PAGE_COOKIE = "page"
ELSEWHERE = "This form was sent from another site. Your words are still here. Send them from this page."

# For everybody together, a process each: nobody's address is known, so nobody has a bucket of their own.
PROVEN = TokenBucket(rate=20, burst=80)
UNPROVEN = TokenBucket(rate=1, burst=40)
CODES = TokenBucket(rate=8, burst=60)


def let_in(bucket: TokenBucket) -> None:
    """Take a place in `bucket`. Raises TooBusy."""
    bucket.take(time.monotonic())


def strain(bucket: TokenBucket) -> float:
    """How crowded it is, 0 to 1."""
    return bucket.strain(time.monotonic())


def check_origin(request: HttpRequest) -> None:
    """Refuse a form that another site posted.

    Raises: NotAllowed. A browser that says nothing of either is let in: the form token stands behind.
    """
    site = request.headers.get("Sec-Fetch-Site", "")
    origin = request.headers.get("Origin", "")
    if site and site not in {"same-origin", "none"}:
        raise NotAllowed(ELSEWHERE)
    if origin == "null" and not site:
        raise NotAllowed(ELSEWHERE)
    if origin and origin != "null" and _host_of(origin) != request.get_host():
        raise NotAllowed(ELSEWHERE)


def take_theme(request: HttpRequest) -> themes.Theme | None:
    """Read the theme that a page's own form asked for, and draw this very answer in it."""
    theme = themes.known(request.POST.get("theme", ""))
    if theme:
        request.COOKIES[themes.COOKIE] = theme
    return theme


def _host_of(origin: str) -> str:
    try:
        return urlsplit(origin).netloc
    except ValueError:
        return ""


def token_key() -> bytes:
    """The secret that form tokens and proofs are signed with."""
    return settings.SECRET_KEY.encode()


def keep_out_of_history(response: HttpResponse) -> HttpResponse:
    """Forbid storing the page, and set the cookie that `/leave` clears.

    Without the cookie, Chromium's back-forward cache shows a `no-store` page again after leaving; it throws
    away a page whose HttpOnly cookies changed. The value says nothing.
    """
    response.headers["Cache-Control"] = "no-store"
    response.set_cookie(
        PAGE_COOKIE, "1", httponly=True, samesite="Strict", secure=settings.BEHIND_TLS, path="/"
    )
    return response

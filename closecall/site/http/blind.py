"""Blinds an application: no address, no browser name, no over-long request gets past this door.

Runs before Django, so that nothing behind it could log or keep what it never saw.
"""

from collections.abc import Callable, Iterable
from typing import Any

from django.conf import settings
from django.http.request import split_domain_port, validate_host

Environ = dict[str, Any]
StartResponse = Callable[..., Any]
Application = Callable[[Environ, StartResponse], Iterable[bytes]]

_BLANK = ("REMOTE_ADDR", "REMOTE_HOST", "REMOTE_PORT")
_REMOVE = (
    "HTTP_X_FORWARDED_FOR", "HTTP_X_FORWARDED_HOST", "HTTP_X_FORWARDED_PORT", "HTTP_FORWARDED", "HTTP_X_REAL_IP",
    "HTTP_CLIENT_IP", "HTTP_TRUE_CLIENT_IP", "HTTP_CF_CONNECTING_IP", "HTTP_VIA",
    "HTTP_USER_AGENT", "HTTP_SEC_CH_UA", "HTTP_SEC_CH_UA_PLATFORM", "HTTP_SEC_CH_UA_MOBILE", "HTTP_FROM",
    "gunicorn.socket", "wsgi.file_wrapper_socket",
)  # fmt: skip
_PAGE = (
    "<!doctype html><html lang=en><meta charset=utf-8><meta name=viewport content='width=device-width'>"
    "<title>{title}</title><h1>{title}</h1><p>{sentence}</p>"
)
_HEADERS = [
    ("Content-Type", "text/html; charset=utf-8"),
    ("Cache-Control", "no-store"),
    ("Content-Security-Policy", "default-src 'none'; base-uri 'none'; frame-ancestors 'none'"),
    ("X-Content-Type-Options", "nosniff"),
    ("Referrer-Policy", "same-origin"),
]


def blind(application: Application) -> Application:
    """Wrap `application` so that it sees no address and no request that it couldn't hold."""

    def blinded(environ: Environ, start_response: StartResponse) -> Iterable[bytes]:
        for name in _BLANK:
            environ[name] = ""
        for name in _REMOVE:
            environ.pop(name, None)
        domain, _port = split_domain_port(environ.get("HTTP_HOST", ""))
        if not domain or not validate_host(domain, settings.ALLOWED_HOSTS):
            return _refuse(start_response, "400 Bad Request", "Wrong address", "This site has another name.")
        declared = environ.get("CONTENT_LENGTH") or "0"
        if not declared.isdecimal():
            return _refuse(start_response, "400 Bad Request", "Broken request", "Go back and send it again.")
        if int(declared) > settings.REQUEST_LIMIT_BYTES:
            return _refuse(
                start_response,
                "413 Content Too Large",
                "Too long to send",
                "Go back: your words are still in the form. Shorten them, then send again.",
            )
        return application(environ, start_response)

    return blinded


def _refuse(start_response: StartResponse, status: str, title: str, sentence: str) -> Iterable[bytes]:
    page = _PAGE.format(title=title, sentence=sentence).encode()
    start_response(status, [*_HEADERS, ("Content-Length", str(len(page)))])
    return [page]

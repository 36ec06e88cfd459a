"""Day, Night and Red: three values in a session cookie, and nothing else in it.

Until somebody chooses, the page follows the device.
"""

from typing import Final, Literal

from django.conf import settings
from django.http import HttpRequest, HttpResponse

Theme = Literal["day", "night", "red"]

THEMES: Final[tuple[Theme, ...]] = ("day", "night", "red")
COOKIE: Final = "theme"


def known(value: str) -> Theme | None:
    """Tell which theme a word names, if any: a cookie and a form field may hold anything."""
    return value if value in THEMES else None


def chosen(request: HttpRequest) -> Theme | None:
    """The theme that this browser chose; None when it follows the device."""
    return known(request.COOKIES.get(COOKIE, ""))


def remember(response: HttpResponse, theme: Theme) -> None:
    """Keep the choice until the browser closes. Three values tell no two readers apart."""
    response.set_cookie(COOKIE, theme, secure=settings.BEHIND_TLS, httponly=True, samesite="Lax")

"""What every template may read: `site`, and for short `DEMO`, `theme`, `role`."""

from dataclasses import dataclass
from typing import Final

from django.conf import settings
from django.http import HttpRequest
from django.urls import is_valid_path

from closecall.site.ui.parts import Link
from closecall.site.ui.themes import THEMES, chosen

_PUBLIC: Final = (
    ("Library", "/reports/"),
    ("Share", "/share/"),
    ("Return", "/return/"),
    ("Insights", "/insights/"),
    ("What changed", "/changed/"),
    ("Help", "/help/"),
)
_DESK: Final = (
    ("Queue", "/queue/"),
    ("This week", "/week/"),
    ("Studies", "/studies/"),
    ("Reliability", "/reliability/"),
    ("Pack", "/pack/"),
    ("People", "/people/"),
    ("Keys", "/keys/"),
    ("Audit", "/audit/"),
    ("Kit", "/kit/"),
)
_FOOTER: Final = (
    ("How we protect you", "/safety/"),
    ("Method", "/method/"),
    ("For machines", "/api/v1/docs"),
)


@dataclass(frozen=True)
class ThemeButton:
    """One button of the theme switch."""

    value: str
    label: str
    pressed: bool


@dataclass(frozen=True)
class Site:
    """What the frame of a page needs."""

    role: str
    theme: str
    themes: tuple[ThemeButton, ...]
    demo: bool
    frame: str
    nav: tuple[Link, ...]
    footer: tuple[Link, ...]
    person: str
    person_role: str
    sign_out: str


def page(request: HttpRequest) -> dict[str, object]:
    """Give every template the frame's facts."""
    desk_role = settings.CLOSECALL_ROLE == "desk"
    who = getattr(request, "desk", None)
    theme = chosen(request) or ""
    site = Site(
        role=settings.CLOSECALL_ROLE,
        theme=theme,
        themes=tuple(ThemeButton(name, name.capitalize(), name == theme) for name in THEMES),
        demo=settings.DEMO,
        frame="ui/desk.html" if desk_role else "ui/public.html",
        nav=_standing(_DESK if desk_role else _PUBLIC, request.path) if who or not desk_role else (),
        footer=() if desk_role else _standing(_FOOTER, request.path),
        person=str(getattr(who, "name", "") or getattr(who, "pseudonym", "")),
        person_role=str(getattr(who, "role", "")),
        sign_out="/sign-out/" if who and is_valid_path("/sign-out/") else "",
    )
    return {"site": site, "DEMO": site.demo, "theme": theme, "role": site.role}


def _standing(links: tuple[tuple[str, str], ...], path: str) -> tuple[Link, ...]:
    """Only what this process serves: a link to a room that isn't there is a broken promise."""
    return tuple(
        Link(label, href, "page" if path == href else "true" if path.startswith(href) else "")
        for label, href in links
        if is_valid_path(href)
    )

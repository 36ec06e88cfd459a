"""The theme switch, the pages that explain the house, and the desk's kit."""

from urllib.parse import urlsplit

from django.conf import settings
from django.http import HttpRequest, HttpResponse, HttpResponseRedirect
from django.shortcuts import render
from django.utils.http import url_has_allowed_host_and_scheme
from django.views.decorators.csrf import csrf_exempt
from django.views.decorators.http import require_POST, require_safe

from closecall.errors import BadInput, NotAllowed
from closecall.site.ui import samples, themes


@csrf_exempt  # No cookie proves anything here; Sec-Fetch-Site and Origin do, on both sites alike.
@require_POST
def choose_theme(request: HttpRequest) -> HttpResponse:
    """Remember a theme and go back to the page it was chosen on."""
    if not _from_here(request):
        raise NotAllowed("Choose a theme with the buttons on the page.")
    theme = themes.known(request.POST.get("theme", ""))
    if theme is None:
        raise BadInput("Choose Day, Night or Red.")
    if request.headers.get("Sec-Fetch-Mode") in ("cors", "same-origin"):
        response = HttpResponse(status=204)
    else:
        response = HttpResponseRedirect(_way_back(request))
    themes.remember(response, theme)
    return response


@require_safe
def method(request: HttpRequest) -> HttpResponse:
    """Explain how a report becomes a lesson, and what the numbers mean."""
    days = {"approval_days": settings.APPROVAL_DAYS, "release_days": settings.RELEASE_DAYS}
    return render(request, "ui/method.html", days)


@require_safe
def help_page(request: HttpRequest) -> HttpResponse:
    """Answer what people ask before they read, share or return."""
    return render(request, "ui/help.html")


@require_safe
def kit(request: HttpRequest) -> HttpResponse:
    """Show every part in every state, in the theme of this browser."""
    return render(request, "ui/kit.html", samples.kit())


def _from_here(request: HttpRequest) -> bool:
    site = request.headers.get("Sec-Fetch-Site")
    if site is not None:
        return site == "same-origin"
    origin = request.headers.get("Origin")
    return origin is None or urlsplit(origin).netloc == request.get_host()


def _way_back(request: HttpRequest) -> str:
    """The path and query of the page before, if it is ours; otherwise the front page."""
    came_from = request.headers.get("Referer", "")
    if not url_has_allowed_host_and_scheme(came_from, allowed_hosts={request.get_host()}):
        return "/"
    parts = urlsplit(came_from)
    path = parts.path or "/"
    if path.startswith("//"):
        return "/"
    return f"{path}?{parts.query}" if parts.query else path

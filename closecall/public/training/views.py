"""Training material over HTTP."""

from django.http import HttpRequest, HttpResponse
from django.views.decorators.http import require_safe

from closecall.public.training import queries


@require_safe
def brief(request: HttpRequest, public_id: str) -> HttpResponse:
    """One report as one printed page; `?paper=a4` for A4."""
    name = public_id.upper()
    page = queries.brief_pdf(name, request.GET.get("paper", "letter"))
    response = HttpResponse(page, content_type="application/pdf")
    response["Content-Disposition"] = f'inline; filename="close-call-{name}-brief.pdf"'
    return response

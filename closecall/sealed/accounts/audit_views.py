"""The desk's page of the audit chain. The chain's own room knows no roles, so its page stands here."""

from django.http import HttpRequest, HttpResponse
from django.shortcuts import render
from django.views.decorators.http import require_http_methods

from closecall.errors import BadInput
from closecall.sealed.accounts import queries
from closecall.sealed.accounts.guard import signed_in
from closecall.site.audit import actions as audit
from closecall.site.audit import queries as chain


@require_http_methods(["GET", "HEAD", "POST"])
@signed_in()
def entries(request: HttpRequest) -> HttpResponse:
    """Show who did what, newest first; POST recomputes the whole chain."""
    raw = request.GET.get("before", "")
    if raw and not (raw.isascii() and raw.isdecimal() and len(raw) < 19):
        raise BadInput("That page of the chain doesn't exist.")
    before = int(raw) if raw else None
    shown = chain.entries(before=before)
    context = {
        "entries": shown,
        "names": queries.names(),
        "older": shown[-1].seq if shown and shown[-1].seq > 1 else None,
        "newest": before is None,
        "head": chain.newest(),
        "verdict": audit.verify(staff_keys=queries.staff_keys()) if request.method == "POST" else None,
    }
    return render(request, "accounts/audit.html", context)

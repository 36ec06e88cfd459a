"""How every page of the library starts and ends: what was asked, and when it may be kept."""

from django.http import HttpRequest

from closecall.public.library import queries
from closecall.public.library.actions import ask_index as searching
from closecall.public.library.rules.query import SearchRequest, read
from closecall.site.http.pages import kept_page

__all__ = ["public_page", "requested", "searching"]


def _standing() -> tuple[str, ...]:
    """The shelf and its vectors."""
    history, seq = queries.log_mark()
    return history, str(seq), queries.meaning_mark()


public_page = kept_page(_standing)


def requested(request: HttpRequest) -> SearchRequest:
    """Read the search that an address asks for."""
    return read({name: request.GET.getlist(name) for name in request.GET}, queries.facet_keys())

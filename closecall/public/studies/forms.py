"""How every page of this room starts and ends: what was asked, and when it may be kept."""

from django.http import HttpRequest

from closecall.public.library import queries as library
from closecall.public.library.rules.query import SearchRequest, read
from closecall.public.studies import queries
from closecall.site.http.pages import kept_page


def _standing() -> tuple[str, ...]:
    """The shelf and the studies."""
    history, seq = library.log_mark()
    return history, str(seq), queries.mark()


def _issued() -> tuple[str, ...]:
    """The newest month: older ones never change."""
    return (queries.numbers_mark(),)


counted_page = kept_page(_standing)
issued_page = kept_page(_issued)


def requested(request: HttpRequest) -> SearchRequest:
    """Read the search that an address asks for."""
    return read({name: request.GET.getlist(name) for name in request.GET}, library.facet_keys())

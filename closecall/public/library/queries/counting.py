"""Exact counts of a search: of reports, or of the events that they tell of."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace

from closecall.public.library.queries.events import told_events
from closecall.public.library.queries.reading import reports
from closecall.public.library.queries.searching import index, request_to
from closecall.public.library.rules import indexing
from closecall.public.library.rules.events import surplus
from closecall.public.library.rules.query import SearchRequest
from closecall.text.searching import Document, Index, Request


@dataclass(frozen=True)
class Counted:
    """Exact counts: of all that was found, of each facet's codes, and of each quarter (ordinals, ascending).

    Shape: of reports, or of the events that they tell of when those were asked for; `reports` are always reports.
    """

    total: int
    counts: Mapping[str, Mapping[str, int]]
    quarters: tuple[tuple[int, int], ...]
    reports: int


@dataclass(frozen=True)
class Accounts:
    """The reports that share an event with another: report -> event, and what the index holds of each."""

    told: Mapping[str, str]
    documents: Mapping[str, Document]


def accounts() -> Accounts:
    """Read them once for a page that counts many times."""
    told = told_events()
    read = reports(sorted(told))
    return Accounts(
        told, {one.public_id: indexing.document_of(one.text, one.origin, one.position) for one in read}
    )


def counted(
    request: SearchRequest,
    *,
    every: Sequence[tuple[str, str]] = (),
    most: int = 500_000,
    by_event: Accounts | None = None,
) -> Counted:
    """How many reports a search finds, and their codes and quarters, its own facets narrowed too.

    Shape:  `every` are (facet, code) pairs that must all hold, beside the request. `by_event`: several of these
            accounts of one event count once, also in each code that more than one of them bears.
    Raises: IndexDamaged.
    """
    there = index()
    asked = request_to(there, request, offset=0, limit=0)
    if request.filters:
        ids = frozenset(hit.key for hit in there.search(replace(asked, limit=most, counted=False)).hits)
        asked = replace(request_to(there, SearchRequest(), offset=0, limit=0), within=ids)
    asked = replace(asked, every=tuple(every))
    found = there.search(asked)
    whole = Counted(found.total, found.counts, found.quarters, found.total)
    return _by_event(there, asked, whole, by_event) if by_event is not None else whole


def _by_event(there: Index, asked: Request, whole: Counted, known: Accounts) -> Counted:
    """Take from exact counts of reports what several accounts of one event add to them."""
    told = known.told
    within = frozenset(told) if asked.within is None else asked.within & frozenset(told)
    if not within:
        return whole
    held = there.search(replace(asked, within=within, limit=len(within), counted=False)).hits
    found = {hit.key: known.documents[hit.key] for hit in held if hit.key in known.documents}
    bearers: dict[tuple[str, str], list[str]] = {}
    quarters: dict[int, list[str]] = {}
    for key, document in found.items():
        for pair in dict.fromkeys(document.codes):
            bearers.setdefault(pair, []).append(key)
        if document.quarters is not None and document.quarters[0] == document.quarters[1]:
            quarters.setdefault(document.quarters[0], []).append(key)
    counts = {
        facet: {code: n - surplus(bearers.get((facet, code), ()), told) for code, n in codes.items()}
        for facet, codes in whole.counts.items()
    }
    return Counted(
        whole.total - surplus(found, told),
        counts,
        tuple((at, n - surplus(quarters.get(at, ()), told)) for at, n in whole.quarters),
        whole.reports,
    )

"""One search over one commit: which reports answer, which of them come first, and the exact counts beside.

Where the columns can, they count: without words they answer alone; of common words bits tell which rows hold them, and
the index ranks the page; of other words the index is asked once for what it found, and columns tell the rest. Where
that would be very many reports, or there are no columns, the index counts by itself. All ways give the same answer.
"""

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, replace
from typing import Final

import numpy as np
import tantivy

from closecall.text.searching import matching, schema
from closecall.text.searching.columns import Bits, Columns, Rows, among, size
from closecall.text.searching.documents import Found, Hit, Request
from closecall.text.searching.frequent import Frequent
from closecall.text.searching.query import Clause, Query

Counts = tuple[dict[str, dict[str, int]], tuple[tuple[int, int], ...]]

_MOST_CODES: Final = 20_000  # above any pack's cardinality: below it, counts would be estimates
_MOST_QUARTERS: Final = 4_000
_WIDEST_TIE: Final = 4_096
_LIKELY_TIES: Final = 9  # so many may score as the last one of a page before it is looked at again
_LEAST_TAKEN: Final = 2_048
# Up to so many reports, one in so many of a library, are named by the index and counted by columns; of more, the
# index counts the codes quicker than it names the reports.
_MOST_TAKEN: Final = 16_384
_TAKEN_PART: Final = 40
# Beside filters the index would have to look once more for the counts of each filtered facet.
_MOST_TAKEN_FILTERED: Final = 32_768
_TAKEN_PART_FILTERED: Final = 20
# Looking for a phrase costs far more than naming what is found: it isn't looked for again only to count.
_MOST_TAKEN_OF_A_PHRASE: Final = 65_536
# With more than one in so many, a second look at the index is quicker than naming them all.
_LEAD_PART: Final = 100
_COMPANY: Final = (
    1.25  # words keep company: so much oftener do several stand in one report than chance would have it
)
_PHRASE_SHARE: Final = 0.05


@dataclass(frozen=True)
class View:
    """One commit of the index. `columns` None: they can't be read just now; `frequent` None: there is no table."""

    searcher: tantivy.Searcher
    schema: tantivy.Schema
    columns: Columns | None
    frequent: Frequent | None
    applied: int
    history: str


def found(view: View, request: Request) -> Found:
    """Answer a request. Raises: ValueError, KeyError, OSError on a broken index."""
    columns = view.columns
    if columns is not None and _is_told_by(request):
        holding = _holding(view, columns, request.query)
        if holding is not None:
            answer = _by_bits(view, columns, request, holding)
            if answer is not None:
                return answer
        elif request.counted:
            answer = _with_words(view, columns, request)
            if answer is not None:
                return answer
    total, hits = best(view, matching.request_query(view.schema, request), request)
    counts, quarters = _counts(view, request) if request.counted else ({}, ())
    return Found(total, hits, counts, quarters, view.applied)


def counted(view: View, request: Request) -> int:
    """How many reports answer."""
    columns = view.columns
    holding = _holding(view, columns, request.query) if columns is not None and _is_told_by(request) else None
    if columns is not None and holding is not None:
        within, alone = _parts(columns, request)
        return size(_all(within & holding, alone))
    return total_of(view.searcher.search(matching.request_query(view.schema, request), 1))


def best(view: View, query: tantivy.Query, request: Request) -> tuple[int, tuple[Hit, ...]]:
    """How many answer, and a page of them.

    Best first is by score, equal scores by position: segment order, which merges change, must not decide a page.
    """
    searcher = view.searcher
    if request.limit < 1:
        return total_of(searcher.search(query, 1)), ()
    if request.order != "best" or not request.query.wanted:
        order = tantivy.Order.Asc if request.order == "old" else tantivy.Order.Desc
        result = searcher.search(
            query, request.limit, offset=request.offset, order_by_field="position", order=order
        )
        hits = [(0.0, address) for _, address in result.hits]
        return total_of(result), _named(view, hits, [int(position) for position, _ in result.hits])
    end = request.offset + request.limit
    wanted = end + _LIKELY_TIES
    while True:
        result = searcher.search(query, wanted)
        hits = result.hits
        complete = len(hits) < wanted or hits[-1][0] < hits[end - 1][0]
        if complete or wanted - end > _WIDEST_TIE:
            break
        wanted += max(64, wanted - end)
    positions = searcher.fast_field_values("position", [address for _, address in hits])
    ranked = sorted(zip(hits, positions, strict=True), key=lambda item: (-item[0][0], -int(item[1] or 0)))
    page = ranked[request.offset : end]
    return total_of(result), _named(view, [hit for hit, _ in page], [position for _, position in page])


def _is_told_by(request: Request) -> bool:
    """Tell whether columns know all that it asks: they hold no way from a key to its row."""
    return request.within is None and not request.without


def total_of(result: tantivy.SearchResult) -> int:
    """How many a search of the engine found."""
    count: int = getattr(result, "count", 0)  # missing from the engine's stubs, present in the engine
    return count


def _holding(view: View, columns: Columns, query: Query) -> Bits | None:
    """The rows that the words of a query let through. None: bits don't tell."""
    if not matching.has_words(query):
        return columns.every
    return view.frequent.answering(query) if view.frequent is not None else None


def _by_bits(view: View, columns: Columns, request: Request, holding: Bits) -> Found | None:
    """Count by bits alone; the index ranks. None: it finds another number, so the bits aren't to be trusted."""
    within, alone = _parts(columns, request)
    within = within & holding
    chosen = _all(within, alone)
    total = size(chosen)
    if request.order == "best" and request.query.wanted and request.limit:
        ranked, hits = best(view, matching.request_query(view.schema, request), request)
        if ranked != total:
            return None
    else:
        names = columns.names(columns.page(chosen, request.order, request.offset, request.limit))
        hits = tuple(Hit(name, 0.0) for name in names)
    if not request.counted:
        return Found(total, hits, {}, (), view.applied)
    counts, quarters = columns.tally(chosen)
    for facet in alone:
        counts[facet] = columns.counts(_all(within, alone, skipping=facet), facet).get(facet, {})
    return Found(total, hits, counts, quarters, view.applied)


def _parts(columns: Columns, request: Request) -> tuple[Bits, dict[str, Bits]]:
    """The rows within all that must hold beside filters, and those that each facet's filter lets through."""
    alone = {
        facet: columns.carrying(facet, codes) for facet, codes in sorted(request.filters.items()) if codes
    }
    return columns.bounded(request), alone


def _all(within: Bits, alone: Mapping[str, Bits], *, skipping: str = "") -> Bits:
    """The rows that everything lets through, but for one facet's filter."""
    found = within.copy()
    for facet, bits in alone.items():
        if facet != skipping:
            found &= bits
    return found


def _with_words(view: View, columns: Columns, request: Request) -> Found | None:
    """Let the index find, and the columns count. None: the index found too many to take them all out."""
    within, alone = _parts(columns, request)
    share = _share(view, request.query)
    is_phrase = matching.has_phrase(request.query)
    most = _room(len(columns), is_phrase=is_phrase, is_filtered=bool(alone))
    # All that the words find, if that may be little; else the rarest filter goes with them, and its own counts apart.
    lead, asked_within = "", within
    if alone and share * size(within) > _most(len(columns), _LEAD_PART, _MOST_TAKEN):
        lead = min(alone, key=lambda facet: (size(alone[facet]), facet))
        asked_within = within & alone[lead]
    if share * size(asked_within) > most and not is_phrase:
        return None
    base = {lead: request.filters[lead]} if lead else {}
    taken = _taken(view, columns, replace(request, filters=base), most)
    if taken is None:
        return None
    rows, hits = taken
    inside = among(rows, _all(within, alone))
    standing = rows[inside]
    counts = columns.counts_of(standing)
    for facet in alone:
        wider = _all(within, alone, skipping=facet)
        if facet != lead:
            counts[facet] = columns.counts_of(rows[among(rows, wider)], facet).get(facet, {})
        elif share * size(wider) > most and not is_phrase:
            counts[facet] = _facet_counts(view, request, facet)
        else:
            counts[facet] = _lead_counts(view, columns, request, facet, most)
    page = _page(columns, request, rows, hits, np.flatnonzero(inside))
    return Found(len(standing), page, counts, columns.quarters_of(standing), view.applied)


def _lead_counts(view: View, columns: Columns, request: Request, lead: str, most: int) -> dict[str, int]:
    others = {facet: codes for facet, codes in request.filters.items() if facet != lead}
    taken = _taken(view, columns, replace(request, filters=others), most, ranked=False)
    if taken is None:
        return _facet_counts(view, request, lead)
    return columns.counts_of(taken[0], lead).get(lead, {})


def _taken(
    view: View, columns: Columns, request: Request, most: int, *, ranked: bool = True
) -> tuple[Rows, Sequence[tuple[float, tantivy.DocAddress]]] | None:
    """Everything that the index finds, best first, as rows and as the index names them. None: more than `most`."""
    query = matching.request_query(view.schema, request, ranked=ranked)
    query = query if ranked else matching.unscored(query)
    result = view.searcher.search(query, most)
    if total_of(result) > most:
        return None
    hits = result.hits
    positions = view.searcher.fast_field_values("position", [address for _, address in hits])
    rows = columns.rows(positions)
    return None if rows is None else (rows, hits)


def _page(
    columns: Columns,
    request: Request,
    rows: Rows,
    hits: Sequence[tuple[float, tantivy.DocAddress]],
    standing: Rows,
) -> tuple[Hit, ...]:
    """The page asked for, of the rows that stand; `hits` are in the order of `rows`, by score."""
    end = request.offset + request.limit
    if request.order != "best" or not request.query.wanted:
        ordered = rows[standing]
        ordered.sort()
        ordered = ordered if request.order == "old" else ordered[::-1]
        page = ordered[request.offset : end]
        return tuple(Hit(name, 0.0) for name in columns.names(page))
    head = [(hits[at][0], int(rows[at])) for at in standing[:end]]
    for at in standing[end:]:  # whatever ties with the last one may stand before it
        if not head or hits[at][0] != head[-1][0]:
            break
        head.append((hits[at][0], int(rows[at])))
    head.sort(key=lambda one: (-one[0], -one[1]))
    ranked = head[request.offset : end]
    names = columns.names(np.array([row for _, row in ranked], np.int64))
    return tuple(Hit(name, score) for name, (score, _) in zip(names, ranked, strict=True))


def _room(size: int, *, is_phrase: bool, is_filtered: bool) -> int:
    """Up to how many reports are named by the index and counted by columns."""
    if is_phrase:
        return _MOST_TAKEN_OF_A_PHRASE
    if is_filtered:
        return _most(size, _TAKEN_PART_FILTERED, _MOST_TAKEN_FILTERED)
    return _most(size, _TAKEN_PART, _MOST_TAKEN)


def _most(size: int, part: int, bound: int) -> int:
    """One in `part` of a library, within bounds."""
    return min(bound, max(_LEAST_TAKEN, size // part))


def _share(view: View, query: Query) -> float:
    """About what part of the library the words find: it only decides which way is quicker."""
    size = max(1, int(view.searcher.num_docs))
    share = _COMPANY
    for group in query.groups:
        if not group.excluded:
            share *= min(1.0, sum(_clause_share(view, clause) / size for clause in group.any_of))
    return share


def _clause_share(view: View, clause: Clause) -> float:
    if clause.kind == "prefix":
        return 0.0
    field = schema.STEMMED[clause.field]
    words = schema.STEMMER.analyze(clause.text)
    term = matching.sole_pair(clause, words)
    if term is not None:
        return float(view.searcher.doc_freq("pairs", term))
    least = min((int(view.searcher.doc_freq(field, word)) for word in words), default=0)
    return least * _PHRASE_SHARE if len(words) > 1 else float(least)


def _named(
    view: View, hits: Sequence[tuple[float, tantivy.DocAddress]], positions: Sequence[float | None]
) -> tuple[Hit, ...]:
    """Hits by their keys; from the columns if they can tell, which spares unpacking what the index stores."""
    scores = [score for score, _ in hits]
    if view.columns is not None:
        rows = view.columns.rows(positions)
        if rows is not None:
            return tuple(map(Hit, view.columns.names(rows), scores))
    keys = [str(view.searcher.doc(address)["key"][0]) for _, address in hits]
    return tuple(map(Hit, keys, scores))


def _counts(view: View, request: Request) -> Counts:
    if request.is_everything and _is_undeleted(view.searcher):
        return _from_terms(view.searcher)
    answer = view.searcher.aggregate(
        matching.request_query(view.schema, request, ranked=False),
        {
            "codes": {"terms": {"field": "codes", "size": _MOST_CODES}},
            "quarters": {"terms": {"field": "quarter", "size": _MOST_QUARTERS}},
        },
    )
    counts = _by_facet((str(one["key"]), int(one["doc_count"])) for one in answer["codes"]["buckets"])
    for facet in (facet for facet, codes in request.filters.items() if codes):
        counts[facet] = _facet_counts(view, request, facet)
    quarters = sorted((int(one["key"]), int(one["doc_count"])) for one in answer["quarters"]["buckets"])
    return counts, tuple(quarters)


def _facet_counts(view: View, request: Request, facet: str) -> dict[str, int]:
    """A facet's own counts, its filter left out, as the index counts them."""
    wider = matching.request_query(view.schema, request, skipping=facet, ranked=False)
    start = schema.code_term(facet, "")
    alone = view.searcher.terms_with_prefix("codes", start, filter_query=wider, limit=_MOST_CODES)
    return _by_facet(pair for pair in alone if pair[1]).get(facet, {})


def _is_undeleted(searcher: tantivy.Searcher) -> bool:
    """Tell whether no segment still holds a deleted report: then the terms' own counts are exact."""
    return bool(searcher.doc_freq("marks", schema.REPORT_MARK) == searcher.num_docs - 1)


def _from_terms(searcher: tantivy.Searcher) -> Counts:
    """The whole library's counts, read off the terms themselves in no time."""
    mark = schema.QUARTER_MARK
    quarters = searcher.terms_with_prefix("marks", mark, limit=_MOST_QUARTERS)
    return (
        _by_facet(searcher.terms_with_prefix("codes", "", limit=_MOST_CODES)),
        tuple(sorted((int(term.removeprefix(mark)), count) for term, count in quarters)),
    )


def _by_facet(terms: Iterable[tuple[str, int]]) -> dict[str, dict[str, int]]:
    counts: dict[str, dict[str, int]] = {}
    for term, count in terms:
        facet, _, code = term.partition("=")
        counts.setdefault(facet, {})[code] = count
    return counts

"""Search: the index finds and counts, the database has the last word on what may be shown."""

from collections.abc import Mapping
from dataclasses import dataclass, replace
from pathlib import Path
from typing import Final, Literal

from django.conf import settings

from closecall.public.library import render
from closecall.public.library.queries.meaning import Joined, Ranked, joined
from closecall.public.library.queries.reading import (
    Report,
    log_mark,
    removed_since,
    reports,
)
from closecall.public.library.rules import indexing, periods
from closecall.public.library.rules.query import PAGE_ROWS, SearchRequest
from closecall.public.library.rules.report import opening
from closecall.public.taxonomy.queries import names, pack
from closecall.public.taxonomy.rules.pack import Pack
from closecall.text.meaning import By
from closecall.text.searching import Index, IndexDamaged, Query, Request

_OPEN_FACETS: Final = 3
_SHOWN_CODES: Final = 6
_MOST_HINTS: Final = 3

_opened: dict[Path, Index] = {}


@dataclass(frozen=True)
class FacetChoice:
    """One code of a facet, with how many reports it would give."""

    code: str
    label: str
    count: int
    chosen: bool


@dataclass(frozen=True)
class FacetPanel:
    """One facet beside the results: the commonest codes first, the rest behind "more"."""

    key: str
    label: str
    first: tuple[FacetChoice, ...]
    more: tuple[FacetChoice, ...]
    opened: bool

    @property
    def size(self) -> int:
        """How many codes it offers."""
        return len(self.first) + len(self.more)


@dataclass(frozen=True)
class ActiveFilter:
    """A filter that is on, and the address without it."""

    label: str
    address: str


@dataclass(frozen=True)
class Hint:
    """When nothing is found: what to leave out, and how many there are then."""

    label: str
    count: int
    address: str


@dataclass(frozen=True)
class Result:
    """One row. `snippet` is escaped HTML, only ever from the part that is told before the first stop.

    Shape: `by` says which ranking holds it, "" where words alone were asked.
    """

    report: Report
    snippet: str
    by: By | Literal[""] = ""


@dataclass(frozen=True)
class SearchPage:
    """One page of results; totals and counts are exact, and of words alone.

    Shape: `near` counts the rows that only meaning found, which stand among the others.
    """

    request: SearchRequest
    total: int
    results: tuple[Result, ...]
    panels: tuple[FacetPanel, ...]
    active: tuple[ActiveFilter, ...]
    quarters: tuple[tuple[int, int], ...]
    counts: Mapping[str, Mapping[str, int]]
    hints: tuple[Hint, ...] = ()
    spelling: str = ""
    near: int = 0

    @property
    def pages(self) -> int:
        """How many pages there are, at least one."""
        return max(1, -(-(self.total + self.near) // PAGE_ROWS))


def index() -> Index:
    """This process's handle on the index. Raises: IndexDamaged."""
    path = Path(settings.INDEX_PATH)
    if path not in _opened:
        _opened[path] = Index.open(path)
    return _opened[path]


def forget_index() -> None:
    """Open the index anew next time."""
    _opened.pop(Path(settings.INDEX_PATH), None)


def behind() -> bool:
    """Tell whether the index lags behind the log, or isn't this library's at all."""
    try:
        there = index()
        there.refresh(now=True)
        return (there.history, there.applied) != log_mark()
    except IndexDamaged:
        return True


def facet_keys() -> frozenset[str]:
    """Every name that an address may filter by, over all installed packs."""
    keys = {facet.key for name in names() for facet in render.shown_facets(pack(name))}
    return frozenset(keys | set(indexing.SYSTEM_FACETS))


def label_of(facet: str, code: str) -> str:
    """What people read for a filter, whichever pack it belongs to; the instance's own pack first."""
    for name in dict.fromkeys([settings.PACK, *names()]):
        one = render.find_pack(name)
        if one is None:
            continue
        if facet in indexing.SYSTEM_FACETS or one.has(facet, code):
            label = render.code_label(one, facet, code)
            if facet != indexing.THEME or any(theme.key == code for theme in one.codebook.themes):
                return label
    return render.plain(code)


def search(request: SearchRequest, *, meaning: bool = False) -> SearchPage:
    """Search the library; with `meaning`, reports that are near in meaning stand among those with the words.

    Raises: IndexDamaged when there is no index to ask (`actions.catch_up` mends that).
    """
    there = index()
    asked = request_to(there, request)
    both = joined(there, asked, request) if meaning else None
    found = there.search(asked) if both is None else both.words
    by: dict[str, By | Literal[""]] = {hit.key: "" for hit in found.hits}
    if both is not None:
        by = dict(_page(there, asked, both))
    shown = reports(list(by))
    marked = there.snippets(request.query, [opening(one.text) for one in shown])
    results = tuple(
        Result(one, snippet, by[one.public_id]) for one, snippet in zip(shown, marked, strict=True)
    )
    hints: tuple[Hint, ...] = ()
    spelling = ""
    if found.total == 0:
        hints = _hints(there, request)
        spelling = _respelled(there, request)
    return SearchPage(
        request=request,
        total=found.total,
        results=results,
        panels=_panels(request, found.counts),
        active=_active(request),
        quarters=found.quarters,
        counts=found.counts,
        hints=hints,
        spelling=spelling,
        near=both.added if both is not None else 0,
    )


def matching_ids(request: SearchRequest, *, most: int = 10_000) -> list[str]:
    """The ids of everything that a search finds, in its order, up to `most`. Raises: IndexDamaged."""
    there = index()
    found = there.search(request_to(there, request, offset=0, limit=most, counted=False))
    return [hit.key for hit in found.hits]


def topic_counts() -> Mapping[str, Mapping[str, int]]:
    """Counts of every code of every facet over the whole library. Raises: IndexDamaged."""
    there = index()
    return there.search(request_to(there, SearchRequest(), limit=0)).counts


def request_to(
    there: Index,
    request: SearchRequest,
    *,
    offset: int | None = None,
    limit: int = PAGE_ROWS,
    counted: bool = True,
) -> Request:
    """A search as the index is asked, without what left the shelf since the index was written."""
    return Request(
        query=request.query,
        filters=request.codes,
        first=request.first,
        last=request.last,
        order=request.order,
        offset=(request.page - 1) * PAGE_ROWS if offset is None else offset,
        limit=limit,
        without=removed_since(there.applied),
        counted=counted,
    )


def _page(there: Index, asked: Request, both: Joined) -> list[Ranked]:
    """A page's rows: first the fused ones, behind them what is left of the words' own order."""
    page = [*both.rows[asked.offset : asked.offset + PAGE_ROWS]]
    begin = len(both.rows) - both.added + max(0, asked.offset - len(both.rows))
    if len(page) < PAGE_ROWS and begin < both.words.total:
        rest = there.search(replace(asked, offset=begin, limit=PAGE_ROWS - len(page), counted=False))
        page += [Ranked(hit.key, "words") for hit in rest.hits]
    return page


def _panels(request: SearchRequest, counts: Mapping[str, Mapping[str, int]]) -> tuple[FacetPanel, ...]:
    mine = _panel_pack(request, counts)
    keys = [facet.key for facet in render.shown_facets(mine)] + [indexing.THEME]
    keys += [key for key in (indexing.PACK, indexing.ORIGIN) if len(counts.get(key, {})) > 1]
    keys += [key for key in request.codes if key not in keys]
    keys.sort(key=lambda key: key not in request.codes)  # what is chosen stands first; the sort is stable
    panels: list[FacetPanel] = []
    for key in keys:
        there = dict(counts.get(key, {}))
        there |= {code: there.get(code, 0) for code in request.codes.get(key, ())}
        choices = [
            FacetChoice(code, render.code_label(mine, key, code), count, request.chosen(key, code))
            for code, count in there.items()
            if code != render.UNKNOWN or request.chosen(key, code)
        ]
        if not choices:
            continue
        choices.sort(key=lambda one: (not one.chosen, -one.count, one.label))
        opened = bool(request.codes.get(key)) or len(panels) < _OPEN_FACETS
        split = max(_SHOWN_CODES, sum(one.chosen for one in choices))
        if len(choices) == split + 1:
            split += 1
        panels.append(
            FacetPanel(
                key, render.facet_label(mine, key), tuple(choices[:split]), tuple(choices[split:]), opened
            )
        )
    return tuple(panels)


def _panel_pack(request: SearchRequest, counts: Mapping[str, Mapping[str, int]]) -> Pack:
    chosen = request.codes.get(indexing.PACK, ())
    there = counts.get(indexing.PACK, {})
    if len(chosen) == 1:
        name = chosen[0]
    elif settings.PACK in there or not there:
        name = settings.PACK
    else:
        name = max(there, key=lambda one: there[one])
    return render.find_pack(name) or pack()


def _active(request: SearchRequest) -> tuple[ActiveFilter, ...]:
    active = [
        ActiveFilter(label_of(facet, code), request.toggled(facet, code).address())
        for facet, codes in request.filters
        for code in codes
    ]
    if request.first is not None or request.last is not None:
        active.append(ActiveFilter(_period_words(request), request.without_period().address()))
    return tuple(active)


def _period_words(request: SearchRequest) -> str:
    first = periods.spell(request.first).replace("-", " ") if request.first is not None else ""
    last = periods.spell(request.last).replace("-", " ") if request.last is not None else ""
    if first == last:
        return first
    if not last:
        return f"since {first}"
    return f"{first} to {last}" if first else f"until {last}"


def _hints(there: Index, request: SearchRequest) -> tuple[Hint, ...]:
    """Which single thing to leave out, best first."""
    ways = [
        (label_of(facet, code), request.toggled(facet, code))
        for facet, codes in request.filters
        for code in codes
    ]
    if request.first is not None or request.last is not None:
        ways.append((_period_words(request), request.without_period()))
    if request.typed and len(ways) > 0:
        ways.append((request.typed, request.retyped("")))
    words = request.typed.split()
    if 1 < len(words) <= 8 and '"' not in request.typed:
        ways += [
            (word, request.retyped(" ".join(words[:at] + words[at + 1 :]))) for at, word in enumerate(words)
        ]
    hints = [
        Hint(label, count, wider.address())
        for label, wider in ways
        if (count := there.count(request_to(there, wider, counted=False)))
    ]
    return tuple(sorted(hints, key=lambda hint: -hint.count)[:_MOST_HINTS])


def _respelled(there: Index, request: SearchRequest) -> str:
    """What was typed with unknown words replaced by the nearest known ones; "" when none is near."""
    better = there.spelling(request.query)
    if not better:
        return ""
    typed = " ".join(better.get(word.strip('".,;:!?()-').lower(), word) for word in request.typed.split())
    if typed == request.typed:
        return ""
    wider = request.retyped(typed)
    return typed if _any_found(there, wider.query) else ""


def _any_found(there: Index, query: Query) -> bool:
    return there.count(Request(query=query)) > 0

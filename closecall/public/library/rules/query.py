"""What a person typed, and what they ticked: read leniently, never an error.

runaway belt            both words, in any form
"second search"         these words in this order
-training  NOT x        without it
knife OR blade          either
hol*                    words that begin so
lesson:wait title:ice   in the lessons, in the title
"""

import re
from collections.abc import Collection, Iterable, Mapping, Sequence
from dataclasses import dataclass, field, replace
from typing import Final, Literal, cast
from urllib.parse import urlencode

from closecall.public.library.rules import periods
from closecall.text.searching import Clause, Field, Group, Query

Sort = Literal["best", "new", "old"]

PAGE_ROWS: Final = 20
MOST_PAGES: Final = 500
TYPED_CHARACTERS: Final = 400

_MOST_CLAUSES: Final = 24
_MOST_CODES: Final = 24
_FIELDS: Final[Mapping[str, Field]] = {"lesson": "lesson", "lessons": "lesson", "title": "title"}
_TOKEN: Final = re.compile(
    r"""(?P<sign>[-\u2212\u2013]?)"""
    r"""(?:(?P<field>[A-Za-z]+):)?"""
    r"""(?:["\u201c\u201d](?P<phrase>[^"\u201c\u201d]*)["\u201c\u201d]?|(?P<word>[^\s"\u201c\u201d]+))"""
)
_OTHERS: Final = ("q", "from", "to", "sort", "page")


@dataclass(frozen=True)
class SearchRequest:
    """One search of the library, as its address says it.

    Shape: `filters` holds (facet, codes) pairs in a fixed order; `first` and `last` are quarter ordinals;
    `sort` "" is best first when something was typed, else newest first.
    """

    typed: str = ""
    filters: tuple[tuple[str, tuple[str, ...]], ...] = ()
    first: int | None = None
    last: int | None = None
    sort: Sort | Literal[""] = ""
    page: int = 1
    query: Query = field(default_factory=Query)

    @property
    def order(self) -> Sort:
        """The order that applies."""
        if self.sort:
            return self.sort
        return "best" if self.query.wanted else "new"

    @property
    def codes(self) -> dict[str, tuple[str, ...]]:
        """The filters as a mapping."""
        return dict(self.filters)

    @property
    def narrowed(self) -> bool:
        """Tell whether anything is asked at all."""
        return bool(self.typed or self.filters or self.first is not None or self.last is not None)

    def chosen(self, facet: str, code: str) -> bool:
        """Tell whether this filter is on."""
        return code in self.codes.get(facet, ())

    def toggled(self, facet: str, code: str) -> "SearchRequest":
        """The same search with one filter more, or without it; from its first page."""
        codes = self.codes
        mine = codes.get(facet, ())
        codes[facet] = tuple(one for one in mine if one != code) if code in mine else (*mine, code)
        return replace(self, filters=_in_order(codes), page=1)

    def without_facet(self, facet: str) -> "SearchRequest":
        """The same search with none of this facet's filters."""
        return replace(self, filters=tuple(pair for pair in self.filters if pair[0] != facet), page=1)

    def without_period(self) -> "SearchRequest":
        """The same search over every quarter."""
        return replace(self, first=None, last=None, page=1)

    def on_page(self, page: int) -> "SearchRequest":
        """Another page of the same search."""
        return replace(self, page=page)

    def sorted_by(self, sort: Sort) -> "SearchRequest":
        """The same search in another order, from its first page; the usual order isn't spelled out."""
        usual = "best" if self.query.wanted else "new"
        return replace(self, sort="" if sort == usual else sort, page=1)

    def between(self, first: int, last: int) -> "SearchRequest":
        """The same search within some quarters."""
        return replace(self, first=first, last=last, page=1)

    def retyped(self, typed: str) -> "SearchRequest":
        """The same filters with other words."""
        return replace(self, typed=typed, query=parse(typed), page=1)

    def address(self) -> str:
        """The search as an address's query, "" for the whole library; equal searches spell it alike."""
        pairs: list[tuple[str, str]] = [("q", self.typed)] if self.typed else []
        pairs += [(facet, code) for facet, codes in self.filters for code in codes]
        if self.first is not None:
            pairs.append(("from", periods.spell(self.first)))
        if self.last is not None:
            pairs.append(("to", periods.spell(self.last)))
        if self.sort:
            pairs.append(("sort", self.sort))
        if self.page > 1:
            pairs.append(("page", str(self.page)))
        return "?" + urlencode(pairs) if pairs else ""


def read(parameters: Mapping[str, Sequence[str]], facets: Collection[str]) -> SearchRequest:
    """Read a search from an address; what makes no sense is left out.

    Shape: `parameters` maps a name to every value it was given; names other than `facets` and our own
    are ignored.
    """
    typed = _clean(" ".join(parameters.get("q", ())))
    first = periods.span(_last(parameters, "from"))
    last = periods.span(_last(parameters, "to"))
    sort = _last(parameters, "sort")
    page = _last(parameters, "page")
    filters = {
        facet: tuple(dict.fromkeys(_clean(code) for code in codes if _clean(code)))[:_MOST_CODES]
        for facet, codes in parameters.items()
        if facet in facets and facet not in _OTHERS
    }
    return SearchRequest(
        typed=typed,
        filters=_in_order(filters),
        first=first[0] if first else None,
        last=last[1] if last else None,
        sort=cast("Sort", sort) if sort in ("best", "new", "old") else "",
        page=min(max(int(page), 1), MOST_PAGES) if page.isascii() and page.isdigit() else 1,
        query=parse(typed),
    )


def parse(typed: str) -> Query:
    """Read what a person typed.

    >>> parse('hands -"traffic stop" OR').groups[1]
    Group(any_of=(Clause(text='traffic stop', kind='phrase', field=''),), excluded=True)
    """
    groups: list[Group] = []
    joined = False  # an OR was read, and waits for its right-hand side
    negated = False
    for match in list(_TOKEN.finditer(_clean(typed)))[: _MOST_CLAUSES * 2]:
        word = match["word"]
        if word in ("OR", "AND", "NOT") and not match["sign"] and not match["field"]:
            joined = joined or (word == "OR" and bool(groups))
            negated = word == "NOT"
            continue
        clause = _clause(match)
        if clause is None:
            continue
        excluded = bool(match["sign"]) or negated
        if joined and not excluded and not groups[-1].excluded:
            groups[-1] = Group((*groups[-1].any_of, clause))
        else:
            groups.append(Group((clause,), excluded))
        joined = negated = False
        if sum(len(group.any_of) for group in groups) >= _MOST_CLAUSES:
            break
    return Query(tuple(groups))


def _clause(match: re.Match[str]) -> Clause | None:
    name = match["field"]
    where = _FIELDS.get(name.lower()) if name else ""
    phrase, word = match["phrase"], match["word"]
    lead = ""
    if where is None:
        # "Note:this" is no field of ours: the words are searched as they stand.
        where, lead = "", f"{name} "
    if phrase is not None:
        text = f"{lead}{phrase}".strip()
        return Clause(text, "phrase", where) if _says_something(text) else None
    if not _says_something(word) or (word.endswith(":") and word[:-1].lower() in _FIELDS):
        return None  # "lesson:" and nothing yet is half typed, not a word to find
    if word.endswith("*") and _says_something(word.rstrip("*")):
        return Clause(f"{lead}{word.rstrip('*')}", "prefix", where)
    return Clause(f"{lead}{word}", "words", where)


def _says_something(text: str) -> bool:
    return any(character.isalnum() for character in text)


def _clean(text: str) -> str:
    head = text[: TYPED_CHARACTERS * 2]
    printable = "".join(character if character.isprintable() else " " for character in head)
    return " ".join(printable.split())[:TYPED_CHARACTERS]


def _last(parameters: Mapping[str, Sequence[str]], name: str) -> str:
    values = parameters.get(name, ())
    return _clean(values[-1]) if values else ""


def _in_order(filters: Mapping[str, Iterable[str]]) -> tuple[tuple[str, tuple[str, ...]], ...]:
    pairs = ((facet, tuple(sorted(filters[facet]))) for facet in sorted(filters))
    return tuple((facet, codes) for facet, codes in pairs if codes)

"""What goes into the index, and what comes out."""

from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Literal

from closecall.text.searching.query import EVERYTHING, Query

Order = Literal["best", "new", "old"]


@dataclass(frozen=True)
class Document:
    """One report, as the index wants it.

    Shape: `position` is unique and rises with publication (it breaks every tie); `codes` are
    (facet, code) pairs; `quarters` is the first and last quarter it may belong to, as ordinals
    (year × 4 + quarter − 1), None when omitted. Equal ordinals: that quarter exactly.
    """

    position: int
    title: str
    text: str
    lessons: tuple[str, ...] = ()
    codes: tuple[tuple[str, str], ...] = ()
    quarters: tuple[int, int] | None = None


@dataclass(frozen=True)
class Entry:
    """One line of the publication log. `document` None: take `key` out."""

    seq: int
    key: str
    document: Document | None


@dataclass(frozen=True)
class Request:
    """One search.

    Shape: `filters` maps a facet to codes (OR within, AND across); `first` and `last` are quarter
    ordinals, both included; `every` are (facet, code) pairs that all hold; `without` are keys that must
    not be found though the index may still hold them; `within`, if given, are the only keys that may be;
    `counted` asks for facet and quarter counts too.
    """

    query: Query = EVERYTHING
    filters: Mapping[str, tuple[str, ...]] = field(default_factory=dict)
    first: int | None = None
    last: int | None = None
    order: Order = "best"
    offset: int = 0
    limit: int = 20
    without: frozenset[str] = frozenset()
    within: frozenset[str] | None = None
    every: tuple[tuple[str, str], ...] = ()
    counted: bool = True

    @property
    def is_everything(self) -> bool:
        """Tell whether it asks for the whole library (its counts are kept between searches)."""
        narrowed = any(self.filters.values()) or self.first is not None or self.last is not None
        chosen = narrowed or self.every or self.without or self.within is not None
        return self.query.is_everything and not chosen


@dataclass(frozen=True)
class Hit:
    """One found report."""

    key: str
    score: float


@dataclass(frozen=True)
class Found:
    """What a search found.

    Shape: `total` is exact; `counts[facet][code]` ignores the filters of that same facet, so that an OR
    can be widened; `quarters` are (ordinal, count), ascending, of reports with an exact quarter;
    `applied` is the log entry up to which the index had come.
    """

    total: int
    hits: tuple[Hit, ...]
    counts: Mapping[str, Mapping[str, int]]
    quarters: tuple[tuple[int, int], ...]
    applied: int

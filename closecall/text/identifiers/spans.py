"""What is found, and how findings are joined."""

from collections.abc import Callable, Iterable
from dataclasses import dataclass, replace
from enum import StrEnum


class Kind(StrEnum):
    """What a span may be; each has a replacement of its own."""

    PERSON = "person"
    AGENCY = "agency"
    ORGANIZATION = "organization"
    PLACE = "place"
    ADDRESS = "address"
    STREET = "street"
    LANDMARK = "landmark"
    DATE = "date"
    TIME = "time"
    AGE = "age"
    PHONE = "phone"
    EMAIL = "email"
    URL = "url"
    HANDLE = "handle"
    PLATE = "plate"
    VIN = "vin"
    BADGE = "badge"
    CASE = "case"
    UNIT = "unit"
    WEAPON = "weapon"
    VEHICLE = "vehicle"
    TENURE = "tenure"
    ANIMAL = "animal"
    ASSIGNMENT = "assignment"
    APPEARANCE = "appearance"
    MEASURE = "measure"
    EVENT = "event"
    FACT = "fact"


@dataclass(frozen=True)
class Span:
    """One mention that could identify somebody.

    Shape: half-open code points of the unaltered text; `p`: the share of such mentions that identified in our
    development set, 0 to 1; `sources`: the voters that found it; `replacement`: what would stand instead.
    """

    start: int
    end: int
    type: Kind
    p: float
    sources: tuple[str, ...] = ()
    replacement: str = ""


@dataclass(frozen=True)
class Findings:
    """`spans` would be pre-selected (tier 1); `look` deserves a glance (tier 2). Sorted, never overlapping."""

    spans: tuple[Span, ...] = ()
    look: tuple[Span, ...] = ()


TIER_1_P = 0.5
_BY_SHAPE = frozenset(
    {
        Kind.PHONE,
        Kind.EMAIL,
        Kind.URL,
        Kind.HANDLE,
        Kind.PLATE,
        Kind.VIN,
        Kind.BADGE,
        Kind.CASE,
        Kind.WEAPON,
        Kind.AGE,
        Kind.TIME,
        Kind.DATE,
    }
)


def unite(found: Iterable[Span]) -> list[Span]:
    """Join overlapping spans into their union; who knows best says what it is.

    A rule knows numbers and dates by their shape; of names the trained voter knows most, having heard the others.
    """
    united: list[Span] = []
    for span in sorted(found, key=lambda one: (one.start, -one.end)):
        if not united or span.start >= united[-1].end:
            united.append(span)
            continue
        last = united[-1]
        leading = max(last, span, key=_standing)
        united[-1] = replace(
            leading,
            start=last.start,
            end=max(last.end, span.end),
            p=max(last.p, span.p),
            sources=tuple(dict.fromkeys((*last.sources, *span.sources))),
        )
    return united


def _standing(span: Span) -> tuple[int, float, int]:
    """A long guess says less than a short certainty, unless it is nearly as sure."""
    shaped = span.type in _BY_SHAPE and "rules" in span.sources
    heard = "trained" in span.sources
    return (2 if shaped else 1 if heard else 0, round(span.p, 1), span.end - span.start)


def tiers(found: Iterable[Span], sure: Callable[[Span], bool] | None = None) -> tuple[list[Span], list[Span]]:
    """Part spans into tier 1 (`sure`, or p of a half) and tier 2; what tier 1 touches, tier 2 doesn't show again."""
    everything = [(span, span.p >= TIER_1_P if sure is None else sure(span)) for span in found]
    first = unite(span for span, is_sure in everything if is_sure)
    second = unite(span for span, is_sure in everything if not is_sure)
    return first, [span for span in second if not _touches(span, first)]


def _touches(span: Span, others: list[Span]) -> bool:
    return any(span.start < other.end and other.start < span.end for other in others)

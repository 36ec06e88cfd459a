"""From signed text and pack to what a page shows: labels, the strip, rows, quotations, the chart."""

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Final

from closecall.errors import NotFound
from closecall.public.library.rules import periods
from closecall.public.library.rules.report import (
    AppliedCode,
    Lesson,
    Origin,
    ReleasedText,
    decides,
    reading_minutes,
)
from closecall.public.taxonomy.queries import pack as pack_named
from closecall.public.taxonomy.rules.pack import Facet, Pack
from closecall.site.ui.parts import Cell

UNKNOWN: Final = "unknown"
_OTHER_LABELS: Final = {"origin": "Where it comes from", "pack": "Field", "theme": "What it teaches"}
_ORIGIN_LABELS: Final = {
    "own": "Shared here",
    "import": "Imported",
    "feed": "From another library",
    "invented": "Invented for demonstration",
}
# What stands in the strip, for packs that have these facets; others show their first filterable ones.
_STRIP: Final = (
    ("activity", "Doing"),
    ("setting", "Where"),
    ("officers", "Officers"),
    ("outcome", "Outcome"),
)
_STRIP_CELLS: Final = 4
_MOST_BARS: Final = 16


@dataclass(frozen=True)
class Quoted:
    """A code with the words it rests on."""

    label: str
    group: str
    sentence: str


@dataclass(frozen=True)
class Learned:
    """A lesson with its theme's label and whom it addresses."""

    text: str
    theme: str
    theme_key: str
    audience: str


def pack_of(text: ReleasedText) -> Pack | None:
    """The pack a report was coded with; None when it isn't installed here."""
    return find_pack(text.pack)


def find_pack(name: str) -> Pack | None:
    """A pack by name; None when it isn't installed here."""
    try:
        return pack_named(name)
    except NotFound:
        return None


def plain(key: str) -> str:
    """A key in plain words: "dark_lit" -> "Dark lit"."""
    return key.replace("_", " ").capitalize()


def code_label(pack: Pack | None, facet: str, code: str) -> str:
    """What people read for a code; its key in plain words when the pack doesn't know it."""
    if facet == "origin":
        return _ORIGIN_LABELS.get(code, plain(code))
    if facet == "pack":
        found = find_pack(code)
        return found.label if found is not None else plain(code)
    if pack is not None:
        try:
            return theme_label(pack, code) if facet == "theme" else pack.code(facet, code).label
        except KeyError:
            pass
    return plain(code)


def theme_label(pack: Pack, key: str) -> str:
    """A theme's label; its key in plain words when the codebook doesn't know it."""
    try:
        return pack.codebook.theme(key).label
    except KeyError:
        return plain(key)


def facet_label(pack: Pack | None, facet: str) -> str:
    """What people read for a facet."""
    if facet in _OTHER_LABELS:
        return _OTHER_LABELS[facet]
    if pack is not None:
        try:
            return pack.facet(facet).label
        except KeyError:
            pass
    return plain(facet)


def origin_label(origin: Origin, source_label: str = "") -> str:
    """Where a report comes from, on every page, row, file and feed."""
    if origin == "import":
        return f"Imported from {source_label}" if source_label else "Imported"
    if origin == "feed":
        return f"From {source_label}" if source_label else _ORIGIN_LABELS["feed"]
    return _ORIGIN_LABELS[origin]


def strip(text: ReleasedText, *, told: bool, what: bool = True, when: bool = True) -> tuple[Cell, ...]:
    """The facts of a report. Until the story is `told`, *what* happened says "after the stop"."""
    pack = pack_of(text)
    cells = [Cell("Report", text.public_id, kind="id")]
    event = _event_facet(pack)
    if what and event:
        value = _values(text, pack, event)
        if not told:
            cells.append(Cell("What", "after the stop", kind="quiet"))
        elif value:
            cells.append(Cell("What", value))
    facts = [(label, _values(text, pack, facet)) for facet, label in _strip_facets(pack)]
    cells += [Cell(label, value) for label, value in facts if value]
    if text.period and when:
        cells.append(Cell("Quarter" if "Q" in text.period else "Year", periods.label(text.period)))
    cells.append(Cell("Read", f"{reading_minutes(text)} min"))
    return tuple(cells)


def in_a_row(words: str, most: int = 160) -> str:
    """As much of a title or a lesson as a list has room for; a word that never ends is cut, too.

    >>> in_a_row("Wait for backup"), in_a_row("aa bb cc dd", 8), in_a_row("abcdefghij", 5)
    ('Wait for backup', 'aa bb …', 'abcd…')
    """
    if len(words) <= most:
        return words
    head = words[: most - 1]
    whole, gap, _ = head.rpartition(" ")
    return f"{whole} …" if gap else f"{head}…"


def row_facts(text: ReleasedText, *, brief: bool = False) -> tuple[str, ...]:
    """The short facts of a list row; a report that stops for a decision keeps its *what* to itself."""
    pack = pack_of(text)
    event = _event_facet(pack)
    facets = [facet for facet, _ in _strip_facets(pack) if facet not in ("officers", "outcome")]
    facts = [_first(text, pack, facet) for facet in [*([] if decides(text) else [event]), *facets]]
    lead = [fact for fact in facts if fact][: 1 if brief else 2]
    outcome = [fact for fact in [_first(text, pack, "outcome")] if fact]
    return (*lead, *outcome, f"{reading_minutes(text)} min")


def barriers(text: ReleasedText) -> tuple[Quoted, ...]:
    """What kept it from being worse, with the words it rests on."""
    return _quoted(text, "barriers")


def factors(text: ReleasedText) -> tuple[Quoted, ...]:
    """What made it likely, with the words it rests on."""
    return _quoted(text, "factors")


def other_codes(text: ReleasedText) -> tuple[tuple[str, str], ...]:
    """Every other facet that was coded: (label, values), in the pack's order; for packs unlike our own."""
    pack = pack_of(text)
    shown = {"barriers", "factors", "definition", "period", "source", _event_facet(pack)}
    shown |= {facet.key for facet in pack.facets if facet.class_only} if pack is not None else set()
    shown |= {facet for facet, _ in _strip_facets(pack)}
    order = [facet.key for facet in pack.facets] if pack is not None else []
    keys = dict.fromkeys([*order, *(applied.facet for applied in text.codes)])
    rows = [(facet_label(pack, key), _values(text, pack, key)) for key in keys if key not in shown]
    return tuple((label, values) for label, values in rows if values)


def potential(text: ReleasedText) -> str:
    """How bad it could have been, as the pack's class and what that class asks for; "" when none is told."""
    pack = pack_of(text)
    if not text.risk_class:
        return ""
    known = pack.risk.classes if pack is not None and pack.risk is not None else ()
    label = next((one.label for one in known if one.key == text.risk_class), "")
    span = f" (of {known[0].key} to {known[-1].key})" if label else ""
    return f"Class {text.risk_class}{span}" + (f": {label[0].lower()}{label[1:]}." if label else ".")


def lessons(text: ReleasedText) -> tuple[Learned, ...]:
    """The lessons, each with its theme and whom it addresses."""
    return tuple(_learned(pack_of(text), lesson) for lesson in text.lessons)


def told_by(text: ReleasedText) -> str:
    """Who tells the story, from the pack's source facet: a sentence, or ""."""
    codes = {applied.code for applied in text.codes if applied.facet == "source"}
    sentences = {
        "self": "Told by the officer.",
        "witness": "Told by somebody who saw it.",
        "agency": "Told by an agency.",
        "public_source": "Told from a public source.",
    }
    return next((sentences[code] for code in sorted(codes) if code in sentences), "")


def by_period(quarters: Sequence[tuple[int, int]]) -> tuple[str, tuple[tuple[str, int], ...]]:
    """Counts for a chart, gaps filled: by quarter, or by year when there are too many quarters.

    Returns: ("quarter", (("2026-Q1", 3), …)) or ("year", (("2019", 40), …)); no rows when there is
             nothing to compare.
    """
    counts = dict(quarters)
    if len(counts) < 2:
        return "quarter", ()
    span = range(min(counts), max(counts) + 1)
    if len(span) <= _MOST_BARS:
        return "quarter", tuple((periods.spell(at), counts.get(at, 0)) for at in span)
    years: dict[int, int] = {}
    for at, count in counts.items():
        years[at // 4] = years.get(at // 4, 0) + count
    recent = range(max(max(years) - _MOST_BARS + 1, min(years)), max(years) + 1)
    return "year", tuple((str(year), years.get(year, 0)) for year in recent)


def _event_facet(pack: Pack | None) -> str:
    return pack.release.group_by if pack is not None else ""


def _strip_facets(pack: Pack | None) -> tuple[tuple[str, str], ...]:
    if pack is None:
        return ()
    keys = {facet.key for facet in pack.facets}
    known = tuple((key, label) for key, label in _STRIP if key in keys)
    if len(known) >= 3:
        return known
    others = [facet for facet in shown_facets(pack) if facet.key != pack.release.group_by]
    return tuple((facet.key, facet.label) for facet in others[:_STRIP_CELLS])


def shown_facets(pack: Pack) -> tuple[Facet, ...]:
    """The facets that may be filtered by and shown: codes only, and none of which only a class is public."""
    return tuple(
        facet for facet in pack.facets if facet.filterable and facet.value == "codes" and not facet.class_only
    )


def _values(text: ReleasedText, pack: Pack | None, facet: str) -> str:
    codes = [applied.code for applied in text.codes if applied.facet == facet and applied.code != UNKNOWN]
    return ", ".join(code_label(pack, facet, code) for code in dict.fromkeys(codes))


def _first(text: ReleasedText, pack: Pack | None, facet: str) -> str:
    for applied in text.codes:
        if applied.facet == facet and applied.code != UNKNOWN:
            return code_label(pack, facet, applied.code)
    return ""


def _quoted(text: ReleasedText, facet: str) -> tuple[Quoted, ...]:
    pack = pack_of(text)
    mine = [applied for applied in text.codes if applied.facet == facet and applied.code != UNKNOWN]
    return tuple(_quote(pack, applied) for applied in mine)


def _quote(pack: Pack | None, applied: AppliedCode) -> Quoted:
    group = ""
    if pack is not None and pack.has(applied.facet, applied.code):
        key = pack.code(applied.facet, applied.code).group
        group = next((one.label for one in pack.facet(applied.facet).groups if one.key == key), "")
    return Quoted(code_label(pack, applied.facet, applied.code), group, applied.sentence.strip())


def _learned(pack: Pack | None, lesson: Lesson) -> Learned:
    theme = theme_label(pack, lesson.theme) if pack is not None and lesson.theme else plain(lesson.theme)
    return Learned(lesson.text, theme if lesson.theme else "", lesson.theme, lesson.audience)

"""The piece of a passage that shows why it was found, as escaped HTML with <mark> around the words.

Nearly every passage holds plain letters and typographic marks only; its words are found here, where they begin, and
stemmed to be sure. Any other passage is left to the engine, which cuts and folds every script as the index does.
"""

import html
import re
from collections import Counter
from collections.abc import Iterable
from dataclasses import dataclass
from itertools import pairwise
from typing import Final

import tantivy

from closecall.text.searching import matching, schema
from closecall.text.searching.query import Query

CHARACTERS: Final = 180

_AROUND: Final = 120
_LEAD: Final = 40
_MOST_MARKS: Final = 2_000
_UNLIKE: Final = {"die": "d", "lie": "l", "tie": "t"}
"""Stems that share less than all but one of their letters with a word of theirs: "dying"."""
_MARKS: Final = str.maketrans(
    "", "", "\u2018\u2019\u201c\u201d\u2013\u2014\u2026\u2022\u00a0\u00b7\u00b0\u00a7"
)


@dataclass(frozen=True)
class _Sought:
    """What is marked: words of these stems, and words that begin so. `phrases` are stems in their order."""

    stems: frozenset[str]
    starts: tuple[str, ...]
    phrases: tuple[tuple[str, ...], ...]


@dataclass(frozen=True)
class _Mark:
    """A word to be marked: where it stands, and its stem, or the start that it was asked by."""

    start: int
    end: int
    stem: str


def cut(
    searcher: tantivy.Searcher, built: tantivy.Schema, query: Query, passages: Iterable[str]
) -> list[str]:
    """One snippet a passage, "" where nothing is marked.

    The passages come from the caller, so what may not be quoted (the end of a story) is never offered.
    """
    sought = _sought(query)
    first_letters = sorted({*beginnings(sought.stems), *sought.starts})
    generator: tantivy.SnippetGenerator | None = None
    snippets: list[str] = []
    known: dict[str, str] = {}  # each word's stem
    whole = _phrase(query) if len(query.wanted) == len(sought.phrases) == 1 else None
    for passage in passages:
        if passage.isascii() or passage.translate(_MARKS).isascii():
            marks = _phrase_marks(whole, sought, passage, known)
            marks = marks or _marks(sought, first_letters, passage, known)
            snippets.append(_shown(passage, marks, sought))
            continue
        if generator is None:
            words = matching.words_query(built, query)
            if words is not None:
                generator = tantivy.SnippetGenerator.create(searcher, words, built, "words")
                generator.set_max_num_chars(CHARACTERS)
        snippets.append(_by_engine(generator, sought.starts, _phrase(query), passage))
    return snippets


def beginnings(stems: Iterable[str]) -> list[str]:
    """How any word begins that has one of these stems.

    >>> beginnings(["carri", "hope", "die"])
    ['carr', 'hop', 'd']
    """
    return [_UNLIKE.get(stem, stem[:-1] or stem) for stem in stems]


def _sought(query: Query) -> _Sought:
    stems: set[str] = set()
    starts: list[str] = []
    phrases: list[tuple[str, ...]] = []
    for clause in query.wanted:
        if clause.kind == "prefix":
            starts += schema.CUTTER.analyze(clause.text)[-1:]
            continue
        words = schema.STEMMER.analyze(clause.text)
        stems.update(words)
        if len(words) > 1:
            phrases.append(tuple(words))
    return _Sought(frozenset(stems), tuple(starts), tuple(phrases))


def _phrase_marks(
    phrase: re.Pattern[str] | None, sought: _Sought, passage: str, known: dict[str, str]
) -> list[_Mark]:
    """The phrase's own words, where it stands first and near there; none if that can't be told.

    A phrase's commonest word may stand a hundred times in a story, and begin like five hundred others.
    """
    if phrase is None:
        return []
    for first in phrase.finditer(passage):
        if _told(first, sought.phrases[0], known):
            upto = first.end() + CHARACTERS
            near = (
                _told(one, sought.phrases[0], known) for one in phrase.finditer(passage, first.start(), upto)
            )
            return [mark for marks in near for mark in marks]
    return []


def _told(place: re.Match[str], phrase: tuple[str, ...], known: dict[str, str]) -> list[_Mark]:
    """The words of a place, if they are the phrase and don't only begin like it."""
    stems = tuple(_stem(word.lower(), known) for word in place.groups())
    spans = place.regs[1:]
    return [_Mark(*span, stem) for span, stem in zip(spans, stems, strict=True)] if stems == phrase else []


def _stem(word: str, known: dict[str, str]) -> str:
    stem = known.get(word)
    if stem is None:
        stem = known[word] = next(iter(schema.STEMMER.analyze(word)), "")
    return stem


def _marks(
    sought: _Sought,
    first_letters: Iterable[str],
    passage: str,
    known: dict[str, str],
) -> list[_Mark]:
    """The words to be marked, in their order."""
    low = passage.lower()
    found: dict[int, _Mark] = {}
    for beginning in first_letters:
        at = low.find(beginning)
        while at >= 0 and len(found) < _MOST_MARKS:
            end = at + len(beginning)
            if at == 0 or not low[at - 1].isalnum():
                while end < len(low) and low[end].isalnum():
                    end += 1
                word = low[at:end]
                stem = _stem(word, known)
                if stem in sought.stems or (sought.starts and word.startswith(sought.starts)):
                    found[at] = _Mark(at, end, stem)
            at = low.find(beginning, end)
    return [found[at] for at in sorted(found)]


def _shown(passage: str, marks: list[_Mark], sought: _Sought) -> str:
    """The stretch with most of what was asked: a whole phrase first, then different words, then many."""
    if not marks:
        return ""
    first = _richest(passage, marks, sought.phrases)
    begin = _word_begin(passage, marks[first].start)
    end = _word_end(passage, max(begin + CHARACTERS, marks[first].end))
    inside = [one for one in marks if one.start >= begin and one.end <= end]
    pieces: list[str] = []
    at = begin
    for one in inside:
        pieces.append(html.escape(passage[at : one.start]))
        pieces.append(f"<mark>{html.escape(passage[one.start : one.end])}</mark>")
        at = one.end
    pieces.append(html.escape(passage[at:end]))
    before = "…" if passage[:begin].strip() else ""
    after = "…" if passage[end:].strip() else ""
    return f"{before}{''.join(pieces).strip()}{after}"


def _richest(passage: str, marks: list[_Mark], phrases: tuple[tuple[str, ...], ...]) -> int:
    """The mark from which a stretch shows most."""
    best, first, upto = (-1, -1, -1), 0, 0
    inside: Counter[str] = Counter()
    for at, mark in enumerate(marks):
        while upto < len(marks) and marks[upto].end <= mark.start + CHARACTERS - _LEAD:
            inside[marks[upto].stem] += 1
            upto += 1
        whole = any(_holds(passage, marks[at : at + len(phrase)], phrase) for phrase in phrases)
        worth = (int(whole), len(inside), upto - at)
        if worth > best:
            best, first = worth, at
        inside[mark.stem] -= 1
        if inside[mark.stem] <= 0:
            del inside[mark.stem]
        upto = max(upto, at + 1)
    return first


def _holds(passage: str, marks: list[_Mark], phrase: tuple[str, ...]) -> bool:
    """Tell whether these marks are just this phrase, with no word between."""
    if tuple(one.stem for one in marks) != phrase:
        return False
    between = (passage[one.end : other.start] for one, other in pairwise(marks))
    return not any(letter.isalnum() for gap in between for letter in gap)


def _word_begin(passage: str, mark: int) -> int:
    """Where a word begins, a little before a mark."""
    if mark <= _LEAD:
        return 0
    space = passage.find(" ", mark - _LEAD, mark)
    return mark if space < 0 else space + 1


def _word_end(passage: str, upto: int) -> int:
    """Where the last whole word up to here ends."""
    if upto >= len(passage):
        return len(passage)
    space = passage.rfind(" ", max(0, upto - _AROUND), upto + 1)
    return space if space > 0 else upto


def _phrase(query: Query) -> re.Pattern[str] | None:
    """The first phrase asked for, loosely: its words' beginnings, in order. None: no phrase was."""
    for clause in query.wanted:
        words = schema.CUTTER.analyze(clause.text)
        if clause.kind == "phrase" and len(words) > 1:
            stems = [schema.STEMMER.analyze(word) for word in words]
            starts = [
                shared(word, stem[0]) if stem else word for word, stem in zip(words, stems, strict=True)
            ]
            return re.compile(r"\W+".join(rf"\b({start}\w*)" for start in starts), re.IGNORECASE)
    return None


def shared(word: str, stem: str) -> str:
    """What a word and its stem begin with alike.

    >>> shared("carries", "carri"), shared("happy", "happi")
    ('carri', 'happ')
    """
    pairs = zip(word, stem, strict=False)
    same = next((at for at, (one, other) in enumerate(pairs) if one != other), min(len(word), len(stem)))
    return word[:same]


def _near(phrase: re.Pattern[str] | None, passage: str) -> str:
    """The stretch where the phrase stands: the engine marks words, and would as soon show them apart."""
    found = phrase.search(passage) if phrase is not None else None
    if found is None:
        return passage
    begin = max(0, passage.find(" ", max(0, found.start() - _AROUND))) if found.start() > _AROUND else 0
    end = passage.rfind(" ", found.end(), found.end() + _AROUND)
    return passage[begin : end if end > 0 else found.end() + _AROUND].strip()


def _by_engine(
    generator: tantivy.SnippetGenerator | None,
    starts: tuple[str, ...],
    phrase: re.Pattern[str] | None,
    passage: str,
) -> str:
    if generator is not None:
        document = tantivy.Document.from_dict({"words": _near(phrase, passage)})
        snippet = generator.snippet_from_doc(document)
        marks = [(mark.start, mark.end) for mark in snippet.highlighted()]
        if marks:
            return _spell(snippet.fragment(), marks, passage)
    if starts:
        return _around_prefix(starts, passage)
    return ""


def _spell(fragment: str, marks: list[tuple[int, int]], passage: str) -> str:
    raw = fragment.encode("utf-8")  # the engine counts bytes
    pieces: list[str] = []
    at = 0
    for start, end in sorted(marks):
        if start < at:
            continue
        pieces.append(_escaped(raw[at:start]))
        pieces.append(f"<mark>{_escaped(raw[start:end])}</mark>")
        at = end
    pieces.append(_escaped(raw[at:]))
    body = "".join(pieces).strip()
    before = "" if passage.lstrip().startswith(fragment.lstrip()) else "…"
    after = "" if passage.rstrip().endswith(fragment.rstrip()) else "…"
    return f"{before}{body}{after}"


def _around_prefix(starts: tuple[str, ...], passage: str) -> str:
    marks = [
        (token.char_offset_from, token.char_offset_to)
        for token in schema.CUTTER.pre_tokenize(passage).tokens
        if token.text.startswith(starts)
    ]
    if not marks:
        return ""
    raw = passage.encode("utf-8")
    # These offsets count characters, the other generator's count bytes.
    spans = [
        (len(passage[:start].encode()), len(passage[:end].encode()))
        for start, end in marks
        if end is not None
    ]
    first = spans[0][0]
    begin = raw.rfind(b" ", 0, max(0, first - CHARACTERS // 3)) + 1
    finish = raw.find(b" ", begin + CHARACTERS)
    finish = len(raw) if finish < 0 else finish
    inside = [(start - begin, end - begin) for start, end in spans if start >= begin and end <= finish]
    return _spell(raw[begin:finish].decode("utf-8", "ignore"), inside, passage)


def _escaped(raw: bytes) -> str:
    return html.escape(raw.decode("utf-8", "ignore"))

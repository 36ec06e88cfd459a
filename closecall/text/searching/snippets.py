"""The piece of a passage that shows why it was found, as escaped HTML with <mark> around the words."""

import html
import re
from collections.abc import Iterable
from typing import Final

import tantivy

from closecall.text.searching import matching, schema
from closecall.text.searching.query import Query

CHARACTERS: Final = 180

_AROUND: Final = 120


def cut(
    searcher: tantivy.Searcher, built: tantivy.Schema, query: Query, passages: Iterable[str]
) -> list[str]:
    """One snippet a passage, "" where nothing is marked.

    The passages come from the caller, so what may not be quoted (the end of a story) is never offered.
    """
    words = matching.words_query(built, query)
    prefixes = [clause.text for clause in query.wanted if clause.kind == "prefix"]
    starts = tuple(token for text in prefixes for token in schema.CUTTER.analyze(text)[-1:])
    generator = None
    if words is not None:
        generator = tantivy.SnippetGenerator.create(searcher, words, built, "words")
        generator.set_max_num_chars(CHARACTERS)
    phrase = _phrase(query)
    return [_one(generator, starts, phrase, passage) for passage in passages]


def _phrase(query: Query) -> re.Pattern[str] | None:
    """The first phrase asked for, loosely: its words' beginnings, in order. None: no phrase was."""
    for clause in query.wanted:
        words = schema.CUTTER.analyze(clause.text)
        if clause.kind == "phrase" and len(words) > 1:
            stems = [schema.STEMMER.analyze(word) for word in words]
            starts = [
                shared(word, stem[0]) if stem else word for word, stem in zip(words, stems, strict=True)
            ]
            return re.compile(r"\W+".join(rf"\b{start}\w*" for start in starts), re.IGNORECASE)
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


def _one(
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

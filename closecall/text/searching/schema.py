"""Fields and how words are cut. `words` is stemmed; `plain` is not, because a stem spoils prefixes."""

import re
from collections.abc import Iterator, Mapping
from typing import Final

import tantivy

from closecall.text.searching import pairs
from closecall.text.searching.documents import Document
from closecall.text.searching.query import Field

APPLIED_KEY: Final = "\x00applied"
"""The key of the one entry that isn't a report: it remembers how far the log was applied."""

REPORT_MARK: Final = "report"
"""What every report is marked with, so that one look at the term's count tells whether any was deleted."""
QUARTER_MARK: Final = "quarter="

STEMMED: Final[Mapping[Field, str]] = {"": "words", "title": "title", "lesson": "lessons"}
PLAIN: Final[Mapping[Field, str]] = {"": "plain", "title": "title_plain", "lesson": "lessons_plain"}

_LONGEST_WORD: Final = 60  # bytes
_MAYBE_LONG: Final = re.compile(r"[^\W_]{15,}")  # a letter has four bytes at most


def build() -> tantivy.Schema:
    """The schema. A change here needs another `storage.LAYOUT`, so that old folders are rebuilt."""
    builder = tantivy.SchemaBuilder()
    builder.add_text_field("key", stored=True, tokenizer_name="raw", index_option="basic")
    for name in STEMMED.values():
        builder.add_text_field(name, tokenizer_name="stemmed", index_option="position")
    for name in PLAIN.values():
        builder.add_text_field(name, tokenizer_name="plain", index_option="basic")
    builder.add_text_field("pairs", tokenizer_name="pairs", index_option="freq")
    builder.add_text_field("codes", fast=True, tokenizer_name="raw", index_option="basic")
    builder.add_text_field("marks", tokenizer_name="raw", index_option="basic")
    builder.add_unsigned_field("position", indexed=True, fast=True)
    builder.add_unsigned_field("quarter", indexed=True, fast=True)
    builder.add_unsigned_field("quarter_first", indexed=True, fast=True)
    builder.add_unsigned_field("quarter_last", indexed=True, fast=True)
    builder.add_unsigned_field("applied", stored=True)
    builder.add_text_field("history", stored=True, tokenizer_name="raw", index_option="basic")
    return builder.build()


def analyser(*, stemmed: bool) -> tantivy.TextAnalyzer:
    """Lower case, accents folded; the stemmed kind also loses English endings."""
    cut = tantivy.TextAnalyzerBuilder(tantivy.Tokenizer.simple())
    cut = cut.filter(tantivy.Filter.remove_long(_LONGEST_WORD))
    cut = cut.filter(tantivy.Filter.lowercase()).filter(tantivy.Filter.ascii_fold())
    if stemmed:
        cut = cut.filter(tantivy.Filter.stemmer("english"))
    return cut.build()


STEMMER: Final = analyser(stemmed=True)
CUTTER: Final = analyser(stemmed=False)


def register(index: tantivy.Index) -> None:
    """Tell an opened index how words are cut; it forgets between openings."""
    index.register_tokenizer("stemmed", analyser(stemmed=True))
    index.register_tokenizer("plain", analyser(stemmed=False))
    index.register_tokenizer("pairs", tantivy.TextAnalyzerBuilder(tantivy.Tokenizer.whitespace()).build())
    index.config_reader(reload_policy="manual")


def row(schema: tantivy.Schema, key: str, document: Document) -> tantivy.Document:
    """Spell a document as the index stores it: words, codes and numbers, no text."""
    everything = [document.title, document.text, *document.lessons]
    fields: dict[str, object] = {
        "key": key,
        "words": everything,
        "plain": everything,
        "pairs": " ".join(term for passage in everything for term in neighbours(passage)),
        "title": document.title,
        "title_plain": document.title,
        "lessons": list(document.lessons),
        "lessons_plain": list(document.lessons),
        "codes": [code_term(facet, code) for facet, code in dict.fromkeys(document.codes)],
        "marks": [REPORT_MARK],
        "position": document.position,
    }
    if document.quarters is not None:
        first, last = document.quarters
        fields |= {"quarter_first": first, "quarter_last": last}
        if first == last:
            fields |= {"quarter": first, "marks": [REPORT_MARK, f"{QUARTER_MARK}{first}"]}
    return tantivy.Document.from_dict(fields, schema)


def applied_row(schema: tantivy.Schema, seq: int, history: str) -> tantivy.Document:
    """The entry that remembers `seq` of which log, written in the same commit as what it speaks of."""
    return tantivy.Document.from_dict({"key": APPLIED_KEY, "applied": seq, "history": history}, schema)


def neighbours(passage: str) -> Iterator[str]:
    """The pairs of a passage. Words that are too long to be found part those beside them."""
    begin = 0
    for word in _MAYBE_LONG.finditer(passage):
        if len(word[0].encode()) >= _LONGEST_WORD:
            yield from pairs.pairs(STEMMER.analyze(passage[begin : word.start()]))
            begin = word.end()
    yield from pairs.pairs(STEMMER.analyze(passage[begin:]))


def code_term(facet: str, code: str) -> str:
    """One term for one code of one facet."""
    return f"{facet}={code}"

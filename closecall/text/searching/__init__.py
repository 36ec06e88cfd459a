"""The full-text index: words, phrases, exclusion, prefixes, facets with exact counts, quarters.

    index = Index.open(folder)                  or Index.create(folder)
    index.apply([Entry(seq, key, document)])    a document of None deletes; replaying changes nothing
    index.search(Request(query=…, filters=…))   -> Found
    index.snippets(query, passages)             -> escaped HTML with <mark>, or "" where nothing is marked
    index.similar(text, without=…)              -> keys
    index.spelling(words)                       -> what was probably meant
    Index.rebuild(folder, entries, applied)     a new folder, then an atomic switch

One writer at a time, under a file lock that waits; any number of readers, which see a commit within
`RELOAD_SECONDS`. The index holds words and keys, never the text itself (ADR 0005).
"""

from closecall.text.searching.documents import Document, Entry, Found, Hit, Order, Request
from closecall.text.searching.index import RELOAD_SECONDS, Index
from closecall.text.searching.query import EVERYTHING, Clause, Field, Group, Kind, Query
from closecall.text.searching.storage import IndexBusy, IndexDamaged

__all__ = [
    "EVERYTHING",
    "RELOAD_SECONDS",
    "Clause",
    "Document",
    "Entry",
    "Field",
    "Found",
    "Group",
    "Hit",
    "Index",
    "IndexBusy",
    "IndexDamaged",
    "Kind",
    "Order",
    "Query",
    "Request",
]

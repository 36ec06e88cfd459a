"""Turn a request into the engine's query. Nothing that a person types can make this fail."""

from collections.abc import Iterable, Sequence
from typing import Final

import tantivy

from closecall.text.searching import pairs, schema
from closecall.text.searching.documents import Request
from closecall.text.searching.query import Clause, Query

_TITLE_BOOST: Final = 2.0
_LESSON_BOOST: Final = 1.5
_MUST = tantivy.Occur.Must
_NOT = tantivy.Occur.MustNot
_SHOULD = tantivy.Occur.Should


def request_query(
    built: tantivy.Schema, request: Request, *, skipping: str = "", ranked: bool = True
) -> tantivy.Query:
    """The whole request.

    Shape: `skipping` leaves the filters of one facet out, for that facet's own counts; without `ranked`
           the words that only weigh are left out: counting is quicker then.
    """
    needed: list[tuple[tantivy.Occur, tantivy.Query]] = []
    liked = False
    for group in request.query.groups:
        clauses = [found for clause in group.any_of if (found := _clause(built, clause)) is not None]
        if not clauses:
            continue  # punctuation alone means nothing: it neither matches nor forbids
        needed.append((_NOT if group.excluded else _MUST, _any(clauses)))
        liked = liked or not group.excluded
    if liked and ranked and request.order == "best":
        needed.extend((_SHOULD, boost) for boost in _boosts(built, request.query))
    for facet, codes in sorted(request.filters.items()):
        if codes and facet != skipping:
            # Not as a set of terms: the engine would gather all of its reports before looking at the rest.
            terms = [
                tantivy.Query.term_query(built, "codes", schema.code_term(facet, code)) for code in codes
            ]
            needed.append((_MUST, unscored(_any(terms))))
    needed.extend((_MUST, coded(built, facet, code)) for facet, code in request.every)
    needed.extend((_MUST, unscored(bound)) for bound in _bounds(built, request))
    if request.within is not None:
        keys = tantivy.Query.term_set_query(built, "key", sorted(request.within))
        needed.append((_MUST, unscored(keys)))
    if request.without:
        gone = tantivy.Query.term_set_query(built, "key", sorted(request.without))
        needed.append((_NOT, gone))
    if not any(occur == _MUST for occur, _ in needed):
        # A query of exclusions alone finds nothing in this engine, so it starts from everything.
        needed.append((_MUST, unscored(tantivy.Query.all_query())))
        needed.append((_NOT, tantivy.Query.term_query(built, "key", schema.APPLIED_KEY)))
    return tantivy.Query.boolean_query(needed)


def has_words(query: Query) -> bool:
    """Tell whether a query asks for anything: punctuation alone doesn't."""
    return any(schema.CUTTER.analyze(clause.text) for group in query.groups for clause in group.any_of)


def has_phrase(query: Query) -> bool:
    """Tell whether words must stand together somewhere, which the engine has to look up position by position."""
    clauses = (clause for group in query.groups if not group.excluded for clause in group.any_of)
    return any(clause.kind != "prefix" and _is_looked_for(clause) for clause in clauses)


def _is_looked_for(clause: Clause) -> bool:
    words = schema.STEMMER.analyze(clause.text)
    return len(words) > 1 and sole_pair(clause, words) is None


def coded(built: tantivy.Schema, facet: str, code: str) -> tantivy.Query:
    """The reports that carry this code; it doesn't touch their score."""
    return unscored(tantivy.Query.term_query(built, "codes", schema.code_term(facet, code)))


def words_query(built: tantivy.Schema, query: Query) -> tantivy.Query | None:
    """Every word that a hit is liked for, in the text: what snippets mark. None: there is none."""
    terms: dict[str, None] = {}
    for clause in query.wanted:
        if clause.kind != "prefix":
            terms.update(dict.fromkeys(schema.STEMMER.analyze(clause.text)))
    if not terms:
        return None
    return _any([tantivy.Query.term_query(built, "words", term) for term in terms])


def _clause(built: tantivy.Schema, clause: Clause) -> tantivy.Query | None:
    if clause.kind == "prefix":
        return _prefix(built, clause)
    field = schema.STEMMED[clause.field]
    words = schema.STEMMER.analyze(clause.text)
    if not words:
        return None
    if len(words) == 1:
        return tantivy.Query.term_query(built, field, words[0])
    # "co-op" and "officer's" are cut in two by the tokenizer: one typed word is a phrase, too.
    return _phrase(built, clause, words)


def _phrase(built: tantivy.Schema, clause: Clause, words: Sequence[str]) -> tantivy.Query:
    term = sole_pair(clause, words)
    if term is not None:
        return tantivy.Query.term_query(built, "pairs", term)
    phrase = tantivy.Query.phrase_query(built, schema.STEMMED[clause.field], list(words))
    if clause.field:
        return phrase
    # Few reports hold all of its pairs, and only in those has the engine to look where the words stand.
    near = [tantivy.Query.term_query(built, "pairs", term) for term in dict.fromkeys(pairs.pairs(words))]
    needed = [(_MUST, one) for one in (*map(unscored, near), phrase)]
    return tantivy.Query.boolean_query(needed) if near else phrase


def sole_pair(clause: Clause, words: Sequence[str]) -> str | None:
    """The one term that tells where these stems of a clause stand side by side. None: it takes more."""
    return pairs.pair(*words) if len(words) == 2 and not clause.field else None


def _prefix(built: tantivy.Schema, clause: Clause) -> tantivy.Query | None:
    field = schema.PLAIN[clause.field]
    words = schema.CUTTER.analyze(clause.text)
    if not words:
        return None
    *whole, start = words
    # Words hold letters and digits only, so nothing in `start` can mean anything to the pattern.
    queries = [tantivy.Query.term_query(built, field, word) for word in whole]
    queries.append(tantivy.Query.regex_query(built, field, f"{start}.*"))
    if len(queries) == 1:
        return queries[0]
    return tantivy.Query.boolean_query([(_MUST, query) for query in queries])


def _boosts(built: tantivy.Schema, query: Query) -> Iterable[tantivy.Query]:
    for clause in query.wanted:
        if clause.field or clause.kind == "prefix":
            continue
        for word in dict.fromkeys(schema.STEMMER.analyze(clause.text)):
            for field, boost in (("title", _TITLE_BOOST), ("lessons", _LESSON_BOOST)):
                yield tantivy.Query.boost_query(tantivy.Query.term_query(built, field, word), boost)


def _bounds(built: tantivy.Schema, request: Request) -> Iterable[tantivy.Query]:
    unsigned = tantivy.FieldType.Unsigned
    if request.first is not None:
        yield tantivy.Query.range_query(built, "quarter_last", unsigned, lower_bound=request.first)
    if request.last is not None:
        yield tantivy.Query.range_query(built, "quarter_first", unsigned, upper_bound=request.last)


def _any(queries: list[tantivy.Query]) -> tantivy.Query:
    if len(queries) == 1:
        return queries[0]
    return tantivy.Query.boolean_query([(_SHOULD, query) for query in queries])


def unscored(query: tantivy.Query) -> tantivy.Query:
    """What it finds, each alike: it weighs nothing in an order, and where nothing does, the engine is quicker."""
    return tantivy.Query.const_score_query(query, 0.0)

"""What belongs to a mention: the small word before it, and the capitals beside it."""

import re
from dataclasses import replace
from typing import Final

from closecall.text.identifiers import gazetteers
from closecall.text.identifiers.people import RANKS, TITLES
from closecall.text.identifiers.spans import Kind, Span

_WHEN: Final = re.compile(
    r"(?:\b(?:right |just |shortly |sometime |somewhere |well |way )?(?:at|on|around|about|by|near|before|after|since|until|till|til|in|"
    r"from|between|past|approx(?:imately|\.)?|roughly|circa|toward|towards|during|along|a little (?:past|after|before)|early|late|back on|"
    r"back in|this|every|every other|each|that|the|a)"
    r"(?: (?:about|around|approximately|roughly|exactly|or about|or around|past))? (?:the |this |that )?)$",
    re.IGNORECASE,
)
_WHERE: Final = re.compile(
    r"(?:\b(?:up on|out on|down on|over on|over by|down by|out by|up by|back on|out past|down at|out at|up at|out of|across from|"
    r"next to|back of|just off|right off|in off|half a block up|a mile in off|in|on|off|at|near|along|by|past|onto|from|down|up|toward|"
    r"towards|of|behind|around|through)"
    r" (?:the |old |new )?|\bthe (?:old |new )?)$",
    re.IGNORECASE,
)
_ARTICLE: Final = re.compile(r"\b(?:the|a|an|our|this|that|one|some) $", re.IGNORECASE)
_LEAD: Final = re.compile(
    r"(?:(?:right|just|shortly|sometime|well|at|on|around|about|by|near|before|after|since|until|till|til|in|from|between|past|roughly|"
    r"approximately|exactly|circa|toward|towards|during|a little|up|out|down|over|back|off|across|next|along|onto|to|of|behind|through|"
    r"the|a|an|our|this|that|one|some) )+",
    re.IGNORECASE,
)
_OWNED: Final = re.compile(
    r"\b(?:my|his|her|our|their|the|your) (?:late |own |big |little |old |older |oldest |younger |youngest |baby |twin |ex-?|step-?)?$",
    re.IGNORECASE,
)
_RELATED: Final = re.compile(
    rf"(?:late |big |little )?(?:{'|'.join(sorted(gazetteers.words('relations')))})\b", re.IGNORECASE
)
_LONGEST: Final = 34
_MOST_WORDS: Final = 3
_PHRASES: Final = {
    Kind.TIME: _WHEN,
    Kind.DATE: _WHEN,
    Kind.STREET: _WHERE,
    Kind.ADDRESS: _WHERE,
    **dict.fromkeys(
        (
            Kind.PLACE,
            Kind.LANDMARK,
            Kind.ORGANIZATION,
            Kind.AGENCY,
            Kind.VEHICLE,
            Kind.ANIMAL,
            Kind.ASSIGNMENT,
            Kind.APPEARANCE,
            Kind.EVENT,
            Kind.FACT,
            Kind.AGE,
        ),
        _ARTICLE,
    ),
}
_GROWS: Final = frozenset(
    {
        Kind.PERSON,
        Kind.PLACE,
        Kind.LANDMARK,
        Kind.ORGANIZATION,
        Kind.AGENCY,
        Kind.STREET,
        Kind.EVENT,
        Kind.VEHICLE,
    }
)
_NEVER: Final = gazetteers.words("never")
_NEXT: Final = re.compile(r"[ -](?P<word>[A-ZÀ-ÖØ-Þ][\w’']*)")
_LAST: Final = re.compile(r"(?P<word>[A-ZÀ-ÖØ-Þ][\w’']*)[ -]$")
_OPENS: Final = re.compile(r"(?:^|[.!?:;\n\"“(]\s*)$")


def phrased(text: str, span: Span) -> Span:
    """Take the preposition or article along: what stands instead brings its own."""
    pattern = _PHRASES.get(span.type)
    if span.type is Kind.PERSON and _RELATED.match(text, span.start):
        pattern = _OWNED
    if pattern is None:
        return span
    lead = pattern.search(text, max(0, span.start - _LONGEST), span.start)
    return span if lead is None else replace(span, start=lead.start())


def grown(text: str, span: Span) -> Span:
    """Take the capitals beside a name along: "Port Ansley" is one place."""
    if span.type not in _GROWS:
        return span
    start, end = span.start, span.end
    if not text[start : start + 1].isupper():
        return span
    for _word in range(_MOST_WORDS):
        after = _NEXT.match(text, end)
        if after is None or not _joins(after["word"]):
            break
        end = after.end()
    for _word in range(_MOST_WORDS):
        before = _LAST.search(text, max(0, start - _LONGEST), start)
        if before is None or not _joins(before["word"]):
            break
        if _plain(before["word"]) and _OPENS.search(text, max(0, before.start() - 3), before.start()):
            break
        start = before.start()
    return replace(span, start=start, end=end)


def core(words: str) -> str:
    """A mention without the preposition or article that it took along: what returns elsewhere."""
    return words[len(lead_of(words)) :]


def lead_of(words: str) -> str:
    """The prepositions and articles that a mention begins with, with the space behind them; often none."""
    lead = _LEAD.match(words)
    return "" if lead is None or lead.end() == len(words) else lead[0]


def _joins(word: str) -> bool:
    low = word.lower().removesuffix("'s").removesuffix("’s")
    return (
        len(low) > 1 and low not in _NEVER and low not in RANKS and low not in TITLES and not word.isupper()
    )


def _plain(word: str) -> bool:
    return gazetteers.load().ordinary_word(word.lower())

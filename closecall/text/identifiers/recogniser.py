"""Everything that could identify somebody in a text: several voters, one answer."""

import re
from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass, replace
from functools import cache
from typing import Final, Protocol

from closecall.text.identifiers import gazetteers
from closecall.text.identifiers.people import RANKS, TITLES, GazetteerVoter
from closecall.text.identifiers.replacing import with_replacements
from closecall.text.identifiers.rules import RulesVoter
from closecall.text.identifiers.spans import TIER_1_P, Findings, Kind, Span, tiers
from closecall.text.identifiers.tokens import Token, tokens_of, truecased

_BRACKET: Final = re.compile(r"\[[^\[\]\n]{1,200}\]")
# Inside [brackets]: words written small, or a role with its letter or number.
_OURS: Final = re.compile(
    r"\[(?:(?:the |a |another )?(?:Officer|Deputy|Trooper|Sergeant|Supervisor|Detective|Dispatcher|Medic|Subject|Person|"
    r"Driver|Passenger|Witness|Unit|Relative|Agency|Civilian|Juvenile|Student|Inmate|Nurse|Suspect) (?:[A-Z]{1,2}|\d{1,2})"
    r"|[a-z][a-z,'’ /-]{1,150})\]"
)
_KEEPS_NAMES: Final = frozenset(
    {
        Kind.PERSON,
        Kind.AGENCY,
        Kind.ORGANIZATION,
        Kind.PLACE,
        Kind.STREET,
        Kind.LANDMARK,
        Kind.UNIT,
        Kind.ANIMAL,
    }
)


class Voter(Protocol):
    """Proposes spans. Several vote; their union counts."""

    @property
    def name(self) -> str:
        """Stands in a span's `sources`."""

    def vote(self, text: str, tokens: Sequence[Token]) -> Iterable[Span]:
        """Propose spans in `text`, whose words are `tokens`."""


@dataclass(frozen=True)
class Recogniser:
    """Finds by the union of its voters."""

    voters: tuple[Voter, ...]

    def find(self, text: str) -> Findings:
        """Find what could identify somebody. Never raises on any text; keeps nothing of it."""
        cased = truecased(text) or text
        tokens = tokens_of(cased)
        found = [
            mended
            for voter in self.voters
            for span in voter.vote(cased, tokens)
            if (mended := _mended(cased, span)) is not None
        ]
        found += _everywhere(cased, tokens, found)
        settled = _settled(text)
        first, second = tiers(span for span in found if not _inside(span, settled))
        named = with_replacements(text, sorted([*first, *second], key=lambda span: span.start))
        return Findings(
            tuple(span for span in named if span.p >= TIER_1_P),
            tuple(span for span in named if span.p < TIER_1_P),
        )


@cache
def recogniser() -> Recogniser:
    """Rules and gazetteers: fast enough for every form, loaded once in a process."""
    return Recogniser((RulesVoter(), GazetteerVoter()))


def find(text: str) -> Findings:
    """Find with rules and gazetteers."""
    return recogniser().find(text)


def redact(text: str, decisions: Mapping[tuple[int, int], str]) -> str:
    """Write the text with every decided span replaced.

    Shape:  (start, end) -> what stands there instead; "" removes it.
    Raises: ValueError when two spans overlap or one lies outside the text.
    """
    pieces: list[str] = []
    at = 0
    for (start, end), instead in sorted(decisions.items()):
        if not at <= start < end <= len(text):
            raise ValueError("Spans overlap or lie outside the text.")
        pieces += [text[at:start], instead]
        at = end
    return "".join([*pieces, text[at:]])


def all_same(text: str, span: Span) -> tuple[tuple[int, int], ...]:
    """Every place where the words of `span` stand, as whole words, in any letter case; in order."""
    words = re.escape(text[span.start : span.end])
    return tuple(match.span() for match in re.finditer(rf"(?<!\w){words}(?!\w)", text, re.IGNORECASE))


def _mended(text: str, span: Span) -> Span | None:
    """A span begins and ends with a word: grown to whole words, shorn of spaces, quotes and possessives."""
    start, end = span.start, span.end
    while start < end and not (text[start].isalnum() or text[start] in "@(+#"):
        start += 1
    while end > start and not (text[end - 1].isalnum() or text[end - 1] in "*"):
        end -= 1
    if start >= end:
        return None
    while start > 0 and text[start].isalnum() and text[start - 1].isalnum():
        start -= 1
    while end < len(text) and text[end - 1].isalnum() and text[end].isalnum():
        end += 1
    if text[end - 2 : end] in {"'s", "’s"} and span.type is Kind.PERSON and end - 2 > start:
        end -= 2
    return replace(span, start=start, end=end)


def _everywhere(text: str, tokens: Sequence[Token], found: Sequence[Span]) -> Iterator[Span]:
    """A name that was found once is a name wherever it stands; its parts too, when they are no ordinary words."""
    lists = gazetteers.load()
    names: dict[str, Kind] = {}
    for span in found:
        if span.p < TIER_1_P or span.type not in _KEEPS_NAMES:
            continue
        whole = text[span.start : span.end]
        if span.type is not Kind.PERSON:
            if " " not in whole and not lists.ordinary_word(whole.lower()):
                names.setdefault(whole.lower(), span.type)
            continue
        for token in tokens_of(whole):
            strange = not lists.ordinary_word(token.low)
            if (
                token.low not in RANKS
                and token.low not in TITLES
                and len(token.low) > 2
                and token.capital
                and strange
            ):
                names.setdefault(token.low, span.type)
    for token in tokens:
        kind = names.get(token.low) or names.get(token.low.removesuffix("'s"))
        if kind is not None:
            yield Span(token.start, token.end, kind, 0.8, ("again",))


def _settled(text: str) -> list[tuple[int, int]]:
    """Where our own replacements stand: nothing in them is looked for again."""
    lists = gazetteers.load()
    found = []
    for match in _BRACKET.finditer(text):
        words = match[0]
        if _OURS.fullmatch(words) is None:
            continue
        small = [token.low for token in tokens_of(words) if not token.capital]
        if all(lists.ordinary_word(one) or one not in lists.surnames for one in small):
            found.append(match.span())
    return found


def _inside(span: Span, settled: Sequence[tuple[int, int]]) -> bool:
    return any(span.start < end and start < span.end for start, end in settled)

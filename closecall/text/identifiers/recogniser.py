"""Everything that could identify somebody in a text: several voters, one answer."""

import re
from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass, replace
from difflib import SequenceMatcher
from functools import cache
from typing import Final, Protocol

from closecall.text.identifiers import gazetteers, weighing
from closecall.text.identifiers.bodies import AgencyVoter
from closecall.text.identifiers.people import RANKS, TITLES, GazetteerVoter
from closecall.text.identifiers.phrasing import core, grown, phrased
from closecall.text.identifiers.replacing import with_replacements
from closecall.text.identifiers.rules import RulesVoter
from closecall.text.identifiers.spans import TIER_1_P, Findings, Kind, Span, tiers
from closecall.text.identifiers.statistical import DEFAULT_PIPELINE, NO_PIPELINE, SpacyVoter
from closecall.text.identifiers.tokens import Token, tokens_of, truecased
from closecall.text.identifiers.trained import TrainedVoter

RULES: Final = "rules"
TRAINED: Final = "trained"
ALL: Final = "all"
SURE_P: Final = {TRAINED: 0.2, ALL: 0.07}
TOLD_SURE_P: Final = {TRAINED: 0.35, ALL: 0.15}
"""From here on a weighed proposal is pre-selected: missing a name is far worse than a false alarm. What identifies by what it
tells ("the only diver") is a person's decision in any case, so it must be likelier."""
_TOLD: Final = frozenset(
    {Kind.EVENT, Kind.FACT, Kind.ASSIGNMENT, Kind.APPEARANCE, Kind.TENURE, Kind.VEHICLE, Kind.MEASURE}
)
_MISSPELT_LEAST: Final = 5
_CALLED_P: Final = 0.85
_MISSPELT_RATIO: Final = 0.83
# Words that begin a name or a sentence too often to be somebody's name wherever they have a capital.
_NEVER_ALONE: Final = gazetteers.words("never_alone")
_BRACKET: Final = re.compile(r"\[[^\[\]\n]{1,200}\]")
# Inside [brackets]: words written small, or a role with its letter or number.
_OURS: Final = re.compile(
    r"\[(?:(?:the |a |another |(?:[Mm]y|[Hh]is|[Hh]er|[Oo]ur|[Tt]heir|[Tt]he) partner, )?(?:Officer|Deputy|Trooper|Sergeant|Supervisor|Detective|Dispatcher|Medic|Subject|Person|"
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


class SecondVoter(Protocol):
    """Proposes spans, knowing what the first voters found."""

    @property
    def name(self) -> str:
        """Stands in a span's `sources`."""

    def vote(
        self, text: str, tokens: Sequence[Token], found: Sequence[Span] = (), *, mended: bool = False
    ) -> Iterable[Span]:
        """Propose spans in `text`; `mended`: its letter case was guessed."""


@dataclass(frozen=True)
class Recogniser:
    """Finds by the union of its voters; `second` ones hear the others first, and then `scale` says how sure all are."""

    voters: tuple[Voter, ...]
    second: tuple[SecondVoter, ...] = ()
    scale: str = RULES

    def find(self, text: str) -> Findings:
        """Find what could identify somebody. Never raises on any text; keeps nothing of it."""
        cased = truecased(text) or text
        tokens = tokens_of(cased)
        found = self._proposals(cased, tokens, mended=cased is not text)
        if self.second:
            found = weighing.weigh(found, self.scale)
            found += _everywhere(cased, tokens, found)
        settled = _settled(text)
        sure, look = tiers(
            (grown(cased, span) for span in found if not _inside(span, settled)),
            self._sure if self.second else None,
        )
        named = with_replacements(text, _with_leads(cased, [*sure, *look]))
        ends = {span.end for span in sure}
        return Findings(
            tuple(span for span in named if span.end in ends),
            tuple(span for span in named if span.end not in ends),
        )

    def _sure(self, span: Span) -> bool:
        return span.p >= (TOLD_SURE_P if span.type in _TOLD else SURE_P)[self.scale]

    def proposals(self, text: str) -> list[Span]:
        """Everything that any voter proposes, unweighed and overlapping."""
        cased = truecased(text) or text
        return self._proposals(cased, tokens_of(cased), mended=cased is not text)

    def _proposals(self, cased: str, tokens: Sequence[Token], *, mended: bool) -> list[Span]:
        first = self.first(cased, tokens)
        found = list(first)
        for voter in self.second:
            found += _whole(cased, voter.vote(cased, tokens, first, mended=mended))
        return found

    def first(self, cased: str, tokens: Sequence[Token]) -> list[Span]:
        """What the first voters find in a text whose letter case is mended, names that return included."""
        found = [span for voter in self.voters for span in _whole(cased, voter.vote(cased, tokens))]
        return found + list(_everywhere(cased, tokens, found))


@cache
def recogniser(voters: str = RULES, pipeline: str = DEFAULT_PIPELINE) -> Recogniser:
    """Make a recogniser, once in a process: "rules" (with gazetteers), "trained" (with those), or "all" (the reading model and spaCy too)."""
    first = (RulesVoter(), GazetteerVoter(), AgencyVoter())
    if voters == RULES:
        return Recogniser(first)
    if voters == TRAINED:
        return Recogniser(first, (TrainedVoter(),), TRAINED)
    reader = TrainedVoter(reads=True)
    second = (reader,) if pipeline == NO_PIPELINE else (reader, SpacyVoter(pipeline))
    return Recogniser(first, second, ALL)


def find(text: str, voters: str = RULES, pipeline: str = DEFAULT_PIPELINE) -> Findings:
    """Find with the voters asked for; the rules and gazetteers alone answer soon enough for every form."""
    return recogniser(voters, pipeline).find(text)


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
    """Every place where the words of `span` stand, as whole words, in any letter case; in order.

    A preposition or article that the span took along makes no difference.
    """
    words = re.escape(core(text[span.start : span.end]))
    return tuple(match.span() for match in re.finditer(rf"(?<!\w){words}(?!\w)", text, re.IGNORECASE))


def _with_leads(text: str, spans: Iterable[Span]) -> list[Span]:
    """In order of the text, each with the preposition or article that belongs to it, where that is free."""
    ordered = sorted(spans, key=lambda span: span.start)
    told: list[Span] = []
    for span in ordered:
        longer = phrased(text, span)
        free = told[-1].end if told else 0
        told.append(longer if longer.start >= free else span)
    return told


def _whole(text: str, spans: Iterable[Span]) -> Iterator[Span]:
    for span in spans:
        mended = _mended(text, span)
        if mended is not None:
            yield mended


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
    """A name that was found once is a name wherever it stands, misspelt too; its parts too.

    A part that is an ordinary word ("Pops", "Hook") is one only where it is written with a capital.
    """
    lists = gazetteers.load()
    names: dict[str, Kind] = {}
    called: set[str] = set()
    for span in found:
        if span.p < TIER_1_P or span.type not in _KEEPS_NAMES:
            continue
        whole = text[span.start : span.end]
        if span.type is not Kind.PERSON:
            if " " not in whole and not lists.ordinary_word(whole.lower()):
                names.setdefault(whole.lower(), span.type)
            continue
        for token in tokens_of(whole):
            if token.low in RANKS or token.low in TITLES or len(token.low) < 3 or not token.capital:
                continue
            if not lists.ordinary_word(token.low):
                names.setdefault(token.low, span.type)
            elif span.p >= _CALLED_P and token.low not in _NEVER_ALONE:
                called.add(token.text)
    people = [name for name, kind in names.items() if kind is Kind.PERSON and len(name) >= _MISSPELT_LEAST]
    checked: dict[str, bool] = {}
    for token in tokens:
        kind = names.get(token.low) or names.get(token.low.removesuffix("'s"))
        if kind is None and token.text.removesuffix("'s") in called:
            kind = Kind.PERSON
        if (
            kind is None
            and people
            and len(token.low) >= _MISSPELT_LEAST - 1
            and not lists.ordinary_word(token.low)
        ):
            if token.low not in checked:
                checked[token.low] = any(_misspells(token.low, name) for name in people)
            kind = Kind.PERSON if checked[token.low] else None
        if kind is not None:
            yield Span(token.start, token.end, kind, 0.8, ("again",))


def _misspells(word: str, name: str) -> bool:
    """Whether somebody who meant `name` may have typed `word`."""
    if word[0] != name[0] or abs(len(word) - len(name)) > 2:
        return False
    return SequenceMatcher(None, word, name, autojunk=False).ratio() >= _MISSPELT_RATIO


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

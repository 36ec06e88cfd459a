"""The gazetteer voter: people by name, and towns, found word by word."""

from collections.abc import Generator, Iterator, Sequence
from typing import Final

from closecall.text.identifiers import gazetteers
from closecall.text.identifiers.gazetteers import STATES, Gazetteers
from closecall.text.identifiers.spans import Kind, Span
from closecall.text.identifiers.tokens import Token

SOURCE: Final = "gazetteer"
RANKS: Final = gazetteers.words("ranks")
TITLES: Final = gazetteers.words("titles")
_RELATIONS: Final = gazetteers.words("relations")
_OWNERS: Final = gazetteers.words("owners")
_NAMED: Final = frozenset(["named", "called"])
_NICK: Final = frozenset(["nicknamed", "aka", "alias", "nickname"])
_LEADS: Final = gazetteers.words("leads")
_JOINTS: Final = gazetteers.words("joints")
_AFTER_RANK: Final = gazetteers.words("after_rank")
# Capitals that name nobody: gear, law, languages, the alphabet on the radio.
_NEVER: Final = gazetteers.words("never")
_MOST_WORDS: Final = 4


class GazetteerVoter:
    """Names of people and towns, weighed by how often they are names and how often words."""

    name = SOURCE

    def vote(self, text: str, tokens: Sequence[Token]) -> Iterator[Span]:
        """Propose spans in `text`."""
        lists = gazetteers.load()
        place = 0
        while place < len(tokens):
            token = tokens[place]
            taken = 0
            if token.low in RANKS or token.low in TITLES:
                taken = yield from self._after_title(text, tokens, place, lists)
            elif token.low in _RELATIONS or token.low in _NAMED or token.low in _NICK:
                taken = yield from self._after_relation(text, tokens, place, lists)
            elif token.capital:
                taken = yield from self._run(text, tokens, place, lists)
            else:
                yield from self._small(token, lists)
            place += taken or 1

    def _after_title(
        self, text: str, tokens: Sequence[Token], at: int, lists: Gazetteers
    ) -> Generator[Span, None, int]:
        """Each of these proposes spans and returns how many words it took."""
        title = tokens[at]
        end = at + 1
        while end < len(tokens) and end - at <= _MOST_WORDS and _near(text, tokens[end - 1], tokens[end]):
            token = tokens[end]
            initial = len(token.text) == 1 and token.capital and token.text not in "AI"
            if token.low in _AFTER_RANK or token.low in _NEVER:
                break
            if token.low in RANKS and token.capital and title.capital:
                end += 1
                continue
            known = token.low in lists.surnames or token.low in lists.first_names
            strange = not lists.ordinary_word(token.low)
            named = token.capital and (known or strange or token.low in lists.rare_surnames)
            small = not token.capital and known and strange and len(token.low) > 2
            joint = token.low in _JOINTS and token.capital
            letters = token.text.isupper() and 1 < len(token.text) <= 3 and strange and title.capital
            if not (initial or named or small or joint or letters) or token.text[0].isdigit():
                break
            if lists.ordinary_word(token.low) and not title.capital and not initial and token.opens:
                break
            end += 1
        if end > at + 1 and not all(tokens[one].low in RANKS for one in range(at, end)):
            yield Span(title.start, tokens[end - 1].end, Kind.PERSON, 0.97, (SOURCE,))
            return end - at
        return 0

    def _after_relation(
        self, text: str, tokens: Sequence[Token], at: int, lists: Gazetteers
    ) -> Generator[Span, None, int]:
        word = tokens[at]
        following = at + 1
        if following >= len(tokens) or not _near(text, word, tokens[following], comma=True):
            return 0
        if tokens[following].low in _NAMED and following + 1 < len(tokens):
            following += 1
        token = tokens[following]
        known = token.low in lists.first_names or token.low in lists.surnames
        sure = not lists.ordinary_word(token.low)
        nick = word.low in _NICK or word.low in _NAMED
        if token.low in _NEVER or token.opens or len(token.text) < 2 or token.low in RANKS:
            return 0
        if not (token.capital and (sure or known or nick)) and not (known and sure and len(token.low) > 3):
            return 0
        start = word.start if word.low in _RELATIONS else token.start
        if at and tokens[at - 1].low in _OWNERS and start == word.start:
            start = tokens[at - 1].start
        end = following + 1
        if (
            end < len(tokens)
            and tokens[end].capital
            and _near(text, token, tokens[end])
            and not _skips(tokens[end], lists)
        ):
            end += 1
        yield Span(start, tokens[end - 1].end, Kind.PERSON, 0.9 if token.capital else 0.55, (SOURCE,))
        return end - at

    def _run(
        self, text: str, tokens: Sequence[Token], at: int, lists: Gazetteers
    ) -> Generator[Span, None, int]:
        end = at + 1
        while end < len(tokens) and end - at < _MOST_WORDS and _near(text, tokens[end - 1], tokens[end]):
            token = tokens[end]
            joint = token.low in _JOINTS and end + 1 < len(tokens) and tokens[end + 1].capital
            if not token.capital and not joint:
                break
            end += 1
        run = tokens[at:end]
        taken = yield from self._town(text, tokens, at, end, lists)
        if taken:
            return taken
        return (yield from self._person(run, lists))

    def _town(
        self, text: str, tokens: Sequence[Token], at: int, end: int, lists: Gazetteers
    ) -> Generator[Span, None, int]:
        led = at > 0 and tokens[at - 1].low in _LEADS
        for last in range(end, at, -1):
            words = tokens[at:last]
            called = " ".join(token.low for token in words)
            if not lists.is_place(called) or called in _NEVER:
                continue
            stop = words[-1].end
            abbreviated = (
                text[stop : stop + 2] == ", "
                and text[stop + 2 : stop + 4].isupper()
                and not text[stop + 4 : stop + 5].isalnum()
            )
            common = all(lists.ordinary_word(token.low) for token in words)
            person = called in lists.surnames or called in lists.first_names
            if abbreviated:
                yield Span(words[0].start, stop + 4, Kind.PLACE, 0.95, (SOURCE,))
                return last - at
            if called in STATES and not (person and not led):
                yield Span(words[0].start, stop, Kind.PLACE, 0.85, (SOURCE,))
                return last - at
            if len(words) > 1 and not common and not words[0].opens:
                if words[0].low in lists.first_names and words[-1].low in lists.surnames and not led:
                    return 0
                yield Span(words[0].start, stop, Kind.PLACE, 0.85, (SOURCE,))
                return last - at
            if len(words) == 1 and led and not words[0].opens:
                yield Span(words[0].start, stop, Kind.PLACE, 0.35 if common else 0.85, (SOURCE,))
                return last - at
            if len(words) == 1 and not common and not person and not words[0].opens:
                yield Span(words[0].start, stop, Kind.PLACE, 0.6, (SOURCE,))
                return last - at
        return 0

    def _person(self, run: Sequence[Token], lists: Gazetteers) -> Generator[Span, None, int]:
        first, rest = run[0], run[1:]
        if _skips(first, lists) and not (
            rest and first.low in lists.first_names and not _skips(rest[0], lists)
        ):
            return 1
        given = first.low in lists.first_names or first.low in lists.rare_first_names
        family = first.low in lists.surnames
        rare = first.low in lists.rare_surnames
        word = lists.ordinary_word(first.low)
        end = 1
        while end < len(run) and (len(run[end].text) == 1 or not _skips(run[end], lists)) and end < 4:
            end += 1
        while end > 1 and len(run[end - 1].text) == 1:
            end -= 1
        if end > 1:
            last = run[end - 1]
            both = given and (last.low in lists.surnames or not lists.ordinary_word(last.low))
            p = 0.95 if both else 0.7
            if word and lists.ordinary_word(last.low):
                p = 0.3
            if any(token.text.isupper() for token in run[:end]) and not both:
                p = 0.3  # abbreviations, not names
            yield Span(first.start, last.end, Kind.PERSON, p, (SOURCE,))
            return end
        if (
            rest
            and given
            and not word
            and len(rest) == 1
            and rest[0].low in lists.surnames
            and rest[0].low not in _NEVER
        ):
            yield Span(first.start, rest[0].end, Kind.PERSON, 0.9, (SOURCE,))
            return 2
        if word:
            return 1
        shouts = first.text.isupper() and len(first.text) > 1
        if (given or family) and (len(first.text) > 2 or not shouts):
            p = 0.75 if first.opens else 0.85
            if shouts and len(first.text) < 5:
                p = 0.35
        elif rare:
            p = 0.4 if first.opens or shouts else 0.6
        elif first.opens or shouts or any(map(str.isdigit, first.text)):
            return 1
        else:
            p = 0.35
        yield Span(first.start, first.end, Kind.PERSON, p, (SOURCE,))
        return 1

    def _small(self, token: Token, lists: Gazetteers) -> Iterator[Span]:
        """A name that somebody typed small deserves a look."""
        if len(token.low) > 3 and token.low in lists.surnames and not lists.ordinary_word(token.low):
            yield Span(token.start, token.end, Kind.PERSON, 0.3, (SOURCE,))


def _skips(token: Token, lists: Gazetteers) -> bool:
    if (
        token.low in _NEVER
        or len(token.text) < 2
        or token.text[0].isdigit()
        or token.low.removesuffix("'s") in _NEVER
    ):
        return True
    return lists.ordinary_word(token.low)


def _near(text: str, left: Token, right: Token, *, comma: bool = False) -> bool:
    gap = text[left.end : right.start]
    return gap in {" ", ". ", "-"} or (comma and gap == ", ") or gap in {' "', " “", " '"}

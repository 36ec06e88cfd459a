"""The agency voter: the nation's law-enforcement agencies, by their names and short forms, in any letter case."""

from collections.abc import Iterator, Mapping, Sequence
from functools import cache
from typing import Final

from closecall.text.identifiers import gazetteers
from closecall.text.identifiers.spans import Kind, Span
from closecall.text.identifiers.tokens import Token

SOURCE: Final = "agencies"
_P: Final = 0.9
_HEADS: Final = frozenset(
    ["pd", "police", "sheriff", "sheriff's", "sheriffs", "so", "constable", "marshal", "marshal's", "tribal"]
)
_TAILS: Final = frozenset(["department", "dept", "office", "police", "bureau", "authority", "pd", "so"])
_AREAS: Final = frozenset(["county", "co", "city", "town", "village", "township", "parish", "borough"])
_MOST_WORDS: Final = 6
_STEM_WORDS: Final = 4
# After these, "so" is only a word: "in Salem so we left".
_GOES_ON: Final = gazetteers.words("goes_on")


class AgencyVoter:
    """Finds agencies: a known place before "PD" or "Sheriff's Office", or a whole name that is listed."""

    name = SOURCE

    def vote(self, text: str, tokens: Sequence[Token]) -> Iterator[Span]:
        """Propose spans in `text`."""
        listed = _listed()
        for at, token in enumerate(tokens):
            if token.low in _HEADS and at:
                start = _stem(text, tokens, at)
                if start < at and not (token.low == "so" and not _is_body(text, tokens, start, at)):
                    end = at
                    while (
                        end + 1 < len(tokens)
                        and tokens[end + 1].low in _TAILS
                        and _joined(text, tokens[end], tokens[end + 1])
                    ):
                        end += 1
                    yield Span(tokens[start].start, tokens[end].end, Kind.AGENCY, _P, (SOURCE,))
            for name in listed.get(token.low, ()):
                end = at + len(name)
                if end <= len(tokens) and all(
                    tokens[at + step].low == word for step, word in enumerate(name)
                ):
                    while (
                        end < len(tokens)
                        and tokens[end].low in _TAILS
                        and _joined(text, tokens[end - 1], tokens[end])
                    ):
                        end += 1
                    yield Span(token.start, tokens[end - 1].end, Kind.AGENCY, _P, (SOURCE,))
                    break


def _stem(text: str, tokens: Sequence[Token], head: int) -> int:
    """Where the place's name before a head begins; `head` itself when there is none."""
    lists = gazetteers.load()
    last = head
    if last and tokens[last - 1].low in _AREAS and _joined(text, tokens[last - 1], tokens[last]):
        last -= 1
    best = head
    for start in range(last - 1, max(-1, last - 1 - _STEM_WORDS), -1):
        if not _joined(text, tokens[start], tokens[start + 1]):
            break
        called = " ".join(token.low for token in tokens[start:last])
        alone = start == last - 1
        if lists.is_place(called) and not (
            alone and lists.ordinary_word(called) and not tokens[start].capital
        ):
            best = start
    return best


def _is_body(text: str, tokens: Sequence[Token], start: int, at: int) -> bool:
    """Whether "so" stands for a sheriff's office."""
    if tokens[at].text.isupper() and not tokens[at - 1].text.isupper():
        return True
    after = tokens[at + 1].low if at + 1 < len(tokens) else ""
    return tokens[at - 1].low in _AREAS and after not in _GOES_ON


def _joined(text: str, left: Token, right: Token) -> bool:
    return text[left.end : right.start] in {" ", ". "}


@cache
def _listed() -> Mapping[str, tuple[tuple[str, ...], ...]]:
    """Whole names by their first word, longest first; about 10 ms, once in a process."""
    found: dict[str, list[tuple[str, ...]]] = {}
    for line in gazetteers.lines("agencies"):
        name = tuple(line.split(" "))
        if 1 < len(name) <= _MOST_WORDS:
            found.setdefault(name[0], []).append(name)
    return {first: tuple(sorted(names, key=len, reverse=True)) for first, names in found.items()}

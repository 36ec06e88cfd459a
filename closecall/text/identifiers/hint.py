"""The reporter's hint: what may identify, by rules and a short list of names, told while somebody writes.

The same data run here and in the reporter's browser (`intake/hint.js`), so both must find the same: patterns keep to
what Python's and JavaScript's expressions agree on (`hint_build` translates them), letter case is folded by this
module's own table, and words are Latin letters and digits. Nothing of it leaves the page. It knows no gazetteer, so it
misses what the check step finds.
"""

import re
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from functools import cache
from typing import Any, Final

from closecall.text.identifiers import hint_build

_FOLD: Final = {code: code + 32 for code in (*range(0x41, 0x5B), *range(0xC0, 0xD7), *range(0xD8, 0xDF))}
_CAPITAL: Final = re.compile("[A-ZÀ-ÖØ-Þ]")
_SMALL: Final = re.compile("[a-zß-öø-ÿ]")
_NAME_P: Final = 0.95
_KNOWN_P: Final = 0.8
_CAPITAL_P: Final = 0.6
_MOST_WORDS: Final = 4
_TITLED_LEAST: Final = 10
_TITLED_SHARE: Final = 0.6


@dataclass(frozen=True)
class Hint:
    """Words that may identify. Shape: half-open code points of the unaltered text; type as `Kind` names it."""

    start: int
    end: int
    type: str


@dataclass(frozen=True)
class _Rule:
    type: str
    p: float
    pattern: re.Pattern[str]
    folds: bool
    group: int
    needs: str
    capitalized: bool
    stays: tuple[re.Pattern[str], ...]


@dataclass(frozen=True)
class _Word:
    start: int
    end: int
    low: str
    capital: bool
    opens: bool


@dataclass(frozen=True)
class _Found:
    start: int
    end: int
    type: str
    p: float


def fold(text: str) -> str:
    """Write capitals small, one character for one, so that offsets hold.

    >>> fold("ÉLAN Straße İ")
    'élan straße İ'
    """
    return text.translate(_FOLD)


class Hinter:
    """Finds with compiled data; `data` is what `hint_build.data()` gives and the browser loads."""

    def __init__(self, data: Mapping[str, Any]) -> None:
        self.data = data
        self._rules = tuple(_rule(row, data["short"]) for row in data["rules"])
        self._leading = re.compile(data["leading"])
        self._ours = re.compile(data["ours"])
        self._word = re.compile(data["word"])
        self._letter = re.compile(data["letter"])
        self._ends = frozenset(data["ends"])
        self._titles = frozenset(data["titles"].split())
        self._names = frozenset(data["names"].split())
        self._never = frozenset(data["never"].split())
        self._generic = frozenset(data["generic"].split())

    def find(self, text: str) -> list[Hint]:
        """Find what may identify, in order, never overlapping; nothing inside [our own replacements]."""
        low = fold(text)
        found = [one for rule in self._rules for one in self._run(rule, text, low)]
        found += self._people(text, low)
        mended = [whole for one in found if (whole := self._mended(text, one)) is not None]
        ours = [match.span() for match in self._ours.finditer(text)]
        return [
            Hint(one.start, one.end, one.type)
            for one in _united(mended)
            if not any(one.start < end and start < one.end for start, end in ours)
        ]

    def _run(self, rule: _Rule, text: str, low: str) -> Iterator[_Found]:
        if rule.needs and not any(_holds(low, one) for one in rule.needs):
            return
        for match in rule.pattern.finditer(low if rule.folds else text):
            start, end = match.span(rule.group)
            if start < 0:
                start, end = match.span()
            if rule.capitalized:
                lead = self._leading.match(text[start:end])
                if lead and not lead[0].startswith(("City of", "Town of")):
                    start += lead.end()
                names = fold(text[start:end]).split(" ")
                if len(names) < 2 or all(name in self._generic for name in names[:-1]):
                    continue
            if any(stay.search(low[start:end]) for stay in rule.stays):
                continue
            yield _Found(start, end, rule.type, rule.p)

    def _words(self, text: str, low: str) -> list[_Word]:
        found: list[_Word] = []
        last = 0
        for match in self._word.finditer(text):
            start, end = match.span()
            gap, word = text[last:start], match[0]
            opens = not found or not self._ends.isdisjoint(gap)
            if opens and found and gap[0] == "." and found[-1].low in self._titles:
                opens = "\n" in gap
            said = low[start:end].replace("’", "'")
            if said.endswith("'s"):
                said = said[:-2]
            capital = len(said) > 1 and _CAPITAL.match(word) is not None and _SMALL.search(word) is not None
            found.append(_Word(start, end, said, capital, opens))
            last = end
        return found

    def _people(self, text: str, low: str) -> Iterator[_Found]:
        """Rank or title with a name; a common first name; a capital that begins no sentence."""
        words = self._words(text, low)
        capitals = sum(word.capital for word in words)
        titled = len(words) >= _TITLED_LEAST and capitals > _TITLED_SHARE * len(words)
        at = 0
        while at < len(words):
            word = words[at]
            end = at + 1
            if word.low in self._titles:
                while end < len(words) and end - at < _MOST_WORDS and self._follows(text, words, end):
                    end += 1
                if any(each.low not in self._titles for each in words[at:end]):
                    yield _Found(word.start, words[end - 1].end, "person", _NAME_P)
            elif word.capital and word.low not in self._never:
                while end < len(words) and end - at < _MOST_WORDS and self._runs(text, words, end):
                    end += 1
                known = word.low in self._names
                if known:
                    yield _Found(word.start, words[end - 1].end, "person", _KNOWN_P)
                elif not word.opens and not titled:
                    yield _Found(word.start, words[end - 1].end, "person", _CAPITAL_P)
                elif word.opens:
                    end = at + 1
            at = end

    def _follows(self, text: str, words: Sequence[_Word], at: int) -> bool:
        """Whether a word carries on a rank or title."""
        word = words[at]
        before = words[at - 1]
        gap = text[before.end : word.start]
        dotted = gap == ". " and (before.low in self._titles or len(before.low) == 1)
        if gap not in {" ", "-"} and not dotted:
            return False
        if word.low in self._titles:
            return word.capital and before.low in self._titles
        return (word.capital and word.low not in self._never) or word.low in self._names

    def _runs(self, text: str, words: Sequence[_Word], at: int) -> bool:
        """Whether a word carries on a name."""
        word = words[at]
        near = text[words[at - 1].end : word.start] in {" ", "-"}
        return near and word.capital and word.low not in self._never

    def _mended(self, text: str, found: _Found) -> _Found | None:
        """Shear what is no part of a word from both ends, and a possessive from a name."""
        start, end = found.start, found.end
        while start < end and not (self._letter.match(text[start]) or text[start] in "@(+#"):
            start += 1
        while end > start and not (self._letter.match(text[end - 1]) or text[end - 1] == "*"):
            end -= 1
        if found.type == "person" and text[start:end].endswith(("'s", "’s")):
            end -= 2
        return _Found(start, end, found.type, found.p) if start < end else None


@cache
def hinter() -> Hinter:
    """Read and compile the data, once in a process."""
    return Hinter(hint_build.data())


def find(text: str) -> list[Hint]:
    """Find what may identify, exactly as the reporter's browser does."""
    return hinter().find(text)


def _holds(text: str, need: str) -> bool:
    return any(character in "0123456789" for character in text) if need == "0" else need in text


def _united(found: Sequence[_Found]) -> list[_Found]:
    """Join what overlaps; the surest, then the first says what it is."""
    united: list[_Found] = []
    for one in sorted(found, key=lambda each: (each.start, -each.end)):
        if not united or one.start >= united[-1].end:
            united.append(one)
            continue
        last = united[-1]
        sure = one if one.p > last.p else last
        united[-1] = _Found(last.start, max(last.end, one.end), sure.type, sure.p)
    return united


def _rule(row: Mapping[str, Any], short: Sequence[Sequence[str]]) -> _Rule:
    return _Rule(
        type=row["t"],
        p=row["p"],
        pattern=re.compile(hint_build.whole(row["x"], short)),
        folds=bool(row.get("f", 0)),
        group=row.get("g", 0),
        needs=row.get("n", ""),
        capitalized=bool(row.get("c", 0)),
        stays=tuple(re.compile(stay) for stay in row.get("s", ())),
    )

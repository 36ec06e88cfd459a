"""The brief: one report on one page, in the order in which a roll call goes.

Read aloud, stop, then read, the lesson, discuss, commit. A story that is too long loses words where they
are missed least: the middle of what leads up to the stop, and the end of what follows it.
"""

import re
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Final

from closecall.public.library.rules.report import ReleasedText, parts

COMMIT: Final = "On my next shift, I will:"
ASK_ANYWAY: Final = (
    "What made this likely?",
    "What kept it from being worse?",
    "Where could this happen to us, and what would we do?",
)
WORDS_ALOUD_A_MINUTE: Final = 150
_MOST_QUESTIONS: Final = 3
_LONGEST: Final = {"title": 90, "situation": 220, "question": 150, "lesson": 260, "value": 40}
_SENTENCE: Final = re.compile(r"(?<=[.!?…”\"])\s+(?=[\[“\"A-Z0-9])")
_OPENING_SHARE: Final = 0.55
_LONG_WORD: Final = 20


@dataclass(frozen=True)
class Fact:
    """One cell of the strip."""

    label: str
    value: str


@dataclass(frozen=True)
class BriefContent:
    """What stands on the page.

    Shape: paragraphs are plain text with [brackets]; `seconds` are for read, stop, then read, discuss,
    commit; `shortened` says that the story lost words and the rest must be looked up.
    """

    public_id: str
    title: str
    facts: tuple[Fact, ...]
    read_aloud: tuple[str, ...]
    situation: str
    stop_questions: tuple[str, ...]
    then_read: tuple[str, ...]
    lesson: str
    discuss: tuple[str, ...]
    commit: str
    shortened: bool
    seconds: tuple[int, int, int, int, int]

    @property
    def minutes(self) -> int:
        """Whole minutes for the round, rounded up."""
        return -(-sum(self.seconds) // 60)


def brief(
    text: ReleasedText,
    *,
    facts: Sequence[Fact] = (),
    bank: Mapping[str, Sequence[str]] | None = None,
    words: int | None = None,
) -> BriefContent:
    """Arrange a report for roll call.

    Shape: `facts` are the strip without what gives the ending away; `bank` maps a theme to its questions;
    `words` is the most that the story may keep, None for all of it.
    """
    told = parts(text)
    pause = told[0].pause
    before = _paragraphs(told[0].text)
    after = tuple(paragraph for part in told[1:] for paragraph in _paragraphs(part.text))
    short_before, short_after = _shortened(before, after, words)
    stops = pause is not None
    return BriefContent(
        public_id=text.public_id,
        title=_cut(text.title, "title"),
        facts=tuple(Fact(fact.label, _cut(fact.value, "value")) for fact in facts),
        read_aloud=short_before,
        situation=_cut(pause.situation, "situation") if pause else "",
        stop_questions=tuple(_cut(q, "question") for q in pause.questions[:_MOST_QUESTIONS]) if pause else (),
        then_read=short_after,
        lesson=_cut(text.lessons[0].text, "lesson") if text.lessons else "",
        discuss=_discuss(text, bank or {}),
        commit=COMMIT,
        shortened=(short_before, short_after) != (before, after),
        seconds=(_aloud(short_before), 60 if stops else 0, _aloud(short_after), 120, 30),
    )


def _discuss(text: ReleasedText, bank: Mapping[str, Sequence[str]]) -> tuple[str, ...]:
    """Two questions of the first lesson's theme, one of another's; three that always fit if none is told."""
    themes = list(dict.fromkeys(lesson.theme for lesson in text.lessons if bank.get(lesson.theme)))
    if not themes:
        return ASK_ANYWAY
    chosen = list(bank[themes[0]][:2])
    chosen += [bank[theme][0] for theme in themes[1:2]] or list(bank[themes[0]][2:3])
    return tuple(_cut(question, "question") for question in chosen[:_MOST_QUESTIONS])


def _paragraphs(text: str) -> tuple[str, ...]:
    pieces = re.split(r"\n\s*\n", text.replace("\r\n", "\n"))
    return tuple(" ".join(piece.split()) for piece in pieces if piece.strip())


def _shortened(
    before: tuple[str, ...], after: tuple[str, ...], words: int | None
) -> tuple[tuple[str, ...], tuple[str, ...]]:
    lead, rest = _count(before), _count(after)
    if words is None or lead + rest <= words:
        return before, after
    # What leads up to the decision is the exercise; what follows may be told in two sentences.
    for_rest = min(rest, max(words * rest // (lead + rest), words // 3)) if rest else 0
    for_lead = min(lead, words - for_rest)
    for_rest = min(rest, words - for_lead)
    if not after:
        return _from_start(before, for_lead), ()
    return _around_middle(before, for_lead), _from_start(after, for_rest)


def _from_start(paragraphs: tuple[str, ...], words: int) -> tuple[str, ...]:
    """Whole sentences from the beginning; at least one, cut hard if it is longer than all there is."""
    if _count(paragraphs) <= words:
        return paragraphs
    kept: list[str] = []
    left = words
    for paragraph in paragraphs:
        sentences: list[str] = []
        for sentence in _SENTENCE.split(paragraph):
            if _count((sentence,)) > left:
                if not kept and not sentences:
                    sentences.append(_first_words(sentence, words))
                return (*kept, " ".join([*sentences, "…"])) if sentences else (*kept[:-1], f"{kept[-1]} …")
            sentences.append(sentence)
            left -= _count((sentence,))
        kept.append(" ".join(sentences))
    return tuple(kept)


def _around_middle(paragraphs: tuple[str, ...], words: int) -> tuple[str, ...]:
    """The opening and the moments before the stop; what lies between is left out."""
    if _count(paragraphs) <= words:
        return paragraphs
    opening = _from_start(paragraphs, max(1, round(words * _OPENING_SHARE)))
    left = words - _count(opening)
    ending: list[str] = []
    for sentence in reversed([one for paragraph in paragraphs for one in _SENTENCE.split(paragraph)]):
        if _count((sentence,)) > left:
            break
        ending.insert(0, sentence)
        left -= _count((sentence,))
    return (*opening, " ".join(ending)) if ending else opening


def _count(paragraphs: Sequence[str]) -> int:
    """Words, a word without an end counting for the room that it takes."""
    return sum(1 + len(word) // _LONG_WORD for paragraph in paragraphs for word in paragraph.split())


def _first_words(text: str, words: int) -> str:
    return " ".join(text.split()[:words])[: words * _LONG_WORD]


def _cut(text: str, what: str) -> str:
    flat = " ".join(text.split())
    longest = _LONGEST[what]
    if len(flat) <= longest:
        return flat
    at = flat.rfind(" ", 0, longest)
    return flat[: at if at > longest // 2 else longest].rstrip(" ,;:") + " …"


def _aloud(paragraphs: tuple[str, ...]) -> int:
    """Seconds to read aloud, to the half minute."""
    return -(-_count(paragraphs) * 60 // WORDS_ALOUD_A_MINUTE // 30) * 30

"""Spans, what was decided about each, and the redacted text that follows.

Offsets are half-open code points of the *story*: everything the reporter wrote. Detail that comes later is
appended, so it moves no offset. Nothing here finds anything; `text.identifiers` does.
"""

from collections.abc import Iterable, Sequence
from dataclasses import dataclass, field, replace
from enum import StrEnum
from typing import Final

from closecall.errors import BadInput, Conflict
from closecall.sealed.intake.rules.summaries import Original
from closecall.text.identifiers import core

MARKED: Final = "marked"
UNDO_STEPS: Final = 10
REPLACEMENT_CHARACTERS: Final = 200
REASON_CHARACTERS: Final = 500


class Choice(StrEnum):
    """What is decided about a span. A kind of decision: counted in the audit, without its words."""

    UNDECIDED = "undecided"
    REPLACE = "replace"
    REMOVE = "remove"
    KEEP = "keep"


@dataclass(frozen=True)
class Span:
    """An identifier proposed in the story.

    Shape: `type` as `text.identifiers` names it, or "marked" for words that an analyst marked; `sure` when
    the machine would have pre-selected it; `percent` its probability; `options` the replacements that the
    machine offers, generalising and stable through the story.
    """

    start: int
    end: int
    type: str
    sure: bool
    percent: int
    options: tuple[str, ...] = field(default=(), repr=False)
    choice: Choice = Choice.UNDECIDED
    replacement: str = field(default="", repr=False)
    reason: str = field(default="", repr=False)

    @property
    def key(self) -> str:
        """Names the span within its story; safe in a form field."""
        return f"{self.start}-{self.end}"

    @property
    def decided(self) -> bool:
        """Whether somebody chose."""
        return self.choice is not Choice.UNDECIDED


@dataclass(frozen=True)
class Decision:
    """One choice about one span; `everywhere`: about every span with the same words.

    `marked`: an analyst marked these words themselves, so no span has the key yet.
    """

    key: str
    choice: Choice
    replacement: str = field(default="", repr=False)
    reason: str = field(default="", repr=False)
    everywhere: bool = False
    marked: bool = False


@dataclass(frozen=True)
class Step:
    """One decision as it can be undone: what it took away and what it put there."""

    before: tuple[Span, ...] = field(repr=False)
    after: tuple[Span, ...] = field(repr=False)


@dataclass(frozen=True)
class Kept:
    """Words that the second pass finds and that stay, with the reason."""

    words: str = field(repr=False)
    reason: str = field(repr=False)


@dataclass(frozen=True)
class Redaction:
    """Every span of a story with its decision.

    Shape: `spans` in order, never overlapping; `kept`: words that the second pass may find; `steps`: the last
    ten decisions, for undo.
    """

    story: str = field(default="", repr=False)
    spans: tuple[Span, ...] = ()
    kept: tuple[Kept, ...] = ()
    steps: tuple[Step, ...] = ()

    @property
    def undecided(self) -> tuple[Span, ...]:
        """What is still to decide, in order."""
        return tuple(span for span in self.spans if not span.decided)

    def span(self, key: str) -> Span:
        """Find a span. Raises Conflict: it was there when the page was drawn."""
        for span in self.spans:
            if span.key == key:
                return span
        raise Conflict("Those words were marked differently meanwhile. Look again.")


@dataclass(frozen=True)
class Piece:
    """A stretch of the story and what stands for it. `span` is None for untouched words.

    `at` is where `shown` begins in the redacted text.
    """

    original: str = field(repr=False)
    shown: str = field(repr=False)
    at: int
    span: Span | None = field(default=None, repr=False)


def story(original: Original, before: str = "") -> str:
    """Put together everything the reporter wrote: what happened, what worked, what was added later.

    Shape: `before` is the story so far; whatever it doesn't hold yet is appended.
    """
    parts = [part.strip() for part in (original.narrative, original.worked, *original.added)]
    fresh = [part for part in parts if part and not (before and part in before)]
    return "\n\n".join([before, *fresh] if before else fresh)


def begin(story: str, found: Iterable[Span]) -> Redaction:
    """Start from what the machine found; of overlapping spans the sure one stays, then the longer."""
    return Redaction(story=story, spans=_apart(found))


def extend(redaction: Redaction, story: str, found: Iterable[Span]) -> Redaction:
    """Take in detail that came later, and what the machine found in it."""
    late = [span for span in found if span.start >= len(redaction.story)]
    return replace(redaction, story=story, spans=_sorted([*redaction.spans, *_apart(late)]))


def decide(redaction: Redaction, decisions: Sequence[Decision]) -> Redaction:
    """Decide about spans, marked ones too; one undo takes all of `decisions` back.

    Raises: BadInput (no reason for keeping, no replacement, a mark outside the story); Conflict for a span that
    isn't there.
    """
    chosen = [one for one in decisions if not (one.marked and one.choice is Choice.UNDECIDED)]
    with_marks = mark_places(redaction, [one.key for one in chosen if one.marked])
    there = {span.key for span in with_marks.spans}
    absorbed = tuple(span for span in redaction.spans if span.key not in there)
    covered = {span.key for span in absorbed}
    changed: dict[str, Span] = {}
    for decision in chosen:
        if decision.key in covered:
            continue
        target = with_marks.span(decision.key)
        checked = _checked(decision, target)
        for span in _same(with_marks, target) if decision.everywhere else (target,):
            changed[span.key] = replace(
                span, choice=checked.choice, replacement=checked.replacement, reason=checked.reason
            )
    before = (*absorbed, *(span for span in redaction.spans if span.key in changed))
    after = tuple(changed.values())
    if before == after:
        return redaction
    return _step(redaction, before, after)


def mark_places(redaction: Redaction, keys: Iterable[str]) -> Redaction:
    """Add undecided spans where an analyst marked words; spans that they overlap are absorbed.

    Raises: BadInput when a place lies outside the story, or two marks overlap.
    """
    known = {span.key for span in redaction.spans}
    new: list[Span] = []
    for key in dict.fromkeys(keys):
        if key in known:
            continue
        start, end = _place(key)
        if end > len(redaction.story) or not redaction.story[start:end].strip():
            raise BadInput("Those words don't stand in the story. Mark them again.")
        mark = Span(start, end, MARKED, sure=True, percent=100)
        if _touched(new, mark):
            raise BadInput("Two marks overlap. Mark those words again.")
        new.append(mark)
    kept = [span for span in redaction.spans if not _touched(new, span)]
    return replace(redaction, spans=_sorted([*kept, *new]))


def mark(redaction: Redaction, words: str, replacement: str, *, choice: Choice) -> Redaction:
    """Mark every occurrence of exact words that no machine found; spans that they overlap are absorbed.

    Raises: BadInput when the words don't stand in the story.
    """
    words = words.strip()
    if not words:
        raise BadInput("Copy the exact words to mark from the story.")
    if choice is Choice.KEEP:
        raise BadInput("Mark words to replace or remove them.")
    places = tuple(_occurrences(redaction.story, words))
    if not places:
        raise BadInput("Those words don't stand in the story. Copy them exactly, capitals and all.")
    new = tuple(Span(start, end, MARKED, sure=True, percent=100) for start, end in places)
    decision = Decision("", choice, replacement)
    decided = tuple(
        replace(span, choice=choice, replacement=_checked(decision, span).replacement) for span in new
    )
    absorbed = tuple(span for span in redaction.spans if _touched(decided, span))
    return _step(redaction, absorbed, decided)


def undo(redaction: Redaction) -> Redaction:
    """Take the last decision back. Raises: Conflict when there is none left."""
    if not redaction.steps:
        raise Conflict("There is nothing left to undo.")
    last = redaction.steps[-1]
    gone = {span.key for span in last.after}
    spans = [span for span in redaction.spans if span.key not in gone]
    return replace(redaction, spans=_sorted([*spans, *last.before]), steps=redaction.steps[:-1])


def keep_words(redaction: Redaction, words: str, reason: str) -> Redaction:
    """Let words that the second pass finds stand, for a reason. Raises: BadInput without one."""
    reason, words = reason.strip()[:REASON_CHARACTERS], words.strip()
    if not words or not reason:
        raise BadInput("Say why these words may stay.")
    kept = [entry for entry in redaction.kept if entry.words.casefold() != words.casefold()]
    return replace(redaction, kept=(*kept, Kept(words, reason)))


def pieces(redaction: Redaction) -> tuple[Piece, ...]:
    """Cut the story into untouched words and spans, with what stands for each."""
    story = redaction.story
    found: list[Piece] = []
    at = place = 0
    for span in redaction.spans:
        for piece in (Piece(story[at : span.start], story[at : span.start], place), _shown(story, span)):
            if piece.original:
                found.append(replace(piece, at=place))
                place += len(piece.shown)
        at = span.end
    if story[at:]:
        found.append(Piece(story[at:], story[at:], place))
    return tuple(found)


def redacted(redaction: Redaction) -> str:
    """The text with every decision applied. Undecided spans show as [undecided]: never their words."""
    return "".join(piece.shown for piece in pieces(redaction))


def counts(spans: Iterable[Span]) -> dict[str, int]:
    """How many spans of each choice: what the audit may know."""
    found: dict[str, int] = {}
    for span in spans:
        found[span.choice.value] = found.get(span.choice.value, 0) + 1
    return dict(sorted(found.items()))


def _place(key: str) -> tuple[int, int]:
    start, _, end = key.partition("-")
    if not all(part.isascii() and part.isdigit() and len(part) < 10 for part in (start, end)):
        raise BadInput("That form is broken. Reload the page.")
    if int(start) >= int(end):
        raise BadInput("That form is broken. Reload the page.")
    return int(start), int(end)


def _shown(story: str, span: Span) -> Piece:
    words = story[span.start : span.end]
    match span.choice:
        case Choice.KEEP:
            shown = words
        case Choice.REMOVE:
            shown = "[…]"
        case Choice.REPLACE:
            shown = span.replacement
        case Choice.UNDECIDED:
            shown = "[undecided]"
    return Piece(words, shown, 0, span)


def _checked(decision: Decision, span: Span) -> Decision:
    reason = decision.reason.strip()[:REASON_CHARACTERS]
    replacement = decision.replacement.strip()
    if decision.choice is Choice.KEEP and not reason:
        raise BadInput("Say why these words may stay.")
    if decision.choice is not Choice.REPLACE:
        return replace(decision, replacement="", reason=reason)
    if not replacement:
        replacement = next(iter(span.options), "")
    if not replacement.strip("[] "):
        raise BadInput("Write what should stand there instead, or remove the words.")
    if len(replacement) > REPLACEMENT_CHARACTERS or "\n" in replacement:
        raise BadInput("Shorten the replacement to a few words.")
    if not (replacement.startswith("[") and replacement.endswith("]")):
        replacement = f"[{replacement.strip('[]')}]"
    return replace(decision, replacement=replacement, reason=reason)


def _same(redaction: Redaction, target: Span) -> tuple[Span, ...]:
    story = redaction.story
    words = core(story[target.start : target.end]).casefold()
    return tuple(span for span in redaction.spans if core(story[span.start : span.end]).casefold() == words)


def _step(redaction: Redaction, before: tuple[Span, ...], after: tuple[Span, ...]) -> Redaction:
    gone = {span.key for span in before}
    spans = [span for span in redaction.spans if span.key not in gone]
    steps = (*redaction.steps, Step(before, after))[-UNDO_STEPS:]
    return replace(redaction, spans=_sorted([*spans, *after]), steps=steps)


def _occurrences(story: str, words: str) -> Iterable[tuple[int, int]]:
    start = story.find(words)
    while start >= 0:
        end = start + len(words)
        left = start == 0 or not (story[start - 1].isalnum() and words[0].isalnum())
        right = end == len(story) or not (story[end].isalnum() and words[-1].isalnum())
        if left and right:
            yield start, end
            start = story.find(words, end)
        else:
            start = story.find(words, start + 1)


def _apart(found: Iterable[Span]) -> tuple[Span, ...]:
    chosen: list[Span] = []
    for span in sorted(found, key=lambda span: (not span.sure, span.start - span.end, span.start)):
        if span.end > span.start and not _touched(chosen, span):
            chosen.append(span)
    return _sorted(chosen)


def _touched(spans: Sequence[Span], other: Span) -> bool:
    return any(span.start < other.end and other.start < span.end for span in spans)


def _sorted(spans: Iterable[Span]) -> tuple[Span, ...]:
    return tuple(sorted(spans, key=lambda span: span.start))

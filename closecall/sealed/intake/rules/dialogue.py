"""What passes between analysts and reporter: messages, the proposed text, the reporter's decision."""

import json
from dataclasses import dataclass, field
from enum import StrEnum
from typing import Final, Literal

from closecall.site.crypto import canonical

DecisionKind = Literal["none", "approved", "change", "numbers_only", "withdrawn"]
DECISIONS: Final[tuple[DecisionKind, ...]] = ("none", "approved", "change", "numbers_only", "withdrawn")
BLOCKING: Final = frozenset({"change", "numbers_only", "withdrawn"})


class MessageKind(StrEnum):
    """What a message is. Kept in the clear, like every kind of decision."""

    QUESTION = "question"
    ANSWER = "answer"
    TEXT = "text"
    CHANGE = "change"
    NOTICE = "notice"


FROM_REPORTER: Final = frozenset({MessageKind.ANSWER, MessageKind.CHANGE})


@dataclass(frozen=True)
class ProposedText:
    """What we'd publish, as the reporter reads it: changed words stand in [brackets]."""

    title: str = field(repr=False)
    narrative: str = field(repr=False)
    lessons: tuple[str, ...] = field(default=(), repr=False)
    synopsis: str = field(default="", repr=False)


@dataclass(frozen=True)
class Message:
    """One message of the dialogue; `text` is the proposed text's title when `kind` is TEXT."""

    kind: MessageKind
    week: str
    text: str = field(repr=False)

    @property
    def from_reporter(self) -> bool:
        """Whether the reporter wrote it."""
        return self.kind in FROM_REPORTER


@dataclass(frozen=True)
class Decision:
    """What the reporter last said about the proposed text, and in which week ("" for none)."""

    kind: DecisionKind = "none"
    week: str = ""

    @property
    def blocks(self) -> bool:
        """Whether it stops publication. Silence and approval don't."""
        return self.kind in BLOCKING


def text_to_bytes(text: ProposedText) -> bytes:
    """Write a proposed text as canonical bytes."""
    return canonical.dumps(
        {"title": text.title, "narrative": text.narrative, "lessons": text.lessons, "synopsis": text.synopsis}
    )


def text_from_bytes(plain: bytes) -> ProposedText:
    """Read what `text_to_bytes` wrote."""
    value = json.loads(plain)
    return ProposedText(
        title=str(value["title"]),
        narrative=str(value["narrative"]),
        lessons=tuple(str(lesson) for lesson in value["lessons"]),
        synopsis=str(value["synopsis"]),
    )

"""Invented reports, as a pack's `demo/` folder holds them."""

import hashlib
from collections.abc import Callable
from typing import Final, Literal

from pydantic import BaseModel, ConfigDict, Field

from closecall.public.library.rules.report import AppliedCode, Lesson, Pause, ReleasedText

SOURCE_LABEL: Final = "Invented for demonstration"
_ALPHABET: Final = "0123456789ABCDEFGHJKMNPQRSTVWXYZ"
_LENGTH: Final = 7  # own reports have six characters, imports eight


class _Part(BaseModel):
    model_config = ConfigDict(strict=True, frozen=True, extra="forbid")


class InventedPause(_Part):
    """A stop. `at`: offset into the narrative; `after`: the sentence that ends there, for whoever edits."""

    at: int
    after: str
    situation: str
    questions: tuple[str, ...]


class InventedLesson(_Part):
    """A lesson in the teller's words, and its theme."""

    text: str
    theme: str
    audience: str = Field(alias="for")


class InventedCode(_Part):
    """A code with the sentence of the narrative that it rests on; "" when nothing is said."""

    facet: str
    code: str
    state: str = ""
    sentence: str = ""


class InventedReport(_Part):
    """One file of `demo/`. Shape: `id` is its row's number, `category` and `voice` are for checks only."""

    id: str
    invented: Literal[True]
    voice: int
    category: str
    title: str
    synopsis: str
    content_note: str
    period: str
    source: str
    narrative: str
    pauses: tuple[InventedPause, ...] = ()
    lessons: tuple[InventedLesson, ...]
    codes: tuple[InventedCode, ...]


class InventedStudy(_Part):
    """`study.yaml` of a folder in `demo/studies/`: what was asked of the invented reports, and what to know of it."""

    slug: str
    title: str
    question: str
    query: str
    notes: tuple[str, ...] = ()


def public_id(pack: str, number: str) -> str:
    """Draw the address from pack and row, so that every demonstration has the same."""
    drawn = hashlib.blake2b(f"invented:{pack}:{number}".encode(), digest_size=_LENGTH).digest()
    return "".join(_ALPHABET[byte % 32] for byte in drawn)


def release(
    report: InventedReport, *, pack: str, version: int, audience: Callable[[str], str] = str
) -> ReleasedText:
    """Say what readers see of an invented report.

    Raises: ValueError when a pause doesn't stand where its sentence ends.
    """
    for pause in report.pauses:
        if not report.narrative[: pause.at].rstrip().endswith(pause.after):
            raise ValueError(f"Report {report.id}: a pause doesn't stand after its sentence. Correct `at`.")
    return ReleasedText(
        public_id=public_id(pack, report.id),
        pack=pack,
        pack_version=version,
        title=report.title,
        synopsis=report.synopsis,
        narrative=report.narrative,
        pauses=tuple(Pause(one.at, one.situation, one.questions) for one in report.pauses),
        lessons=tuple(
            Lesson(one.text, one.theme, audience(one.audience), "reporter") for one in report.lessons
        ),
        codes=tuple(AppliedCode(one.facet, one.code, one.state, one.sentence) for one in report.codes),
        period=report.period,
        content_note=report.content_note,
    )

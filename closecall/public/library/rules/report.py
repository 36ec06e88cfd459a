"""What a released report is: the text that two people sign, and the parts in which it is told.

A `ReleasedText` is everything that a reader may see and nothing else. It is frozen; its canonical bytes
are what gets signed, so any edit voids every signature.
"""

import re
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from itertools import pairwise
from typing import Final, Literal

from pydantic_core import to_json

from closecall.errors import BadInput

Origin = Literal["own", "import", "feed", "invented"]

ORIGINS: Final[tuple[Origin, ...]] = ("own", "import", "feed", "invented")
"""own: two certified signatures. import, feed, invented: the instance's signature and a source label."""

FORMAT: Final = "closecall/report/v1"
WORDS_A_MINUTE: Final = 220

_PUBLIC_ID: Final = re.compile(r"[0-9A-HJKMNP-TV-Z]{6,12}")
_PERIOD: Final = re.compile(r"(?:[12][0-9]{3}(?:-Q[1-4])?)?")
_KEY: Final = re.compile(r"[A-Za-z0-9][A-Za-z0-9_./+-]{0,119}")
_FORBIDDEN: Final = re.compile("[\x00-\x08\x0b\x0c\x0e-\x1f\x7f\ud800-\udfff]")
_TEXT_CHARACTERS: Final = 200_000


@dataclass(frozen=True)
class Pause:
    """A place where the story stops and the reader decides.

    Shape: `at` is a code point offset into the narrative, strictly inside it; the part before it ends there.
    """

    at: int
    situation: str
    questions: tuple[str, ...]


@dataclass(frozen=True)
class Lesson:
    """One thing learned, one sentence. `written_by`: "reporter" or "analyst"."""

    text: str
    theme: str = ""
    audience: str = ""
    written_by: str = "analyst"


@dataclass(frozen=True)
class AppliedCode:
    """A code that an analyst applied, with its state ("worked", "not_used") and the sentence it rests on."""

    facet: str
    code: str
    state: str = ""
    sentence: str = ""


@dataclass(frozen=True)
class ReleasedText:
    """One report as it may be published.

    Shape: `period` is "2026-Q4", "2026" or "" (omitted); `content_note` is the line before the story
    ("Shots fired. Nobody died.") or ""; `source` is the record that an imported story came from
    ("ACN 80563"), "" for our own; `risk_class` is all that the facets say of which a pack shows only the
    class ("B"), or "".
    """

    public_id: str
    pack: str
    pack_version: int
    title: str
    synopsis: str
    narrative: str
    pauses: tuple[Pause, ...] = ()
    lessons: tuple[Lesson, ...] = ()
    codes: tuple[AppliedCode, ...] = ()
    period: str = ""
    content_note: str = ""
    source: str = ""
    risk_class: str = ""


@dataclass(frozen=True)
class Signature:
    """Somebody's Ed25519 signature over `canonical_bytes`."""

    verify_key: bytes
    signature: bytes


@dataclass(frozen=True)
class Part:
    """A stretch of the narrative up to the next pause, or to the end (`pause` is None then).

    Shape: `number` counts from 1; `start` is where `text` begins in the narrative.
    """

    number: int
    start: int
    text: str
    pause: Pause | None


def canonical_bytes(text: ReleasedText, origin: Origin, source_label: str = "") -> bytes:
    """Spell out what a signature covers: the text, its origin and its source label, in one way only.

    The origin is inside, so no signature over an import can ever stand under an own report. Whoever
    publishes with a `source_label` signs with the same one.
    """
    return canonical_bytes_of(spell(text), origin, source_label)


def spell(text: ReleasedText) -> str:
    """Spell a text in one way only: what is stored, and what stands inside `canonical_bytes`."""
    return _json(to_data(text))


def canonical_bytes_of(spelled: str, origin: Origin, source_label: str = "") -> bytes:
    """`canonical_bytes` of a text that is spelled already."""
    head = _json({"format": FORMAT, "origin": origin, "source_label": source_label})
    return f'{head[:-1]},"text":{spelled}}}'.encode()  # "text" is the last of the sorted keys


def _json(value: object) -> str:
    # A third of the time that json.dumps needs, which sorts keys; who calls has sorted them (a test compares both).
    return to_json(value).decode()


def to_data(text: ReleasedText) -> dict[str, object]:
    """Turn a text into plain JSON data; `from_data` is its inverse."""
    # Spelled out, keys in their order: an import spells two thousand of these a second.
    data: dict[str, object] = {
        "codes": [
            {"code": one.code, "facet": one.facet, "sentence": one.sentence, "state": one.state}
            for one in text.codes
        ],
        "content_note": text.content_note,
        "lessons": [
            {"audience": one.audience, "text": one.text, "theme": one.theme, "written_by": one.written_by}
            for one in text.lessons
        ],
        "narrative": text.narrative,
        "pack": text.pack,
        "pack_version": text.pack_version,
        "pauses": [
            {"at": one.at, "questions": list(one.questions), "situation": one.situation}
            for one in text.pauses
        ],
        "period": text.period,
        "public_id": text.public_id,
    }
    # A text without a class is spelled without the field: what was signed before it existed still stands.
    if text.risk_class:
        data["risk_class"] = text.risk_class
    return data | {"source": text.source, "synopsis": text.synopsis, "title": text.title}


def from_data(data: Mapping[str, object]) -> ReleasedText:
    """Read a text back from JSON data.

    Raises: BadInput when a field is missing, unknown or of another type.
    """
    try:
        fields = dict(data)
        pauses = tuple(
            Pause(_whole(row["at"]), _words(row["situation"]), _strings(row["questions"]))
            for row in _rows(fields.pop("pauses", ()))
        )
        lessons = tuple(Lesson(**_all_words(row)) for row in _rows(fields.pop("lessons", ())))
        codes = tuple(AppliedCode(**_all_words(row)) for row in _rows(fields.pop("codes", ())))
        version = _whole(fields.pop("pack_version"))
        return ReleasedText(
            pauses=pauses, lessons=lessons, codes=codes, pack_version=version, **_all_words(fields)
        )
    except (KeyError, TypeError, ValueError):
        raise BadInput("This isn't a released report: a field is missing, unknown or wrong.") from None


def parts(text: ReleasedText) -> tuple[Part, ...]:
    """Split the narrative at its pauses, in order; always at least one part.

    >>> [part.text for part in parts(ReleasedText("M7K2QF", "p", 1, "T", "", "One. Two.",
    ...     pauses=(Pause(5, "", ("What now?",)),)))]
    ['One. ', 'Two.']
    """
    pauses = sorted(text.pauses, key=lambda pause: pause.at)
    edges = [0, *(pause.at for pause in pauses), len(text.narrative)]
    endings: list[Pause | None] = [*pauses, None]
    return tuple(
        Part(number=number, start=start, text=text.narrative[start:end], pause=pause)
        for number, ((start, end), pause) in enumerate(zip(pairwise(edges), endings, strict=True), start=1)
    )


def opening(text: ReleasedText) -> str:
    """The first part: the only stretch that search may quote, since the rest would spoil the decision."""
    return parts(text)[0].text


def decides(text: ReleasedText) -> bool:
    """Tell whether the story stops for a decision; then its ending, lessons and codes come last."""
    return bool(text.pauses)


def reading_minutes(text: ReleasedText) -> int:
    """Whole minutes that reading takes, at least one."""
    return max(1, round(len(text.narrative.split()) / WORDS_A_MINUTE))


def is_public_id(value: str) -> bool:
    """Tell whether `value` could name a report: six to twelve characters, no I, L, O or U."""
    return _PUBLIC_ID.fullmatch(value) is not None


def check(text: ReleasedText, origin: Origin) -> None:
    """Refuse a text that can't be published as it stands.

    Raises: BadInput with the first thing to mend.
    """
    if not is_public_id(text.public_id):
        raise BadInput("A report's id has six to twelve capital letters or digits, without I, L, O and U.")
    if not text.title.strip():
        raise BadInput("Give the report a title.")
    if not text.narrative.strip():
        raise BadInput("The narrative is empty.")
    if origin not in ORIGINS:
        raise BadInput("A report's origin is own, import, feed or invented.")
    if _PERIOD.fullmatch(text.period) is None:
        raise BadInput("A period is a quarter (2026-Q4), a year (2026) or empty.")
    if origin == "own" and not any(lesson.text.strip() for lesson in text.lessons):
        raise BadInput("Write at least one lesson.")
    _check_pauses(text)
    _check_codes(text)
    every = _every_string(text)
    if text.risk_class and _KEY.fullmatch(text.risk_class) is None:
        raise BadInput("A risk class is one of the pack's.")
    if _FORBIDDEN.search("\n".join(every)) is not None:
        raise BadInput("The text holds control characters. Take them out.")
    if max(map(len, every)) > _TEXT_CHARACTERS:
        raise BadInput("The text is too long to publish.")


def _check_pauses(text: ReleasedText) -> None:
    if not text.pauses:
        return
    places = [pause.at for pause in text.pauses]
    if places != sorted(set(places)) or any(not 0 < at < len(text.narrative) for at in places):
        raise BadInput("Pauses stand inside the narrative, in order, each at its own place.")
    if any(not part.text.strip() for part in parts(text)):
        raise BadInput("Every part between two pauses needs some words.")
    if any(not pause.questions or not all(q.strip() for q in pause.questions) for pause in text.pauses):
        raise BadInput("Every pause asks at least one question.")


def _check_codes(text: ReleasedText) -> None:
    keys = [(applied.facet, applied.code) for applied in text.codes]
    if len({(applied.facet, applied.code, applied.state) for applied in text.codes}) != len(keys):
        raise BadInput("The same code is applied twice.")
    if not all(map(_KEY.fullmatch, {part for pair in keys for part in pair})):
        raise BadInput("Facets and codes are named by their keys in the pack.")
    if any(not lesson.text.strip() for lesson in text.lessons):
        raise BadInput("A lesson is empty.")


def _every_string(text: ReleasedText) -> list[str]:
    # Spelled out, as in `to_data`. Facets, codes and the period were checked letter by letter before.
    found = [text.pack, text.title, text.synopsis, text.narrative, text.content_note, text.source]
    for pause in text.pauses:
        found += (pause.situation, *pause.questions)
    for lesson in text.lessons:
        found += (lesson.text, lesson.theme, lesson.audience, lesson.written_by)
    for applied in text.codes:
        found += (applied.state, applied.sentence)
    return found


def _rows(value: object) -> Sequence[Mapping[str, object]]:
    if not isinstance(value, (list, tuple)) or not all(isinstance(row, Mapping) for row in value):
        raise TypeError
    return value


def _words(value: object) -> str:
    if not isinstance(value, str):
        raise TypeError
    return value


def _whole(value: object) -> int:
    if not isinstance(value, int) or isinstance(value, bool):
        raise TypeError
    return value


def _strings(value: object) -> tuple[str, ...]:
    if not isinstance(value, (list, tuple)):
        raise TypeError
    return tuple(_words(item) for item in value)


def _all_words(row: Mapping[str, object]) -> dict[str, str]:
    return {key: _words(value) for key, value in row.items()}

"""What a reporter sends: cleaned, measured, written as bytes and read again.

Nothing is rejected needlessly. What can't be shown or could mislead an analyst is dropped: NUL and other
control characters, lone surrogates, and the marks that turn the direction of writing round.
"""

import json
import re
from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Final, Literal, cast

from closecall.errors import BadInput
from closecall.site.crypto import canonical, padding

Use = Literal["publish", "numbers_only"]
USES: Final[tuple[Use, ...]] = ("publish", "numbers_only")

EMPTY: Final = "Tell us what happened, in a sentence or more."
# Together with kinds, details and the JSON around them these stay inside the largest bucket (65,535 bytes).
NARRATIVE_BYTES: Final = 44_000
WORKED_BYTES: Final = 16_000
MESSAGE_BYTES: Final = 1_900
KINDS_MOST: Final = 24
DETAILS_MOST: Final = 24
KEY_LENGTH: Final = 60

# U+202A-202E and U+2066-2069 reorder what an analyst sees; U+FEFF and U+FFFE are marks, not text.
_DROPPED = re.compile(
    "[\x00-\x08\x0b\x0c\x0e-\x1f\x7f-\x9f\ud800-\udfff\u202a-\u202e\u2066-\u2069\ufeff\ufffe\uffff]"
)
_LINE_ENDS = re.compile("\r\n|\r|\u2028|\u2029|\x85")
_KEY = re.compile(rf"[A-Za-z0-9_.-]{{1,{KEY_LENGTH}}}")


@dataclass(frozen=True)
class Submission:
    """One report as sent. `details` maps a question's key to an answer's key, or "item/state"."""

    narrative: str = field(repr=False)
    kinds: tuple[str, ...] = field(default=(), repr=False)
    worked: str = field(default="", repr=False)
    details: Mapping[str, str] = field(default_factory=dict, repr=False)
    use: Use = "publish"


def clean(text: str) -> str:
    """Normalise line ends, drop what can't be shown, trim the ends.

    >>> clean(" a\\x00b\\r\\nc\\u202e ")
    'ab\\nc'
    """
    return _DROPPED.sub("", _LINE_ENDS.sub("\n", text)).strip()


def sealed_bytes(text: str) -> int:
    """How many bytes `text` takes inside an envelope."""
    return len(canonical.dumps(text)) - 2


def keys(values: list[str], most: int) -> tuple[str, ...]:
    """Keep what can be a pack's key, each once, at most `most` of them."""
    return tuple(dict.fromkeys(value for value in values if _KEY.fullmatch(value)))[:most]


def check_length(text: str, limit: int) -> None:
    """Refuse what doesn't fit, and say how much to cut.

    Raises: BadInput.
    """
    size = sealed_bytes(text)
    if size > limit:
        raise BadInput(too_long(text, size, limit))


def too_long(text: str, size: int, limit: int) -> str:
    """Say how many words of `text` have to go; a number of ours, never a word of theirs."""
    words = max(1, len(text.split()))
    cut = -(-words * (size - limit) // size)
    return f"That is too long for one report. Cut about {cut:,} words, then send the rest with your code."


def check(submission: Submission) -> dict[str, str]:
    """Find what has to change: field -> sentence. Empty when it can be sent."""
    problems: dict[str, str] = {}
    if not submission.narrative:
        problems["narrative"] = EMPTY
    for name, text, limit in (
        ("narrative", submission.narrative, NARRATIVE_BYTES),
        ("worked", submission.worked, WORKED_BYTES),
    ):
        try:
            check_length(text, limit)
        except BadInput as refused:
            problems[name] = refused.sentence
    return problems


def to_bytes(submission: Submission) -> bytes:
    """Write a checked submission as canonical bytes: what is padded and sealed."""
    return canonical.dumps(
        {
            "v": 1,
            "narrative": submission.narrative,
            "kinds": submission.kinds,
            "worked": submission.worked,
            "details": dict(submission.details),
            "use": submission.use,
        }
    )


def from_bytes(plain: bytes) -> Submission:
    """Read what `to_bytes` wrote."""
    value = json.loads(plain)
    return Submission(
        narrative=str(value["narrative"]),
        kinds=tuple(str(kind) for kind in value["kinds"]),
        worked=str(value["worked"]),
        details={str(key): str(answer) for key, answer in value["details"].items()},
        use=cast(Use, value["use"]),
    )


def as_addition(submission: Submission) -> str:
    """Write a whole submission as added detail: a form that came back changed is never dropped."""
    lines = [submission.narrative]
    if submission.worked:
        lines.append(submission.worked)
    if submission.kinds:
        lines.append("kinds: " + ", ".join(submission.kinds))
    lines.extend(f"{question}: {answer}" for question, answer in submission.details.items())
    if submission.use != "publish":
        lines.append(f"use: {submission.use}")
    return "\n\n".join(lines)


def fits(plain: bytes) -> bool:
    """Tell whether bytes fit the largest bucket."""
    return len(plain) <= padding.capacity(padding.REPORT_BUCKETS)

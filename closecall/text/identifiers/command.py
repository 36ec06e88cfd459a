"""What `closecall deid` runs. Nothing is written to disk, and no text ever stands in a message."""

import json
from collections.abc import Iterable
from typing import Literal, TextIO

from closecall.errors import BadInput
from closecall.text.identifiers.recogniser import find, redact
from closecall.text.identifiers.spans import Span
from closecall.text.identifiers.statistical import DEFAULT_PIPELINE

Only = Literal["rules", "all"]


def plain(text: str, *, only: str = "all", pipeline: str = DEFAULT_PIPELINE) -> str:
    """The text as it would be published if every proposal of tier 1 were taken."""
    return redact(
        text, {(span.start, span.end): span.replacement for span in find(text, only, pipeline).spans}
    )


def jsonl(lines: Iterable[str], out: TextIO, *, only: str = "all", pipeline: str = DEFAULT_PIPELINE) -> int:
    """Answer each {"id", "text"} line with its spans, what deserves a look, and the redacted text.

    Shape:  returns the exit status. `only` is "rules" (rules and gazetteers) or "all" (the trained voter and spaCy too).
    Raises: BadInput naming the first line that can't be read, without its words.
    """
    for number, line in enumerate(lines, start=1):
        if not line.strip():
            continue
        try:
            asked = json.loads(line)
            text = asked["text"]
        except (ValueError, KeyError, TypeError):
            raise BadInput(f'Line {number} is no JSON object with "id" and "text".') from None
        if not isinstance(text, str):
            raise BadInput(f'Line {number}: "text" is no string.')
        found = find(text, only, pipeline)
        answer = {
            "id": asked.get("id"),
            "spans": [_row(span) for span in found.spans],
            "look": [_row(span) for span in found.look],
            "redacted": redact(text, {(span.start, span.end): span.replacement for span in found.spans}),
        }
        out.write(json.dumps(answer, ensure_ascii=True) + "\n")
    out.flush()
    return 0


def _row(span: Span) -> dict[str, object]:
    return {
        "start": span.start,
        "end": span.end,
        "type": span.type.value,
        "p": span.p,
        "sources": list(span.sources),
        "replacement": span.replacement,
    }

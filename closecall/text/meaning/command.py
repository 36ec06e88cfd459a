"""What `closecall duplicates` runs. Nothing is written to disk, and no text ever stands in a message."""

import json
from collections.abc import Iterable
from typing import TextIO

from closecall.errors import BadInput
from closecall.text.meaning.duplicates import Telling, candidates

_TOLD = ("month", "state")


def tellings(lines: Iterable[str]) -> list[Telling]:
    """Read {"id", "text"} lines, each with "month" and "state" if it knows them.

    Raises: BadInput naming the first line that can't be read, without its words.
    """
    found: list[Telling] = []
    known: set[str] = set()
    for number, line in enumerate(lines, start=1):
        if not line.strip():
            continue
        try:
            asked = json.loads(line)
            key, text = asked["id"], asked["text"]
            window = [asked.get(name) for name in _TOLD]
        except (ValueError, KeyError, TypeError, AttributeError):
            raise BadInput(f'Line {number} is no JSON object with "id" and "text".') from None
        if not isinstance(text, str) or not isinstance(key, str | int):
            raise BadInput(f'Line {number}: "id" and "text" must be strings.')
        month, state = ("" if one is None else str(one) for one in window)
        if str(key) in known:
            raise BadInput(f"Line {number}: this id was there before.")
        known.add(str(key))
        found.append(Telling(str(key), text, month, state))
    return found


def jsonl(lines: Iterable[str], out: TextIO) -> int:
    """Answer each line with its candidates, best first; returns the exit status. Raises: BadInput."""
    for key, others in candidates(tellings(lines)).items():
        rows = [{"id": one.key, "score": one.score, "copy": one.copy} for one in others]
        out.write(json.dumps({"id": key, "candidates": rows}) + "\n")
    out.flush()
    return 0


def plain(lines: Iterable[str], out: TextIO) -> int:
    """Say each pair once, likeliest first; returns the exit status. Raises: BadInput."""
    pairs: dict[tuple[str, str], tuple[float, bool]] = {}
    for key, others in candidates(tellings(lines)).items():
        for one in others:
            first, second = sorted((key, one.key))
            pairs[first, second] = (one.score, one.copy)
    for (first, second), (score, copy) in sorted(pairs.items(), key=lambda pair: (-pair[1][0], pair[0])):
        out.write(f"{score:.2f}  {first}  {second}{'  the same text' if copy else ''}\n")
    out.flush()
    return 0

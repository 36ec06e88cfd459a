"""`closecall themes`: which theme of a codebook each lesson teaches. Needs no instance; writes nothing."""

import argparse
import json
import sys
from pathlib import Path
from typing import Any

from closecall.cli.output import command
from closecall.errors import BadInput


def add(parts: Any) -> None:
    """Add the command's parser."""
    themes = command(
        parts,
        "themes",
        _themes,
        says="Rank a codebook's themes for each lesson. Needs no instance; writes nothing.",
    )
    themes.add_argument("file", nargs="?", default="-", metavar="FILE|-", help='one {"id","text"} a line')
    themes.add_argument("--codebook", type=Path, required=True, metavar="FILE.yaml")
    themes.add_argument(
        "--jsonl", action="store_true", help="one JSON object a line out; without it, one plain line"
    )


def _themes(asked: argparse.Namespace) -> int:
    from closecall.public.taxonomy.rules.loading import read_codebook
    from closecall.public.taxonomy.rules.reading import PackError
    from closecall.text.meaning import MODEL
    from closecall.text.meaning.themes import Described, Ranker

    try:
        codebook = read_codebook(asked.codebook)
    except (PackError, OSError):
        raise BadInput(
            "That file is no codebook: it needs key, version and themes, each with key, label and description."
        ) from None
    if not codebook.themes:
        raise BadInput("That codebook has no theme.")
    try:
        text = sys.stdin.read() if asked.file == "-" else Path(asked.file).read_text("utf-8")
    except (OSError, UnicodeDecodeError):
        raise BadInput("The lessons can't be read.") from None
    lessons = [
        _lesson(number, line) for number, line in enumerate(text.splitlines(), start=1) if line.strip()
    ]
    described = [Described(one.key, one.label, one.description, one.exemplars) for one in codebook.themes]
    ranked = Ranker(described, MODEL).rank([words for _key, words in lessons])
    for (key, _words), found in zip(lessons, ranked, strict=True):
        if asked.jsonl:
            themes = [{"key": theme, "p": p} for theme, p in found.themes]
            print(json.dumps({"id": key, "themes": themes, "fits": found.fits}))
        else:
            best = ", ".join(f"{theme} {p:.2f}" for theme, p in found.themes[:3])
            print(f"{key}: {best}" + ("" if found.fits else " (fits none)"))
    return 0


def _lesson(number: int, line: str) -> tuple[object, str]:
    try:
        row = json.loads(line)
        words = row["text"]
    except (ValueError, KeyError, TypeError):
        raise BadInput(f'Line {number} is no JSON object with "id" and "text".') from None
    if not isinstance(words, str):
        raise BadInput(f'Line {number}: "text" is no string.')
    return row.get("id"), words

"""What commands print, and how they wake Django."""

import argparse
import json
import sys
from collections.abc import Callable
from typing import Any

from closecall.errors import Unavailable

Parser = argparse.ArgumentParser
Run = Callable[[argparse.Namespace], int]


def command(parts: Any, name: str, run: Run, *, says: str) -> Parser:
    """Add one command: its name, what runs it, and the sentence that `--help` shows."""
    parser: Parser = parts.add_parser(name, help=says, description=says)
    parser.set_defaults(run=run)
    return parser


def wake(*, needs_instance: bool = True) -> None:
    """Load Django's settings and rooms.

    Raises: Unavailable when the command needs an instance and there is none; BadSetting.
    """
    import django
    from django.conf import settings

    django.setup()
    if needs_instance and not settings.INITIALISED:
        raise Unavailable(f"There is no instance in {settings.CLOSECALL_HOME}. Make one with: closecall init")


def as_json(value: object) -> None:
    """Print one JSON value and nothing else."""
    json.dump(value, sys.stdout, ensure_ascii=False, indent=1)
    sys.stdout.write("\n")


def aside(words: str) -> None:
    """Print progress where it doesn't mix with results."""
    print(words, file=sys.stderr, flush=True)

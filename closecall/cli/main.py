"""The command door: parse, call one action, print.

Every command has `--help`; `--json` makes standard output JSON and nothing else. Exit status 0 only when
all went well, 1 when something was refused (with the sentence on standard error), 2 for wrong arguments.
"""

import argparse
import os
import sys
from collections.abc import Sequence

from closecall.config.env import BadSetting
from closecall.errors import Refused

# What a developer asks of Django itself; not part of the interface that stays stable.
_DJANGO = ("check", "makemigrations", "migrate", "showmigrations", "sqlmigrate", "collectstatic")


def main(argv: Sequence[str] | None = None) -> int:
    """Run one command; returns its exit status."""
    arguments = list(sys.argv[1:] if argv is None else argv)
    os.environ.setdefault("DJANGO_SETTINGS_MODULE", "closecall.config.settings")
    if arguments and arguments[0] in _DJANGO:
        from django.core.management import execute_from_command_line

        execute_from_command_line(["closecall", *arguments])
        return 0
    try:
        return _run(arguments)
    except BadSetting as wrong:
        print(f"closecall: {wrong}", file=sys.stderr)
    except Refused as refusal:
        print(f"closecall: {refusal.sentence}", file=sys.stderr)
    except BrokenPipeError:
        sys.stderr.close()
    except KeyboardInterrupt:
        print("closecall: stopped.", file=sys.stderr)
    return 1


def _run(arguments: list[str]) -> int:
    from closecall.cli import commands

    parser = argparse.ArgumentParser(
        prog="closecall", description="Close Call: an anonymous near-miss learning system."
    )
    parts = parser.add_subparsers(dest="command", required=True, metavar="COMMAND")
    commands.add_all(parts)
    parsed = parser.parse_args(arguments)
    return int(parsed.run(parsed))

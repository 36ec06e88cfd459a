"""Every command, one line each."""

from typing import Any

from closecall.cli import (
    beginning,
    benching,
    checking,
    keeping,
    reading,
    serving,
    studying,
    suggesting,
    theming,
)


def add_all(parts: Any) -> None:
    """Add each command's parser to `parts`, in the order in which people need them."""
    beginning.add(parts)
    serving.add(parts)
    checking.add(parts)
    reading.add(parts)
    studying.add(parts)
    theming.add(parts)
    suggesting.add(parts)
    keeping.add(parts)
    benching.add(parts)

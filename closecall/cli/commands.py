"""Every command, one line each."""

from typing import Any


def add_all(parts: Any) -> None:
    """Add each command's parser to `parts`."""

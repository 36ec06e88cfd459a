"""Addresses of studies and keys of new themes, made from what people call them."""

import re
import unicodedata
from collections.abc import Collection
from typing import Final

from closecall.errors import BadInput

RESERVED: Final = frozenset({"new", "count", "adopt"})
SLUG_LENGTH: Final = 60
KEY_LENGTH: Final = 40


def slug_of(words: str) -> str:
    """An address from words. Raises: BadInput when nothing of them can stand in one.

    >>> slug_of("What keeps us alive, at night?")
    'what-keeps-us-alive-at-night'
    """
    slug = _plain(words, "-")[:SLUG_LENGTH].strip("-")
    if not slug or slug in RESERVED:
        raise BadInput("Choose another address: small letters, digits and hyphens.")
    return slug


def key_of(label: str, taken: Collection[str]) -> str:
    """A new theme's key from its name, unlike every key in `taken`.

    >>> key_of("Search the car", {"search_the_car"})
    'search_the_car_2'
    """
    stem = _plain(label, "_")[:KEY_LENGTH].strip("_") or "theme"
    key, number = stem, 2
    while key in taken:
        key, number = f"{stem}_{number}", number + 1
    return key


def _plain(words: str, between: str) -> str:
    letters = unicodedata.normalize("NFKD", words).encode("ascii", "ignore").decode().lower()
    return re.sub(r"[^a-z0-9]+", between, letters).strip(between)

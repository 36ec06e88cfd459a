"""Suggest what a reader should be warned of before a story."""

import re
from collections.abc import Iterable

from closecall.public.taxonomy.rules.pack import Pack


def suggest(pack: Pack, text: str, codes: Iterable[str] = ()) -> tuple[str, ...]:
    """The pack's content notes that a text's words or codes call for, in the pack's order.

    Shape: `codes` as "facet/code". A suggestion only: the analyst writes the line.
    """
    words = set(re.findall(r"[a-z]+", text.casefold()))
    applied = set(codes)
    return tuple(
        note.label for note in pack.content_notes if words & set(note.words) or applied & set(note.codes)
    )

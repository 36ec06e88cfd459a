"""Say in a pack's codes what a foreign row says in its cells."""

import re
from collections.abc import Iterable

from closecall.public.exchange.rules.imported import Merged
from closecall.public.exchange.rules.vocabulary import Vocabulary
from closecall.public.taxonomy.rules.pack import Pack

Codes = tuple[tuple[str, str], ...]
Extra = dict[str, tuple[str, ...]]

_CONTROLS = re.compile("[\x00-\x08\x0b\x0c\x0e-\x1f\x7f]")


class Coder:
    """A pack's spellings, made once for a whole import. `told`: columns that are read otherwise."""

    def __init__(self, pack: Pack, told: Iterable[str]) -> None:
        self.pack = pack
        self._facets = tuple(
            (facet.key, facet.columns, Vocabulary.of(facet))
            for facet in pack.facets
            if facet.value == "codes"
        )
        self._read = {column for _, columns, _ in self._facets for column in columns} | set(told)

    def code(self, merged: Merged) -> tuple[Codes, Extra]:
        """The codes of one report, and what has none: unknown values and columns, and the alternates."""
        codes: dict[tuple[str, str], None] = {}
        extra: dict[str, list[str]] = {}
        cells = merged.row.cells
        for facet, columns, vocabulary in self._facets:
            for column in columns:
                for value in vocabulary.split(cells.get(column, "")):
                    if value.code:
                        codes[facet, value.code] = None
                    else:
                        extra.setdefault(column, []).append(value.text)
        for column, cell in cells.items():
            if column not in self._read:
                extra.setdefault(column, []).append(cell)
        for column, values in merged.alternates.items():
            extra.setdefault("alternates", []).extend(f"{column}: {value}" for value in values)
        return tuple(codes), {column: tuple(values) for column, values in extra.items()}


def legible(cell: str) -> str:
    """A cell's text for reading: control characters become spaces; nothing else changes."""
    return _CONTROLS.sub(" ", cell).strip()

"""Say in a pack's codes what a foreign row says in its cells."""

import re
from collections.abc import Iterable
from dataclasses import dataclass
from operator import itemgetter

from closecall.public.exchange.rules.imported import Merged
from closecall.public.exchange.rules.vocabulary import Vocabulary
from closecall.public.taxonomy.rules.pack import Pack

Codes = tuple[tuple[str, str], ...]
Extra = dict[str, tuple[str, ...]]

_REMEMBERED_CELLS = 20_000  # a facet's cells repeat; whoever fills a file with others fills no memory

_CONTROLS = re.compile("[\x00-\x08\x0b\x0c\x0e-\x1f\x7f]")


class Coder:
    """A pack's spellings, made once for a whole import. `told`: columns that are read otherwise."""

    def __init__(self, pack: Pack, told: Iterable[str]) -> None:
        self.pack = pack
        facets = [facet for facet in pack.facets if facet.value == "codes"]
        self._reads: dict[str, list[_Read]] = {column: [] for column in told}
        for facet in facets:
            vocabulary, known = Vocabulary.of(facet), dict[str, _Known]()
            for column in facet.columns:
                read = _Read(sum(map(len, self._reads.values())), facet.key, column, vocabulary, known)
                self._reads.setdefault(column, []).append(read)

    def code(self, merged: Merged) -> tuple[Codes, Extra]:
        """The codes of one report, and what has none: unknown values and columns, and the alternates."""
        codes: dict[tuple[str, str], None] = {}
        extra: dict[str, list[str]] = {}
        unread: dict[str, list[str]] = {}
        read: list[tuple[int, _Read, str]] = []
        for column, cell in merged.row.cells.items():
            reads = self._reads.get(column)
            if reads is None:
                unread[column] = [cell]
            else:
                read += [(one.order, one, cell) for one in reads]
        for _, one, cell in sorted(read, key=itemgetter(0)):  # in the pack's order, whatever the file's
            known = one.known.get(cell) or one.split(cell)
            codes.update(known.codes)
            if known.unknown:
                extra.setdefault(one.column, []).extend(known.unknown)
        extra |= unread
        for column, values in merged.alternates.items():
            extra.setdefault("alternates", []).extend(f"{column}: {value}" for value in values)
        return tuple(codes), {column: tuple(values) for column, values in extra.items()}


@dataclass(frozen=True)
class _Known:
    """What a cell comes to: codes in their order, as the keys of a dictionary that many share, and what has none."""

    codes: dict[tuple[str, str], None]
    unknown: tuple[str, ...]


@dataclass(frozen=True)
class _Read:
    """One column read for one facet, and what its cells came to so far."""

    order: int
    facet: str
    column: str
    vocabulary: Vocabulary
    known: dict[str, _Known]

    def split(self, cell: str) -> _Known:
        """Take a cell apart, once for all the rows that repeat it."""
        values = self.vocabulary.split(cell)
        found = _Known(
            {(self.facet, value.code): None for value in values if value.code},
            tuple(value.text for value in values if not value.code),
        )
        if len(self.known) < _REMEMBERED_CELLS:
            self.known[cell] = found
        return found


def legible(cell: str) -> str:
    """A cell's text for reading: control characters become spaces; nothing else changes."""
    return _CONTROLS.sub(" ", cell).strip()

"""Every report's codes and quarters in memory, so that counting what was found needs no further look at the index.

Rows stand in the order of positions. Which rows carry a code is one bit each; which codes a row carries is a short
list. Many rows are counted by bits, few by their lists: the counts are the same.
"""

from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from functools import cached_property
from typing import Any, Final

import numpy as np
from numpy.typing import NDArray

from closecall.text.searching.documents import Order, Request
from closecall.text.searching.schema import code_term

Rows = NDArray[np.int64]
Bits = NDArray[np.uint64]

NO_QUARTER: Final = -1

_BLOCK: Final = 16_384  # rows whose bits are counted together: they stay in the processor's cache
_WORDS: Final = _BLOCK // 64
_LIST_COST: Final = 12_000  # what counting a row by its list costs, in the unit of the next line
_BITS_COST: Final = 20  # what counting by bits costs a row before the first code; each code costs one more
_LONGEST_SPAN: Final = 1 << 16
_WIDEST_GAPS: Final = 8


@dataclass(frozen=True)
class Table:
    """Some rows, as they are written and read.

    Shape: `positions` int64[n], rising; `keys` bytes[n]; `sizes` uint16[n], how many codes each row has;
           `codes` uint16 or uint32, all rows' codes in a row, as numbers into `terms`; `first`, `last`
           int32[n], quarter ordinals or `NO_QUARTER`.
    """

    terms: tuple[str, ...]
    positions: NDArray[np.int64]
    keys: NDArray[np.bytes_]
    sizes: NDArray[np.uint16]
    codes: NDArray[Any]
    first: NDArray[np.int32]
    last: NDArray[np.int32]

    @property
    def is_rising(self) -> bool:
        """Tell whether positions rise from row to row, each its own."""
        return bool(np.all(self.positions[1:] > self.positions[:-1]))

    @classmethod
    def joined(cls, tables: Sequence["Table"]) -> "Table":
        """One table of several that share their terms; the last one knows them all."""
        if len(tables) == 1:
            return tables[0]
        return cls(
            tables[-1].terms,
            np.concatenate([one.positions for one in tables]),
            np.concatenate([one.keys for one in tables]),
            np.concatenate([one.sizes for one in tables]),
            np.concatenate([one.codes for one in tables]),
            np.concatenate([one.first for one in tables]),
            np.concatenate([one.last for one in tables]),
        )

    def taken(self, rows: Rows) -> "Table":
        """These rows, in this order."""
        ends = np.cumsum(self.sizes, dtype=np.int64)
        return Table(
            self.terms,
            self.positions[rows],
            self.keys[rows],
            self.sizes[rows],
            _lists(ends - self.sizes, self.sizes.astype(np.int64), self.codes, rows),
            self.first[rows],
            self.last[rows],
        )


@dataclass(frozen=True)
class Columns:
    """A whole library's rows. Frozen: a commit makes another, which shares what it can."""

    table: Table
    blocks: tuple[Bits, ...]

    @classmethod
    def of(cls, table: Table, before: "Columns | None" = None) -> "Columns":
        """Columns of a table; `before` holds the same rows up to its end, and its full blocks are kept."""
        whole = len(before.table.positions) // _BLOCK if before is not None else 0
        kept = before.blocks[:whole] if before is not None else ()
        return cls(table, (*kept, *_blocks(table, whole)))

    def __len__(self) -> int:
        """How many rows."""
        return len(self.table.positions)

    @cached_property
    def numbers(self) -> Mapping[str, int]:
        """Each term's number."""
        return {term: at for at, term in enumerate(self.table.terms)}

    @cached_property
    def facets(self) -> Mapping[str, NDArray[np.int64]]:
        """The numbers of each facet's terms."""
        found: dict[str, list[int]] = {}
        for at, term in enumerate(self.table.terms):
            found.setdefault(term.partition("=")[0], []).append(at)
        return {facet: np.array(numbers, np.int64) for facet, numbers in found.items()}

    @cached_property
    def _sizes(self) -> NDArray[np.int64]:
        return self.table.sizes.astype(np.int64)

    @cached_property
    def _starts(self) -> NDArray[np.int64]:
        return np.cumsum(self._sizes) - self._sizes

    @cached_property
    def _places(self) -> NDArray[np.int32] | None:
        """Each position's row, counted from the first position; None when positions lie too far apart for that."""
        positions = self.table.positions
        span = int(positions[-1] - positions[0]) + 1
        if span > _WIDEST_GAPS * len(self) + _BLOCK:
            return None
        places = np.full(span, -1, np.int32)
        places[positions - positions[0]] = np.arange(len(self))
        return places

    @cached_property
    def _exact(self) -> NDArray[np.int32]:
        """Each row's quarter, or `NO_QUARTER` where it isn't one alone."""
        return np.where(self.table.first == self.table.last, self.table.first, np.int32(NO_QUARTER))

    def rows(self, positions: Sequence[float | None]) -> Rows | None:
        """Where these positions stand; None when one of them stands nowhere."""
        try:
            wanted = np.array(positions, np.int64)
        except TypeError:
            return None
        if not len(wanted) or not len(self):
            return None if len(wanted) else wanted
        places = self._places
        if places is None:
            found = np.minimum(np.searchsorted(self.table.positions, wanted), len(self) - 1)
        else:
            found = places[np.clip(wanted - self.table.positions[0], 0, len(places) - 1)].astype(np.int64)
        return found if np.array_equal(self.table.positions[found], wanted) else None

    def names(self, rows: Rows) -> list[str]:
        """The keys of these rows."""
        return [bytes(key).decode() for key in self.table.keys[rows]]

    @cached_property
    def every(self) -> Bits:
        """Every row; not to be written to."""
        bits = self._padded(np.ones(len(self), np.bool_))
        bits.flags.writeable = False
        return bits

    def carrying(self, facet: str, codes: Iterable[str]) -> Bits:
        """The rows that carry one of these codes of a facet."""
        known = [self.numbers.get(code_term(facet, code)) for code in codes]
        numbers = [at for at in known if at is not None]
        found = np.zeros(_WORDS * len(self.blocks), np.uint64)
        none = np.zeros(_WORDS, np.uint64)
        for at in numbers:  # an older block doesn't know the newest terms: none of its rows carries one
            found |= np.concatenate([block[at] if at < len(block) else none for block in self.blocks])
        return found

    def bounded(self, request: Request) -> Bits:
        """The rows that hold every code of `request.every`, in its quarters; its filters are left aside."""
        found = self.every
        for facet, code in request.every:
            found = found & self.carrying(facet, (code,))
        if request.first is not None or request.last is not None:
            inside = self.table.first != NO_QUARTER
            if request.first is not None:
                inside &= self.table.last >= request.first
            if request.last is not None:
                inside &= self.table.first <= request.last
            found = found & self._padded(inside)
        return found

    def page(self, chosen: Bits, order: Order, offset: int, limit: int) -> Rows:
        """A page of the chosen rows: oldest first if so ordered, else newest first."""
        upto = np.cumsum(np.bitwise_count(chosen), dtype=np.int64)
        total = int(upto[-1]) if len(upto) else 0
        first, last = offset, min(offset + limit, total)
        if order != "old":
            first, last = total - last, total - first
        if first >= last:
            return np.zeros(0, np.int64)
        begin, end = np.searchsorted(upto, [first, last - 1], side="right").tolist()
        skipped = first - (int(upto[begin - 1]) if begin else 0)
        rows: Rows = rows_of(chosen[begin : end + 1])[skipped : skipped + last - first] + begin * 64
        return rows if order == "old" else rows[::-1]

    def counts(self, chosen: Bits, facet: str = "") -> dict[str, dict[str, int]]:
        """How many of the chosen rows carry each code, by facet; of one facet alone, if it is named."""
        numbers = self._numbers_of(facet)
        if self._are_few(size(chosen), numbers):
            return self.counts_of(rows_of(chosen), facet)
        return self._told(self._by_bits(chosen, numbers), numbers)

    def counts_of(self, rows: Rows, facet: str = "") -> dict[str, dict[str, int]]:
        """The same for rows in any order, none twice."""
        numbers = self._numbers_of(facet)
        if not self._are_few(len(rows), numbers):
            inside = np.zeros(len(self), np.bool_)
            inside[rows] = True
            return self._told(self._by_bits(self._padded(inside), numbers), numbers)
        lists = _lists(self._starts, self._sizes, self.table.codes, rows)
        counted = np.bincount(lists, minlength=len(self.table.terms))
        return self._told(counted if numbers is None else counted[numbers], numbers)

    def tally(self, chosen: Bits) -> tuple[dict[str, dict[str, int]], tuple[tuple[int, int], ...]]:
        """The counts of the chosen rows by facet and code, and by quarter."""
        rows = rows_of(chosen)
        counts = self.counts_of(rows) if self._are_few(len(rows), None) else self.counts(chosen)
        return counts, self.quarters_of(rows)

    def quarters_of(self, rows: Rows) -> tuple[tuple[int, int], ...]:
        """How many of these rows, none twice, stand in each quarter, ascending; of those with an exact one."""
        exact = self._exact[rows]
        exact = exact[exact != NO_QUARTER]
        if not len(exact):
            return ()
        least = int(exact.min())
        if int(exact.max()) - least > _LONGEST_SPAN:
            at, many = np.unique(exact, return_counts=True)
        else:
            many = np.bincount(exact - least)
            at = np.flatnonzero(many)
            many = many[at]
            at = at + least
        return tuple(zip(at.tolist(), many.tolist(), strict=True))

    def _are_few(self, rows: int, numbers: NDArray[np.int64] | None) -> bool:
        """Tell whether so many rows are counted quicker by their lists than by bits (measured, not exact)."""
        codes = len(self.table.terms) if numbers is None else len(numbers)
        return rows * _LIST_COST <= len(self) * (_BITS_COST + codes)

    def _numbers_of(self, facet: str) -> NDArray[np.int64] | None:
        return self.facets.get(facet, np.zeros(0, np.int64)) if facet else None

    def _padded(self, inside: NDArray[np.bool_]) -> Bits:
        whole = np.zeros(_BLOCK * len(self.blocks), np.bool_)
        whole[: len(inside)] = inside
        return _packed(whole)

    def _by_bits(self, chosen: Bits, numbers: NDArray[np.int64] | None) -> NDArray[np.int64]:
        wanted = len(self.table.terms) if numbers is None else len(numbers)
        counted = np.zeros(wanted, np.int64)
        # Memory that is asked for once stays in the processor's cache.
        both = np.empty((wanted, _WORDS), np.uint64)
        ones = np.empty((wanted, _WORDS), np.uint8)
        for block, bits in zip(self.blocks, chosen.reshape(-1, _WORDS), strict=True):
            if not bits.any():
                continue
            if numbers is None:
                there: Any = slice(len(block))
            else:
                there = np.flatnonzero(numbers < len(block))
                block = block[numbers[there]]
            many = len(block)
            np.bitwise_and(block, bits, out=both[:many])
            np.bitwise_count(both[:many], out=ones[:many])
            counted[there] += ones[:many].sum(axis=1, dtype=np.uint16)  # no more than a block's rows
        return counted

    def _told(self, counted: NDArray[Any], numbers: NDArray[np.int64] | None) -> dict[str, dict[str, int]]:
        there = np.flatnonzero(counted)
        named = there if numbers is None else numbers[there]
        found: dict[str, dict[str, int]] = {}
        for at, many in zip(named.tolist(), counted[there].tolist(), strict=True):
            facet, code = self._split[at]
            found.setdefault(facet, {})[code] = many
        return found

    @cached_property
    def _split(self) -> list[tuple[str, str]]:
        """Each term's facet and code."""
        return [(facet, code) for facet, _, code in (term.partition("=") for term in self.table.terms)]


def size(chosen: Bits) -> int:
    """How many rows are chosen."""
    return int(np.bitwise_count(chosen).sum(dtype=np.int64))


def rows_of(chosen: Bits) -> Rows:
    """The chosen rows, rising."""
    is_there = chosen != 0
    if np.count_nonzero(is_there) * 2 > len(chosen):
        return np.flatnonzero(np.unpackbits(chosen.view(np.uint8), bitorder="little").view(np.bool_))
    there = np.flatnonzero(is_there)
    inside = np.flatnonzero(np.unpackbits(chosen[there].view(np.uint8), bitorder="little").view(np.bool_))
    found: Rows = there[inside >> 6] * 64 + (inside & 63)
    return found


def among(rows: Rows, chosen: Bits) -> NDArray[np.bool_]:
    """Which of these rows are among the chosen."""
    inside: NDArray[np.bool_] = (chosen[rows >> 6] >> (rows & 63).astype(np.uint64)) & np.uint64(1) != 0
    return inside


def _blocks(table: Table, whole: int) -> Iterator[Bits]:
    """The bits of all blocks after the first `whole`: one row of bits a term."""
    count = len(table.positions)
    sizes = table.sizes.astype(np.int64)
    ends = np.cumsum(sizes)
    for begin in range(whole * _BLOCK, count, _BLOCK):
        end = min(begin + _BLOCK, count)
        codes = table.codes[ends[begin] - sizes[begin] : ends[end - 1]]
        dense = np.zeros((len(table.terms), _BLOCK), np.bool_)
        dense[codes, np.repeat(np.arange(end - begin), sizes[begin:end])] = True
        yield _packed(dense)


def _lists(
    starts: NDArray[np.int64], sizes: NDArray[np.int64], codes: NDArray[Any], rows: Rows
) -> NDArray[Any]:
    """The codes of these rows, one row after the other."""
    many = sizes[rows]
    before = np.cumsum(many) - many
    return codes[np.repeat(starts[rows] - before, many) + np.arange(int(many.sum()))]


def _packed(bits: NDArray[np.bool_]) -> Bits:
    return np.packbits(bits, axis=-1, bitorder="little").view(np.uint64)

"""What a dry run shows: the first rows as they would be read, and what nothing reads."""

from collections import Counter
from collections.abc import Sequence
from dataclasses import dataclass
from itertools import islice

from closecall.public.exchange.rules import imported
from closecall.public.exchange.rules.imported import ImportedReport, Row
from closecall.public.exchange.rules.sources import Source
from closecall.public.taxonomy.rules.pack import Pack

_SHOWN = 3
_STORY_CHARACTERS = 200


@dataclass(frozen=True)
class Preview:
    """The first reports in our terms; per column, in how many rows nothing reads it.

    Shape: `uncoded` counts values without a code, by column; both are kept beside the report all the same.
    """

    reports: tuple[ImportedReport, ...] = ()
    unmapped: tuple[tuple[str, int], ...] = ()
    uncoded: tuple[tuple[str, int], ...] = ()

    def data(self) -> dict[str, object]:
        """For `--json`."""
        return {
            "first": [_shown(one) for one in self.reports],
            "unmapped_columns": dict(self.unmapped),
            "values_without_a_code": dict(self.uncoded),
        }

    def lines(self) -> list[str]:
        """For people."""
        found: list[str] = []
        for one in self.reports:
            codes = ", ".join(f"{facet}/{code}" for facet, code in one.codes) or "no codes"
            found += [f"  {one.foreign_id}, {one.period or 'no period'}: {one.title}", f"    {codes}"]
        if self.unmapped:
            columns = ", ".join(f"{column} ({rows})" for column, rows in self.unmapped)
            found.append(f"  Columns that nothing reads, with rows; they are kept beside: {columns}")
        if self.uncoded:
            columns = ", ".join(f"{column} ({values})" for column, values in self.uncoded)
            found.append(f"  Values that have no code, by column; they are kept beside: {columns}")
        return found


def preview(rows: Sequence[Row], source: Source, pack: Pack) -> Preview:
    """Look at what would be imported, without importing it."""
    merged = imported.merge_all(rows)
    read = source.reads(pack)
    unmapped: Counter[str] = Counter()
    for row in rows:
        unmapped.update(column for column in row.cells if column not in read)
    uncoded: Counter[str] = Counter()
    for report in source.compose(merged.values(), pack):
        uncoded.update({c: len(v) for c, v in report.extra.items() if c in read})
    first = source.compose(islice(merged.values(), _SHOWN), pack)
    return Preview(tuple(first), tuple(unmapped.most_common()), tuple(uncoded.most_common()))


def _shown(one: ImportedReport) -> dict[str, object]:
    return {
        "number": one.foreign_id,
        "period": one.period,
        "title": one.title,
        "synopsis": one.synopsis,
        "story": one.story[:_STORY_CHARACTERS],
        "codes": [f"{facet}/{code}" for facet, code in one.codes],
        "kept_beside": {column: list(values) for column, values in one.extra.items()},
    }

"""Import other systems' reports.

`import_files` is what `closecall import asrs|safenet|csv FILE… [--mapping FILE] [--dry-run]` calls. Imports
are published with the instance's signature and the origin "import", which nothing can ever turn into an own
report.
"""

import gc
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, field, replace
from itertools import islice
from pathlib import Path

from django.db import transaction

from closecall.errors import BadInput, NotFound
from closecall.public.exchange import queries
from closecall.public.exchange.models import ImportedRecord
from closecall.public.exchange.rules import imported, mapped, previewing, releasing, table
from closecall.public.exchange.rules.imported import Merged, RefusedRow
from closecall.public.exchange.rules.previewing import Preview
from closecall.public.exchange.rules.sources import ASRS, SAFENET, Source, by_mapping
from closecall.public.library import actions as library
from closecall.public.library.actions import Published
from closecall.public.library.rules.report import ReleasedText, check
from closecall.public.taxonomy.queries import pack as pack_named
from closecall.public.taxonomy.rules import reading
from closecall.site import rows

SOURCES: Mapping[str, Source] = {"asrs": ASRS, "safenet": SAFENET}

_BATCH = 1_000


@dataclass(frozen=True)
class ImportOutcome:
    """What an import did, in reports; `refused` names file, line and reason."""

    imported: int = 0
    unchanged: int = 0
    refused: tuple[RefusedRow, ...] = field(default=())
    preview: Preview | None = None

    def data(self) -> dict[str, object]:
        """For `--json`."""
        refused = [{"file": row.file, "line": row.line, "reason": row.reason} for row in self.refused]
        counts = {"imported": self.imported, "unchanged": self.unchanged, "refused": refused}
        return counts if self.preview is None else {**counts, "preview": self.preview.data()}

    def __add__(self, other: "ImportOutcome") -> "ImportOutcome":
        """Both together; what is shown is the first one's."""
        return ImportOutcome(
            self.imported + other.imported,
            self.unchanged + other.unchanged,
            (*self.refused, *other.refused),
            self.preview or other.preview,
        )


def import_files(
    kind: str, paths: Sequence[Path], dry_run: bool = False, *, mapping: Path | None = None
) -> ImportOutcome:
    """Import files from disk. A file that can't be opened is refused; the others are imported.

    Shape:  `kind` is asrs, safenet, or csv with a `mapping` file.
    Raises: BadInput for a kind that there is no reader for, or for csv without a mapping.
    """
    if kind == "csv":
        if mapping is None:
            raise BadInput("Importing csv needs --mapping FILE, which says what the columns mean.")
        source, faults = _described(mapping)
        if source is None:
            return ImportOutcome(refused=tuple(RefusedRow(mapping.name, 0, fault) for fault in faults))
    elif kind in SOURCES:
        source = SOURCES[kind]
    else:
        raise BadInput("Import asrs, safenet or csv.")
    files: list[tuple[str, bytes]] = []
    refused: list[RefusedRow] = []
    for path in paths:
        try:
            files.append((path.name, path.read_bytes()))
        except OSError:
            refused.append(RefusedRow(str(path), 0, "This file can't be opened."))
    return ImportOutcome(refused=tuple(refused)) + import_reports(files, source, dry_run=dry_run)


def _described(file: Path) -> tuple[Source | None, Sequence[str]]:
    """The source that a mapping file describes, or what is wrong with it."""
    try:
        mapping = reading.read(file, mapped.Mapping)
        faults = mapped.misfits(mapping, pack_named(mapping.pack))
    except reading.PackError as wrong:
        return None, wrong.faults
    except NotFound:
        return None, ["pack: there is no pack of that name. Name an installed one."]
    return (None, faults) if faults else (by_mapping(mapping), [])


def import_reports(
    files: Iterable[tuple[str, bytes]], source: Source, *, dry_run: bool = False
) -> ImportOutcome:
    """Publish what the files hold, joined by report; what is there already stays untouched.

    Shape:   (name, bytes) of each file; their order makes no difference. A row that can't be taken is
             refused and named. Batches are whole or absent: whatever breaks one loses none before it.
    """
    read: list[imported.Row] = []
    refused: list[RefusedRow] = []
    for name, raw in files:
        found = source.read(table.decode(raw), name)
        read.extend(found.rows)
        refused.extend(found.refused)
    merged = iter(imported.merge_all(read).values())
    shown = previewing.preview(read, source, pack_named(source.pack)) if dry_run else None
    done = ImportOutcome(refused=tuple(refused), preview=shown)
    gc.freeze()  # what was read stays until the end: the collector needn't look through it again and again
    try:
        while batch := list(islice(merged, _BATCH)):
            done += _import_batch(batch, source, dry_run=dry_run)
    finally:
        gc.unfreeze()
    return replace(done, refused=tuple(sorted(done.refused, key=lambda row: (row.file, row.line))))


def _import_batch(batch: Sequence[Merged], source: Source, *, dry_run: bool) -> ImportOutcome:
    """One transaction: the texts in the library and the records beside them, or neither."""
    known = queries.known(source.kind, (merged.row.foreign_id for merged in batch))
    joined: list[Merged] = []
    fresh: set[str] = set()
    for merged in batch:
        kept = known.get(merged.row.foreign_id)
        both = merged if kept is None else imported.merge(kept[1], merged)
        joined.append(both)
        if kept is None or both != kept[1]:
            fresh.add(merged.row.foreign_id)
    texts = _released(joined, known, source)
    refused: list[RefusedRow] = []
    if dry_run:
        refused = _take_out_unfit(texts, batch)
        fresh &= texts.keys()
        return ImportOutcome(len(fresh), len(texts) - len(fresh), tuple(refused))
    with transaction.atomic(using=queries.database()):
        try:
            published = _publish(texts, source)
        except BadInput:  # rare: the texts are looked at one by one only when one of them doesn't fit
            refused = _take_out_unfit(texts, batch)
            published = _publish(texts, source)
        fresh &= texts.keys()
        records = (
            (source.kind, foreign_id, texts[foreign_id].public_id, merged.data())
            for merged in joined
            if (foreign_id := merged.row.foreign_id) in fresh
        )
        rows.insert(
            ImportedRecord,
            ("kind", "foreign_id", "public_id", "record"),
            records,
            using=queries.database(),
            unique=("kind", "foreign_id"),
            update=("record",),
        )
    # A new value beside the old one changes the record and not the text; a new pack, the text alone.
    changed = max(len(fresh), published.new + published.changed)
    return ImportOutcome(changed, len(texts) - changed, tuple(refused))


def _publish(texts: Mapping[str, ReleasedText], source: Source) -> Published:
    return library.publish_as_instance(texts.values(), origin="import", source_label=source.label)


def _take_out_unfit(texts: dict[str, ReleasedText], batch: Sequence[Merged]) -> list[RefusedRow]:
    """Take out what the library would refuse, and name the rows that it came from."""
    came_from = {merged.row.foreign_id: merged.row for merged in batch}
    refused: list[RefusedRow] = []
    for foreign_id, text in list(texts.items()):
        try:
            check(text, "import")
        except BadInput as refusal:
            row = came_from[foreign_id]
            refused.append(RefusedRow(row.file, row.line, refusal.sentence))
            del texts[foreign_id]
    return refused


def _released(
    joined: Sequence[Merged], known: Mapping[str, tuple[str, Merged]], source: Source
) -> dict[str, ReleasedText]:
    """The texts by foreign id, each under an id of its own."""
    pack = pack_named(source.pack)
    ids = _identified([merged.row.foreign_id for merged in joined], known, source.kind)
    return {
        report.foreign_id: releasing.release(
            report, public_id=ids[report.foreign_id], pack_version=pack.version, number=source.number
        )
        for report in source.compose(joined, pack)
    }


def _identified(
    foreign_ids: Sequence[str], known: Mapping[str, tuple[str, Merged]], kind: str
) -> dict[str, str]:
    """A public id for each: the one that it has, else the first of its own that nobody else has."""
    ids = {one: known[one][0] for one in foreign_ids if one in known}
    waiting = [one for one in foreign_ids if one not in ids]
    attempt = 0
    while waiting:
        drawn = {one: releasing.public_id(kind, one, attempt) for one in waiting}
        used = queries.taken(drawn.values()) | set(ids.values())
        for one, public_id in drawn.items():
            if public_id not in used:
                ids[one] = public_id
                used.add(public_id)
        waiting = [one for one in waiting if one not in ids]
        attempt += 1
    return ids

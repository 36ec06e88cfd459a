"""Import other systems' reports.

`import_files` is what `closecall import asrs|safenet FILE… [--dry-run]` calls. Imports are published with
the instance's signature and the origin "import", which nothing can ever turn into an own report.
"""

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, field
from itertools import islice
from pathlib import Path

from django.db import transaction

from closecall.errors import BadInput
from closecall.public.exchange import queries
from closecall.public.exchange.models import ImportedRecord
from closecall.public.exchange.rules import asrs, imported, releasing, safenet, table
from closecall.public.exchange.rules.imported import ImportedReport, Kind, Merged, RefusedRow
from closecall.public.library import actions as library
from closecall.public.library.rules.report import ReleasedText, check
from closecall.public.taxonomy.queries import pack as pack_named
from closecall.public.taxonomy.rules.pack import Pack

KINDS: tuple[Kind, ...] = ("asrs", "safenet")

_BATCH = 1_000
_PACKS: Mapping[Kind, str] = {"asrs": "aviation", "safenet": "wildland_fire"}


@dataclass(frozen=True)
class ImportOutcome:
    """What an import did, in reports; `refused` names file, line and reason."""

    imported: int = 0
    unchanged: int = 0
    refused: tuple[RefusedRow, ...] = field(default=())

    def data(self) -> dict[str, object]:
        """For `--json`."""
        refused = [{"file": row.file, "line": row.line, "reason": row.reason} for row in self.refused]
        return {"imported": self.imported, "unchanged": self.unchanged, "refused": refused}


def import_files(kind: str, paths: Sequence[Path], dry_run: bool = False) -> ImportOutcome:
    """Import files from disk. A file that can't be opened is refused; the others are imported.

    Raises: BadInput for a kind that there is no reader for.
    """
    known = next((one for one in KINDS if one == kind), None)
    if known is None:
        raise BadInput("Import asrs or safenet.")
    files: list[tuple[str, bytes]] = []
    refused: list[RefusedRow] = []
    for path in paths:
        try:
            files.append((path.name, path.read_bytes()))
        except OSError:
            refused.append(RefusedRow(str(path), 0, "This file can't be opened."))
    outcome = import_reports(files, known, dry_run=dry_run)
    return ImportOutcome(outcome.imported, outcome.unchanged, (*refused, *outcome.refused))


def import_reports(files: Iterable[tuple[str, bytes]], kind: Kind, *, dry_run: bool = False) -> ImportOutcome:
    """Publish what the files hold, joined by report; what is there already stays untouched.

    Shape:   (name, bytes) of each file; their order makes no difference. A row that can't be taken is
             refused and named. Batches are whole or absent: whatever breaks one loses none before it.
    """
    read = asrs.read if kind == "asrs" else safenet.read
    rows: list[imported.Row] = []
    refused: list[RefusedRow] = []
    for name, raw in files:
        found = read(table.decode(raw), name)
        rows.extend(found.rows)
        refused.extend(found.refused)
    merged = iter(imported.merge_all(rows).values())
    done = ImportOutcome(refused=tuple(refused))
    while batch := list(islice(merged, _BATCH)):
        one = _import_batch(batch, kind, pack_named(_PACKS[kind]), dry_run=dry_run)
        done = ImportOutcome(
            done.imported + one.imported, done.unchanged + one.unchanged, (*done.refused, *one.refused)
        )
    return done


def _import_batch(batch: Sequence[Merged], kind: Kind, pack: Pack, *, dry_run: bool) -> ImportOutcome:
    """One transaction: the texts in the library and the records beside them, or neither."""
    known = queries.known(kind, (merged.row.foreign_id for merged in batch))
    joined: list[Merged] = []
    fresh: set[str] = set()
    for merged in batch:
        kept = known.get(merged.row.foreign_id)
        both = merged if kept is None else imported.merge(kept[1], merged)
        joined.append(both)
        if kept is None or both != kept[1]:
            fresh.add(merged.row.foreign_id)
    read = asrs.compose_all if kind == "asrs" else safenet.compose_all
    label = asrs.SOURCE_LABEL if kind == "asrs" else safenet.SOURCE_LABEL
    texts, refused = _released(read(joined, pack), known, pack)
    fresh &= texts.keys()
    if dry_run:
        return ImportOutcome(len(fresh), len(texts) - len(fresh), tuple(refused))
    with transaction.atomic(using=queries.database()):
        published = library.publish_as_instance(texts.values(), origin="import", source_label=label)
        ImportedRecord.objects.bulk_create(
            [
                ImportedRecord(
                    kind=kind,
                    foreign_id=merged.row.foreign_id,
                    public_id=texts[merged.row.foreign_id].public_id,
                    record=merged.data(),
                )
                for merged in joined
                if merged.row.foreign_id in fresh
            ],
            update_conflicts=True,
            unique_fields=["kind", "foreign_id"],
            update_fields=["record"],
        )
    # A new value beside the old one changes the record and not the text; a new pack, the text alone.
    changed = max(len(fresh), published.new + published.changed)
    return ImportOutcome(changed, len(texts) - changed, tuple(refused))


def _released(
    reports: Iterable[ImportedReport], known: Mapping[str, tuple[str, Merged]], pack: Pack
) -> tuple[dict[str, ReleasedText], list[RefusedRow]]:
    """The texts by foreign id, each under an id of its own; and what the library would refuse."""
    reports = list(reports)
    wanted = {
        report.foreign_id: (known[report.foreign_id][0] if report.foreign_id in known else "")
        for report in reports
    }
    first = {one: releasing.public_id(reports[0].kind, one) for one, drawn in wanted.items() if not drawn}
    used = queries.taken(first.values()) | {drawn for drawn in wanted.values() if drawn}
    texts: dict[str, ReleasedText] = {}
    refused: list[RefusedRow] = []
    for report in reports:
        drawn, attempt = wanted[report.foreign_id] or first[report.foreign_id], 0
        while not wanted[report.foreign_id] and (drawn in used or (attempt and queries.taken([drawn]))):
            attempt += 1
            drawn = releasing.public_id(report.kind, report.foreign_id, attempt)
        used.add(drawn)
        text = releasing.release(report, public_id=drawn, pack_version=pack.version)
        try:
            check(text, "import")
        except BadInput as refusal:
            refused.append(RefusedRow(text.source, 0, refusal.sentence))
        else:
            texts[report.foreign_id] = text
    return texts, refused

"""Write the library out: what `closecall export reports|codes --format csv|jsonl --out FILE` calls."""

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import cast
from urllib.parse import parse_qs

from django.conf import settings

from closecall.errors import BadInput
from closecall.public.exchange import queries
from closecall.public.exchange.rules import exporting
from closecall.public.exchange.rules.exporting import Exported, Format
from closecall.public.library import queries as library
from closecall.public.library.rules.query import read
from closecall.public.library.rules.tables import CAVEAT
from closecall.public.taxonomy.queries import pack as pack_named
from closecall.public.taxonomy.rules.pack import Facet

_AT_ONCE = 500
_MOST = 10_000_000


@dataclass(frozen=True)
class ExportOutcome:
    """What was written, in reports and rows, and where: the file, and the codebook beside it."""

    reports: int
    rows: int
    files: tuple[Path, ...]

    def data(self) -> dict[str, object]:
        """For `--json`."""
        files = [str(file) for file in self.files]
        return {"reports": self.reports, "rows": self.rows, "files": files, "caveat": CAVEAT}


def export(what: str, *, form: str, out: Path, query: str = "") -> ExportOutcome:
    """Write published reports, or their codes, to a file, and the codebook beside it.

    Shape:  `what` is reports or codes; `form` csv or jsonl. `query` is what stands behind the question mark
            of a search's address ("q=belt&weather=rain"), or plain words; "" exports everything.
    Raises: BadInput; IndexDamaged when a query finds no index.
    """
    if what not in ("reports", "codes") or form not in ("csv", "jsonl"):
        raise BadInput("Export reports or codes, as csv or jsonl.")
    shape = cast("Format", form)
    ids = _asked(query)
    packs = {one.text.pack for one in _read(ids)}
    book = out.with_name(f"{out.stem}.codebook{out.suffix}")
    told = exporting.Book(book.name, f"{settings.PUBLIC_URL}/api/v1/packs/")
    if what == "codes":
        rows = exporting.code_rows(_read(ids), pack_named, told)
    else:
        facets = dict.fromkeys(facet.key for name in sorted(packs) for facet in _shown(name))
        rows = exporting.report_rows(_read(ids, whole=shape == "jsonl"), tuple(facets), shape, told)
    try:
        written = write_beside(out, exporting.lines(rows, shape))
        codes = exporting.codebook_rows(pack_named(name) for name in sorted(packs))
        write_beside(book, exporting.lines(codes, shape))
    except OSError:
        raise BadInput("The file can't be written. Check the folder and the space on the disk.") from None
    return ExportOutcome(reports=len(ids), rows=written, files=(out, book))


def _shown(name: str) -> list[Facet]:
    return [facet for facet in pack_named(name).facets if not facet.class_only]


def _asked(query: str) -> list[str]:
    if not query.strip():
        return library.every_public_id()
    parameters = parse_qs(query.lstrip("?")) if "=" in query else {"q": [query]}
    return library.matching_ids(read(parameters, library.facet_keys()), most=_MOST)


def _read(ids: Sequence[str], *, whole: bool = False) -> Iterator[Exported]:
    for start in range(0, len(ids), _AT_ONCE):
        chunk = ids[start : start + _AT_ONCE]
        records = queries.records(chunk) if whole else {}
        for one in library.reports(chunk):
            yield Exported(
                text=one.text,
                origin=one.origin,
                source_label=one.source_label,
                published_on=one.published_on.isoformat(),
                version=one.version,
                record=records.get(one.public_id),
            )


def write_beside(file: Path, lines: Iterator[str]) -> int:
    """Write beside the file, then take its place: a reader never meets half an export."""
    half = file.with_name(f".{file.name}.part")
    count = 0
    with half.open("w", encoding="utf-8", newline="") as stream:
        for line in lines:
            stream.write(line)
            count += 1
    half.replace(file)
    return count

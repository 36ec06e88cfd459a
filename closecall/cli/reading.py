"""What anyone may run on what anyone may read: import, export, search, reindex, brief; `deid`, `duplicates`."""

import argparse
import io
import sys
from pathlib import Path
from typing import IO

from closecall.cli.output import as_json, aside, command, wake
from closecall.errors import BadInput


def add(parts: object) -> None:
    """Add the library's commands."""
    bring = command(
        parts, "import", _import, says="Import another system's reports. A second import changes nothing."
    )
    bring.add_argument("kind", choices=["asrs", "safenet", "csv", "exchange"])
    bring.add_argument("files", nargs="+", type=Path, metavar="FILE")
    bring.add_argument("--mapping", type=Path, metavar="FILE", help="for csv: what its columns mean")
    bring.add_argument("--dry-run", action="store_true", help="only say what it would do")
    bring.add_argument("--json", action="store_true")
    out = command(
        parts,
        "export",
        _export,
        says="Write published reports, or their codes, with the codebook beside them.",
    )
    out.add_argument("what", choices=["reports", "codes", "exchange"])
    out.add_argument("--format", choices=["csv", "jsonl"], default="", help="for reports and codes")
    out.add_argument("--out", required=True, type=Path, metavar="FILE")
    out.add_argument("--query", default="", help="as in a search's address, or plain words")
    out.add_argument("--json", action="store_true")
    search = command(parts, "search", _search, says="Search the library.")
    search.add_argument("query", metavar="QUERY")
    search.add_argument("--facet", action="append", default=[], metavar="KEY=CODE")
    search.add_argument("--page", type=int, default=1)
    search.add_argument(
        "--meaning", action="store_true", help="also what is near in meaning, fused with words"
    )
    search.add_argument("--json", action="store_true")
    command(
        parts,
        "reindex",
        _reindex,
        says="Rebuild the search index and mend the vectors; the old index answers meanwhile.",
    )
    brief = command(parts, "brief", _brief, says="Write a published report as one page for roll call.")
    brief.add_argument("id", metavar="ID")
    brief.add_argument("--out", required=True, type=Path, metavar="FILE.pdf")
    brief.add_argument("--paper", choices=["letter", "a4"], default="letter")
    deid = command(
        parts, "deid", _deid, says="Find what could identify somebody. Needs no instance; writes nothing."
    )
    deid.add_argument("file", nargs="?", default="-", metavar="FILE|-")
    deid.add_argument("--jsonl", action="store_true", help='one {"id","text"} a line in, findings out')
    deid.add_argument("--only", choices=["rules", "all"], default="all", help="which voters (default: all)")

    twice = command(
        parts,
        "duplicates",
        _duplicates,
        says="Find reports that may tell of one event. Needs no instance; writes nothing.",
    )
    twice.add_argument("file", metavar="FILE|-", help='one {"id","text"} a line; "month" and "state" narrow')
    twice.add_argument("--jsonl", action="store_true", help="one line a report, with up to five candidates")


def _import(asked: argparse.Namespace) -> int:
    wake()
    if asked.kind == "exchange":
        return _import_exchange(asked)
    from closecall.public.exchange.actions.importing import import_files

    outcome = import_files(asked.kind, asked.files, asked.dry_run, mapping=asked.mapping)
    if asked.json:
        as_json(outcome.data())
    else:
        verb = "would be imported" if asked.dry_run else "imported"
        print(f"{outcome.imported} {verb}, {outcome.unchanged} unchanged, {len(outcome.refused)} refused.")
        for row in outcome.refused:
            place = f", line {row.line}" if row.line else ""
            print(f"  {row.file}{place}: {row.reason}")
        for line in outcome.preview.lines() if outcome.preview is not None else ():
            print(line)
    return 0 if not outcome.refused else 1


def _import_exchange(asked: argparse.Namespace) -> int:
    from closecall.public.exchange.actions import ExchangeOutcome, import_exchange

    done = ExchangeOutcome()
    for file in asked.files:
        done = done.with_more(import_exchange(file, dry_run=asked.dry_run))
    if asked.json:
        as_json(done.data())
    else:
        verb = "would be imported" if asked.dry_run else "imported"
        print(
            f"{done.imported} {verb}, {done.unchanged} unchanged, {done.withdrawn} withdrawn, "
            f"{done.joined} joined or parted, {len(done.refused)} refused."
        )
        for row in done.refused:
            print(f"  {row.file}, line {row.line}: {row.reason}")
    return 0 if not done.refused else 1


def _export(asked: argparse.Namespace) -> int:
    wake()
    from closecall.public.exchange.actions import export, export_exchange

    if asked.what == "exchange":
        if asked.format or asked.query:
            raise BadInput("The exchange is the whole library in one format: leave out --format and --query.")
        outcome = export_exchange(asked.out)
    else:
        outcome = export(asked.what, form=asked.format, out=asked.out, query=asked.query)
    if asked.json:
        as_json(outcome.data())
    else:
        files = ", ".join(str(file) for file in outcome.files)
        print(f"{outcome.reports} reports, {outcome.rows} rows: {files}")
    return 0


def _search(asked: argparse.Namespace) -> int:
    wake()
    from closecall.public.library import actions, queries
    from closecall.public.library.rules.query import read

    parameters: dict[str, list[str]] = {"q": [asked.query], "page": [str(asked.page)]}
    for pair in asked.facet:
        key, found, code = pair.partition("=")
        if not found or key not in queries.facet_keys():
            raise BadInput(f"There is no facet called {key!r}. A facet looks like: activity=traffic_stop")
        parameters.setdefault(key, []).append(code)
    actions.catch_up()
    page = queries.search(read(parameters, queries.facet_keys()), meaning=asked.meaning)
    rows = [
        {
            "id": result.report.public_id,
            "title": result.report.text.title,
            "lesson": result.report.text.lessons[0].text if result.report.text.lessons else "",
            **({"by": result.by or "words"} if asked.meaning else {}),
        }
        for result in page.results
    ]
    if asked.json:
        as_json({"total": page.total, "results": rows})
        return 0
    print(f"{page.total} reports" + (f", page {asked.page} of {page.pages}" if page.pages > 1 else ""))
    for row in rows:
        print(f"  {row['id']}  {row['title']}")
        if row["lesson"]:
            print(f"          {row['lesson']}")
    return 0


def _reindex(_asked: argparse.Namespace) -> int:
    wake()
    from closecall.public.library.actions import reindex, remake_vectors
    from closecall.text.meaning import NoModel

    print(f"The index holds {reindex()} reports.", flush=True)
    try:
        aside(f"{remake_vectors()} of them can be found by meaning.")
    except NoModel as refusal:
        aside(f"closecall: {refusal.sentence}")
        return 1
    return 0


def _brief(asked: argparse.Namespace) -> int:
    if asked.out.suffix.lower() != ".pdf":
        raise BadInput("A brief is written as .pdf.")
    wake()
    from closecall.public.training.queries import brief_pdf

    drawn = brief_pdf(asked.id, asked.paper)
    try:
        asked.out.write_bytes(drawn)
    except OSError:
        raise BadInput("The file can't be written. Check the folder and the space on the disk.") from None
    return 0


def _duplicates(asked: argparse.Namespace) -> int:
    from closecall.text.meaning import command as duplicates

    lines = (line.decode("utf-8", "replace") for line in _stream(asked.file))
    return (duplicates.jsonl if asked.jsonl else duplicates.plain)(lines, sys.stdout)


def _deid(asked: argparse.Namespace) -> int:
    from closecall.config import env
    from closecall.text.identifiers import DEFAULT_PIPELINE
    from closecall.text.identifiers import command as deid

    pipeline = env.text("CLOSECALL_PIPELINE", DEFAULT_PIPELINE)
    stream = _stream(asked.file)
    if asked.jsonl:
        lines = (line.decode("utf-8", "replace") for line in stream)
        return deid.jsonl(lines, sys.stdout, only=asked.only, pipeline=pipeline)
    text = stream.read().decode("utf-8", "replace")
    sys.stdout.write(deid.plain(text, only=asked.only, pipeline=pipeline))
    return 0


def _stream(file: str) -> IO[bytes]:
    """A named file or standard input, as bytes: a text's line ends are part of its offsets. Raises: BadInput."""
    if file == "-":
        return sys.stdin.buffer
    try:
        return io.BytesIO(Path(file).read_bytes())
    except OSError:
        raise BadInput("That file can't be read.") from None

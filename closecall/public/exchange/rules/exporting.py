"""Published reports as rows: one a report, or one an applied code; and the codebook that explains them."""

import csv
import io
import json
from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from typing import Literal

from closecall.public.library.rules.report import AppliedCode, ReleasedText, to_data
from closecall.public.library.rules.tables import CAVEAT, safe_cell
from closecall.public.taxonomy.rules.pack import Pack

Format = Literal["csv", "jsonl"]
Row = Mapping[str, object]


@dataclass(frozen=True)
class Exported:
    """One published report, and the row that it was imported from, if it was."""

    text: ReleasedText
    origin: str
    source_label: str
    published_on: str
    version: int
    record: Mapping[str, object] | None = None


@dataclass(frozen=True)
class Book:
    """Where what the keys mean is written: the file beside an export, and the address before a pack's name."""

    file: str = ""
    address: str = ""

    def of(self, text: ReleasedText) -> dict[str, object]:
        """The reference that every row carries, with the pack's version that its codes are of."""
        return {
            "pack": text.pack,
            "pack_version": text.pack_version,
            "file": self.file,
            "address": f"{self.address}{text.pack}",
        }


def report_rows(
    reports: Iterable[Exported], facets: Sequence[str], form: Format, book: Book = Book()
) -> Iterator[Row]:
    """One row a report. JSON Lines keeps it whole and exact; CSV puts each facet's codes into one cell.

    Every row says itself what counts of it can't tell, and where its keys are explained: rows get parted
    from their file.
    """
    for one in reports:
        if form == "jsonl":
            row: dict[str, object] = {
                "origin": one.origin,
                "source_label": one.source_label,
                "published_on": one.published_on,
                "version": one.version,
                "report": to_data(one.text),
                "caveat": CAVEAT,
                "codebook": book.of(one.text),
            }
            if one.record is not None:
                row["record"] = dict(one.record)
            yield row
        else:
            yield {**_head(one), **_told(one.text), **_by_facet(one.text, facets), **_foot(one, book)}


def code_rows(
    reports: Iterable[Exported], pack_named: Callable[[str], Pack], book: Book = Book()
) -> Iterator[Row]:
    """One row for each applied code, with its label; themes of lessons stand as facet "theme"."""
    for one in reports:
        pack = pack_named(one.text.pack)
        for applied in one.text.codes:
            yield {**_head(one), **_named(pack, applied), **_foot(one, book)}
        for lesson in one.text.lessons:
            if lesson.theme:
                label = next((t.label for t in pack.codebook.themes if t.key == lesson.theme), lesson.theme)
                yield {
                    **_head(one),
                    "facet": "theme",
                    "code": lesson.theme,
                    "state": "",
                    "facet_label": "Lesson",
                    "code_label": label,
                    "sentence": lesson.text,
                    **_foot(one, book),
                }


def codebook_rows(packs: Iterable[Pack]) -> Iterator[Row]:
    """One row for each code and theme: what the keys in an export mean; and first, what its counts can't tell."""
    yield {
        "pack": "",
        "pack_version": "",
        "facet": "",
        "code": "caveat",
        "facet_label": "",
        "code_label": "What counts can't tell",
        "definition": CAVEAT,
    }
    for pack in packs:
        head = {"pack": pack.key, "pack_version": pack.version}
        for facet in pack.facets:
            for code in facet.known():
                yield {
                    **head,
                    "facet": facet.key,
                    "code": code.key,
                    "facet_label": facet.label,
                    "code_label": code.label,
                    "definition": code.definition,
                }
        for theme in pack.codebook.themes:
            yield {
                **head,
                "facet": "theme",
                "code": theme.key,
                "facet_label": "Lesson",
                "code_label": theme.label,
                "definition": theme.description,
            }


def lines(rows: Iterable[Row], form: Format) -> Iterator[str]:
    """Spell rows out. CSV cells that a spreadsheet would run are guarded; JSON Lines are exact."""
    if form == "jsonl":
        for row in rows:
            yield json.dumps(row, ensure_ascii=False, sort_keys=True) + "\n"
        return
    buffer = io.StringIO(newline="")
    writer: csv.DictWriter[str] | None = None
    for row in rows:
        if writer is None:
            writer = csv.DictWriter(buffer, list(row))
            writer.writeheader()
        writer.writerow({name: safe_cell(str(value)) for name, value in row.items()})
        yield buffer.getvalue()
        buffer.seek(0)
        buffer.truncate()


def _head(one: Exported) -> dict[str, object]:
    return {
        "id": one.text.public_id,
        "period": one.text.period,
        "origin": one.origin,
        "source_label": one.source_label,
        "source": one.text.source,
        "pack": one.text.pack,
        "pack_version": one.text.pack_version,
        "published_on": one.published_on,
        "version": one.version,
    }


def _foot(one: Exported, book: Book) -> dict[str, object]:
    return {"risk_class": one.text.risk_class, "caveat": CAVEAT, "codebook": book.of(one.text)["address"]}


def _told(text: ReleasedText) -> dict[str, object]:
    return {
        "title": text.title,
        "content_note": text.content_note,
        "synopsis": text.synopsis,
        "narrative": text.narrative,
        "lessons": " | ".join(lesson.text for lesson in text.lessons),
        "theme": " ".join(dict.fromkeys(lesson.theme for lesson in text.lessons if lesson.theme)),
    }


def _by_facet(text: ReleasedText, facets: Sequence[str]) -> dict[str, object]:
    found: dict[str, list[str]] = {}
    for applied in text.codes:
        spelled = f"{applied.code}={applied.state}" if applied.state else applied.code
        found.setdefault(applied.facet, []).append(spelled)
    return {facet: " ".join(found.get(facet, ())) for facet in facets}


def _named(pack: Pack, applied: AppliedCode) -> dict[str, object]:
    known = pack.has(applied.facet, applied.code)
    return {
        "facet": applied.facet,
        "code": applied.code,
        "state": applied.state,
        "facet_label": pack.facet(applied.facet).label if known else applied.facet,
        "code_label": pack.code(applied.facet, applied.code).label if known else applied.code,
        "sentence": applied.sentence,
    }

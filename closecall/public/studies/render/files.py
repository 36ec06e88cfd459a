"""A published study as files: its record exactly, its lessons, its codebook, the numbers behind each figure."""

import csv
import io
import json
from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from typing import Any, Final

from closecall.public.library.rules.tables import CAVEAT, safe_cell
from closecall.public.studies.render import study as told
from closecall.public.studies.rules.citing import Cited, bibtex, csl
from closecall.public.studies.rules.standing import Standing, Supported, findings

_CSV: Final = "text/csv; charset=utf-8"


@dataclass(frozen=True)
class Written:
    """What a file is written from. `record` is what study.json holds; `descriptions` explain themes by key."""

    record: Mapping[str, Any]
    standing: Standing
    cited: Cited
    descriptions: Mapping[str, str]

    @property
    def content(self) -> Mapping[str, Any]:
        """The study itself."""
        found: Mapping[str, Any] = self.record["content"]
        return found


@dataclass(frozen=True)
class File:
    """One file: what it is, its type, what writes it."""

    label: str
    kind: str
    write: Callable[[Written], str]


def _table(rows: Callable[[Written], Iterable[Sequence[object]]]) -> Callable[[Written], str]:
    """A table whose every row says what counts of it can't tell; the first row are the heads."""

    def write(written: Written) -> str:
        out = io.StringIO()
        writer = csv.writer(out)
        for at, row in enumerate(rows(written)):
            cells = (safe_cell(one) if isinstance(one, str) else one for one in row)
            writer.writerow([*cells, "caveat" if at == 0 else CAVEAT])
        return out.getvalue()

    return write


def _lessons(written: Written) -> Iterator[Sequence[object]]:
    """A line a lesson. Its words stand only while its report is listed and reads as it did."""
    content = written.content
    labels = {row["key"]: row["label"] for row in content["themes"]}
    family = {row["key"]: row.get("family", "") for row in content["themes"]}
    yield ["lesson", "report", "theme", "label", "family", "proposed", "score", "second", "state", "words"]
    for row in content["lessons"]:
        one, theme = row["id"], row["theme"]
        key, score = row["proposed"][0] if row["proposed"] else ("", "")
        quoted = written.standing.words.get(one)
        second = content["second"].get(one, "")
        state = written.standing.state(one) or "as published"
        words = quoted.text if quoted else ""
        report = one.partition("/")[0]
        yield [
            one,
            report,
            theme,
            labels.get(theme, ""),
            family.get(theme, ""),
            key,
            score,
            second,
            state,
            words,
        ]


def _codebook(written: Written) -> Iterator[Sequence[object]]:
    """The themes as the study left them."""
    families = {row["key"]: row["label"] for row in written.content["families"]}
    yield ["key", "label", "family", "family_label", "description", "reports", "lessons"]
    for row in written.content["themes"]:
        family = row.get("family", "")
        described = written.descriptions.get(row["key"], "")
        yield [
            row["key"],
            row["label"],
            family,
            families.get(family, ""),
            described,
            row["reports"],
            row["lessons"],
        ]


def _support(rows: Iterable[Supported], whole: int) -> Iterator[Sequence[object]]:
    yield ["key", "label", "family", "reports", "of", "share", "low", "high", "lessons", "withdrawn_since"]
    for one in rows:
        share = (one.share.value, one.share.low, one.share.high)
        yield [one.key, one.label, one.family, one.reports, whole, *share, one.lessons, one.gone]


def _found(written: Written) -> Iterator[Sequence[object]]:
    families, _ = findings(written.content, written.standing)
    return _support(families, told.whole(written.content))


def _themes(written: Written) -> Iterator[Sequence[object]]:
    families, others = findings(written.content, written.standing)
    themes = [theme for one in families for theme in one.themes or (one,)]
    return _support([*themes, *others], told.whole(written.content))


def _saturation(written: Written) -> Iterator[Sequence[object]]:
    yield ["reports", "themes"]
    yield from enumerate(written.content["saturation"], start=1)


def _agreement(written: Written) -> Iterator[Sequence[object]]:
    yield ["of", "measure", "value", "low", "high", "lessons", "verdict"]
    judged = written.content["agreement"].get("judged", "")
    for one in told.agreed(written.content):
        spread = (one.interval.value, one.interval.low, one.interval.high)
        yield [one.of, one.measure, *(round(part, 4) for part in spread), judged, one.verdict]


def _decisions(written: Written) -> Iterator[Sequence[object]]:
    yield ["verb", "decisions", "lessons"]
    for verb in dict.fromkeys(row["verb"] for row in written.content["decisions"]):
        mine = [row for row in written.content["decisions"] if row["verb"] == verb]
        yield [verb, len(mine), sum(len(row["lessons"]) for row in mine)]


FILES: Final[Mapping[str, File]] = {
    "study.json": File(
        "The whole record, exactly",
        "application/json",
        lambda written: json.dumps(written.record, ensure_ascii=False),
    ),
    "lessons.csv": File("Every lesson with its theme", _CSV, _table(_lessons)),
    "codebook.csv": File("The themes as the study left them", _CSV, _table(_codebook)),
    "findings.csv": File("Support of the findings", _CSV, _table(_found)),
    "themes.csv": File("Support of the themes", _CSV, _table(_themes)),
    "saturation.csv": File("The saturation curve", _CSV, _table(_saturation)),
    "agreement.csv": File("Agreement of two coders", _CSV, _table(_agreement)),
    "decisions.csv": File("Decisions by kind", _CSV, _table(_decisions)),
    "cite.bib": File("BibTeX", "application/x-bibtex; charset=utf-8", lambda written: bibtex(written.cited)),
    "cite.json": File(
        "CSL-JSON",
        "application/vnd.citationstyles.csl+json",
        lambda written: json.dumps(csl(written.cited), ensure_ascii=False),
    ),
}

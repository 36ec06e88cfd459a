"""What of a published study still stands in the library, and its findings as they can be told today.

A study holds no words: they stay with their reports, so that what is withdrawn there is gone here at once. Its numbers
are those of the day it was made; what they count that has gone since is marked.
"""

from collections import Counter
from collections.abc import Iterable, Mapping
from dataclasses import dataclass, replace
from typing import Any

from closecall.public.studies.rules.intervals import Interval
from closecall.public.studies.rules.results import digest


@dataclass(frozen=True)
class Quoted:
    """A lesson in its own words, and where it comes from."""

    text: str
    public_id: str
    title: str


@dataclass(frozen=True)
class Shelved:
    """A report that is listed: its title, its origin, its lessons in order."""

    title: str
    origin: str
    lessons: tuple[str, ...]


@dataclass(frozen=True)
class Standing:
    """What of a study still stands.

    Shape: `listed` reports of the cohort, `gone` the others; `words` of the lessons that read as they did; `altered`
           lessons whose report is listed and reads otherwise now; `origins` counts the listed reports.
    """

    listed: frozenset[str]
    gone: frozenset[str]
    words: Mapping[str, Quoted]
    altered: frozenset[str]
    origins: Mapping[str, int]

    def state(self, lesson: str) -> str:
        """How a lesson stands: "", "altered" or "withdrawn"."""
        if lesson in self.words:
            return ""
        return "altered" if lesson in self.altered else "withdrawn"


@dataclass(frozen=True)
class Supported:
    """A theme, or a family of themes, with the distinct reports that bear it.

    Shape: `gone` of its reports are no longer listed; `quotes` are those that may still be read; `themes` are a
           family's, most reports first.
    """

    key: str
    label: str
    family: str
    reports: int
    lessons: int
    share: Interval
    gone: int
    quotes: tuple[Quoted, ...]
    themes: tuple["Supported", ...] = ()


def stand(content: Mapping[str, Any], shelf: Mapping[str, Shelved]) -> Standing:
    """Hold a study against the shelf as it is. Shape: `shelf` has the cohort's reports that are listed, by id."""
    words: dict[str, Quoted] = {}
    altered = set()
    for row in content["lessons"]:
        public_id, _, number = row["id"].partition("/")
        report = shelf.get(public_id)
        if report is None:
            continue
        at = int(number) - 1
        text = report.lessons[at] if at < len(report.lessons) else ""
        if digest(text) == row["digest"]:
            words[row["id"]] = Quoted(text, public_id, report.title)
        else:
            altered.add(row["id"])
    ids = frozenset(content["cohort"]["ids"])
    return Standing(
        listed=ids & shelf.keys(),
        gone=ids - shelf.keys(),
        words=words,
        altered=frozenset(altered),
        origins=Counter(one.origin for one in shelf.values()),
    )


def findings(
    content: Mapping[str, Any], standing: Standing
) -> tuple[tuple[Supported, ...], tuple[Supported, ...]]:
    """The families that some lesson belongs to, then the themes outside them; each most reports first.

    A study without families has its themes for findings.
    """
    family_of = {row["key"]: row.get("family", "") for row in content["themes"]}
    bearing: dict[str, set[str]] = {}
    for row in content["lessons"]:
        if row["theme"]:
            public_id = row["id"].partition("/")[0]
            bearing.setdefault(row["theme"], set()).add(public_id)
            bearing.setdefault(f"/{family_of.get(row['theme'], '')}", set()).add(public_id)
    themes = _ordered(
        _supported(row, len(bearing.get(row["key"], set()) & standing.gone), standing)
        for row in content["themes"]
        if row["lessons"]
    )
    families = []
    for row in content["families"]:
        if not row["lessons"]:
            continue
        mine = tuple(one for one in themes if one.family == row["key"])
        whole = _supported(row, len(bearing.get(f"/{row['key']}", set()) & standing.gone), standing)
        families.append(replace(whole, quotes=_dealt(mine), themes=mine))
    if not families:
        return themes, ()
    named = {one.key for one in families}
    return _ordered(families), tuple(one for one in themes if one.family not in named)


def _dealt(themes: tuple[Supported, ...]) -> tuple[Quoted, ...]:
    """The first quote of each theme, then the second of each: a family speaks with all its voices."""
    most = max((len(one.quotes) for one in themes), default=0)
    return tuple(one.quotes[at] for at in range(most) for one in themes if at < len(one.quotes))


def _supported(row: Mapping[str, Any], gone: int, standing: Standing) -> Supported:
    return Supported(
        key=row["key"],
        label=row["label"],
        family=row.get("family", ""),
        reports=row["reports"],
        lessons=row["lessons"],
        share=Interval(*row["share"]),
        gone=gone,
        quotes=tuple(standing.words[one] for one in row.get("quotes", ()) if one in standing.words),
    )


def _ordered(rows: Iterable[Supported]) -> tuple[Supported, ...]:
    return tuple(sorted(rows, key=lambda one: (-one.reports, -one.lessons, one.label)))

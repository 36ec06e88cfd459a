"""A published study in words: what was found, how it was made, how far two coders agree, what it can't say."""

from collections import Counter
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Any, Final

from closecall.public.studies.render import share_words
from closecall.public.studies.rules import figures
from closecall.public.studies.rules.agreement import FLAG, RELY
from closecall.public.studies.rules.figures import Bar
from closecall.public.studies.rules.intervals import Interval
from closecall.public.studies.rules.standing import Standing, Supported

_ORIGINS: Final = {
    "own": "shared here by officers",
    "import": "imported from other systems",
    "feed": "passed on by other libraries",
    "invented": "invented",
}
_VERBS: Final = {
    "name": ("theme named", "themes named"),
    "merge": ("theme merged into another", "themes merged into others"),
    "split": ("theme split off another", "themes split off others"),
    "move": ("move of lessons", "moves of lessons"),
}


@dataclass(frozen=True)
class Curve:
    """The saturation curve: a path in a box of 100 by 40, and what it ends at."""

    points: str
    last: str


@dataclass(frozen=True)
class Agreed:
    """One agreement of the coding with a second coder's. `x`, `low`, `high`: per cent of the axis from 0 to 1."""

    of: str
    measure: str
    interval: Interval
    verdict: str

    @property
    def words(self) -> str:
        """Its value with its interval."""
        return f"{self.interval.value:.2f} ({self.interval.low:.2f} to {self.interval.high:.2f})"

    @property
    def places(self) -> tuple[str, str, str]:
        """Value and bounds on an axis from 0 to 1, in per cent."""
        value, low, high = (
            f"{min(1.0, max(0.0, one)) * 100:.2f}"
            for one in (self.interval.value, self.interval.low, self.interval.high)
        )
        return value, low, high


def whole(content: Mapping[str, Any]) -> int:
    """What shares are shares of: the cohort's distinct events, its reports unless several tell of one."""
    cohort = content["cohort"]
    events = cohort.get("events") or {}
    return len({events.get(one, one) for one in cohort["ids"]})


def finding(supported: Sequence[Supported], whole: int) -> str:
    """What the support bears out, in one sentence."""
    rows = tuple(Bar(one.key, one.label, one.reports, one.share, "") for one in supported)
    return figures.finding(rows, whole)


def support_words(one: Supported) -> str:
    """The support of a finding, in a line; what has gone since is marked."""
    gone = f"; {one.gone} no longer in the library" if one.gone else ""
    return f"{_n(one.reports, 'report')}{gone}, {_n(one.lessons, 'lesson')}, {share_words(one.share)}"


def origin_words(standing: Standing) -> str:
    """Where the reports come from, in one sentence."""
    there = [(words, standing.origins[key]) for key, words in _ORIGINS.items() if standing.origins.get(key)]
    if not there:
        return "None of its reports is in the library any more."
    if len(there) == 1:
        words, n = there[0]
        said = f"All {n} reports are {words}" if n > 1 else f"Its one report is {words}"
        return said + (", for demonstration: nobody lived them." if words == "invented" else ".")
    told = [f"{n} reports are {words}" for words, n in there]
    return f"{', '.join(told[:-1])} and {told[-1]}."


def curve(saturation: Sequence[float]) -> Curve | None:
    """The curve's points; None for fewer than two reports."""
    if len(saturation) < 2:
        return None
    most = saturation[-1] or 1.0
    points = " ".join(
        f"{100 * at / (len(saturation) - 1):.2f},{40 - 38 * value / most:.2f}"
        for at, value in enumerate(saturation)
    )
    return Curve(points, f"{most:.0f}")


def curve_rows(saturation: Sequence[float]) -> list[tuple[int, str]]:
    """The curve as a table, ten lines at most and always the last."""
    step = max(1, len(saturation) // 9)
    places = sorted({*range(0, len(saturation), step), len(saturation) - 1}) if saturation else []
    return [(at + 1, f"{saturation[at]:.1f}") for at in places]


def unit(content: Mapping[str, Any]) -> str:
    """What support counts: "reports", or "events" where several reports tell of one."""
    return "events" if content["cohort"].get("events") else "reports"


def curve_finding(content: Mapping[str, Any]) -> str:
    """What the curve bears out: by when nine of ten themes were met."""
    saturation: Sequence[float] = content["saturation"]
    if not saturation:
        return ""
    n = next(at for at, value in enumerate(saturation, start=1) if value >= 0.9 * saturation[-1])
    return f"{n} of {len(saturation)} {unit(content)} meet nine of ten themes"


def agreed(content: Mapping[str, Any]) -> list[Agreed]:
    """Every agreement that the study says: of themes, then of families."""
    found = content.get("agreement") or {}
    return _agreed("Themes", found) + _agreed("Families", found.get("families") or {})


def _agreed(of: str, found: Mapping[str, Any]) -> list[Agreed]:
    verdict = str(found.get("verdict", ""))
    return [
        Agreed(of, name, Interval(*found[key]), verdict)
        for key, name in (("kappa", "Cohen’s κ"), ("alpha", "Krippendorff’s α"))
        if key in found
    ]


def agreement_words(content: Mapping[str, Any]) -> str:
    """Agreement in one sentence, or that nobody was asked."""
    found = content.get("agreement") or {}
    if not found:
        return "No second coder has coded these lessons, so how far two coders agree isn't known."
    rows = ", ".join(f"{one.of.lower()} {one.measure} {one.words}" for one in agreed(content))
    return (
        f"A second coder coded {found['judged']} of {len(content['lessons'])} lessons: {rows}. By the customary "
        f"thresholds ({RELY} reliable, {FLAG} tentative) the coding of themes is {found['verdict']}."
    )


def decided(content: Mapping[str, Any]) -> list[tuple[int, str]]:
    """How many decisions of each verb, and how many lessons ended elsewhere; nobody is named."""
    counts = Counter(str(row["verb"]) for row in content["decisions"])
    rows = [
        (n, _VERBS.get(verb, (verb, verb))[n != 1])
        for verb, n in sorted(counts.items(), key=lambda row: [*_VERBS, row[0]].index(row[0]))
    ]
    if not rows:
        return []
    moved, unsorted = content["moved"], content["unsorted"]
    rows.append((moved, f"of {_n(len(content['lessons']), 'lesson')} ended elsewhere than proposed"))
    if unsorted:
        rows.append((unsorted, f"lesson{_s(unsorted)} fitted no theme"))
    return rows


def method(content: Mapping[str, Any]) -> list[str]:
    """What was really done, written from the record; a paragraph each."""
    cohort, book = content["cohort"], content["codebook"]
    lessons, coders = len(content["lessons"]), {row["by"] for row in content["decisions"]}
    # "heron, a language model": what somebody is belongs to the method, the name doesn't.
    roles = sorted({role for one in coders if (role := one.partition(", ")[2])})
    log = f", frozen at entry {cohort['seq']} of the publication log" if "seq" in cohort else ", frozen"
    said = [
        f"The cohort is every report that one search of the library found: {_n(len(cohort['ids']), 'report')} with "
        f"{_n(lessons, 'lesson')}{log}."
        + (f" They tell of {whole(content)} events: support counts events." if cohort.get("events") else ""),
        f"A machine ({content['model']}) compared each lesson with the themes of the codebook {book['key']}, version "
        f"{book['version']}, and proposed the nearest; what was near to none stayed unsorted.",
    ]
    if coders:
        n, who = len(content["decisions"]), f" ({' and '.join(roles)})" if roles else ""
        said.append(
            f"{_n(len(coders), 'coder')}{who} then took {_n(n, 'decision')}, and {content['moved']} of {lessons} "
            f"lessons ended elsewhere than the machine had put them; {content['unsorted']} stayed unsorted."
        )
    else:
        said.append(
            "Nobody has gone over the proposal, so read it as a machine’s; "
            f"{_n(content['unsorted'], 'lesson')} stayed unsorted."
        )
    held = (content.get("proposal") or {}).get("five_held", {}).get("families")
    if coders and held:
        said.append(
            f"Of the {held[1]} families with most reports, the machine’s first proposal held {held[0]}."
        )
    said.append(
        "Support counts distinct reports, not sentences, with Wilson’s 95 % interval of their share. Quotes are the "
        "lesson nearest to a theme’s middle and those near to it that say something else."
    )
    if content.get("agreement"):
        said.append(
            "Intervals of agreement are bootstrap intervals; what is drawn again is the report, not the lesson."
        )
    return [" ".join(said), *content.get("notes", ())]


def caveats(content: Mapping[str, Any], standing: Standing) -> list[str]:
    """What this study can't say."""
    said = [
        "Reports are voluntary: these are counts of what was told, never rates or risks.",
        "The reports were chosen by what happened in them, so nothing here says how often it happens.",
        "One report can bear several lessons, so the shares don’t add up to 100 %."
        + ("" if content["cohort"].get("events") else " Several officers may tell of one event."),
    ]
    if standing.origins.get("invented"):
        said.append("What is invented says nothing about the world; it shows how a study is made.")
    if not content["decisions"]:
        said.append(
            "The themes are a machine’s proposal. A person has to read them before anybody relies on them."
        )
    verdict = str((content.get("agreement") or {}).get("verdict", ""))
    if verdict and verdict != "reliable":
        said.append(f"Two coders’ agreement on themes is {verdict}: hold small differences for nothing.")
    if standing.gone:
        said.append(gone_words(standing))
    if standing.altered:
        n = len(standing.altered)
        said.append(
            f"{_n(n, 'lesson')} {'were' if n != 1 else 'was'} reworded since; the study’s wording isn’t shown."
        )
    return said


def gone_words(standing: Standing) -> str:
    """What was withdrawn since."""
    n = len(standing.gone)
    if n == 1:
        return (
            "1 of these reports is no longer in the library. Its words are gone from here too; the counts are those "
            "of the day."
        )
    return (
        f"{n} of these reports are no longer in the library. Their words are gone from here too; the counts are those "
        "of the day."
    )


def _n(n: int, what: str) -> str:
    return f"{n} {what}{_s(n)}"


def _s(n: int) -> str:
    return "" if n == 1 else "s"

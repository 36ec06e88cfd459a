"""The invented library keeps the promises that make it believable and safe."""

import csv
import math
import re
import statistics
from collections import Counter, defaultdict
from collections.abc import Iterable
from functools import cache
from hashlib import sha256
from itertools import combinations
from pathlib import Path

import pytest

from closecall.public.exchange.actions.demonstration import PACKS, read_invented
from closecall.public.exchange.rules.invented import InventedReport, release
from closecall.public.library.rules.report import check
from closecall.public.taxonomy.queries import pack
from closecall.text import identifiers

FOLDER = PACKS / "law_enforcement" / "demo"
FIXTURES = Path(__file__).resolve().parents[1] / "fixtures"
REPORTS = {report.id: report for report in read_invented("law_enforcement")}
EVERY = pytest.mark.parametrize("report", REPORTS.values(), ids=REPORTS)


ROWS = {
    row.split()[0]: (row.split()[1], int(row.split()[2]), int(row.split()[3]))
    for row in (Path(__file__).parent / "matrix.txt").read_text("utf-8").splitlines()
}
"""What was planned for each: category, voice, number of lessons."""
BANDS = ((140, 179, 0.15), (180, 229, 0.30), (230, 289, 0.30), (290, 339, 0.17), (340, 380, 0.08))
NUMBERS = (
    "one|two|three|four|five|six|seven|eight|nine|ten|eleven|twelve|fifteen|twenty|thirty|forty|fifty|hundred"
)
EXACT = re.compile(
    rf"\b(?:{NUMBERS})[- ](?:hundred[- ])?(?:feet|foot|yards?|miles?|inch(?:es)?|pounds?|years? old|o'clock|mph)\b"
    r"|\b(?:January|February|April|June|July|August|September|October|November|December)\b"
    r"|\b(?:Mon|Tues|Wednes|Thurs|Fri|Satur|Sun)day\b"
    r"|\b(?:Glock|Colt|Ruger|Remington|Taser|Ford|Chevy|Toyota|Honda|Dodge|Nissan|Jeep|Harley)\b"
    r"|(?<!\bK)\d"
)
SLURS = frozenset(
    word
    for line in (
        "044eb98b1876 0ce875d62007 120f6e5b4ea3 12e6274e4309 158869a97379 16ea09fc78ca 1e02eec4f109",
        "22fc75e65a0e 333f76180929 45cd3e1bb472 566f532d486c 5b3ae48be122 886d51e97ad7 8f5083e3e5c7",
        "98b52c4b6b7d a7bf072c97a0 ad6cacf3af98 bb209d506bb8 c1cabb6f6e43 c3de533e9b7f cc02032349c8",
        "eef3bd091670 f9d0d9b18ae9",
    )
    for word in line.split()
)
"""The first twelve hex digits of their hashes, so that nobody has to read them."""
FORBIDDEN = (
    "little did i know", "time slowed", "split second", "went home safe", "stay vigilant", "chilling reminder",
    "anything but routine", "adrenaline surged", "chaos erupted", "testament to", "pivotal", "palpable",
    "situational awareness", "complacency",
)  # fmt: skip
REQUIRED = ("event", "activity", "setting", "light", "officers", "factors", "barriers", "outcome", "harm", "margin",
            "source", "definition")  # fmt: skip
STOP = frozenset(
    words
    for line in (
        "a an and are as at be been but by did do for from had has have he her him his i if in into is it its me my no",
        "not of off on or our out over she so than that the their them then there they this to up us was we were what",
        "when where which who will with would you your",
    )
    for words in line.split()
)


def words(text: str) -> list[str]:
    """Lower-case words, numbers masked."""
    return [
        re.sub(r"\d+", "0", word) for word in re.findall(r"[a-zà-ÿ0-9']+", text.lower().replace("’", "'"))
    ]


def grams(text: str, size: int) -> set[tuple[str, ...]]:
    """Every run of `size` words."""
    found = words(text)
    return {tuple(found[at : at + size]) for at in range(len(found) - size + 1)}


@cache
def five(number: str) -> frozenset[tuple[str, ...]]:
    """A report's 5-grams."""
    return frozenset(grams(REPORTS[number].narrative, 5))


def sentences(text: str) -> list[int]:
    """How many words each sentence has."""
    return [len(words(part)) for part in re.split(r"[.!?]+[\"”]?\s|\n", text) if words(part)]


def near(share: float, planned: float) -> bool:
    """Tell whether a share of the reports lies near the plan: within eight points, or two standard deviations."""
    return abs(share - planned) <= max(0.08, 2 * math.sqrt(planned * (1 - planned) / len(REPORTS)))


def share(hits: Iterable[object]) -> float:
    """The share of reports that are hit."""
    return sum(map(bool, hits)) / len(REPORTS)


def test_the_planned_reports_are_there() -> None:
    assert len(REPORTS) == 190
    assert {file.stem for file in FOLDER.glob("*.yaml")} == set(REPORTS) == set(ROWS)
    assert sum(report.category in {"MF", "FA", "UA", "AM"} for report in REPORTS.values()) == 93
    assert {report.voice for report in REPORTS.values()} == set(range(1, 13))
    assert len({report.title for report in REPORTS.values()}) == len(REPORTS)


@EVERY
def test_a_report_is_the_one_that_was_planned(report: InventedReport) -> None:
    assert (report.category, report.voice, len(report.lessons)) == ROWS[report.id]
    study = pack("law_enforcement").cohort("known_study")
    in_study = any(code.facet == study.facet and code.code in study.any_of for code in report.codes)
    assert in_study == (report.category in {"MF", "FA", "UA", "AM"})


@EVERY
def test_a_report_is_one_that_the_library_would_publish(report: InventedReport) -> None:
    check(release(report, pack="law_enforcement", version=pack("law_enforcement").version), "invented")
    assert report.invented is True


@EVERY
def test_codes_exist_and_rest_on_words_of_the_narrative(report: InventedReport) -> None:
    known = pack("law_enforcement")
    coded = {code.facet for code in report.codes}
    assert coded.issuperset(REQUIRED), set(REQUIRED) - coded
    for code in report.codes:
        assert known.has(code.facet, code.code), (code.facet, code.code)
        assert code.sentence in report.narrative
        assert code.sentence or code.code == "unknown" or code.facet in {"source", "definition"}
        states = {state.key for state in known.facet(code.facet).states}
        assert code.state in states if code.state else True
    for facet in known.facets:
        assert (
            facet.choose_max is None
            or sum(code.facet == facet.key for code in report.codes) <= facet.choose_max
        )
    assert len({(code.facet, code.code) for code in report.codes}) == len(report.codes)
    events = {code.code for code in report.codes if code.facet == "event"} - {"disarm_attempt"}
    assert sum(known.group_of("event", event) == "attack" for event in events) <= 1
    assert {lesson.theme for lesson in report.lessons} <= {theme.key for theme in known.codebook.themes}


@EVERY
def test_a_facet_that_opens_is_answered(report: InventedReport) -> None:
    coded = {code.facet for code in report.codes}
    events = {code.code for code in report.codes if code.facet == "event"}
    for facet in pack("law_enforcement").facets:
        when = facet.opens_when
        if facet.required and when is not None and when.facet in coded:
            opened = not when.any_of or events & set(when.any_of)
            assert facet.key in coded or not opened, facet.key


@EVERY
def test_lessons_speak_to_somebody_whom_the_codebook_knows(report: InventedReport) -> None:
    assert {lesson.audience for lesson in report.lessons} <= set(pack("law_enforcement").codebook.audiences)


@EVERY
def test_length_lessons_and_pauses_are_as_agreed(report: InventedReport) -> None:
    assert 140 <= len(words(report.narrative)) <= 380
    if report.voice != 7:  # who writes without full stops has no sentences to measure
        assert statistics.stdev(sentences(report.narrative)) >= 5
    assert 2 <= len(report.lessons) <= 4
    for lesson in report.lessons:
        assert 4 <= len(words(lesson.text)) <= 30
    assert len(report.pauses) <= 2
    for pause in report.pauses:
        assert report.narrative[: pause.at].rstrip().endswith(pause.after)
        assert pause.situation
        assert len(pause.questions) == 2


@EVERY
def test_a_pause_stands_near_the_middle(report: InventedReport) -> None:
    for pause in report.pauses:
        assert 0.395 <= pause.at / len(report.narrative) <= 0.655


@EVERY
def test_nothing_identifies_and_no_phrase_is_worn(report: InventedReport) -> None:
    texts = [report.title, report.synopsis, report.narrative, *(lesson.text for lesson in report.lessons)]
    texts += [question for pause in report.pauses for question in (pause.situation, *pause.questions)]
    for text in texts:
        found = identifiers.find(text)
        assert not found.spans, [text[span.start : span.end] for span in found.spans]
        assert not any(phrase in text.lower() for phrase in FORBIDDEN)
        assert not EXACT.search(text), EXACT.findall(text)
        assert not SLURS & {sha256(word.encode()).hexdigest()[:12] for word in words(text)}
    assert report.narrative.count("—") <= 1


def test_no_two_reports_tell_it_in_the_same_words() -> None:
    for one, other in combinations(REPORTS, 2):
        shared, all_grams = five(one) & five(other), five(one) | five(other)
        assert len(shared) / len(all_grams) <= 0.02, (one, other, sorted(shared)[:5])
    often = Counter(gram for number in REPORTS for gram in five(number))
    assert [
        gram for gram, count in often.items() if count > 3 and sum(word not in STOP for word in gram) > 1
    ] == []


def test_openings_and_endings_are_each_their_own() -> None:
    openings = [tuple(words(report.narrative)[:3]) for report in REPORTS.values()]
    endings = [tuple(words(report.narrative)[-5:]) for report in REPORTS.values()]
    assert len(set(openings)) == len(openings)
    assert len(set(endings)) == len(endings)
    first = Counter(opening[0] for opening in openings)
    assert first["i"] <= 0.38 * len(openings)
    assert all(count <= 0.15 * len(openings) for word, count in first.items() if word != "i"), first


def test_no_sentence_comes_from_a_real_report() -> None:
    real: set[tuple[str, ...]] = set()
    for file in FIXTURES.rglob("*.csv"):
        with file.open(encoding="utf-8", errors="replace", newline="") as stream:
            for row in csv.reader(stream, skipinitialspace=True):
                real.update(*(grams(cell, 8) for cell in row if len(cell) > 100))
    assert len(real) > 1000
    for report in REPORTS.values():
        assert not grams(report.narrative, 8) & real, report.id


def test_lessons_borrow_no_words_from_the_codebook() -> None:
    themes = pack("law_enforcement").codebook.themes
    theirs: set[tuple[str, ...]] = set()
    for theme in themes:
        for text in (theme.label, *theme.exemplars):
            theirs |= grams(text, 4)
    for report in REPORTS.values():
        for lesson in report.lessons:
            assert not grams(lesson.text, 4) & theirs, (report.id, grams(lesson.text, 4) & theirs)


def test_lengths_voices_and_pauses_spread_as_planned() -> None:
    lengths = [len(words(report.narrative)) for report in REPORTS.values()]
    for low, high, planned in BANDS:
        assert near(share(low <= length <= high for length in lengths), planned), (low, high)
    heard: dict[int, list[int]] = defaultdict(list)
    for report in REPORTS.values():
        heard[report.voice] += sentences(report.narrative)
    means = [statistics.mean(found) for found in heard.values()]
    assert max(means) - min(means) >= 6
    texts = [report.narrative for report in REPORTS.values()]
    assert near(share("i" not in words(text) for text in texts), 0.275)
    assert near(share("[" in text for text in texts), 0.5)
    assert near(share(report.source == "witness" for report in REPORTS.values()), 0.25)
    assert near(share(not report.pauses for report in REPORTS.values()), 0.25)
    assert near(share(len(report.pauses) == 2 for report in REPORTS.values()), 0.15)
    assert len({report.period for report in REPORTS.values()}) == 7
    lessons = [len(words(lesson.text)) for report in REPORTS.values() for lesson in report.lessons]
    assert 9 <= statistics.median(lessons) <= 16

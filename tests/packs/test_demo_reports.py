"""The invented library keeps the promises that make it believable and safe."""

import csv
import re
import statistics
from collections import Counter
from functools import cache
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


def test_the_first_forty_reports_are_there() -> None:
    assert len(REPORTS) == 40
    assert {file.stem for file in FOLDER.glob("*.yaml")} == set(REPORTS)
    assert {report.voice for report in REPORTS.values()} == set(range(1, 13))


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
        assert code.sentence or code.facet in {"source", "definition"}
        states = {state.key for state in known.facet(code.facet).states}
        assert code.state in states if code.state else True
    if "missed_firearm" in {code.code for code in report.codes}:
        assert {"weapon_place", "weapon_found"} <= coded
    themes = {theme.key for theme in known.codebook.themes}
    assert {lesson.theme for lesson in report.lessons} <= themes


@EVERY
def test_length_lessons_and_pauses_are_as_agreed(report: InventedReport) -> None:
    assert 140 <= len(words(report.narrative)) <= 390
    lengths = [len(words(part)) for part in re.split(r"[.!?]+[\"”]?\s|\n", report.narrative) if words(part)]
    if report.voice != 7:  # who writes without full stops has no sentences to measure
        assert statistics.stdev(lengths) >= 4.5
    assert 2 <= len(report.lessons) <= 4
    for lesson in report.lessons:
        assert 4 <= len(words(lesson.text)) <= 30
    for pause in report.pauses:
        assert 0.33 <= pause.at / len(report.narrative) <= 0.68
        assert report.narrative[: pause.at].rstrip().endswith(pause.after)
        assert len(pause.questions) == 2


@EVERY
def test_nothing_identifies_and_no_phrase_is_worn(report: InventedReport) -> None:
    texts = [report.title, report.synopsis, report.narrative, *(lesson.text for lesson in report.lessons)]
    texts += [question for pause in report.pauses for question in (pause.situation, *pause.questions)]
    for text in texts:
        found = identifiers.find(text)
        assert not found.spans, [text[span.start : span.end] for span in found.spans]
        assert not any(phrase in text.lower() for phrase in FORBIDDEN)
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

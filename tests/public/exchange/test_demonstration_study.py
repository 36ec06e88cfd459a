"""The demonstration's study: what the pack ships is what the machine and the recorded decisions make of the library."""

import csv
import hashlib
import json
from collections.abc import Callable
from dataclasses import replace
from datetime import date
from pathlib import Path
from typing import Any

import pytest
import yaml
from django.test import Client

from closecall.cli.main import main
from closecall.public.exchange.actions import demonstration, demonstration_study
from closecall.public.exchange.rules.invented import public_id
from closecall.public.library.actions import publish_as_instance
from closecall.public.library.queries import report
from closecall.public.studies import actions, queries
from closecall.public.studies.rules import results
from closecall.public.taxonomy.rules.loading import read_codebook

pytestmark = [
    pytest.mark.once,
    pytest.mark.django_db(databases=["default"], transaction=True),
    pytest.mark.urls("tests.public.library.public_urls"),
]
ROOT = Path(__file__).resolve().parents[3]
PACK = ROOT / "closecall/packs/law_enforcement"
FOLDER = PACK / "demo/studies/five-common-lessons"
TOLD = yaml.safe_load((FOLDER / "study.yaml").read_text("utf-8"))
SHIPPED: dict[str, Any] = json.loads((FOLDER / "content.json").read_text("utf-8"))


@pytest.fixture(autouse=True)
def library(settings, tmp_path: Path) -> None:
    """The invented reports, and nothing else."""
    settings.INDEX_PATH = tmp_path / "index"
    demonstration.publish_invented("law_enforcement")


def publish() -> tuple[str, ...]:
    return demonstration_study.publish_studies("law_enforcement", on=date(2026, 11, 1))


@pytest.fixture
def run(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> Callable[..., tuple[int, dict[str, Any]]]:
    """`closecall study run` on the published study's own cohort, as anybody may run it."""

    def ran(*more: str) -> tuple[int, dict[str, Any]]:
        out, book = str(tmp_path / "out"), str(PACK / "codebook.yaml")
        words = ["study", "run", "--query", TOLD["query"], "--codebook", book, "--out", out, "--json", *more]
        status = main(words)
        return status, json.loads(capsys.readouterr().out)

    return ran


def test_what_is_shipped_is_what_the_machine_and_the_recorded_decisions_make() -> None:
    book = read_codebook(PACK / "codebook.yaml")
    cohort = actions.freeze_cohort(queries.read_query(TOLD["query"]))
    content = actions.compose(
        cohort,
        actions.group_lessons(cohort, book),
        book,
        book_hash=hashlib.sha256((PACK / "codebook.yaml").read_bytes()).hexdigest(),
        title=TOLD["title"],
        question=TOLD["question"],
        decisions=results.read_decisions(yaml.safe_load((FOLDER / "decisions.yaml").read_text("utf-8"))),
        second=yaml.safe_load((FOLDER / "second.yaml").read_text("utf-8")),
        notes=TOLD["notes"],
    )
    made = json.loads(results.spell(content))
    shipped = {**SHIPPED, "cohort": {**SHIPPED["cohort"], "seq": cohort.frozen.seq}}
    assert results.differences(shipped, made) == [], "run bench/demonstration_study.py"


def test_the_study_run_repeats_every_published_number_and_a_changed_report_makes_it_fail(
    run: Callable[..., tuple[int, dict[str, Any]]],
) -> None:
    assert publish() == ("five-common-lessons",)
    status, said = run()
    assert (status, said["reports"], said["differences"]) == (0, 93, [])
    one = report(SHIPPED["cohort"]["ids"][0]).text
    lesson = replace(one.lessons[0], text="Bring bread.")
    changed = replace(one, lessons=(lesson, *one.lessons[1:]))
    publish_as_instance([changed], origin="invented", source_label="Demonstration")
    status, said = run()
    assert status == 1
    assert "cohort/fingerprint" in said["differences"]
    assert any(path.startswith("lessons/") and path.endswith("/digest") for path in said["differences"])


def test_the_five_common_lessons_are_the_five_with_most_reports() -> None:
    rows = sorted(SHIPPED["themes"], key=lambda row: -row["reports"])[:5]
    assert len(SHIPPED["cohort"]["ids"]) == 93
    assert {row["family"] for row in rows} == {"S1", "S2", "S3", "S4", "S5"}
    assert all(row["reports"] >= 20 and len(row["quotes"]) == 3 for row in rows)
    assert SHIPPED["agreement"]["judged"] == len(SHIPPED["lessons"])


def test_the_recorded_decisions_are_the_first_coders_and_nobody_elses() -> None:
    merged = {row["theme"]: row["into"] for row in SHIPPED["decisions"] if row["verb"] == "merge"}
    placed = {row["id"]: row["theme"] for row in SHIPPED["lessons"]}
    with (ROOT / "bench/lesson_codings.csv").open(encoding="utf-8", newline="") as stream:
        for row in csv.DictReader(stream):
            number, _, at = row["lesson"].partition(".")
            lesson = f"{public_id('law_enforcement', number)}/{at}"
            if lesson in placed:
                assert placed[lesson] == merged.get(row["first"], row["first"])
                assert SHIPPED["second"][lesson] == row["second"]


def test_published_again_it_stays_one_version_and_its_page_says_who_made_it(client: Client) -> None:
    assert publish() == publish() == ("five-common-lessons",)
    assert queries.study("five-common-lessons").versions == 1
    page = client.get("/studies/five-common-lessons/").content.decode()
    assert TOLD["title"] in page
    assert "a language model" in page


def test_a_library_that_reads_otherwise_gets_no_study_of_another() -> None:
    one = report(SHIPPED["cohort"]["ids"][0]).text
    publish_as_instance(
        [replace(one, narrative=f"{one.narrative} That is all.")],
        origin="invented",
        source_label="Demonstration",
    )
    assert publish() == ()

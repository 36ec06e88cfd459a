"""Studies: frozen, grouped, decided, published, repeated; and a changed report is noticed."""

import csv
import io
import json
from dataclasses import replace
from datetime import date
from pathlib import Path

import numpy as np
import pytest
from django.test import Client
from hypothesis import given
from hypothesis import strategies as st

from closecall.errors import BadInput
from closecall.public.library.actions import join_event, publish_as_instance, unpublish
from closecall.public.library.rules.report import Lesson, ReleasedText
from closecall.public.studies import actions, queries
from closecall.public.studies.models import StudyVersion
from closecall.public.studies.render.study import method
from closecall.public.studies.rules import board as boards
from closecall.public.studies.rules import results
from closecall.public.studies.rules.board import Board, Decision
from closecall.public.taxonomy.rules.codebook import Codebook
from tests.public.library.shelf import plain, publish_invented

pytestmark = [
    pytest.mark.django_db(databases=["default"], transaction=True),
    pytest.mark.urls("tests.public.library.public_urls"),
]
BOOK = Codebook.model_validate(
    {
        "key": "small-book",
        "version": 1,
        "parents": ({"key": "A", "label": "Look"}, {"key": "B", "label": "Wait"}),
        "themes": (
            {"key": "search", "label": "Search again", "description": "search", "parent": "A"},
            {"key": "scan", "label": "Keep scanning", "description": "scan", "parent": "A"},
            {"key": "wait", "label": "Ask and wait", "description": "wait", "parent": "B"},
        ),
    }
)
WORDS = ("search", "scan", "wait")
IDS = ("M7K2QA", "M7K2QB", "M7K2QC", "M7K2QD")
TOLD = (
    ("search him", "wait for two"),
    ("search the car", "scan the roof"),
    ("search it twice",),
    ("buy bread",),
)


def encode(text: str) -> np.ndarray[tuple[int], np.dtype[np.float32]]:
    """A model that knows three words."""
    counts = np.array([text.lower().count(word) for word in WORDS] + [0.1], np.float32)
    return counts / np.linalg.norm(counts)


def texts() -> list[ReleasedText]:
    return [
        plain(one, lessons=tuple(Lesson(f"I would {words}.") for words in told))
        for one, told in zip(IDS, TOLD, strict=True)
    ]


def composed(*decisions: Decision, second: dict[str, str] | None = None) -> dict[str, object]:
    cohort = actions.freeze_cohort(queries.read_query("?event=own_collision"))
    grouped = actions.group_lessons(cohort, BOOK, encode=encode)
    return actions.compose(
        cohort, grouped, BOOK, book_hash="h", title="Look twice", question="What did they learn?",
        decisions=decisions, second=second,
    )  # fmt: skip


MOVE = Decision("move", "heron", into="wait", lessons=("M7K2QB/2",))
MERGE = Decision("merge", "heron", theme="scan", into="search")
NAME = Decision("name", "heron", theme="search", label="Search, even after somebody else has")


def test_support_counts_distinct_reports_and_what_fits_nothing_stays_unsorted() -> None:
    publish_invented(*texts())
    content = composed()
    themes = {row["key"]: (row["reports"], row["lessons"]) for row in content["themes"]}  # type: ignore[attr-defined]
    assert themes == {"search": (3, 3), "scan": (1, 1), "wait": (1, 1)}
    families = {row["key"]: row["reports"] for row in content["families"]}  # type: ignore[attr-defined]
    assert families == {"A": 3, "B": 1}
    assert content["unsorted"] == 1


def test_support_counts_two_accounts_of_one_event_once_and_says_so() -> None:
    publish_invented(*texts())
    join_event("E1V2E3N4T5", IDS[:2])
    content = composed()
    themes = {row["key"]: (row["reports"], row["lessons"]) for row in content["themes"]}  # type: ignore[attr-defined]
    assert themes == {"search": (2, 3), "scan": (1, 1), "wait": (1, 1)}
    assert content["cohort"]["events"] == dict.fromkeys(IDS[:2], "E1V2E3N4T5")  # type: ignore[index]
    assert len(content["saturation"]) == 3  # type: ignore[arg-type]
    assert "support counts events" in str(method(content))


def test_one_account_alone_in_the_cohort_is_a_report_like_any_other() -> None:
    publish_invented(*texts(), plain("W9TTTT", codes=()))
    join_event("E1V2E3N4T5", [IDS[0], "W9TTTT"])
    assert "events" not in composed()["cohort"]  # type: ignore[operator]


def test_decisions_are_replayed_and_counted() -> None:
    publish_invented(*texts())
    content = composed(MOVE, MERGE, NAME)
    assert [row["label"] for row in content["themes"]] == [  # type: ignore[attr-defined]
        "Search, even after somebody else has", "Ask and wait",
    ]  # fmt: skip
    assert content["moved"] == 1
    with pytest.raises(BadInput):
        composed(MERGE, MERGE)


@given(st.lists(st.sampled_from(["a", "b", "c"]), min_size=1, max_size=12))
def test_no_decision_loses_a_lesson(placed: list[str]) -> None:
    start = Board({"a": "A", "b": "B", "c": "C"}, {f"L{at}": key for at, key in enumerate(placed)})
    first = start.members(placed[0])
    after = boards.replay(
        start,
        [
            Decision("split", "x", theme=placed[0], into="new", label="New", lessons=first[:1]),
            Decision("merge", "x", theme="b", into="new"),
            Decision("move", "x", into="", lessons=first[:1]),
        ],
    )
    assert set(after.placed) == set(start.placed)
    assert "b" not in after.labels
    assert all(key in after.labels or key == boards.UNSORTED for key in after.placed.values())


def test_what_fits_no_theme_is_grouped_for_reading() -> None:
    publish_invented(*texts())
    content = composed()
    assert content["residue"] == [["M7K2QD/1"]]
    assert content["proposal"] == {"unmoved": 6, "five_held": {"themes": [3, 3], "families": [2, 2]}}


SECOND = {
    "M7K2QA/1": "scan",
    "M7K2QA/2": "wait",
    "M7K2QB/1": "search",
    "M7K2QB/2": "scan",
    "M7K2QC/1": "search",
}


def test_a_merge_is_no_disagreement_with_a_second_coder_who_knew_the_codebook_only() -> None:
    publish_invented(*texts())
    apart = composed(second=SECOND)["agreement"]
    merged = composed(MERGE, second=SECOND)["agreement"]
    assert apart["kappa"][0] < 1 == merged["kappa"][0] == merged["alpha"][0]  # type: ignore[index]
    assert apart["families"]["kappa"][0] == 1  # type: ignore[index]
    assert merged["judged"] == 5  # type: ignore[index]


def test_what_was_split_off_counts_as_the_theme_it_came_from() -> None:
    publish_invented(*texts())
    split = Decision(
        "split", "heron", theme="search", into="search_cars", label="Search the car", lessons=("M7K2QB/1",)
    )
    content = composed(split, MERGE, second=SECOND)
    assert content["agreement"]["kappa"][0] == 1  # type: ignore[index]
    assert content["moved"] == 0


def test_the_same_study_again_has_the_same_hash_and_a_changed_report_another() -> None:
    publish_invented(*texts())
    first, again = composed(MOVE), composed(MOVE)
    assert results.content_hash(first) == results.content_hash(again)
    changed = replace(texts()[0], narrative="It was dry and the road was clear. My belt held.")
    publish_as_instance([changed], origin="invented", source_label="Demonstration")
    differ = results.differences(first, composed(MOVE))
    assert "cohort/fingerprint" in differ


def test_a_correction_makes_a_new_version_and_the_same_content_none() -> None:
    publish_invented(*texts())
    one = actions.publish_study("look-twice", composed(), on=date(2026, 11, 1))
    same = actions.publish_study("look-twice", composed(), on=date(2026, 11, 2))
    two = actions.publish_study("look-twice", composed(MOVE), on=date(2026, 11, 3))
    assert (one.version, same.version, two.version) == (1, 1, 2)
    assert queries.study("look-twice").version == 2
    assert queries.study("look-twice", 1).content["decisions"] == []


def test_the_page_shows_findings_quotes_method_agreement_and_hash(client: Client) -> None:
    publish_invented(*texts())
    content = composed(MOVE, second={"M7K2QA/1": "search", "M7K2QA/2": "wait", "M7K2QB/1": "wait"})
    actions.publish_study("look-twice", content, on=date(2026, 11, 1))
    page = client.get("/studies/look-twice/").content.decode()
    assert "I would search him." in page
    assert "1 coder then took 1 decision, and 1 of 6 lessons" in page
    assert "heron" not in page
    assert "κ" in page
    assert results.content_hash(content) in page
    assert "<script>" not in page and "style=" not in page
    assert "Look twice" in client.get("/studies/").content.decode()
    data = json.loads(client.get("/studies/look-twice.json").content)
    assert results.content_hash(data["content"]) == data["sha256"]
    rows = list(csv.DictReader(io.StringIO(client.get("/studies/look-twice.csv").content.decode())))
    assert [row["theme"] for row in rows] == ["search", "wait", "search", "wait", "search", ""]
    assert client.get("/studies/nothing/").status_code == 404


def test_words_of_a_report_that_was_taken_down_are_gone_from_its_study(client: Client) -> None:
    publish_invented(*texts())
    content = composed()
    actions.publish_study("look-twice", content, on=date(2026, 11, 1))
    assert "search him" not in results.spell(content)
    before = client.get("/studies/look-twice/")
    unpublish("M7K2QA", reason="warning")
    after = client.get("/studies/look-twice/", headers={"If-None-Match": before["ETag"]})
    assert after.status_code == 200
    assert "search him" not in after.content.decode()
    assert "1 of these reports is no longer in the library" in after.content.decode()
    assert "search him" not in client.get("/studies/look-twice.csv").content.decode()


def test_a_study_whose_row_was_altered_is_not_shown(client: Client) -> None:
    publish_invented(*texts())
    actions.publish_study("look-twice", composed(), on=date(2026, 11, 1))
    row = StudyVersion.objects.get()
    StudyVersion.objects.update(content=row.content.replace('"reports":3', '"reports":4'))
    assert client.get("/studies/look-twice/").status_code == 503


def test_an_empty_cohort_is_refused(tmp_path: Path) -> None:
    publish_invented(*texts())
    with pytest.raises(BadInput):
        actions.freeze_cohort(queries.read_query("?event=ambush"))

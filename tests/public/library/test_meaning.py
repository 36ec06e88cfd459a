"""Search by meaning: it adds to words and never changes them; a withdrawn report leaves it at once."""

import os
import subprocess
import sys
import threading
from collections.abc import Iterator
from pathlib import Path

import pytest
from django.conf import settings
from django.db import connections
from django.test import Client

from closecall.public.library import actions, queries
from closecall.public.library.models import PublicationLog
from closecall.public.library.queries import meaning as near
from closecall.public.library.rules.meaning import by_meaning, meant, words_alone
from closecall.public.library.rules.query import PAGE_ROWS, SearchRequest, parse, read
from closecall.public.library.rules.report import AppliedCode, Lesson
from closecall.text.meaning import MODEL, Model, NoModel
from tests.public.library.shelf import plain, publish_invented, told

ROOT = Path(__file__).resolve().parents[3]

pytestmark = [
    pytest.mark.once,
    pytest.mark.django_db(databases=["default"], transaction=True),
    pytest.mark.urls("tests.public.library.public_urls"),
]

STORIES = {
    "K2XPE7": ("The belt I nearly left off", "My belt held when the car left the icy road."),
    "R3WD9C": ("A pistol in the sock", "The first pat-down missed a handgun. It lay inside his left sock."),
    "TQ85HA": ("Nobody could hear me", "My radio had no signal in the basement and nobody came for a while."),
    "9FMB4Y": ("A loose dog", "A big dog ran out of the yard and bit my sleeve."),
}


@pytest.fixture
def shelf() -> Iterator[None]:
    publish_invented(
        *(
            plain(key, title=title, narrative=story, lessons=(Lesson("Take your time.", "", ""),))
            for key, (title, story) in STORIES.items()
        )
    )
    assert actions.make_vectors()
    MODEL.load()
    yield


def search(typed: str, **more: object) -> queries.SearchPage:
    return queries.search(SearchRequest(typed=typed, query=parse(typed), **more), meaning=True)  # type: ignore[arg-type]


def found(typed: str, **more: object) -> dict[str, str]:
    return {one.report.public_id: one.by for one in search(typed, **more).results}


@pytest.mark.usefixtures("shelf")
def test_what_words_miss_is_found_by_meaning_and_says_so(client: Client) -> None:
    page = search("concealed firearm")
    assert (page.total, page.near) == (0, 1)
    assert found("concealed firearm") == {"R3WD9C": "meaning"}
    shown = client.get("/reports/?q=concealed+firearm").content.decode()
    assert "0 reports" in shown and "<li>found by meaning</li>" in shown
    assert "No report holds all these words. This one is near in meaning." in shown
    assert "No report matches" in client.get("/reports/?q=zebra+flute").content.decode()


@pytest.mark.usefixtures("shelf")
def test_neighbours_in_meaning_come_with_a_way_to_what_words_would_find(client: Client) -> None:
    page = search("concealed handgun")
    assert page.total == 0 and page.near
    shown = client.get("/reports/?q=concealed+handgun").content.decode()
    assert "near in meaning" in shown
    assert 'Without “concealed” there is <a href="/reports/?q=handgun">1</a>.' in shown


@pytest.mark.usefixtures("shelf")
def test_totals_facets_and_files_are_of_words_alone(client: Client) -> None:
    with_meaning, words = search("handgun"), queries.search(read({"q": ["handgun"]}, set()))
    assert (with_meaning.total, with_meaning.counts) == (words.total, words.counts) == (1, words.counts)
    assert found("handgun")["R3WD9C"] == "both"
    assert client.get("/reports/.json?q=concealed+firearm").json()["results"] == []


@pytest.mark.usefixtures("shelf")
@pytest.mark.parametrize(
    "typed",
    ['"concealed firearm"', "firearm -dog", "firearm OR gun", "firear*", "title:firearm", "NOT firearm"],
)
def test_precise_questions_stay_with_words(typed: str) -> None:
    assert by_meaning(parse(typed)) == "" == words_alone(parse(typed))
    assert search(typed).near == 0
    assert set(found(typed).values()) <= {""}


@pytest.mark.usefixtures("shelf")
def test_words_alone_are_one_address_away() -> None:
    assert words_alone(parse("concealed firearm co-op")) == '"concealed" "firearm" "co-op"'
    assert search(words_alone(parse("icy road"))).total == search("icy road").total == 1


@pytest.mark.usefixtures("shelf")
def test_other_orders_stay_with_words() -> None:
    assert found("firearm", sort="new") == {}


def test_filters_hold_for_meaning_too() -> None:
    publish_invented(
        plain("K2XPE7", title="One", narrative="A handgun lay in his sock.", period="2026-Q1"),
        plain(
            "R3WD9C",
            title="Two",
            narrative="A handgun lay in his boot.",
            codes=(AppliedCode("event", "missed_firearm"),),
            period="2026-Q2",
        ),
    )
    actions.make_vectors()
    assert set(found("concealed firearm")) == {"K2XPE7", "R3WD9C"}
    assert set(found("concealed firearm", filters=(("event", ("missed_firearm",)),))) == {"R3WD9C"}
    quarter = 2026 * 4
    assert set(found("concealed firearm", first=quarter, last=quarter)) == {"K2XPE7"}
    assert found("concealed firearm", filters=(("event", ("nothing",)),)) == {}


@pytest.mark.usefixtures("shelf")
def test_filters_that_many_pass_are_asked_of_the_nearest(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(near, "_FEW", 0)
    assert set(found("concealed firearm", filters=(("event", ("own_collision",)),))) == {"R3WD9C"}
    assert found("concealed firearm", filters=(("event", ("missed_firearm",)),)) == {}


@pytest.mark.parametrize("gone", [actions.retract, actions.unpublish])
@pytest.mark.usefixtures("shelf")
def test_a_dropped_report_is_gone_from_vectors_at_once_in_every_process(gone) -> None:
    reader = near.Vectors.open(queries.vectors_path())
    assert reader.vector("R3WD9C") is not None
    gone("R3WD9C")
    assert reader.vector("R3WD9C") is None and "R3WD9C" not in reader.held()
    assert found("concealed firearm") == {}
    actions.make_vectors()
    actions.remake_vectors()
    assert reader.vector("R3WD9C") is None and reader.size == 3


@pytest.mark.usefixtures("shelf")
def test_a_dropped_report_is_not_found_even_when_its_vector_could_not_be_erased(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    monkeypatch.setattr("closecall.public.library.actions.indexing.drop_vectors", lambda: None)
    actions.retract("R3WD9C")
    assert queries.vectors().vector("R3WD9C") is not None
    assert found("concealed firearm") == {}
    assert "R3WD9C" not in {one.report.public_id for one in queries.similar("K2XPE7", n=9)}
    actions.make_vectors()
    assert queries.vectors().vector("R3WD9C") is None


@pytest.mark.usefixtures("shelf")
def test_a_process_that_started_before_sees_a_withdrawal_in_its_next_search() -> None:
    code = (
        "import sys, numpy as np\nfrom pathlib import Path\nfrom closecall.text.meaning import Vectors\n"
        "store = Vectors.open(Path(sys.argv[1]))\n"
        "for line in sys.stdin: print(int(store.vector('R3WD9C') is not None), store.size, flush=True)\n"
    )
    with subprocess.Popen(
        [sys.executable, "-c", code, str(queries.vectors_path())],
        stdin=subprocess.PIPE, stdout=subprocess.PIPE, text=True, env={**os.environ, "PYTHONPATH": str(ROOT)},
    ) as other:  # fmt: skip
        assert other.stdin is not None and other.stdout is not None
        other.stdin.write("?\n")
        other.stdin.flush()
        assert other.stdout.readline() == "1 4\n"
        actions.retract("R3WD9C")
        other.stdin.write("?\n")
        other.stdin.flush()
        assert other.stdout.readline() == "0 3\n"


@pytest.mark.usefixtures("shelf")
def test_replaying_the_log_changes_nothing_and_a_correction_is_read_anew() -> None:
    store = queries.vectors()
    before = {key: store.vector(key) for key in STORIES}
    publish_invented(plain("9FMB4Y", title="A loose horse", narrative="A horse ran over the road."))
    assert store.applied < PublicationLog.objects.count() and queries.meaning_lag() == 1
    assert actions.make_vectors() and actions.make_vectors()
    assert store.applied == PublicationLog.objects.count() == 5 and queries.meaning_lag() == 0
    assert store.size == 4
    for key, vector in before.items():
        assert vector is not None
        assert (store.vector(key) == vector).all() == (key != "9FMB4Y")


@pytest.mark.usefixtures("shelf")
def test_making_vectors_stops_when_its_time_is_up_and_goes_on_later(monkeypatch: pytest.MonkeyPatch) -> None:
    actions.remake_vectors()
    publish_invented(*(plain(key, title=f"Story {key}") for key in ("M7K2QF", "VH6N2R", "4T6CYW")))
    monkeypatch.setattr("closecall.public.library.actions.meaning._CHUNK", 1)
    assert not actions.make_vectors(seconds=1e-9)
    assert queries.vectors().size == 5
    assert actions.make_vectors()
    assert queries.vectors().size == 7


@pytest.mark.parametrize("damage", ["missing", "broken", "foreign"])
@pytest.mark.usefixtures("shelf")
def test_missing_broken_or_foreign_vectors_leave_words_and_are_made_anew(damage: str) -> None:
    path = queries.vectors_path()
    if damage == "missing":
        (path / "current.json").unlink()
    elif damage == "broken":
        (path / "current.json").write_text("{")
    else:
        near.Vectors.create(path, history="another library's")
    queries.forget_vectors()
    assert search("handgun").total == 1
    assert found("concealed firearm") == {}
    assert queries.meaning_lag() == 4
    assert len(queries.similar("R3WD9C")) <= 3
    assert actions.make_vectors()
    assert found("concealed firearm") == {"R3WD9C": "meaning"}


@pytest.mark.usefixtures("shelf")
def test_a_model_that_refuses_to_load_leaves_words(
    monkeypatch: pytest.MonkeyPatch, tmp_path: Path, client: Client
) -> None:
    broken = Model(tmp_path)
    monkeypatch.setattr(near, "MODEL", broken)
    monkeypatch.setattr("closecall.public.library.actions.meaning.MODEL", broken)
    for _ in range(2):
        page = search("handgun")
        assert (page.total, page.near, [one.by for one in page.results]) == (1, 0, [""])
    assert broken.refused
    assert client.get("/reports/?q=concealed+firearm").status_code == 200
    publish_invented(plain("M7K2QF", narrative="Another story."))
    with pytest.raises(NoModel):
        actions.make_vectors()
    assert search("story").total == 1


@pytest.mark.usefixtures("shelf")
def test_a_slow_model_does_not_hold_the_page(monkeypatch: pytest.MonkeyPatch) -> None:
    release = threading.Event()

    class Slow(Model):
        def load(self) -> None:
            release.wait(20)

    monkeypatch.setattr(near, "MODEL", Slow())
    monkeypatch.setattr(near, "_PATIENCE_SECONDS", 0.01)
    try:
        assert search("handgun").total == 1
    finally:
        release.set()


def test_no_page_waits_for_vectors_to_be_made(client: Client, monkeypatch: pytest.MonkeyPatch) -> None:
    def never(*_: object, **__: object) -> None:
        raise AssertionError("a page made a vector of a report")

    monkeypatch.setattr("closecall.public.library.actions.meaning._vector", never)
    publish_invented(*(plain(key) for key in STORIES))
    for address in ("/", "/reports/", "/reports/?q=belt", "/reports/K2XPE7/", "/topics/wear_belt/"):
        assert client.get(address).status_code == 200


def test_pages_of_a_fused_list_show_every_report_once() -> None:
    ids = [f"{a}{b}7K2Q" for a in "CDFGH" for b in "2346789CDF"]
    publish_invented(
        *(
            plain(
                key,
                title=f"Story {at}",
                narrative="The handgun was loaded." if at % 3 else "A pistol, loaded.",
            )
            for at, key in enumerate(ids)
        )
    )
    actions.make_vectors()
    MODEL.load()
    first = search("handgun")
    assert first.total == 33 and first.near > 0
    shown = [one for number in range(1, first.pages + 1) for one in search("handgun", page=number).results]
    keys = [one.report.public_id for one in shown]
    assert len(keys) == len(set(keys)) == first.total + first.near
    assert sum(one.by == "meaning" for one in shown) == first.near
    assert all(len(search("handgun", page=number).results) == PAGE_ROWS for number in range(1, first.pages))


def test_beyond_the_fused_rows_words_go_on_in_their_order_and_nothing_comes_twice(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    ids = [f"{a}{b}7K2Q" for a in "CDFGH" for b in "2346789CDF"]
    publish_invented(
        *(plain(key, title=f"Story {at}", narrative="The handgun.") for at, key in enumerate(ids))
    )
    actions.make_vectors()
    MODEL.load()
    monkeypatch.setattr(near, "FUSED_ROWS", 7)
    first = search("handgun")
    assert (first.total, first.near, first.pages) == (50, 0, 3)
    keys = [one.report.public_id for at in (1, 2, 3) for one in search("handgun", page=at).results]
    assert sorted(keys) == sorted(ids)


@pytest.mark.usefixtures("shelf")
def test_similar_reports_say_who_thinks_so(client: Client) -> None:
    publish_invented(
        plain(
            "M7K2QF",
            title="A revolver in the waistband",
            narrative="The search missed a gun under his shirt.",
        )
    )
    before = {one.report.public_id for one in queries.similar("M7K2QF") if one.by != "words"}
    assert before == set()  # its vector isn't made yet
    actions.make_vectors()
    rows = queries.similar("M7K2QF")
    assert rows[0].report.public_id == "R3WD9C" and rows[0].by in ("meaning", "both")
    assert "meaning</li>" in client.get("/reports/M7K2QF/").content.decode()


@pytest.mark.usefixtures("shelf")
def test_a_page_kept_by_a_browser_is_drawn_anew_when_vectors_came(client: Client) -> None:
    publish_invented(plain("M7K2QF", narrative="A firearm in the glove box."))
    first = client.get("/reports/?q=concealed+firearm")
    again = client.get("/reports/?q=concealed+firearm", headers={"If-None-Match": first.headers["ETag"]})
    assert again.status_code == 304
    actions.make_vectors()
    later = client.get("/reports/?q=concealed+firearm", headers={"If-None-Match": first.headers["ETag"]})
    assert later.status_code == 200


def test_a_vector_is_made_of_the_short_form_and_the_story() -> None:
    one = meant(told(title="He stopped.", synopsis="He stopped. Then he ran."))
    assert one.head == "He stopped. Then he ran.\nSearch him yourself when you take over."
    assert one.story == told().narrative
    assert one.digest != meant(told(title="He ran.", synopsis="")).digest
    assert meant(told()).digest == meant(told(period="2025-Q1")).digest


def test_threads_that_make_vectors_at_once_leave_one_row_a_report() -> None:
    publish_invented(*(plain(key) for key in STORIES))
    faults: list[BaseException] = []

    def make() -> None:
        try:
            actions.make_vectors()
        except BaseException as fault:
            faults.append(fault)
        finally:
            connections.close_all()

    actions.make_vectors()
    publish_invented(*(plain(key, title="Again") for key in STORIES))
    threads = [threading.Thread(target=make) for _ in range(3)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    assert faults == []
    assert queries.vectors().size == 4 and settings.INDEX_PATH


def test_no_second_thread_waits_for_the_next_product() -> None:
    code = (
        "import os, django; django.setup(); import numpy; from closecall.public.library import queries;"
        "big = numpy.ones((20_000, 384), numpy.float32); [big @ big[0] for _ in range(9)]; [big[:400] @ big[:400].T];"
        "print(len(os.listdir('/proc/self/task')))"
    )
    environment = {name: value for name, value in os.environ.items() if name != "OPENBLAS_NUM_THREADS"}
    done = subprocess.run(
        [sys.executable, "-c", code],
        env={**environment, "PYTHONPATH": str(ROOT)},
        capture_output=True,
        text=True,
        check=True,
    )
    assert done.stdout.strip() == "1"

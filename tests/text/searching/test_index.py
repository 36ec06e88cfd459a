"""The index finds what is there, forgets what is deleted, and counts exactly."""

import re
import threading
import time
from pathlib import Path

import pytest

from closecall.text.searching import (
    Clause,
    Document,
    Entry,
    Group,
    Index,
    IndexBusy,
    IndexDamaged,
    Query,
    Request,
)
from closecall.text.searching.storage import writing


def document(position: int, text: str = "He hid his hands.", **more: object) -> Document:
    fields = {"title": f"Title {position}", "text": text} | more
    return Document(position=position, **fields)  # type: ignore[arg-type] # a test's shorthand


def asked(text: str, kind: str = "words", *, excluded: bool = False, field: str = "") -> Group:
    return Group((Clause(text, kind, field),), excluded)  # type: ignore[arg-type] # literals, in a test


def keys(index: Index, *groups: Group, **more: object) -> set[str]:
    request = Request(query=Query(groups), limit=100, **more)  # type: ignore[arg-type] # a test's shorthand
    return {hit.key for hit in index.search(request).hits}


@pytest.fixture
def index(tmp_path: Path) -> Index:
    built = Index.create(tmp_path / "index")
    built.apply(
        [
            Entry(1, "A", document(1, "He hid his hands in the dark.", codes=(("light", "dark"),))),
            Entry(2, "B", document(2, "The holster failed. Backup waited.", codes=(("light", "day"),))),
            Entry(
                3,
                "C",
                document(
                    3,
                    "Backup was running late; naïve me, I waited.",
                    lessons=("Wait for backup.",),
                    codes=(("light", "dark"), ("light", "lamps"), ("doing", "stop")),
                    quarters=(8103, 8103),
                ),
            ),
        ]
    )
    return built


def test_words_phrases_exclusions_and_prefixes_find_what_they_say(index: Index) -> None:
    assert keys(index, asked("hand")) == {"A"}
    assert keys(index, asked("backup"), asked("waiting")) == {"B", "C"}
    assert keys(index, asked("holster failed", "phrase")) == {"B"}
    assert keys(index, asked("failed holster", "phrase")) == set()
    assert keys(index, asked("backup"), asked("holster", excluded=True)) == {"C"}
    assert keys(index, asked("runn", "prefix")) == {"C"}
    assert keys(index, asked("wait backup", "words", field="lesson")) == set()
    assert keys(index, asked("backup", field="lesson")) == {"C"}
    assert keys(index, asked("naive")) == {"C"}


def test_a_query_of_exclusions_alone_finds_the_rest_and_never_the_bookkeeping(index: Index) -> None:
    assert keys(index, asked("hands", excluded=True)) == {"B", "C"}
    assert index.search(Request()).total == 3
    assert index.size == 3


def test_a_deleted_report_is_really_gone(index: Index) -> None:
    index.apply([Entry(4, "A", None)])
    assert keys(index, asked("hands")) == set()
    assert index.search(Request()).total == 2
    assert index.search(Request()).counts["light"]["dark"] == 1
    assert Index.open(index._path).search(Request()).total == 2


def test_applying_the_log_again_changes_nothing(index: Index) -> None:
    again = [Entry(1, "A", document(1, "Something else.")), Entry(2, "B", None)]
    assert index.apply(again) == 3
    assert keys(index, asked("hands")) == {"A"}
    assert index.search(Request()).total == 3


def test_a_changed_report_replaces_the_old_words(index: Index) -> None:
    index.apply([Entry(4, "A", document(1, "A drone saw it."))])
    assert keys(index, asked("hands")) == set()
    assert keys(index, asked("drone")) == {"A"}
    assert index.search(Request()).total == 3


def test_filters_are_or_within_a_facet_and_and_across_and_counts_say_what_a_click_would_find(
    index: Index,
) -> None:
    found = index.search(Request(filters={"light": ("dark",)}))
    assert found.total == 2
    assert found.counts["light"] == {"dark": 2, "day": 1, "lamps": 1}
    assert found.counts["doing"] == {"stop": 1}
    assert keys(index, filters={"light": ("dark", "day")}) == {"A", "B", "C"}
    assert keys(index, filters={"light": ("dark",), "doing": ("stop",)}) == {"C"}


def test_facet_counts_are_exact_over_many_segments_and_codes(tmp_path: Path) -> None:
    index = Index.create(tmp_path / "index")
    seq = 0
    expected: dict[str, int] = {}
    for batch in range(5):
        entries = []
        for number in range(120):
            seq += 1
            code = f"c{(seq * seq) % 97}"
            expected[code] = expected.get(code, 0) + 1
            entries.append(
                Entry(seq, f"K{seq}", document(seq, f"batch {batch} {number}", codes=(("f", code),)))
            )
        index.apply(entries)
    found = index.search(Request())
    assert dict(found.counts["f"]) == expected
    assert found.total == sum(expected.values())


def test_counts_stay_exact_while_a_deleted_report_lies_in_its_segment(tmp_path: Path) -> None:
    index = Index.create(tmp_path / "index")
    codes = [(("light", f"l{n % 3}"), ("doing", f"d{n % 5}")) for n in range(300)]
    index.apply([Entry(n + 1, f"K{n}", document(n + 1, codes=codes[n])) for n in range(300)])
    assert index.search(Request()).counts["light"] == {"l0": 100, "l1": 100, "l2": 100}
    index.apply([Entry(301, "K0", None), Entry(302, "K5", None)])
    assert index.search(Request()).counts["light"] == {"l0": 99, "l1": 100, "l2": 99}
    narrowed = index.search(Request(filters={"doing": ("d0",)}))
    assert narrowed.total == 58
    assert narrowed.counts["light"] == {"l0": 19, "l1": 20, "l2": 19}
    assert narrowed.counts["doing"] == {"d0": 58, "d1": 60, "d2": 60, "d3": 60, "d4": 60}


def test_the_whole_library_is_kept_only_until_the_next_commit(index: Index) -> None:
    assert index.search(Request(order="new")) is index.search(Request(order="new"))
    assert [hit.key for hit in index.search(Request(order="old")).hits] == ["A", "B", "C"]
    index.apply([Entry(4, "C", document(3, "Changed.", codes=(("light", "day"),)))])
    found = index.search(Request(order="new"))
    assert (found.total, found.applied) == (3, 4)
    assert found.counts["light"] == {"dark": 1, "day": 2}
    assert index.search(Request(order="new", limit=1)).hits[0].key == "C"


def test_quarters_are_counted_and_bound_a_search(index: Index) -> None:
    index.apply([Entry(4, "Y", document(4, "A year only.", quarters=(8100, 8103)))])
    assert index.search(Request()).quarters == ((8103, 1),)
    assert keys(index, first=8102) == {"C", "Y"}
    assert keys(index, last=8101) == {"Y"}


def test_pages_don_t_overlap_when_every_score_is_the_same(tmp_path: Path) -> None:
    index = Index.create(tmp_path / "index")
    for start in range(0, 90, 30):
        index.apply(
            [
                Entry(n + 1, f"K{n:02}", document(n, "same words here", title="x"))
                for n in range(start, start + 30)
            ]
        )
    query = Query((asked("words"),))
    pages = [
        [hit.key for hit in index.search(Request(query=query, offset=at, limit=7)).hits]
        for at in range(0, 90, 7)
    ]
    seen = [key for page in pages for key in page]
    assert seen == [f"K{n:02}" for n in reversed(range(90))]


def test_order_by_newest_and_oldest(index: Index) -> None:
    assert [hit.key for hit in index.search(Request(order="new")).hits] == ["C", "B", "A"]
    assert [hit.key for hit in index.search(Request(order="old")).hits] == ["A", "B", "C"]


def test_keys_that_the_database_has_dropped_are_not_counted(index: Index) -> None:
    found = index.search(Request(without=frozenset({"A"})))
    assert found.total == 2
    assert found.counts["light"]["dark"] == 1


def test_snippets_are_escaped_and_mark_the_words(index: Index) -> None:
    query = Query((asked("hands"),))
    passage = "é <script>alert(1)</script> & both hands on the wheel"
    assert index.snippets(query, [passage, "nothing"]) == [
        "é &lt;script&gt;alert(1)&lt;/script&gt; &amp; both <mark>hands</mark> on the wheel",
        "",
    ]
    prefix = Query((asked("han", "prefix"),))
    assert "<mark>hands</mark>" in index.snippets(prefix, [passage])[0]
    assert "<script>" not in index.snippets(prefix, [passage])[0]


def test_a_phrase_marks_its_own_words_in_any_form_and_no_word_alone(index: Index) -> None:
    passage = "My holster was new. The holster failed, that holster; it failed me. Such holsters fail."
    [snippet] = index.snippets(Query((asked("holster failed", "phrase"),)), [passage])
    assert re.findall("<mark>(.*?)</mark>", snippet) == ["holster", "failed", "holsters", "fail"]
    # Where the phrase doesn't stand, what there is of it.
    [snippet] = index.snippets(Query((asked("holster failed", "phrase"),)), ["My holster was failing late."])
    assert re.findall("<mark>(.*?)</mark>", snippet) == ["holster", "failing"]


def test_a_phrase_is_shown_where_it_stands_together(index: Index) -> None:
    filler = "and then nothing else of note took place for quite some while " * 6
    passage = f"A holster, mine. {filler}It failed. {filler}His holsters failed again. {filler}"
    [snippet] = index.snippets(Query((asked("holster failed", "phrase"),)), [passage])
    assert "His <mark>holsters</mark> <mark>failed</mark> again." in snippet
    assert snippet.startswith("…") and snippet.endswith("…")
    assert len(snippet) < 300


def test_an_unknown_word_is_answered_with_a_known_one(index: Index) -> None:
    assert index.spelling(Query((asked("holser"), asked("backup")))) == {"holser": "holster"}


@pytest.mark.parametrize(
    ("typed", "meant"),
    [
        ("hoslter", "holster"),  # swapped neighbours are one edit
        ("hodlsters", "holster"),  # of a long word, two edits
        ("bakcup", "backup"),
        ("xolster", None),  # a first letter is seldom mistyped
        ("holdsterers", None),
        ("hol", None),  # short words are left alone
    ],
)
def test_what_is_too_far_from_every_word_has_no_spelling(index: Index, typed: str, meant: str | None) -> None:
    assert index.spelling(Query((asked(typed),))) == ({typed: meant} if meant else {})


def test_similar_reports_share_telling_words(tmp_path: Path) -> None:
    index = Index.create(tmp_path / "index")
    texts = [f"Filler about roads number{n} and nothing more" for n in range(40)]
    texts += ["The holster snapped during a wrestle", "My holster snapped open in a chase"]
    index.apply([Entry(n + 1, f"K{n}", document(n, text)) for n, text in enumerate(texts)])
    assert index.similar([texts[40]], without=frozenset({"K40"}))[0] == "K41"


def test_a_missing_or_broken_index_says_so(tmp_path: Path, index: Index) -> None:
    with pytest.raises(IndexDamaged):
        Index.open(tmp_path / "nowhere")
    folder = next(path for path in (tmp_path / "index").iterdir() if path.is_dir())
    (folder / "meta.json").write_text("{")
    with pytest.raises(IndexDamaged):
        Index.open(tmp_path / "index")


def test_a_rebuild_is_seen_by_readers_that_were_open_and_leaves_no_old_folder(index: Index) -> None:
    reader = Index.open(index._path)
    Index.rebuild(index._path, [Entry(9, "Z", document(9, "Only this."))], applied=9)
    reader.refresh(now=True)
    assert reader.search(Request()).total == 1
    assert reader.applied == 9
    assert len([path for path in index._path.iterdir() if path.is_dir()]) == 1


def test_a_second_writer_waits_and_then_gives_up(index: Index) -> None:
    with writing(index._path), pytest.raises(IndexBusy):
        index.apply([Entry(4, "D", document(4))], wait_seconds=0.1)
    done = threading.Event()

    def hold() -> None:
        with writing(index._path):
            done.set()
            time.sleep(0.2)

    holder = threading.Thread(target=hold)
    holder.start()
    done.wait()
    assert index.apply([Entry(4, "D", document(4))], wait_seconds=5) == 4
    holder.join()


def test_readers_in_another_process_see_a_commit(index: Index) -> None:
    reader = Index.open(index._path)
    index.apply([Entry(4, "D", document(4, "drone"))])
    time.sleep(0.25)
    assert keys(reader, asked("drone")) == {"D"}

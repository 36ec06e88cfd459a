"""Who may publish, and what comes off the shelf for good."""

import json
import threading
from dataclasses import replace
from types import SimpleNamespace

import pytest
from django.conf import settings
from django.db import IntegrityError, connections, transaction

from closecall.cli import serving
from closecall.errors import BadInput, Conflict, Gone, NotAllowed, NotFound
from closecall.public.library import actions, queries
from closecall.public.library.models import PublicationLog, PublishedReport, StaffKey
from closecall.public.library.rules.query import SearchRequest, read
from closecall.public.library.rules.signing import NotVouchedFor
from closecall.text.searching import frequent
from tests.public.library.shelf import Staff, by_instance, plain, publish_invented, publish_own, told, two

pytestmark = pytest.mark.django_db(databases=["default"], transaction=True)


def found(typed: str = "") -> list[str]:
    actions.catch_up()
    request = read({"q": [typed]}, queries.facet_keys()) if typed else SearchRequest()
    return [result.report.public_id for result in queries.search(request).results]


def test_two_people_publish_and_the_report_is_found() -> None:
    publish_own(told())
    assert queries.report("M7K2QF").text == told()
    assert found("knee") == ["M7K2QF"]


def test_publishing_again_changes_nothing() -> None:
    people = two()
    publish_own(told(), people)
    before = queries.log_mark()
    assert not actions.publish(told(), origin="own", signatures=[p.sign(told()) for p in people])
    assert queries.log_mark() == before


def test_one_person_alone_cannot_publish() -> None:
    author, _ = two()
    text = told()
    with pytest.raises(NotAllowed):
        actions.publish(text, origin="own", signatures=(author.sign(text),))
    with pytest.raises(NotAllowed):
        actions.publish(text, origin="own", signatures=(author.sign(text), author.sign(text)))
    second_key = Staff("heron").registered()
    with pytest.raises(NotAllowed):
        actions.publish(text, origin="own", signatures=(author.sign(text), second_key.sign(text)))


def test_a_key_that_the_instance_has_not_certified_counts_for_nothing() -> None:
    author, _ = two()
    stranger = Staff("magpie")
    with pytest.raises(NotAllowed):
        actions.publish(told(), origin="own", signatures=(author.sign(told()), stranger.sign(told())))
    StaffKey.objects.create(
        verify_key=stranger.pair.verify_key.hex(), pseudonym="magpie", certificate="00" * 64
    )
    with pytest.raises(NotAllowed):
        actions.publish(told(), origin="own", signatures=(author.sign(told()), stranger.sign(told())))


def test_an_edit_after_signing_voids_the_signatures() -> None:
    author, approver = two()
    edited = replace(told(), title="Another title")
    with pytest.raises(NotAllowed):
        actions.publish(edited, origin="own", signatures=(author.sign(told()), approver.sign(told())))


def test_no_other_origin_can_become_own() -> None:
    author, approver = two()
    text = told()
    with pytest.raises(NotAllowed):
        actions.publish(text, origin="own", signatures=(by_instance(text, "invented"),))
    with pytest.raises(NotAllowed):
        actions.publish(
            text, origin="own", signatures=(author.sign(text, "import"), approver.sign(text, "import"))
        )
    with pytest.raises(NotAllowed):
        actions.publish(text, origin="invented", signatures=(author.sign(text, "invented"),))
    publish_invented(text)
    PublishedReport.objects.update(origin="import")
    with pytest.raises(NotVouchedFor):
        queries.report("M7K2QF")


def test_the_database_itself_refuses_one_person() -> None:
    publish_own(told())
    row = PublishedReport.objects.get()
    row.approver_key = row.author_key
    with pytest.raises(IntegrityError), transaction.atomic(using="default"):
        row.save()
    row.approver_key = ""
    with pytest.raises(IntegrityError), transaction.atomic(using="default"):
        row.save()


def test_a_row_flipped_in_the_database_is_refused_and_never_listed() -> None:
    publish_own(told())
    publish_own(plain("K2XPE7"), two())
    row = PublishedReport.objects.get(public_id="M7K2QF")
    row.text = json.dumps(json.loads(row.text) | {"title": "He was named Smith"})
    row.save()
    with pytest.raises(NotVouchedFor):
        queries.report("M7K2QF")
    assert [one.public_id for one in queries.latest(5)] == ["K2XPE7"]
    assert found() == ["K2XPE7"]
    actions.reindex()
    assert found("Smith") == []
    assert queries.search(SearchRequest()).total == 1


def test_a_report_s_signatures_do_not_fit_another_report_s_address() -> None:
    publish_own(told())
    PublishedReport.objects.update(public_id="K2XPE7")
    with pytest.raises(NotVouchedFor):
        queries.report("K2XPE7")


def test_another_text_under_the_same_id_is_refused() -> None:
    people = two()
    publish_own(told(), people)
    other = replace(told(), title="Another")
    with pytest.raises(Conflict):
        publish_own(other, people)


def test_a_withdrawn_report_disappears_at_once_and_never_comes_back() -> None:
    publish_own(told())
    publish_own(plain("K2XPE7"), two())
    assert set(found()) == {"M7K2QF", "K2XPE7"}
    assert actions.retract("M7K2QF")
    assert not actions.retract("M7K2QF")
    with pytest.raises(Gone):
        queries.report("M7K2QF")
    assert found() == ["K2XPE7"]
    with pytest.raises(Gone):
        publish_own(told(), two())
    actions.reindex()
    assert found() == ["K2XPE7"]


def test_what_a_large_library_keeps_of_common_words_goes_with_a_withdrawn_report(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    monkeypatch.setattr(frequent, "_LEAST_REPORTS", 1)
    publish_own(told())
    publish_own(plain("K2XPE7"), two())
    stopping, running = SimpleNamespace(asked=True), SimpleNamespace(asked=False)
    serving._keep_common_words(stopping)
    assert not list(settings.INDEX_PATH.rglob("*.words*"))
    serving._keep_common_words(running)
    assert len(list(settings.INDEX_PATH.rglob("*.words"))) == 1
    assert found("knee") == ["M7K2QF"]
    assert actions.retract("M7K2QF")
    assert not list(settings.INDEX_PATH.rglob("*.words*"))
    assert found("knee") == []
    serving._keep_common_words(running)
    assert len(list(settings.INDEX_PATH.rglob("*.words"))) == 1
    assert (found("knee"), found("road")) == ([], ["K2XPE7"])


def test_what_is_withdrawn_before_anybody_could_read_it_changes_nothing_that_readers_see():
    publish_own(told())
    before = queries.log_mark()
    assert actions.retract("W7THDR")
    assert queries.log_mark() == before
    with pytest.raises(NotFound):
        queries.must_be_listed("W7THDR")
    with pytest.raises(Gone):
        publish_own(told("W7THDR"), two())


def test_a_tombstone_is_obeyed_even_when_a_restore_brings_the_row_back() -> None:
    publish_own(told())
    row = PublishedReport.objects.get()
    actions.retract("M7K2QF")
    row.pk = None
    row.save(force_insert=True)
    actions.reindex()
    assert found() == []
    assert queries.latest(5) == []
    assert queries.total() == 0
    with pytest.raises(Gone):
        queries.report("M7K2QF")


def test_withdrawing_before_publication_stops_the_release() -> None:
    assert actions.retract("M7K2QF")
    with pytest.raises(Gone):
        publish_own(told())


def test_one_person_unpublishes_and_two_bring_it_back_corrected() -> None:
    people = two()
    publish_own(told(), people)
    assert actions.unpublish("M7K2QF", reason="identity")
    assert not actions.unpublish("M7K2QF", reason="identity")
    with pytest.raises(Gone):
        queries.report("M7K2QF")
    assert found() == []
    assert not actions.publish(told(), origin="own", signatures=[p.sign(told()) for p in people])
    assert found() == []
    mended = replace(told(), title="“Searched,” he said")
    actions.correct(mended, signatures=[p.sign(mended) for p in people], note="The title named a place.")
    shown = queries.report("M7K2QF")
    assert shown.text.title == "“Searched,” he said"
    assert [one.note for one in shown.corrections] == ["The title named a place."]
    assert found() == ["M7K2QF"]


def test_one_person_cannot_correct() -> None:
    people = two()
    publish_own(told(), people)
    mended = replace(told(), title="Mended")
    with pytest.raises(NotAllowed):
        actions.correct(mended, signatures=[people[0].sign(mended)], note="Typo.")
    with pytest.raises(NotFound):
        actions.correct(told("K2XPE7"), signatures=[], note="Typo.")


def test_many_invented_reports_are_published_once() -> None:
    texts = [plain("K2XPE7"), plain("R3WD9C")]
    publish_invented(*texts)
    again = actions.publish_as_instance(texts, origin="invented", source_label="Demonstration")
    assert (again.new, again.unchanged) == (0, 2)
    changed = [texts[0], replace(texts[1], title="Changed")]
    done = actions.publish_as_instance(changed, origin="invented", source_label="Demonstration")
    assert (done.changed, done.unchanged) == (1, 1)
    assert queries.report("R3WD9C").text.title == "Changed"
    assert list(PublicationLog.objects.order_by("seq").values_list("seq", flat=True)) == [1, 2, 3]


def test_an_import_needs_its_source() -> None:
    with pytest.raises(BadInput):
        actions.publish_as_instance([plain("K2XPE7")], origin="import", source_label=" ")


def test_a_missing_or_broken_index_is_rebuilt(settings: object, caplog: pytest.LogCaptureFixture) -> None:
    actions.index_pending()  # as every start does, also before anything is published
    publish_invented(plain("K2XPE7"))
    assert found() == ["K2XPE7"]
    assert caplog.messages == []  # a first index is no fault
    path = settings.INDEX_PATH  # type: ignore[attr-defined] # pytest-django's wrapper
    for folder in path.iterdir():
        if folder.is_dir():
            (folder / "meta.json").unlink()
    assert found() == ["K2XPE7"]
    assert caplog.messages == ["index.rebuilding"]
    queries.forget_index()
    for file in path.iterdir():
        if file.is_file():
            file.unlink()
    assert found() == ["K2XPE7"]


def test_an_index_that_lags_shows_nothing_that_was_removed(monkeypatch: pytest.MonkeyPatch) -> None:
    publish_invented(plain("K2XPE7"), plain("R3WD9C"))
    assert len(found()) == 2
    monkeypatch.setattr("closecall.public.library.actions.publishing.follow", lambda: None)
    actions.retract("K2XPE7")
    page = queries.search(SearchRequest())
    assert page.total == 1
    assert [one.report.public_id for one in page.results] == ["R3WD9C"]
    assert page.counts["event"] == {"own_collision": 1}


def test_a_failing_index_does_not_undo_a_publication(monkeypatch: pytest.MonkeyPatch) -> None:
    def broken(*_: object, **__: object) -> int:
        raise OSError

    with monkeypatch.context() as patch:
        patch.setattr("closecall.public.library.actions.indexing.index_pending", broken)
        publish_invented(plain("K2XPE7"))
    assert queries.report("K2XPE7").text.title
    assert found() == ["K2XPE7"]


def test_warnings_are_counted_and_open_again_after_they_were_settled() -> None:
    publish_invented(plain("K2XPE7"))
    actions.warn("K2XPE7")
    actions.warn("K2XPE7")
    assert [(one.public_id, one.count) for one in queries.open_warnings()] == [("K2XPE7", 2)]
    actions.settle_warning("K2XPE7")
    assert queries.open_warnings() == []
    actions.warn("K2XPE7")
    assert len(queries.open_warnings()) == 1
    with pytest.raises(NotFound):
        actions.warn("R3WD9C")


def test_the_gate_counts_our_own_reports_of_a_period_and_group() -> None:
    people = two()
    publish_own(told(), people)
    publish_own(plain("K2XPE7", period="2026-Q1"), people)
    publish_invented(plain("R3WD9C"))
    attack = ("missed_firearm", "missed_other_weapon")
    assert queries.support("2026-Q2", attack) == 1
    assert queries.support("2026-Q1", attack) == 0
    assert queries.support("2026", (*attack, "own_collision")) == 2
    assert queries.support("", ("own_collision",), origins=("own", "invented")) == 2
    assert queries.support("2026-Q2", event_group="weapon") == 1
    assert queries.support("2026-Q2", event_group="road") == 0


def test_the_gate_counts_what_stands_on_the_shelf_now_however_often_it_was_asked_before() -> None:
    people = two()
    for public_id, counted in (("M7K2QF", 1), ("K2XPE7", 2)):
        publish_own(plain(public_id, period="2026-Q2"), people)
        assert [queries.support("2026-Q2", ("own_collision",)) for _again in "aa"] == [counted, counted]
    actions.unpublish("K2XPE7")
    assert queries.support("2026-Q2", ("own_collision",)) == 1
    assert len(queries.coded_reports()) == 1
    actions.retract("M7K2QF")
    assert queries.support("2026-Q2", ("own_collision",)) == 0


def test_the_gate_forgets_a_publication_that_was_undone() -> None:
    people = two()
    publish_own(plain("M7K2QF", period="2026-Q2"), people)
    with pytest.raises(InterruptedError), transaction.atomic(using=queries.database()):
        publish_own(plain("K2XPE7", period="2026-Q2"), people)
        assert queries.support("2026-Q2", ("own_collision",)) == 2
        raise InterruptedError
    assert queries.support("2026-Q2", ("own_collision",)) == 1
    publish_own(plain("R3WD9C", period="2026-Q1"), people)
    assert queries.support("2026-Q2", ("own_collision",)) == 1, "the log's number was given again"


def test_the_rarity_meter_counts_in_the_codes_of_our_own_listed_reports() -> None:
    people = two()
    publish_own(told(), people)
    publish_own(plain("K2XPE7", period="2026-Q1"), people)
    publish_invented(plain("R3WD9C"))
    collisions = [codes for codes in queries.coded_reports() if ("event", "own_collision") in codes]
    assert len(queries.coded_reports()) == 2 and len(collisions) == 1
    assert ("light", "dark_unlit") in collisions[0]
    assert len(queries.coded_reports(origins=("own", "invented"))) == 3


def test_people_who_publish_at_the_same_time_leave_a_log_without_gaps() -> None:
    ids = ["K2XPE7", "R3WD9C", "TQ85HA", "9FMB4Y", "VH6N2R", "M7K2QF"]
    faults: list[BaseException] = []

    def publish(public_id: str) -> None:
        try:
            publish_invented(plain(public_id))
        except BaseException as fault:
            faults.append(fault)
        finally:
            connections.close_all()

    threads = [threading.Thread(target=publish, args=(one,)) for one in ids]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    assert faults == []
    assert list(PublicationLog.objects.order_by("seq").values_list("seq", flat=True)) == [1, 2, 3, 4, 5, 6]
    assert set(found()) == set(ids)

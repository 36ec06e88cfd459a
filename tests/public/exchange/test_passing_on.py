"""One library shows what another shared, and loses it when it is taken back there."""

import json
import subprocess
import sys
from pathlib import Path

import pytest
from django.test import Client
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from closecall.errors import BadInput
from closecall.public.exchange import actions, queries
from closecall.public.exchange.models import FeedRecord
from closecall.public.exchange.rules import passing_on
from closecall.public.exchange.rules.passing_on import Event, Home, Passed
from closecall.public.library import actions as library
from closecall.public.library import queries as shelf
from closecall.public.library.rules.report import AppliedCode, ReleasedText, to_data
from closecall.public.library.rules.withholding import with_class_only
from closecall.public.taxonomy.queries import pack
from closecall.site.crypto import signing
from tests.public.library.shelf import plain, publish_own, told

ROOT = Path(__file__).resolve().parents[3]
THERE = signing.generate()
ADDRESS = "https://there.example"

pytestmark = pytest.mark.django_db(databases=["default"], transaction=True)


def write(
    file: Path,
    reports: list[ReleasedText],
    *,
    version: int = 1,
    removed: tuple[tuple[str, passing_on.Why], ...] = (),
    home: str = "",
    events: tuple[tuple[str, ...], ...] = (),
    name: str = "EVENT7",
) -> Path:
    """What another library would pass on. `events` are ids of reports that tell of one event each."""
    instance = home or THERE.verify_key.hex()
    sign = signing.signer(THERE.seed)
    lines = [passing_on.head(THERE.verify_key.hex(), ADDRESS)]
    lines += [
        passing_on.signed(
            passing_on.report_line(Passed(Home(instance, one.public_id), version, "own", "", one)), sign
        )
        for one in reports
    ]
    lines += [
        passing_on.signed(passing_on.removal_line(Home(instance, one), why), sign) for one, why in removed
    ]
    for at, ids in enumerate(events):
        event = Event(f"{name}{at}", tuple(Home(instance, one) for one in ids))
        lines.append(passing_on.signed(passing_on.event_line(event), sign))
    lines.append(passing_on.end(len(reports), len(removed), len(events)))
    file.write_text("".join(map(passing_on.spell, lines)), encoding="utf-8")
    return file


def listed() -> dict[str, str]:
    return {one.public_id: one.text.narrative for one in shelf.reports(shelf.every_public_id())}


def test_another_library_s_reports_stand_here_as_feed_under_their_own_ids(tmp_path: Path) -> None:
    outcome = actions.import_exchange(write(tmp_path / "a.jsonl", [told(), plain("WXYZ12")]))
    assert (outcome.imported, outcome.refused) == (2, ())
    one = shelf.report("M7K2QF")
    assert (one.origin, one.source_label) == ("feed", "there.example")
    assert one.text == told()


def test_a_second_import_of_an_exchange_changes_nothing(tmp_path: Path) -> None:
    file = write(tmp_path / "a.jsonl", [told()])
    actions.import_exchange(file)
    mark = shelf.log_mark()
    outcome = actions.import_exchange(file)
    assert (outcome.imported, outcome.unchanged) == (0, 1)
    assert shelf.log_mark() == mark


def test_a_newer_version_replaces_and_an_older_one_does_not(tmp_path: Path) -> None:
    newer = told(title="Searched again")
    old = write(tmp_path / "old.jsonl", [told()])
    actions.import_exchange(old)
    actions.import_exchange(write(tmp_path / "new.jsonl", [newer], version=2))
    assert shelf.report("M7K2QF").text.title == "Searched again"
    actions.import_exchange(old)
    assert shelf.report("M7K2QF").text.title == "Searched again"


def test_what_its_home_withdrew_is_gone_and_never_comes_back(tmp_path: Path) -> None:
    first = write(tmp_path / "first.jsonl", [told(), plain("WXYZ12")])
    actions.import_exchange(first)
    later = write(tmp_path / "later.jsonl", [plain("WXYZ12")], removed=(("M7K2QF", "withdrawn"),))
    assert actions.import_exchange(later).withdrawn == 1
    assert set(listed()) == {"WXYZ12"}
    for file in (first, write(tmp_path / "liar.jsonl", [told()], version=9)):
        actions.import_exchange(file)
        assert set(listed()) == {"WXYZ12"}


def test_a_withdrawal_that_comes_before_its_report_is_remembered(tmp_path: Path) -> None:
    actions.import_exchange(write(tmp_path / "a.jsonl", [], removed=(("M7K2QF", "withdrawn"),)))
    outcome = actions.import_exchange(write(tmp_path / "b.jsonl", [told()]))
    assert (outcome.imported, outcome.withdrawn) == (0, 1)
    assert listed() == {}


def test_what_was_withdrawn_here_does_not_come_back_by_a_feed(tmp_path: Path) -> None:
    file = write(tmp_path / "a.jsonl", [told()])
    actions.import_exchange(file)
    library.retract("M7K2QF")
    actions.import_exchange(file)
    actions.import_exchange(write(tmp_path / "b.jsonl", [told()], version=5))
    assert listed() == {}


def test_no_file_touches_what_was_shared_here(tmp_path: Path) -> None:
    publish_own(told())
    mine = listed()
    foreign = told(narrative="Another story under the same id.", pauses=())
    file = write(tmp_path / "a.jsonl", [foreign], removed=(("WXYZ12", "withdrawn"),))
    publish_own(plain("WXYZ12"))
    outcome = actions.import_exchange(file)
    assert outcome.imported == 1
    assert listed()["M7K2QF"] == mine["M7K2QF"]
    assert shelf.report("WXYZ12").origin == "own"
    (other,) = set(listed()) - {"M7K2QF", "WXYZ12"}
    assert len(other) == 8
    back = write(tmp_path / "b.jsonl", [], removed=(("M7K2QF", "withdrawn"),))
    actions.import_exchange(back)
    assert set(listed()) == {"M7K2QF", "WXYZ12"}


def test_our_own_reports_that_come_back_from_another_library_are_left_alone(tmp_path: Path) -> None:
    from django.conf import settings as here

    own = here.INSTANCE_VERIFY_KEY.hex()
    publish_own(told())
    file = write(tmp_path / "a.jsonl", [told(title="Changed on the way")], version=7, home=own)
    assert actions.import_exchange(file).imported == 0
    assert shelf.report("M7K2QF").text == told()
    library.retract("M7K2QF")
    actions.import_exchange(file)
    assert listed() == {}
    take = write(tmp_path / "b.jsonl", [], removed=(("WXYZ12", "withdrawn"),), home=own)
    publish_own(plain("WXYZ12"))
    actions.import_exchange(take)
    assert set(listed()) == {"WXYZ12"}


def test_a_dry_run_of_an_exchange_counts_and_writes_nothing(tmp_path: Path) -> None:
    assert actions.import_exchange(write(tmp_path / "a.jsonl", [told()]), dry_run=True).imported == 1
    assert listed() == {} and not FeedRecord.objects.exists()


def test_a_broken_line_is_refused_alone_and_a_cut_file_says_so(tmp_path: Path) -> None:
    whole = write(tmp_path / "a.jsonl", [told(), plain("WXYZ12")]).read_text(encoding="utf-8").splitlines()
    forged = json.loads(whole[1])
    forged["report"]["title"] = "Forged"
    file = tmp_path / "b.jsonl"
    file.write_text("\n".join([whole[0], json.dumps(forged), "{", whole[2]]), encoding="utf-8")
    outcome = actions.import_exchange(file)
    assert set(listed()) == {"WXYZ12"}
    assert [row.line for row in outcome.refused] == [2, 3, 4]
    assert "sign" in outcome.refused[0].reason and "cut" in outcome.refused[2].reason


@pytest.mark.parametrize("text", ["", "{}", "[1]", '{"kind":"library"}', "\x00", "a,b\n1,2"])
def test_what_is_no_exchange_is_refused_whole(tmp_path: Path, text: str) -> None:
    file = tmp_path / "x.jsonl"
    file.write_text(text, encoding="utf-8")
    with pytest.raises(BadInput):
        actions.import_exchange(file)
    with pytest.raises(BadInput):
        actions.import_exchange(tmp_path / "missing.jsonl")


def test_codes_of_which_only_a_class_is_public_are_not_passed_on(tmp_path: Path) -> None:
    coded = told(codes=(*told().codes, AppliedCode("harm", "death"), AppliedCode("margin", "chance_only")))
    publish_own(with_class_only(coded, pack()))
    actions.export_exchange(tmp_path / "x.jsonl")
    text = (tmp_path / "x.jsonl").read_text(encoding="utf-8")
    assert '"harm"' not in text
    assert '"risk_class":"A"' in text


def test_what_was_withdrawn_before_anybody_read_it_is_not_passed_on(tmp_path: Path) -> None:
    library.retract("NEVER7")
    publish_own(told())
    library.retract("M7K2QF")
    outcome = actions.export_exchange(tmp_path / "x.jsonl")
    text = (tmp_path / "x.jsonl").read_text(encoding="utf-8")
    assert (outcome.reports, "M7K2QF" in text, "NEVER7" in text) == (0, True, False)


def test_passed_on_again_a_report_keeps_its_home(tmp_path: Path) -> None:
    actions.import_exchange(write(tmp_path / "a.jsonl", [told()], version=3))
    actions.export_exchange(tmp_path / "b.jsonl")
    found = passing_on.read((tmp_path / "b.jsonl").read_bytes(), "b.jsonl")
    assert [(one.home, one.version, one.origin) for _, one in found.reports] == [
        (Home(THERE.verify_key.hex(), "M7K2QF"), 3, "own")
    ]
    library.retract("M7K2QF")
    actions.export_exchange(tmp_path / "c.jsonl")
    again = passing_on.read((tmp_path / "c.jsonl").read_bytes(), "c.jsonl")
    assert again.removed == ((Home(THERE.verify_key.hex(), "M7K2QF"), "withdrawn"),)
    assert queries.withdrawn_elsewhere() == []


def groups() -> set[frozenset[str]]:
    """Which listed reports are told as accounts of one event."""
    told_as: dict[str, set[str]] = {}
    for public_id, event in shelf.told_events().items():
        told_as.setdefault(event, set()).add(public_id)
    return {frozenset(ids) for ids in told_as.values()}


def three() -> list[ReleasedText]:
    """Three tellings, as different as three people's are."""
    return [
        told(),
        *(plain(name, narrative=f"The third of us saw {name}.", pauses=()) for name in ("WXYZ12", "WXYZ34")),
    ]


def test_accounts_of_one_event_are_told_as_one_elsewhere_too(tmp_path: Path) -> None:
    file = write(tmp_path / "a.jsonl", three(), events=(("M7K2QF", "WXYZ12"),))
    assert actions.import_exchange(file, dry_run=True).joined == 0
    assert actions.import_exchange(file).joined == 2
    assert groups() == {frozenset({"M7K2QF", "WXYZ12"})}
    mark = shelf.log_mark()
    assert actions.import_exchange(file).joined == 0
    assert shelf.log_mark() == mark


def test_an_account_that_was_withdrawn_here_is_joined_to_nothing_again(tmp_path: Path) -> None:
    file = write(tmp_path / "a.jsonl", three(), events=(("M7K2QF", "WXYZ12"),))
    actions.import_exchange(file)
    library.retract("WXYZ12")
    assert actions.import_exchange(file).joined == 0
    assert groups() == set()


def test_what_its_home_parts_or_joins_otherwise_follows_and_a_cut_file_parts_nothing(tmp_path: Path) -> None:
    actions.import_exchange(write(tmp_path / "a.jsonl", three(), events=(("M7K2QF", "WXYZ12"),)))
    cut = write(tmp_path / "cut.jsonl", three()).read_text(encoding="utf-8").splitlines()[:-1]
    (tmp_path / "cut.jsonl").write_text("\n".join(cut), encoding="utf-8")
    assert actions.import_exchange(tmp_path / "cut.jsonl").joined == 0
    assert groups() == {frozenset({"M7K2QF", "WXYZ12"})}
    otherwise = write(tmp_path / "b.jsonl", three(), events=(("WXYZ12", "WXYZ34"),))
    assert actions.import_exchange(otherwise).joined == 2  # one comes in, one goes; the third keeps its key
    assert groups() == {frozenset({"WXYZ12", "WXYZ34"})}
    assert actions.import_exchange(write(tmp_path / "c.jsonl", three())).joined == 2
    assert groups() == set()


def test_no_file_joins_our_own_reports_or_names_an_event_of_ours(tmp_path: Path) -> None:
    publish_own(told())
    publish_own(plain("WXYZ12"))
    library.join_event("EVENT70", ["M7K2QF", "WXYZ12"])
    before = shelf.event_keys(["M7K2QF", "WXYZ12"])
    foreign = [
        plain("WXYZ34", narrative="Somebody else, elsewhere."),
        plain("WXYZ56", narrative="Another one."),
    ]
    from django.conf import settings as here

    own = here.INSTANCE_VERIFY_KEY.hex()
    actions.import_exchange(write(tmp_path / "a.jsonl", foreign, events=(("WXYZ34", "WXYZ56"),)))
    assert groups() == {frozenset({"M7K2QF", "WXYZ12"}), frozenset({"WXYZ34", "WXYZ56"})}
    actions.import_exchange(
        write(tmp_path / "b.jsonl", [], home=own, events=(("M7K2QF", "WXYZ12"),), name="SECND7")
    )
    assert shelf.event_keys(["M7K2QF", "WXYZ12"]) == before


def test_who_only_passes_a_report_on_does_not_part_it_from_what_its_home_said(tmp_path: Path) -> None:
    elsewhere = signing.generate().verify_key.hex()
    again = {"home": elsewhere, "events": (("M7K2QF", "WXYZ12"),)}
    assert actions.import_exchange(write(tmp_path / "a.jsonl", three(), **again)).joined == 2  # type: ignore[arg-type] # a test's shorthand
    later = write(
        tmp_path / "b.jsonl", three(), home=elsewhere, events=(("WXYZ12", "WXYZ34"),), name="SECND7"
    )
    assert actions.import_exchange(later).joined == 1  # only of what nobody has said anything of
    assert groups() == {frozenset({"M7K2QF", "WXYZ12"})}


def test_passed_on_again_accounts_stay_together(tmp_path: Path) -> None:
    actions.import_exchange(write(tmp_path / "a.jsonl", three(), events=(("M7K2QF", "WXYZ34"),)))
    actions.export_exchange(tmp_path / "b.jsonl")
    found = passing_on.read((tmp_path / "b.jsonl").read_bytes(), "b.jsonl")
    assert (found.refused, found.is_whole) == ((), True)
    assert [{home.id for home in event.homes} for event in found.events] == [{"M7K2QF", "WXYZ34"}]
    assert {home.instance for event in found.events for home in event.homes} == {THERE.verify_key.hex()}
    library.retract("WXYZ34")
    actions.export_exchange(tmp_path / "c.jsonl")
    alone = passing_on.read((tmp_path / "c.jsonl").read_bytes(), "c.jsonl")
    assert alone.events == ()  # one account alone says nothing of others


WORDS = st.text(
    st.characters(codec="utf-8", exclude_categories=("Cs", "Cc")), min_size=1, max_size=80
).filter(str.strip)


@settings(max_examples=60, suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(WORDS, WORDS, WORDS, st.lists(WORDS, max_size=3))
def test_every_text_comes_through_as_it_was(
    tmp_path: Path, title: str, narrative: str, synopsis: str, lessons: list[str]
) -> None:
    text = plain("M7K2QF", title=title, narrative=narrative, synopsis=synopsis, source="".join(lessons))
    found = passing_on.read(write(tmp_path / "h.jsonl", [text]).read_bytes(), "h")
    assert found.refused == ()
    assert [to_data(one.text) for _, one in found.reports] == [to_data(text)]


@settings(max_examples=100)
@given(st.binary(max_size=300))
def test_no_bytes_make_the_reader_fall_over(raw: bytes) -> None:
    first = passing_on.spell(passing_on.head(THERE.verify_key.hex(), ADDRESS)).encode()
    passing_on.read(first + raw, "x")


@pytest.mark.urls("tests.public.library.public_urls")
def test_a_feed_report_that_its_home_withdrew_answers_410(client: Client, tmp_path: Path) -> None:
    actions.import_exchange(write(tmp_path / "a.jsonl", [told()]))
    assert client.get("/api/v1/reports/M7K2QF").status_code == 200
    actions.import_exchange(write(tmp_path / "b.jsonl", [], removed=(("M7K2QF", "withdrawn"),)))
    for address in ("/api/v1/reports/M7K2QF", "/reports/M7K2QF/", "/reports/M7K2QF.json"):
        assert client.get(address).status_code == 410
    for address in (
        "/feeds/reports.atom",
        "/feeds/reports.json",
        "/reports/.csv",
        "/reports/.json",
        "/reports/.atom",
    ):
        response = client.get(address)
        body = b"".join(response) if response.streaming else response.content  # type: ignore[arg-type]
        assert b"M7K2QF" not in body
    actions.export("reports", form="jsonl", out=tmp_path / "all.jsonl")
    assert (tmp_path / "all.jsonl").read_text() == ""


TWO = """
import sys, django, os, json
os.environ["DJANGO_SETTINGS_MODULE"] = "closecall.config.settings"
from pathlib import Path
from closecall.config import instance
home = Path(os.environ["CLOSECALL_HOME"])
if not (home / "instance.json").exists():
    instance.create(home, pack="law_enforcement", demo=True)
django.setup()
from django.core.management import call_command
call_command("migrate", database="default", verbosity=0)
from closecall.public.exchange import actions
from closecall.public.exchange.actions.demonstration import publish_invented
from closecall.public.library import actions as library, queries as shelf
{}
listed = shelf.reports(shelf.every_public_id())
several = shelf.told_events()
together = lambda one: ",".join(sorted(other for other in several if several[other] == several.get(one.public_id)))
print(json.dumps(sorted((one.public_id, one.origin, one.text.narrative, together(one)) for one in listed)))
"""


def instance(home: Path, steps: str) -> list[list[str]]:
    """Run steps in an instance of their own."""
    import os

    environment = {**os.environ, "CLOSECALL_HOME": str(home), "PYTHONPATH": str(ROOT)}
    environment.pop("CLOSECALL_ROLE", None)
    done = subprocess.run(
        [sys.executable, "-c", TWO.format(steps)],
        env=environment,
        capture_output=True,
        text=True,
        check=False,
    )
    assert done.returncode == 0, done.stderr
    found: list[list[str]] = json.loads(done.stdout)
    return found


@pytest.mark.sqlite
def test_a_second_instance_shows_the_first_one_s_library_and_obeys_its_withdrawals(tmp_path: Path) -> None:
    one, other, file = tmp_path / "one", tmp_path / "other", tmp_path / "library.jsonl"
    export = f"actions.export_exchange(Path({str(file)!r}))"
    bring = f"print(actions.import_exchange(Path({str(file)!r})).refused == (), file=sys.stderr)"
    join = "library.join_event('EVENT7', shelf.every_public_id()[:2])"
    first = instance(one, f"publish_invented('law_enforcement')\n{join}\n{export}")
    second = instance(other, bring)
    assert len(first) > 10
    assert len([several for *_, several in first if several]) == 2
    assert [[name, *more] for name, _, *more in second] == [[name, *more] for name, _, *more in first]
    assert {origin for _, origin, *_ in second} == {"feed"}
    gone = first[0][0]
    old = tmp_path / "old.jsonl"
    old.write_bytes(file.read_bytes())
    left = instance(one, f"library.retract({gone!r})\n{export}")
    after = instance(other, f"{bring}\nactions.import_exchange(Path({str(old)!r}))\n{bring}")
    assert [name for name, *_ in after] == [name for name, *_ in left]
    assert gone not in {name for name, *_ in after}

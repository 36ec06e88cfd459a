"""Whatever two analysts do together: a planted name that stands, or a gate that fails, publishes nothing."""

from collections.abc import Callable, Iterator
from contextlib import contextmanager

import pytest
from django.db import transaction
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from closecall.errors import Refused
from closecall.public.library import queries as library
from closecall.public.library.rules.report import Lesson, canonical_bytes
from closecall.sealed.accounts.rules.desk import Desk
from closecall.sealed.intake import queries as mailboxes
from closecall.sealed.workbench import actions, queries
from closecall.sealed.workbench.models import Outbox
from closecall.sealed.workbench.rules.redaction import Choice, Decision
from closecall.sealed.workbench.rules.release import Reasons
from tests.postgres import examples

from .conftest import GO_ON, NOTHING, SMALL, Send, code, redact, schedule

pytestmark = pytest.mark.django_db(databases=["default", "sealed"])
PROPERTY = settings(max_examples=examples(8), suppress_health_check=[HealthCheck.function_scoped_fixture])
PLANTED = "Ramirez"
Step = Callable[[str, Desk], object]


def _decide(case: str, by: Desk, choice: Choice, words: str = "") -> None:
    state = queries.redaction_of(queries.head(case), by)
    decisions = [Decision(span.key, choice, words) for span in state.redaction.spans]
    actions.decide_spans(case, decisions, over=state.version, by=by)


def _mark_elsewhere(case: str, by: Desk) -> None:
    state = queries.redaction_of(queries.head(case), by)
    at = state.redaction.story.index("prisoner")
    mark = Decision(f"{at}-{at + 8}", Choice.REPLACE, f"[{PLANTED}]", marked=True)
    actions.decide_spans(case, [mark], over=state.version, by=by)


def _finish(case: str, by: Desk) -> None:
    actions.finish_redaction(case, over=queries.redaction_of(queries.head(case), by).version, by=by)


def _undo(case: str, by: Desk) -> None:
    actions.undo(case, over=queries.redaction_of(queries.head(case), by).version, by=by)


def _title(case: str, by: Desk) -> None:
    over = queries.coding_of(queries.head(case), by).version
    actions.word(
        case, title=f"Searched by {PLANTED}", synopsis="A prisoner.", content_note="", over=over, by=by
    )


def _lesson(case: str, by: Desk) -> None:
    over = queries.coding_of(queries.head(case), by).version
    lesson = Lesson(f"Ask {PLANTED} first.", "search_people", "officer", "analyst")
    actions.write_lessons(case, [lesson], over=over, by=by)


def _propose(case: str, by: Desk, reasons: Reasons) -> None:
    actions.propose(case, reasons=reasons, over=queries.coding_of(queries.head(case), by).version, by=by)


STEPS: dict[str, Step] = {
    "give back": lambda case, by: actions.release_take(case, by=by),
    "redact": redact,
    "write the name into every place": lambda case, by: _decide(case, by, Choice.REPLACE, f"[{PLANTED}]"),
    "write the name among other words": lambda case, by: _decide(
        case, by, Choice.REPLACE, f"[Officer {PLANTED} of our own shift]"
    ),
    "remove": lambda case, by: _decide(case, by, Choice.REMOVE),
    "leave undecided": lambda case, by: _decide(case, by, Choice.UNDECIDED),
    "keep without a reason": lambda case, by: _decide(case, by, Choice.KEEP),
    "mark another word with the name": _mark_elsewhere,
    "undo": _undo,
    "finish": _finish,
    "code": code,
    "put the name into the title": _title,
    "put the name into a lesson": _lesson,
    "propose": lambda case, by: _propose(case, by, SMALL),
    "read": lambda case, by: actions.second_read(case, NOTHING, by=by),
    "approve": lambda case, by: actions.approve(case, by=by),
    "sign again": lambda case, by: actions.sign_again(case, reasons=SMALL, by=by),
    "reopen": lambda case, by: actions.reopen(case, by=by),
    "release": lambda _case, by: actions.release_batch(by=by),
}
# The way to the library, so that a sequence reaches its end; what is drawn is strewn in.
WAY = (
    ("anna", "redact"),
    ("anna", "code"),
    ("anna", "propose"),
    ("ben", "read"),
    ("ben", "approve"),
    ("ben", "release"),
)
BAD = (
    "write the name into every place",
    "write the name among other words",
    "leave undecided",
    "mark another word with the name",
)
AFTER = ("release", "read", "approve", "sign without a reason", "author alone gives a reason")
PEOPLE = st.sampled_from(["anna", "ben"])


@contextmanager
def forgotten() -> Iterator[None]:
    """Undo what an example did: reports that wait from the last one would help the next through the gate."""
    with transaction.atomic("default"), transaction.atomic("sealed"):
        yield
        for name in ("default", "sealed"):
            transaction.set_rollback(True, using=name)


@st.composite
def sequences(draw: st.DrawFn) -> list[tuple[str, str]]:
    """The whole way with other steps strewn in by either person."""
    steps = list(WAY)
    for extra in draw(
        st.lists(
            st.tuples(PEOPLE, st.sampled_from(sorted(STEPS))),
            min_size=1,
            max_size=10,
        )
    ):
        steps.insert(draw(st.integers(0, len(steps))), extra)
    return steps


@PROPERTY
@given(sequences())
def test_no_sequence_publishes_a_text_that_still_holds_a_planted_name(
    send: Send, anna: Desk, ben: Desk, steps: list[tuple[str, str]]
) -> None:
    sent = send()
    people = {"anna": anna, "ben": ben}
    for person in people.values():
        actions.screen(sent.public_id, GO_ON, by=person)
    for who, name in steps:
        try:
            STEPS[name](sent.public_id, people[who])
        except (Refused, AssertionError):
            continue
    try:
        text = library.report(sent.public_id).text
    except Refused:
        return
    assert PLANTED.casefold() not in canonical_bytes(text, "own").decode().casefold()


@pytest.mark.parametrize("bad", BAD)
def test_a_planted_name_stops_the_text_at_the_second_pass(send: Send, anna: Desk, bad: str) -> None:
    sent = send()
    actions.screen(sent.public_id, GO_ON, by=anna)
    with pytest.raises(Refused):
        for step in (bad, "finish"):
            STEPS[step](sent.public_id, anna)


@PROPERTY
@given(st.lists(st.tuples(PEOPLE, st.sampled_from(AFTER)), max_size=8))
def test_no_sequence_releases_what_the_gate_holds_without_two_signatures_over_a_reason(
    send: Send, anna: Desk, ben: Desk, steps: list[tuple[str, str]]
) -> None:
    with forgotten():
        sent = send()
        people = {"anna": anna, "ben": ben}
        for person in people.values():
            actions.screen(sent.public_id, GO_ON, by=person)
        schedule(sent.public_id, anna, ben, reasons=Reasons())
        overruled = False  # the author has signed a reason, and the approver after them
        reasoned = False
        for who, name in [*steps, ("ben", "release")]:
            by = people[who]
            try:
                if name == "sign without a reason":
                    actions.sign_again(sent.public_id, reasons=Reasons(small="  "), by=by)
                    reasoned = overruled = False
                elif name == "author alone gives a reason":
                    actions.sign_again(sent.public_id, reasons=SMALL, by=by)
                    reasoned, overruled = True, False
                else:
                    STEPS[name](sent.public_id, by)
                    overruled = overruled or (name == "approve" and reasoned)
            except (Refused, AssertionError):
                continue
        published = library.total() > 0 or Outbox.objects.filter(verb="publish").exists()
        assert overruled or not published
        assert overruled or mailboxes.summary(sent.report_id).stage.value != "published"


def test_two_signatures_over_a_reason_open_the_gate(send: Send, anna: Desk, ben: Desk) -> None:
    sent = send()
    for person in (anna, ben):
        actions.screen(sent.public_id, GO_ON, by=person)
    schedule(sent.public_id, anna, ben, reasons=SMALL)
    assert actions.release_batch(by=ben).released == (sent.public_id,)


@pytest.mark.once
def test_five_of_a_kind_pass_the_gate_and_four_do_not(send: Send, anna: Desk, ben: Desk) -> None:
    ids = [send().public_id for _report in range(5)]
    for public_id in ids:
        for person in (anna, ben):
            actions.screen(public_id, GO_ON, by=person)
    for public_id in ids[:4]:
        schedule(public_id, anna, ben, reasons=Reasons())
    assert actions.release_batch(by=ben).released == ()
    schedule(ids[4], anna, ben, reasons=Reasons())
    assert set(actions.release_batch(by=ben).released) == set(ids)

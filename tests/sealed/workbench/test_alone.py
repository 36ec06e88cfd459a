"""One analyst alone publishes nothing, whatever they do and in whatever order."""

from collections.abc import Callable
from dataclasses import replace

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from closecall.errors import Refused
from closecall.public.library import queries as library
from closecall.public.library.rules.report import AppliedCode, Lesson
from closecall.sealed.accounts.rules.desk import Desk
from closecall.sealed.intake import actions as intake
from closecall.sealed.intake import queries as mailboxes
from closecall.sealed.intake.rules.stages import Stage
from closecall.sealed.workbench import actions, queries
from closecall.sealed.workbench.actions.work import at_work
from closecall.sealed.workbench.models import Approval, Outbox
from closecall.sealed.workbench.queries import drafts
from closecall.sealed.workbench.rules.redaction import Choice, Decision
from closecall.sealed.workbench.rules.release import Reasons
from closecall.sealed.workbench.rules.screening import Screening, Verdict
from tests.postgres import examples

from .conftest import GO_ON, NOTHING, SMALL, Send, code, redact

pytestmark = pytest.mark.django_db(databases=["default", "sealed"])

Step = Callable[[str, Desk], object]


def _redact_somehow(public_id: str, by: Desk) -> None:
    state = queries.redaction_of(queries.head(public_id), by)
    spans = [Decision(span.key, Choice.REMOVE) for span in state.redaction.undecided]
    actions.decide_spans(public_id, spans, over=state.version, by=by)


def _propose(public_id: str, by: Desk) -> None:
    state = queries.coding_of(queries.head(public_id), by)
    actions.propose(public_id, reasons=SMALL, over=state.version, by=by)


def _correct(public_id: str, by: Desk) -> None:
    proposal = queries.proposal_of(queries.head(public_id), by)
    assert proposal is not None
    actions.propose_correction(replace(proposal.text, title="Mine"), "Mine.", by=by)


def _other(public_id: str) -> str:
    """Another report than this one; whichever comes first."""
    return next(one.public_id for one in mailboxes.everything() if one.public_id != public_id)


STEPS: dict[str, Step] = {
    "take": lambda case, by: actions.take(case, by=by),
    "give back": lambda case, by: actions.release_take(case, by=by),
    "screen": lambda case, by: actions.screen(case, GO_ON, by=by),
    "screen as a hazard": lambda case, by: actions.screen(
        case, Screening(hazard=True, verdict=Verdict.PUBLISH), by=by
    ),
    "resolve": lambda case, by: actions.resolve(case, Verdict.PUBLISH, by=by),
    "redact": redact,
    "redact somehow": _redact_somehow,
    "mark": lambda case, by: actions.mark_words(case, "prisoner", choice=Choice.REMOVE, over=1, by=by),
    "undo": lambda case, by: actions.undo(case, over=1, by=by),
    "code": code,
    "code a facet": lambda case, by: actions.code_facet(
        case, "event", [AppliedCode("event", "unknown")], over=0, by=by
    ),
    "write a lesson": lambda case, by: actions.write_lessons(
        case, [Lesson("Wait.", "ask_and_wait", "officer", "reporter")], over=0, by=by
    ),
    "propose": _propose,
    "read": lambda case, by: actions.second_read(case, NOTHING, by=by),
    "sign again": lambda case, by: actions.sign_again(case, reasons=Reasons(small="Mine."), by=by),
    "approve": lambda case, by: actions.approve(case, by=by),
    "reopen": lambda case, by: actions.reopen(case, by=by),
    "release": lambda _case, by: actions.release_batch(by=by),
    "replay": lambda _case, _by: actions.replay(),
    "unpublish": lambda case, by: actions.unpublish(case, by=by),
    "correct": _correct,
    "approve the correction": lambda case, by: actions.approve_correction(case, by=by),
    "join": lambda case, by: actions.join(case, _other(case), by=by),
    "join from the other side": lambda case, by: actions.join(_other(case), case, by=by),
    "part": lambda case, by: actions.part(case, by=by),
    "decline": lambda case, by: actions.decline(case, "Mine.", by=by),
}

# Far enough along that what follows matters: somebody else has screened it, the one person did all the rest.
BEGINNINGS = st.sampled_from(
    [(), ("screen",), ("screen", "redact", "code"), ("screen", "redact", "code", "propose")]
)


@settings(max_examples=examples(25), suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(beginning=BEGINNINGS, steps=st.lists(st.sampled_from(sorted(STEPS)), min_size=1, max_size=14))
def test_no_sequence_of_actions_by_one_analyst_publishes(
    send: Send, anna: Desk, ben: Desk, beginning: tuple[str, ...], steps: list[str]
) -> None:
    sent, _other_account = send(), send()
    actions.screen(sent.public_id, GO_ON, by=ben)
    for name in (*beginning, *steps):
        try:
            STEPS[name](sent.public_id, anna)
        except (Refused, AssertionError):
            continue
    assert library.total() == 0
    assert not Outbox.objects.filter(verb__in=["publish", "correct"]).exists()
    assert mailboxes.summary(sent.report_id).stage not in (Stage.SCHEDULED, Stage.PUBLISHED)


def test_not_even_with_the_rows_turned_by_hand(send: Send, anna: Desk, ben: Desk) -> None:
    sent = send()
    for person in (ben, anna):
        actions.screen(sent.public_id, GO_ON, by=person)
    redact(sent.public_id, anna)
    actions.propose(sent.public_id, reasons=SMALL, over=code(sent.public_id, anna), by=anna)
    # Whoever writes to the database pretends that Ben has read and approved, with Anna's signature for his.
    Approval.objects.update(reader=ben.pseudonym, approver=ben.pseudonym)
    row = queries.proposal_of(queries.head(sent.public_id), anna)
    assert row is not None
    forged = replace(row, approver=row.author)
    with at_work(sent.public_id, "propose", anna) as work:
        work.save(drafts.PROPOSAL, forged, over=1)
    intake.set_stage(sent.report_id, Stage.SCHEDULED)
    released = actions.release_batch(by=anna)
    assert not released.released and library.total() == 0

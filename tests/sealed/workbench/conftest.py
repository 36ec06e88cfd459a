"""A desk with two approvers, an analyst and a screener, and a report that waits."""

from collections.abc import Callable, Iterator
from dataclasses import dataclass, replace
from pathlib import Path

import pytest

from closecall.public.library.rules.report import AppliedCode, Lesson
from closecall.public.taxonomy import queries as taxonomy
from closecall.public.taxonomy.rules.pack import UNKNOWN
from closecall.sealed.accounts.actions import Founded
from closecall.sealed.accounts.rules.desk import Desk
from closecall.sealed.intake import actions as intake
from closecall.sealed.intake import queries as mailboxes
from closecall.sealed.intake.queries import Entered
from closecall.sealed.intake.rules.stages import Stage
from closecall.sealed.intake.rules.submission import Submission
from closecall.sealed.workbench import actions, queries
from closecall.sealed.workbench.rules import coding as coding_rules
from closecall.sealed.workbench.rules.reading import Attempt
from closecall.sealed.workbench.rules.redaction import Choice, Decision
from closecall.sealed.workbench.rules.release import Reasons
from closecall.sealed.workbench.rules.screening import Screening, Verdict
from closecall.site.crypto import stretching

STORY = (
    "I took over a prisoner from Ramirez on Elm Street. It was 02:14 and dark. "
    "He told me the man was searched. We searched him again and found a pistol in his boot."
)
GO_ON = Screening(hazard=False, verdict=Verdict.PUBLISH)
NOTHING = Attempt(agency=False, officer=False, day=False, news=False)
SMALL = Reasons(small="The library is young.")


@pytest.fixture(autouse=True)
def cheap(monkeypatch: pytest.MonkeyPatch, settings, tmp_path: Path) -> Iterator[None]:
    """Argon2id at its cheapest, slots and index of the test's own, no window to object."""
    monkeypatch.setattr(stretching, "CLAIM_CODE", stretching.INSECURE_FOR_TESTS)
    settings.INSECURE_STRETCHING_FOR_TESTS = True
    settings.SLOTS_PATH = tmp_path / "slots"
    settings.INDEX_PATH = tmp_path / "index"
    settings.APPROVAL_DAYS = 0
    settings.RELEASE_DAYS = 0
    yield


@dataclass(frozen=True)
class Sent:
    """A report that was sent, with its reporter's code."""

    public_id: str
    report_id: int
    code: str

    def enter(self) -> Entered:
        """The reporter at the mailbox."""
        return mailboxes.enter(self.code)


Send = Callable[..., Sent]


@pytest.fixture
def send(founded: Founded) -> Send:
    """Submits a report."""
    number = iter(range(1000))

    def sent(narrative: str = STORY, **more: object) -> Sent:
        entropy = next(number).to_bytes(16, "big")
        code = intake.submit_report(Submission(narrative, **more), entropy=entropy).code.spoken
        report = mailboxes.enter(code).report
        assert report is not None
        return Sent(report.public_id, report.id, code)

    return sent


@pytest.fixture
def report(send: Send) -> Sent:
    """One report that waits."""
    return send()


def screen(public_id: str, *people: Desk) -> None:
    """Two people let it pass."""
    for person in people:
        actions.screen(public_id, GO_ON, by=person)


def redact(public_id: str, by: Desk) -> None:
    """Replace everything that was found, as the machine proposes."""
    state = queries.redaction_of(queries.head(public_id), by)
    over = state.version
    if state.redaction.undecided:
        decisions = [Decision(span.key, Choice.REPLACE) for span in state.redaction.undecided]
        over = actions.decide_spans(public_id, decisions, over=over, by=by)
    actions.finish_redaction(public_id, over=over, by=by)


def code(public_id: str, by: Desk, event: str = "missed_firearm") -> int:
    """Code it completely; gives the version."""
    pack = taxonomy.pack()
    state = queries.coding_of(queries.head(public_id), by)
    assert state.sentences, "There is no text to code yet."
    sentence = state.sentences[0].text
    over = state.version
    for facet in coding_rules.coded_by_analysts(pack):
        state = queries.coding_of(queries.head(public_id), by)
        if not facet.required or not coding_rules.is_open(facet, state.coding):
            continue
        chosen = AppliedCode(facet.key, UNKNOWN)
        if facet.key == "event":
            chosen = AppliedCode("event", event, sentence=sentence)
        elif facet.key in ("harm", "margin"):
            chosen = AppliedCode(facet.key, facet.codes[0].key, sentence=sentence)
        over = actions.code_facet(public_id, facet.key, [chosen], over=over, by=by)
    lesson = Lesson("Search him yourself.", "search_people", "officer", "analyst")
    over = actions.write_lessons(public_id, [lesson], over=over, by=by)
    return actions.word(
        public_id,
        title="A second search",
        synopsis="An officer took over a prisoner.",
        content_note="",
        over=over,
        by=by,
    )


def propose(public_id: str, by: Desk, *, reasons: Reasons | None = SMALL) -> None:
    """Redact, code and propose as one author."""
    redact(public_id, by)
    actions.propose(public_id, reasons=reasons, over=code(public_id, by), by=by)


def schedule(public_id: str, author: Desk, approver: Desk, *, reasons: Reasons | None = SMALL) -> None:
    """Take a screened report to the next batch."""
    propose(public_id, author, reasons=reasons)
    actions.second_read(public_id, NOTHING, by=approver)
    actions.approve(public_id, by=approver)


def keyless(desk: Desk) -> Desk:
    """Somebody who holds no generation."""
    return replace(desk, generations=())


def stage_of(sent: Sent) -> Stage:
    """Where the sealed wing says that a report stands."""
    return mailboxes.summary(sent.report_id).stage


def publish(sent: Sent, author: Desk, approver: Desk) -> None:
    """Bring a report the whole way."""
    screen(sent.public_id, author, approver)
    schedule(sent.public_id, author, approver)
    actions.release_batch(by=approver)

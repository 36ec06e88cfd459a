"""What a page of a case shows: its text, its codes, and what still blocks it."""

from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field

from closecall.public.library import queries as library
from closecall.public.library.rules.report import ReleasedText
from closecall.public.taxonomy import queries as taxonomy
from closecall.public.taxonomy.rules.pack import Pack
from closecall.sealed.accounts.rules.desk import Desk
from closecall.sealed.intake import queries as intake
from closecall.sealed.intake.rules.dialogue import Message
from closecall.sealed.intake.rules.stages import Stage
from closecall.sealed.workbench.queries import drafts, events, finding
from closecall.sealed.workbench.queries.cases import CaseHead, original
from closecall.sealed.workbench.queries.drafts import Opened
from closecall.sealed.workbench.rules import coding as coding_rules
from closecall.sealed.workbench.rules import leftovers, redaction, release, sentences
from closecall.sealed.workbench.rules.coding import Coding, Missing
from closecall.sealed.workbench.rules.leftovers import Leftover
from closecall.sealed.workbench.rules.reading import Reading
from closecall.sealed.workbench.rules.redaction import Piece, Redaction
from closecall.sealed.workbench.rules.release import Fact, Gate, Proposal, Rung
from closecall.sealed.workbench.rules.sentences import Sentence


@dataclass(frozen=True)
class RedactionState:
    """The de-identification of a case: `late` when the reporter added detail since the last save."""

    version: int
    redaction: Redaction
    pieces: tuple[Piece, ...] = field(repr=False)
    text: str = field(repr=False)
    leftovers: tuple[Leftover, ...] = field(repr=False)
    late: bool

    @property
    def done(self) -> bool:
        """Whether nothing keeps the text from being coded."""
        return (
            not self.late and not self.redaction.undecided and not self.leftovers and bool(self.text.strip())
        )


@dataclass(frozen=True)
class CodingState:
    """The coding of a case over its redacted text."""

    version: int
    redaction_version: int
    pack: Pack = field(repr=False)
    coding: Coding
    text: str = field(repr=False)
    sentences: tuple[Sentence, ...] = field(repr=False)
    missing: tuple[Missing, ...]
    leftovers: tuple[Leftover, ...] = field(repr=False)
    risk_class: str | None

    @property
    def done(self) -> bool:
        """Whether nothing keeps the case from being proposed."""
        return not self.missing and not self.leftovers


def redaction_of(case: CaseHead, desk: Desk) -> RedactionState:
    """The spans of a case with their decisions; found afresh until the first decision is saved.

    Raises: NotAllowed, Gone.
    """
    desk.require("redact")
    saved = drafts.opened(case.report.report_id, drafts.REDACTION, desk)
    sent = original(case, desk)
    return _redaction_state(saved, redaction.story(sent, saved.value.story))


def current_redaction(case: CaseHead, desk: Desk) -> Opened[Redaction]:
    """What the next decision works on: the saved redaction, later detail taken in."""
    state = redaction_of(case, desk)
    if state.late or not state.version:
        story = redaction.story(original(case, desk), state.redaction.story if state.version else "")
        found = finding.spans(story)
        fresh = (
            redaction.extend(state.redaction, story, found)
            if state.version
            else redaction.begin(story, found)
        )
        return Opened(state.version, fresh)
    return Opened(state.version, state.redaction)


def redacted_text(case: CaseHead, desk: Desk) -> str:
    """The redacted text as it stands; all that a second reader sees. Raises: NotAllowed, Gone."""
    desk.require("redact")
    return redaction.redacted(drafts.opened(case.report.report_id, drafts.REDACTION, desk).value)


def coding_of(case: CaseHead, desk: Desk) -> CodingState:
    """Codes, lessons and wording of a case, and what is missing. Raises: NotAllowed, Gone."""
    desk.require("code")
    saved = drafts.opened(case.report.report_id, drafts.CODING, desk)
    opened = drafts.opened(case.report.report_id, drafts.REDACTION, desk)
    spans = opened.value
    text = redaction.redacted(spans)
    pack = taxonomy.pack()
    return CodingState(
        version=saved.version,
        redaction_version=opened.version,
        pack=pack,
        coding=saved.value,
        text=text,
        sentences=sentences.split(text),
        missing=coding_rules.missing(pack, saved.value, text),
        leftovers=leftovers.in_texts(coding_rules.texts(saved.value), spans, finding.again),
        risk_class=coding_rules.risk_class(pack, saved.value),
    )


def readings_of(case: CaseHead, desk: Desk) -> Reading:
    """The second readers' attempts. Raises: NotAllowed, Gone."""
    desk.require("redact")
    return drafts.opened(case.report.report_id, drafts.READING, desk).value


def proposal_of(case: CaseHead, desk: Desk) -> Proposal | None:
    """The proposed text with its signatures; None when there is none. Raises: NotAllowed, Gone."""
    desk.require("redact")
    return drafts.opened(case.report.report_id, drafts.PROPOSAL, desk).value


def dialogue_of(case: CaseHead, desk: Desk) -> tuple[Message, ...]:
    """The messages with the reporter, oldest first. Raises: NotAllowed."""
    desk.require("converse")
    return intake.messages(case.report.report_id, desk.generations)


def preview(case: CaseHead, state: CodingState) -> ReleasedText:
    """What would be published as it stands, rare codes coarsened."""
    return release.compose(
        state.pack,
        state.coding,
        public_id=case.public_id,
        narrative=state.text,
        week=case.report.week,
        keep_rare=False,
    )


def _redaction_state(saved: Opened[Redaction], story: str) -> RedactionState:
    late = bool(saved.version) and saved.value.story != story
    current = saved.value if saved.version else redaction.begin(story, finding.spans(story))
    return RedactionState(
        version=saved.version,
        redaction=current,
        pieces=redaction.pieces(current),
        text=redaction.redacted(current),
        leftovers=() if current.undecided else leftovers.in_redacted(current, finding.again),
        late=late,
    )


def rungs_of(
    case: CaseHead, groups: tuple[str, ...], finest: str, others: Iterable[Proposal]
) -> tuple[Rung, ...]:
    """Who shares each way to tell a period, over published reports and the `others` that wait.

    Other accounts of the case's own event don't count, and of another event that is published none that waits.
    """
    known = events.known()
    mine = known.accounts(case.public_id)
    waiting = [
        Fact(each.groups, each.text.period, known.of(each.text.public_id))
        for each in others
        if each.text.public_id not in mine and not known.is_told(each.text.public_id)
    ]
    published = {
        (period, group): library.support(period, event_group=group, apart_from=mine)
        for period in release.periods(finest)
        for group in groups
    }
    return release.rungs(groups, finest, waiting, published)


def gate_of(case: CaseHead, proposal: Proposal, batch: Mapping[str, Proposal]) -> Gate:
    """What the gate says of a proposal now, over published and waiting reports (`batch`, by public id)."""
    others = [each for public_id, each in batch.items() if public_id != case.public_id]
    ladder = rungs_of(case, proposal.groups, proposal.text.period, others)
    return release.gate(ladder, reason=proposal.reasons.small)


def scheduled_proposals(desk: Desk) -> dict[str, Proposal]:
    """The proposals of every case that waits for a batch, by public id; those one can't open are left out."""
    found: dict[str, Proposal] = {}
    for report in intake.waiting():
        if report.stage is not Stage.SCHEDULED or report.generation not in {
            held.number for held in desk.generations
        }:
            continue
        proposal = drafts.opened(report.report_id, drafts.PROPOSAL, desk).value
        if proposal is not None:
            found[report.public_id] = proposal
    return found

"""Codes, lessons and wording, and the proposal that its author signs."""

from collections.abc import Callable, Sequence

from closecall.errors import BadInput, Conflict, NotAllowed, Refused
from closecall.public.library.rules.report import AppliedCode, Lesson, Pause
from closecall.public.library.rules.report import check as check_released
from closecall.public.taxonomy import queries as taxonomy
from closecall.sealed.accounts.rules.desk import Desk
from closecall.sealed.intake.rules.stages import Stage
from closecall.sealed.workbench.actions.redacting import must_be_clean
from closecall.sealed.workbench.actions.suggesting import count
from closecall.sealed.workbench.actions.work import STALE, TAKEN, Work, at_work, must_stand_at
from closecall.sealed.workbench.models import Approval
from closecall.sealed.workbench.queries import cases, drafts, suggesting
from closecall.sealed.workbench.queries import work as reading
from closecall.sealed.workbench.rules import coding as rules
from closecall.sealed.workbench.rules import redaction, release
from closecall.sealed.workbench.rules.coding import Coding
from closecall.sealed.workbench.rules.release import Proposal, Reasons
from closecall.sealed.workbench.rules.stages import LATER, Event
from closecall.sealed.workbench.rules.suggesting import Judged

INCOMPLETE = "Something is still missing: the page lists it."
NO_TEXT = "Nobody has proposed a text yet."
MARKED = (
    "What the second reader marked stands only with a reason. Give it, or reopen the text and take it out."
)
NOT_YOURS = "Only who proposed this text signs as its author."
LEFT = "The title, a lesson or a pause still holds words that could identify: the page lists them."


def code_facet(public_id: str, facet: str, codes: Sequence[AppliedCode], *, over: int, by: Desk) -> int:
    """Replace the codes of one facet; returns the new version.

    Raises: BadInput (no sentence, unknown code, too many), Conflict, NotAllowed.
    """
    pack = taxonomy.pack()
    return _edit(
        public_id,
        lambda coding, text: rules.apply_codes(pack, coding, facet, codes, text),
        over=over,
        by=by,
        action="coded",
        facet=facet,
        codes=len(codes),
    )


def write_lessons(public_id: str, lessons: Sequence[Lesson], *, over: int, by: Desk) -> int:
    """Replace the lessons; returns the new version. Raises: BadInput, Conflict, NotAllowed."""
    pack = taxonomy.pack()
    return _edit(
        public_id,
        lambda coding, _text: rules.write_lessons(pack, coding, lessons),
        over=over,
        by=by,
        action="lessons_written",
        lessons=len(lessons),
    )


def place_pauses(public_id: str, pauses: Sequence[Pause], *, over: int, by: Desk) -> int:
    """Replace the pauses; returns the new version. Raises: BadInput, Conflict, NotAllowed."""
    return _edit(
        public_id,
        lambda coding, text: rules.place_pauses(coding, pauses, text),
        over=over,
        by=by,
        action="pauses_placed",
        pauses=len(pauses),
    )


def word(
    public_id: str, *, title: str, synopsis: str, content_note: str, quarter: str = "", over: int, by: Desk
) -> int:
    """Set title, synopsis, content note and the event's quarter; returns the new version.

    Raises: BadInput, Conflict, NotAllowed.
    """
    return _edit(
        public_id,
        lambda coding, _text: rules.word(
            coding, title=title, synopsis=synopsis, content_note=content_note, quarter=quarter
        ),
        over=over,
        by=by,
        action="worded",
    )


def generalise(public_id: str, facet: str, code: str, rungs: int, *, over: int, by: Desk) -> int:
    """Tell one coded fact, or the period, `rungs` up its ladder; returns the new version.

    While coding it is an edit like any other. Later only the author may: the proposal is put together anew
    and signed by them, every other signature is void, and the words stay as the second reader and the
    reporter have seen them.

    Raises: BadInput (nothing there, no such rung), Conflict, NotAllowed (not the author).
    """
    pack = taxonomy.pack()
    with at_work(public_id, "code", by) as work:
        must_stand_at(work, Stage.CODING, *LATER)
        if work.stage is Stage.CODING and work.case.taken_by not in ("", by.pseudonym):
            raise Conflict(TAKEN)
        saved = work.opened(drafts.CODING)
        if saved.version != over:
            raise Conflict(STALE)
        after = rules.generalise(pack, saved.value, (facet, code), rungs)
        before = work.opened(drafts.PROPOSAL).value
        if work.stage is Stage.CODING:
            work.void_approval()
            work.save(drafts.CODING, after, over=over)
        else:
            approval = author_of(work)
            work.save(drafts.CODING, after, over=over)
            sign_anew(work, approval.reader, before.reasons if before else Reasons())
        work.record("generalised", facet=facet, rungs=rungs)
        return over + 1


def author_of(work: Work) -> Approval:
    """The row that says who stands for the text, when this person does. Raises: Conflict, NotAllowed."""
    approval = Approval.objects.select_for_update().filter(case=work.case).first()
    if approval is None:
        raise Conflict(NO_TEXT)
    if approval.author != work.by.pseudonym:
        raise NotAllowed(NOT_YOURS)
    return approval


def sign_anew(work: Work, reader: str, reasons: Reasons) -> None:
    """Put the same words forward once more as their author; the approver must sign again, too.

    Raises: BadInput when the reader let something stand for a reason that isn't given any more.
    """
    if reader and work.opened(drafts.READING).value.rests_on_a_reason and not reasons.marked.strip():
        raise BadInput(MARKED)
    put_forward(work, composed(work, reading.coding_of(work.head, work.by), reasons))
    Approval.objects.filter(case=work.case).update(reader=reader)
    if work.stage is Stage.SCHEDULED:
        work.move(Event.SIGNED_AGAIN)


def propose(public_id: str, *, reasons: Reasons | None = None, over: int, by: Desk) -> None:
    """Put the text forward as its author, with a signature, and hand it to a second reader.

    reasons: why rare codes stay, why it may be released though fewer than five share it; both need the
    approver's signature as well.
    Raises: Conflict while anything is missing or still identifies; NotAllowed.
    """
    judged = _judged(public_id, by)
    with at_work(public_id, "propose", by, taking=True) as work:
        must_stand_at(work, Stage.CODING)
        state = reading.coding_of(work.head, by)
        if state.version != over:
            raise Conflict(STALE)
        must_be_clean(reading.redaction_of(work.head, by))
        if state.missing:
            raise Conflict(INCOMPLETE)
        if state.leftovers:
            raise Conflict(LEFT)
        proposal = composed(work, state, reasons or Reasons())
        if judged is not None and not work.opened(drafts.PROPOSAL).version:
            count(judged)
        put_forward(work, proposal)
        work.record("proposed", exceptions=exceptions(proposal.reasons))
        work.move(Event.PROPOSED)


def _judged(public_id: str, by: Desk) -> Judged | None:
    """What the coding makes of the suggestions; before the case is locked, for reading a text takes a second."""
    try:
        return suggesting.judged(public_id, reading.coding_of(cases.head(public_id), by))
    except Refused:  # whatever is wrong, the verb itself says so
        return None


def composed(work: Work, state: reading.CodingState, reasons: Reasons) -> Proposal:
    """Put together the proposal, unsigned. Raises: BadInput when the library would refuse it."""
    text = release.compose(
        state.pack,
        state.coding,
        public_id=work.case.public_id,
        narrative=state.text,
        week=work.head.report.week,
        keep_rare=bool(reasons.rare.strip()),
    )
    check_released(text, "own")
    events = [applied.code for applied in state.coding.of(state.pack.release.group_by)]
    return Proposal(text=text, groups=state.pack.event_groups(events), reasons=reasons)


def put_forward(work: Work, proposal: Proposal) -> None:
    """Sign a proposal as its author and keep it; whoever approved an earlier one has not approved this."""
    signed = release.sign(proposal, work.by.verify_key, work.by.sign)
    before = work.opened(drafts.PROPOSAL)
    work.save(
        drafts.PROPOSAL,
        Proposal(proposal.text, proposal.groups, proposal.reasons, author=signed),
        over=before.version,
    )
    Approval.objects.filter(case=work.case).delete()
    Approval.objects.create(case=work.case, author=work.by.pseudonym)


def exceptions(reasons: Reasons) -> list[str]:
    """Which exceptions a proposal asks for: kinds only."""
    given = {"rare": reasons.rare, "small": reasons.small, "marked": reasons.marked}
    return [kind for kind, words in given.items() if words.strip()]


def _edit(
    public_id: str,
    change: Callable[[Coding, str], Coding],
    *,
    over: int,
    by: Desk,
    action: str,
    **detail: object,
) -> int:
    with at_work(public_id, "code", by, taking=True) as work:
        must_stand_at(work, Stage.CODING)
        saved = work.opened(drafts.CODING)
        if saved.version != over:
            raise Conflict(STALE)
        text = redaction.redacted(work.opened(drafts.REDACTION).value)
        if not text:
            raise BadInput("There is no redacted text to code yet.")
        after = change(saved.value, text)
        work.void_approval()
        work.save(drafts.CODING, after, over=over)
        work.record(action, **detail)
        return over + 1

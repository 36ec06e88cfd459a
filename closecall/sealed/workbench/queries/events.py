"""Who else may tell of the same event: looked for in an unlocked session, among originals that aren't erased."""

from collections import defaultdict
from dataclasses import dataclass, field

from closecall.errors import Gone, NotAllowed
from closecall.sealed.accounts.rules.desk import Desk
from closecall.sealed.intake import queries as intake
from closecall.sealed.intake.rules.stages import ENDED, Stage
from closecall.sealed.workbench.models import Case, Screening
from closecall.sealed.workbench.queries import cases
from closecall.sealed.workbench.queries.cases import CaseHead
from closecall.sealed.workbench.queries.drafts import opened_view
from closecall.sealed.workbench.rules import events
from closecall.sealed.workbench.rules.events import Noted
from closecall.sealed.workbench.rules.redaction import story
from closecall.text.meaning import duplicates
from closecall.text.meaning.duplicates import Telling

MOST = 5


@dataclass(frozen=True)
class Account:
    """A report that may tell of the same event. `score` is from 0 to 1; `copy`: the same text, or nearly."""

    case: CaseHead
    score: float
    copy: bool
    noted: Noted = field(repr=False)
    lines: tuple[str, ...] = field(repr=False)


@dataclass(frozen=True)
class Known:
    """Which cases tell of one event. Shape: `by_case` maps public ids to events, `told` are events in the library."""

    by_case: dict[str, str]
    told: frozenset[str]

    def of(self, public_id: str) -> str:
        """A case's event, "" when nobody else tells of it."""
        return self.by_case.get(public_id, "")

    def accounts(self, public_id: str) -> frozenset[str]:
        """The other cases that tell of the same event."""
        event = self.of(public_id)
        return frozenset(other for other, one in self.by_case.items() if event and one == event) - {public_id}

    def is_told(self, public_id: str) -> bool:
        """Whether the library tells of its event by another account already."""
        return self.of(public_id) in self.told


def known() -> Known:
    """Every case that shares an event with another; all in the clear, so no key is needed."""
    rows = Case.objects.exclude(event="").values_list("id", "public_id", "event")
    stages = {one.report_id: one.stage for one in intake.everything()} if rows else {}
    by_event: dict[str, list[str]] = defaultdict(list)
    told = set()
    for report_id, public_id, event in rows:
        stage = stages.get(report_id)
        if stage is None or stage is Stage.WITHDRAWN:
            continue
        by_event[event].append(public_id)
        if stage is Stage.PUBLISHED:
            told.add(event)
    shared = {one: event for event, several in by_event.items() if len(several) > 1 for one in several}
    return Known(shared, frozenset(told))


def noted_of(case: CaseHead, desk: Desk) -> tuple[Noted, ...]:
    """What this person may see of day and place: their own note, and all of them once two are in."""
    state = cases.screening(case, desk)
    seen = [view for _by, view in state.views] or ([state.mine] if state.mine is not None else [])
    return tuple(view.noted for view in seen)


def candidates(case: CaseHead, desk: Desk) -> tuple[Account, ...]:
    """Reports that may tell of the same event, the likeliest first: nothing of this is kept anywhere.

    TF-IDF among those whose day and place agree as far as they were noted; the same text sent again whatever it
    says of day and place. Only originals that aren't erased, and that this person's keys open.

    Raises: NotAllowed; Gone when this case's own original is erased.
    """
    mine = Telling(case.public_id, story(cases.original(case, desk)))
    where = noted_of(case, desk)
    texts: list[Telling] = []
    noted: dict[str, list[Noted]] = {}
    notes = _all_notes(desk)
    for each in intake.everything():
        if each.report_id == case.report.report_id or each.originals_burnt or each.stage in ENDED:
            continue
        try:
            sent = intake.open_original(each.report_id, desk.generations)
        except (Gone, NotAllowed):
            continue
        texts.append(Telling(each.public_id, story(sent)))
        noted[each.public_id] = notes.get(each.report_id, [])
    within = frozenset(key for key, other in noted.items() if events.agree(where, other))
    found = duplicates.accounts_of(mine, texts, within=within, most=MOST)
    heads = {one.key: cases.head(one.key) for one in found}
    lines = {one.key: tuple(one.text.split("\n")) for one in texts}
    return tuple(
        Account(heads[one.key], one.score, one.copy, events.together(noted[one.key]), lines[one.key])
        for one in found
    )


def _all_notes(desk: Desk) -> dict[int, list[Noted]]:
    """Day and place as every screener noted them; of reports whose keys this person doesn't hold, none."""
    found: dict[int, list[Noted]] = defaultdict(list)
    for row in Screening.objects.order_by("case_id", "id"):
        try:
            found[row.case_id].append(opened_view(row, desk).noted)
        except (Gone, NotAllowed):
            continue
    return found

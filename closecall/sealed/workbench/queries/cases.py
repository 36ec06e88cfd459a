"""The queue and a case's head: what can be told with the desk's own keys."""

from dataclasses import dataclass, field
from datetime import UTC, date, datetime
from typing import Final

from closecall.errors import Gone, NotAllowed
from closecall.public.library import queries as library
from closecall.public.library.queries import OpenWarning
from closecall.public.taxonomy import queries as taxonomy
from closecall.sealed.accounts.rules.desk import Desk
from closecall.sealed.intake import queries as intake
from closecall.sealed.intake.rules import weeks
from closecall.sealed.intake.rules.stages import Stage
from closecall.sealed.intake.rules.summaries import Original, ReportSummary
from closecall.sealed.workbench.models import Approval, Case, Outbox, Screening
from closecall.sealed.workbench.queries.drafts import opened_view
from closecall.sealed.workbench.rules import stages
from closecall.sealed.workbench.rules.screening import Screening as View
from closecall.sealed.workbench.rules.screening import Settled, settle

PAST_TARGET_WEEKS: Final = 2
WARN_DAYS: Final = 60
OPENING_CHARACTERS: Final = 90


@dataclass(frozen=True)
class CaseHead:
    """A case without its words."""

    report: ReportSummary
    taken_by: str
    hazard: bool
    event: str
    join_with: str
    join_asked_by: str
    declined_by: str
    closed_week: str
    dialogue_burnt: bool
    hold_asked_by: str
    screened_by: tuple[str, ...]
    author: str
    reader: str
    approver: str
    releasing: bool
    counted_in: str = ""

    @property
    def public_id(self) -> str:
        """The six characters that name it."""
        return self.report.public_id

    @property
    def stage(self) -> Stage:
        """Where it stands."""
        return self.report.stage

    @property
    def stage_label(self) -> str:
        """Where it stands, as the desk says it."""
        return stages.label(self.report.stage)

    @property
    def page(self) -> str:
        """Where its next work is done."""
        return stages.page(self.report.stage)


@dataclass(frozen=True)
class QueueRow:
    """One line of the queue. `opens_with` and `kind` are empty for who doesn't hold the report's key."""

    case: CaseHead
    waited_weeks: int
    opens_with: str = field(repr=False)
    kind: str = field(repr=False)
    state: str
    urgent: bool


@dataclass(frozen=True)
class Queue:
    """What waits at the desk: hazards first, then by stage and age."""

    rows: tuple[QueueRow, ...]
    warnings: tuple[OpenWarning, ...]

    @property
    def hazards(self) -> tuple[QueueRow, ...]:
        """What somebody called a hazard."""
        return tuple(row for row in self.rows if row.case.hazard)

    @property
    def oldest_weeks(self) -> int:
        """How long the oldest has waited."""
        return max((row.waited_weeks for row in self.rows), default=0)


@dataclass(frozen=True)
class ScreeningState:
    """Who screened a case, and what one may see of it: one's own view, and all of them once two are in."""

    mine: View | None
    by: tuple[str, ...]
    views: tuple[tuple[str, View], ...]
    settled: Settled | None


def today() -> date:
    """The day that it is, in UTC."""
    return datetime.now(UTC).date()


def head(public_id: str) -> CaseHead:
    """One case's head. Raises: NotFound."""
    return _heads([intake.summary(intake.report_id_of(public_id))])[0]


def worklist(desk: Desk, on: date | None = None) -> Queue:
    """Everything that waits, hazards first, then by stage and age in weeks.

    Raises: NotAllowed for who may not screen.
    """
    desk.require("screen")
    day = on or today()
    rows = [_row(case, desk, day) for case in _heads(intake.waiting())]
    order = {stage: place for place, stage in enumerate(stages.OPEN)}
    rows.sort(key=lambda row: (not row.case.hazard, order.get(row.case.stage, 99), -row.waited_weeks))
    return Queue(tuple(rows), tuple(library.open_warnings()))


def holds() -> tuple[CaseHead, ...]:
    """Cases under a legal hold, and those for which one person has asked to begin or end one."""
    asked = set(Case.objects.exclude(hold_asked_by="").values_list("id", flat=True))
    return tuple(_heads([each for each in intake.everything() if each.held or each.report_id in asked]))


def accounts(event: str) -> tuple[CaseHead, ...]:
    """The cases that tell of one event; what was taken back isn't among them. Empty for no event."""
    if not event:
        return ()
    ids = Case.objects.filter(event=event).order_by("public_id").values_list("id", flat=True)
    return tuple(
        one for one in _heads([intake.summary(each) for each in ids]) if one.stage is not Stage.WITHDRAWN
    )


def heads_at(stage: Stage) -> tuple[CaseHead, ...]:
    """Every case that stands at one stage, oldest week first."""
    return tuple(_heads([each for each in intake.everything() if each.stage is stage]))


def original(case: CaseHead, desk: Desk) -> Original:
    """What the reporter sent. Raises: NotAllowed, Gone."""
    desk.require("screen")
    return intake.open_original(case.report.report_id, desk.generations)


def screening(case: CaseHead, desk: Desk) -> ScreeningState:
    """The screenings of a case as this person may see them: blind to others until two are in."""
    desk.require("screen")
    rows = list(Screening.objects.filter(case_id=case.report.report_id).order_by("id"))
    names = tuple(sorted(row.by for row in rows))
    mine = next((opened_view(row, desk) for row in rows if row.by == desk.pseudonym), None)
    if len(rows) < 2:
        return ScreeningState(mine, names, (), None)
    views = tuple(sorted(((row.by, opened_view(row, desk)) for row in rows), key=lambda pair: pair[0]))
    use = original(case, desk).use
    return ScreeningState(mine, names, views, settle([view for _by, view in views], use))


def _row(case: CaseHead, desk: Desk, day: date) -> QueueRow:
    waited = max(0, (weeks.monday_of(weeks.week_of(day)) - weeks.monday_of(case.report.week)).days // 7)
    opening, kind = _opening(case, desk)
    state, urgent = _state(case, desk, waited)
    return QueueRow(case, waited, opening, kind, state, urgent)


def _opening(case: CaseHead, desk: Desk) -> tuple[str, str]:
    try:
        sent = intake.open_original(case.report.report_id, desk.generations)
    except (NotAllowed, Gone):
        return "", ""
    words = " ".join(sent.narrative.split())
    short = words if len(words) <= OPENING_CHARACTERS else words[:OPENING_CHARACTERS].rsplit(" ", 1)[0] + "…"
    form = taxonomy.pack().form
    labels = {choice.key: choice.label for choice in form.kinds} if form else {}
    return short, ", ".join(labels.get(kind, kind) for kind in sent.kinds[:1])


def _state(case: CaseHead, desk: Desk, waited: int) -> tuple[str, bool]:
    report = case.report
    if case.hazard and case.stage in (Stage.RECEIVED, Stage.SCREENING):
        return "Hazard", True
    if waited * 7 >= WARN_DAYS:
        return "Erased soon", True
    if report.decision.kind == "change":
        return "Reporter asks for a change", True
    if report.decision.kind == "numbers_only":
        return "Reporter allows numbers only", True
    if case.declined_by:
        return "Second word on declining", False
    if case.stage is Stage.SCREENING and len(case.screened_by) > 1:
        return "Views differ", False
    if case.stage is Stage.SCREENING:
        return ("You screened it" if desk.pseudonym in case.screened_by else "Second screen"), False
    if case.stage is Stage.YOUR_APPROVAL:
        left = intake.days_to_object(report.report_id)
        return (f"Reporter has {left} days" if left else "Ready to sign"), False
    if waited >= PAST_TARGET_WEEKS and case.stage in (Stage.RECEIVED, Stage.REDACTING, Stage.CODING):
        return "Past target", True
    return "On time", False


def _heads(reports: list[ReportSummary]) -> list[CaseHead]:
    ids = [report.report_id for report in reports]
    rows = {row.id: row for row in Case.objects.filter(id__in=ids)}
    approvals = {row.case_id: row for row in Approval.objects.filter(case_id__in=ids)}
    releasing = set(Outbox.objects.filter(report_id__in=ids).values_list("report_id", flat=True))
    screened: dict[int, list[str]] = {}
    for case_id, by in Screening.objects.filter(case_id__in=ids).values_list("case_id", "by"):
        screened.setdefault(case_id, []).append(by)
    found = []
    for report in reports:
        row = rows.get(report.report_id) or Case(id=report.report_id, public_id=report.public_id)
        approval = approvals.get(report.report_id)
        found.append(
            CaseHead(
                report=report,
                taken_by=row.taken_by,
                hazard=row.hazard,
                event=row.event,
                join_with=row.join_with,
                join_asked_by=row.join_asked_by,
                declined_by=row.declined_by,
                closed_week=row.closed_week,
                dialogue_burnt=row.dialogue_burnt,
                hold_asked_by=row.hold_asked_by,
                screened_by=tuple(sorted(screened.get(report.report_id, []))),
                author=approval.author if approval else "",
                reader=approval.reader if approval else "",
                approver=approval.approver if approval else "",
                releasing=report.report_id in releasing,
                counted_in=row.counted_in,
            )
        )
    return found

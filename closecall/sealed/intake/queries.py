"""What may be read: by the claim code, by an analyst's generations, or by anybody with the queue."""

import secrets
from collections.abc import Iterable, Sequence
from dataclasses import dataclass, field
from datetime import UTC, date, datetime

from django.conf import settings
from django.db import router

from closecall.errors import BadInput, Gone, NotAllowed, NotFound, Unavailable
from closecall.sealed.intake.models import (
    IntakeGeneration,
    SealedAddition,
    SealedMessage,
    SealedReport,
    Unfinished,
    WeeklyTotal,
)
from closecall.sealed.intake.rules import claim_code, weeks
from closecall.sealed.intake.rules.buckets import Pool
from closecall.sealed.intake.rules.decoy import Decoy
from closecall.sealed.intake.rules.dialogue import (
    Decision,
    Message,
    MessageKind,
    ProposedText,
    text_from_bytes,
)
from closecall.sealed.intake.rules.stages import CLOSED, Stage
from closecall.sealed.intake.rules.submission import from_bytes
from closecall.sealed.intake.rules.summaries import Effects, Mailbox, Original, ReportSummary
from closecall.sealed.vault import reporters, reports
from closecall.sealed.vault.generations import Generation
from closecall.sealed.vault.reporters import ReporterKeys
from closecall.sealed.vault.slots import FileSlots, SlotBurnt
from closecall.site.crypto import CannotOpen, aead, boxes, hashing, padding, stretching

CLOSED_INTAKE = (
    "Sharing is closed for the moment: we are checking our own keys. "
    "Your words are still here. Try again later."
)
ERASE_AFTER_DAYS = 90
# Two derive at a time; fourteen more may wait. Who comes then is told at once.
_DERIVATIONS = Pool(16)
_DECOY_OPENS = 6


@dataclass(frozen=True)
class Entered:
    """A mailbox that a code was tried on: `report` is None for a miss. Never leaves the room."""

    report: SealedReport | None = field(repr=False)
    keys: ReporterKeys = field(repr=False)
    dialogue: bytes | None = field(repr=False)


# ------------------------------------------------------------------ the sealed database and its keys


def database() -> str:
    """The alias of the database that this room's tables live in."""
    return router.db_for_write(SealedReport)


def slots() -> FileSlots:
    """The instance's erasure slots."""
    return FileSlots(settings.SLOTS_PATH)


def this_week(today: date | None = None) -> str:
    """The ISO week that it is, in UTC."""
    return weeks.week_of(today or datetime.now(UTC).date())


def current_generation() -> tuple[int, bytes]:
    """The number and public key that new reports are sealed to.

    Raises: Unavailable when intake is closed: there is no generation, or the newest one is doubted.
    """
    newest = IntakeGeneration.objects.order_by("-number").first()
    if newest is None or not newest.open:
        raise Unavailable(CLOSED_INTAKE)
    return newest.number, bytes(newest.public_key)


def generation_keys() -> dict[int, bytes]:
    """Every generation's public key, for comparing with the hashes that analysts pinned."""
    return {row.number: bytes(row.public_key) for row in IntakeGeneration.objects.order_by("number")}


def opened_week() -> str:
    """The week in which this instance first took reports; empty before."""
    return IntakeGeneration.objects.order_by("number").values_list("opened_week", flat=True).first() or ""


def reporter_keys(code: str) -> ReporterKeys:
    """Stretch a claim code into its keys.

    Raises: Unavailable when too many others are at it.
    """
    with _DERIVATIONS.place():
        return reporters.derive(code, settings.CLAIM_SALT, cost=stretching.CLAIM_CODE)


def sealed_keys(report: SealedReport) -> reports.SealedKeys:
    """A row's keys in the vault's shape."""
    return reports.SealedKeys(
        generation=report.generation,
        original=bytes(report.key_original),
        draft=bytes(report.key_draft),
        dialogue=bytes(report.key_dialogue),
        dialogue_reporter=bytes(report.key_dialogue_reporter),
        slot_original=report.slot_original,
        slot_analysts=report.slot_analysts,
        slot_reporter=report.slot_reporter,
    )


# ------------------------------------------------------------------ the reporter's side


def enter(typed: str) -> Entered:
    """Try a typed claim code on the mailboxes.

    A hit, a miss, an erased report and a malformed code cost the same stretching, queries and openings.
    """
    try:
        spoken = claim_code.read(typed).spoken
    except BadInput:
        spoken = ""
    keys = reporter_keys(spoken or claim_code.spell(secrets.token_bytes(claim_code.ENTROPY_BYTES)).spoken)
    report = SealedReport.objects.filter(locator=keys.locator).first() if spoken else _miss(keys)
    dialogue: bytes | None = None
    if report is not None:
        try:
            dialogue = reports.open_for_reporter(sealed_keys(report), keys, slots(), report_id=report.id)
        except (SlotBurnt, CannotOpen):
            _decoy.open_key()
    else:
        _touch_slots()
        _decoy.open_key()
    return Entered(report, keys, dialogue)


def _miss(keys: ReporterKeys) -> SealedReport | None:
    """Run the look-up of a malformed code all the same; a random locator finds nobody."""
    return SealedReport.objects.filter(locator=keys.locator).first()


def mailbox(entered: Entered, today: date | None = None) -> Mailbox | None:
    """Read what an entered mailbox holds; None for a miss, after the same queries and openings."""
    report = entered.report
    report_id = report.id if report else secrets.randbits(62)
    rows = list(SealedMessage.objects.filter(report_id=report_id).order_by("number"))
    unfinished = Unfinished.objects.filter(report_id=report_id, verb="retract").exists()
    _decoy.open_messages(_DECOY_OPENS - (len(rows) if entered.dialogue else 0))
    if report is None:
        return None
    stage = Stage(report.stage)
    texts, spoken = _opened(rows, entered.dialogue)
    day = today or datetime.now(UTC).date()
    left = weeks.days_left(report.asked_week, settings.APPROVAL_DAYS, day) if report.asked_week else 0
    return Mailbox(
        public_id=report.public_id,
        week=report.week,
        stage=stage,
        proposed=texts[-1] if texts and stage not in CLOSED else None,
        messages=spoken,
        decision=_decision(report),
        days_left=left,
        held=report.held,
        unfinished=unfinished,
        effects=Effects(published=stage is Stage.PUBLISHED),
    )


# ------------------------------------------------------------------ the desk's side


def waiting() -> list[ReportSummary]:
    """Every report that analysts still have to bring to an end, oldest week first."""
    ended = [Stage.WITHDRAWN, Stage.ERASED, Stage.PUBLISHED, Stage.DECLINED, Stage.NUMBERS_ONLY]
    rows = SealedReport.objects.exclude(stage__in=ended).order_by("week", "id")
    return _summaries(rows)


def everything() -> list[ReportSummary]:
    """Every report there ever was, tombstones included, oldest week first."""
    return _summaries(SealedReport.objects.order_by("week", "id"))


def summary(report_id: int) -> ReportSummary:
    """One report as the queue sees it. Raises NotFound."""
    return _summaries([report_row(report_id)])[0]


def report_row(report_id: int) -> SealedReport:
    """One report's row, for this room's own actions. Raises NotFound."""
    try:
        return SealedReport.objects.get(id=report_id)
    except (SealedReport.DoesNotExist, OverflowError):
        raise NotFound("There is no such report.") from None


def report_id_of(public_id: str) -> int:
    """The id behind six characters. Raises NotFound."""
    found = SealedReport.objects.filter(public_id=public_id).values_list("id", flat=True).first()
    if found is None:
        raise NotFound("There is no such report.")
    return found


def lasting_secret(report_id: int) -> bytes:
    """A secret of a report that lives as long as its reporter lets it, worthless alone. Raises: NotFound, Gone."""
    try:
        return hashing.digest(slots().get(report_row(report_id).slot_reporter), purpose="lasting")
    except SlotBurnt:
        raise Gone from None


def open_original(report_id: int, generations: Sequence[Generation]) -> Original:
    """Open what the reporter sent, later detail included.

    Raises: NotFound; NotAllowed without the report's generation; Gone when its key is burnt.
    """
    report = report_row(report_id)
    keys = opened_keys(report, generations)
    if keys.original is None:
        raise Gone("The original was erased, as promised. The redacted text is what remains.")
    padded = aead.open_sealed(keys.original, bytes(report.envelope), purpose="original", object_id=report.id)
    sent = from_bytes(padding.unpad(padded))
    added = tuple(
        _opened_addition(row, report, generations)
        for row in SealedAddition.objects.filter(report=report).order_by("week", "id")
    )
    return Original(sent.narrative, sent.kinds, sent.worked, sent.details, sent.use, added)


def draft_key(report_id: int, generations: Sequence[Generation]) -> bytes:
    """The key under which analysts seal their own work on a report.

    Raises: NotFound; NotAllowed; Gone when it is burnt.
    """
    key = opened_keys(report_row(report_id), generations).draft
    if key is None:
        raise Gone("The drafts of this report were erased with its original.")
    return key


def messages(report_id: int, generations: Sequence[Generation]) -> tuple[Message, ...]:
    """The dialogue as analysts read it, oldest first. Empty once their key is burnt."""
    report = report_row(report_id)
    key = opened_keys(report, generations).dialogue
    return _opened(list(SealedMessage.objects.filter(report=report).order_by("number")), key)[1]


def proposed_text(report_id: int, generations: Sequence[Generation]) -> ProposedText | None:
    """The text that was last offered to the reporter, if any."""
    report = report_row(report_id)
    key = opened_keys(report, generations).dialogue
    texts = _opened(list(SealedMessage.objects.filter(report=report).order_by("number")), key)[0]
    return texts[-1] if texts else None


def reporter_decision(report_id: int) -> Decision:
    """What the reporter last said about the text we'd publish. Raises NotFound."""
    return _decision(report_row(report_id))


def days_to_object(report_id: int, today: date | None = None) -> int:
    """Days that the reporter still has before silence is no objection; 0 when nothing waits for an answer."""
    report = report_row(report_id)
    if not report.asked_week or report.decision == "approved":
        return 0
    return weeks.days_left(report.asked_week, settings.APPROVAL_DAYS, today or datetime.now(UTC).date())


def unhandled(today: date | None = None) -> list[tuple[ReportSummary, int]]:
    """Reports with a living original that nobody brought to an end, with their age in whole days at least.

    Warned of from 60 and 80 days on, erased from 90 on (`erase_unhandled`).
    """
    day = today or datetime.now(UTC).date()
    aged = [(report, (day - weeks.monday_of(report.week)).days - 6) for report in waiting()]
    return [(report, age) for report, age in aged if age >= 60 and not report.originals_burnt]


def held_count() -> int:
    """How many reports stand under a legal hold: told on /safety/."""
    return SealedReport.objects.filter(held=True).count()


def totals(week: str | None = None) -> dict[str, dict[str, int]]:
    """Weekly totals of reporters' events: week -> event -> count."""
    rows = WeeklyTotal.objects.order_by("week", "event")
    found: dict[str, dict[str, int]] = {}
    for row in rows.filter(week=week) if week else rows:
        found.setdefault(row.week, {})[row.event] = row.count
    return found


def live_slots() -> set[int]:
    """The handles that rows know; anything else in use is an orphan of a crash."""
    found: set[int] = set()
    for three in SealedReport.objects.values_list("slot_original", "slot_analysts", "slot_reporter"):
        found.update(three)
    return found


def generation_of(report: SealedReport, number: int, generations: Sequence[Generation]) -> Generation:
    """Find the generation that a row was sealed to. Raises NotAllowed when the analyst doesn't hold it."""
    for generation in generations:
        if generation.number == number:
            return generation
    raise NotAllowed("You don't hold the key of this report. Ask a colleague to grant it to you.")


def opened_keys(report: SealedReport, generations: Sequence[Generation]) -> reports.OpenedKeys:
    """Open what an analyst still can of a report's keys. Raises NotAllowed."""
    generation = generation_of(report, report.generation, generations)
    return reports.open_for_analyst(sealed_keys(report), generation, slots(), report_id=report.id)


# ------------------------------------------------------------------ inside


def _summaries(rows: Iterable[SealedReport]) -> list[ReportSummary]:
    rows = list(rows)
    added: dict[int, int] = {}
    ids = [row.id for row in rows]
    for report_id in SealedAddition.objects.filter(report_id__in=ids).values_list("report_id", flat=True):
        added[report_id] = added.get(report_id, 0) + 1
    return [
        ReportSummary(
            report_id=row.id,
            public_id=row.public_id,
            week=row.week,
            stage=Stage(row.stage),
            unproven=row.unproven,
            held=row.held,
            generation=row.generation,
            added=added.get(row.id, 0),
            originals_burnt=row.originals_burnt,
            asked_week=row.asked_week,
            decision=_decision(row),
        )
        for row in rows
    ]


def _decision(report: SealedReport) -> Decision:
    kind = report.decision
    for known in ("approved", "change", "numbers_only", "withdrawn"):
        if kind == known:
            return Decision(known, report.decision_week)
    return Decision()


def _opened(rows: list[SealedMessage], key: bytes | None) -> tuple[list[ProposedText], tuple[Message, ...]]:
    """Open messages; a proposed text appears in the dialogue as its title."""
    texts: list[ProposedText] = []
    spoken: list[Message] = []
    if key is None:
        return texts, ()
    for row in rows:
        padded = aead.open_sealed(key, bytes(row.envelope), purpose=f"message-{row.kind}", object_id=row.id)
        plain = padding.unpad(padded)
        kind = MessageKind(row.kind)
        if kind is MessageKind.TEXT:
            texts.append(text_from_bytes(plain))
            spoken.append(Message(kind, row.week, texts[-1].title))
        else:
            spoken.append(Message(kind, row.week, plain.decode()))
    return texts, tuple(spoken)


def _opened_addition(row: SealedAddition, report: SealedReport, generations: Sequence[Generation]) -> str:
    secret = slots().get(report.slot_original)
    boxed = aead.open_sealed(secret, bytes(row.envelope), purpose="addition", object_id=row.id)
    pair = generation_of(report, row.generation, generations).pair
    padded = boxes.open_sealed(pair, boxed, purpose="addition", object_id=row.id)
    return padding.unpad(padded).decode()


def _touch_slots() -> None:
    """Read a slot that nobody owns, as a hit would read its own."""
    try:
        slots().get(secrets.randbits(20))
    except SlotBurnt:
        return


_decoy = Decoy()

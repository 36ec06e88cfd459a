"""What is released: the text in each of its periods, who signs it, and what the gate asks.

Two people sign the text three times: with its quarter, with its year, and with no period. The gate then
chooses among texts that both have signed, and never changes one.
"""

from collections.abc import Callable, Iterable, Mapping, Sequence
from dataclasses import dataclass, field, replace
from datetime import date, timedelta
from typing import Final

from closecall.public.library.rules.report import AppliedCode, ReleasedText, Signature, canonical_bytes
from closecall.public.library.rules.withholding import with_class_only
from closecall.public.taxonomy.rules.pack import Pack
from closecall.sealed.intake.rules import weeks
from closecall.sealed.workbench.rules import ladders
from closecall.sealed.workbench.rules.coding import Coding
from closecall.site.crypto import canonical, signing

K: Final = 5
"""How many reports must share (period, event group) before a period is shown."""


@dataclass(frozen=True)
class Reasons:
    """Why two people let something stand that the gate would take away. Empty: no exception."""

    rare: str = field(default="", repr=False)
    small: str = field(default="", repr=False)
    marked: str = field(default="", repr=False)


@dataclass(frozen=True)
class Signed:
    """One person's signatures: over the text in each of its periods, and over the reasons. Hexadecimal."""

    verify_key: str
    texts: tuple[str, ...]
    reasons: str


@dataclass(frozen=True)
class Proposal:
    """What is put to the second reader, the reporter and the approver: frozen, sealed, signed."""

    text: ReleasedText = field(repr=False)
    groups: tuple[str, ...] = field(repr=False)
    reasons: Reasons = field(default_factory=Reasons, repr=False)
    author: Signed | None = None
    approver: Signed | None = None


@dataclass(frozen=True)
class Fact:
    """What the gate knows of another report that waits: its event groups, its period, and its event if it is shared."""

    groups: tuple[str, ...]
    period: str
    event: str = ""


@dataclass(frozen=True)
class Rung:
    """One way to tell the period, and the fewest reports that share it in any of the event groups."""

    period: str
    shared_by: int

    @property
    def passes(self) -> bool:
        """Whether enough reports share it."""
        return self.shared_by >= K


@dataclass(frozen=True)
class Gate:
    """What the gate says: the rungs it climbed, the period that may be told, and whether it opens at all."""

    rungs: tuple[Rung, ...]
    period: str
    opens: bool
    by_reason: bool = False

    @property
    def shared_by(self) -> int:
        """How many reports share the period that it came to."""
        return self.rungs[-1].shared_by


def quarter_of(week: str) -> str:
    """The quarter in which most of an ISO week lies.

    >>> quarter_of("2026-W48"), quarter_of("2026-W01")
    ('2026-Q4', '2026-Q1')
    """
    thursday = weeks.monday_of(week) + timedelta(days=3)
    return f"{thursday.year}-Q{(thursday.month - 1) // 3 + 1}"


def periods(finest: str) -> tuple[str, ...]:
    """The rungs of a period from the finest that may be told: quarter, year, nothing.

    >>> periods("2026-Q4"), periods("2026")
    (('2026-Q4', '2026', ''), ('2026', ''))
    """
    return tuple(dict.fromkeys((finest, finest[:4], "")))


def compose(
    pack: Pack, coding: Coding, *, public_id: str, narrative: str, week: str, keep_rare: bool
) -> ReleasedText:
    """Put together what would be published, at the finest period that may be told.

    Rare codes climb their ladder, and are withheld when it ends, unless two people keep them; whatever an
    analyst generalised stands on its rung. Codes of which the pack shows only the class leave as that class:
    the signed text holds nothing else, wherever it goes.
    """
    codes = (*coding.codes, *_set_by_system(pack))
    quarter = coding.quarter or quarter_of(week)
    text = ReleasedText(
        public_id=public_id,
        pack=pack.key,
        pack_version=pack.version,
        title=coding.title,
        synopsis=coding.synopsis,
        narrative=narrative,
        pauses=coding.pauses,
        lessons=coding.lessons,
        codes=ladders.told(pack, codes, coding.generalised, keep_rare=keep_rare),
        period=periods(quarter)[ladders.climbed(coding.generalised, ladders.PERIOD)],
        content_note=coding.content_note,
    )
    return with_class_only(text, pack)


def rare_codes(pack: Pack, codes: Iterable[AppliedCode]) -> tuple[AppliedCode, ...]:
    """The codes that the pack marks rare; event and activity never count among them."""
    return tuple(applied for applied in codes if ladders.is_rare(pack, (applied.facet, applied.code)))


def told_with(text: ReleasedText) -> tuple[ReleasedText, ...]:
    """The text in each of its periods, finest first: what people sign."""
    return tuple(replace(text, period=period) for period in periods(text.period))


def messages(proposal: Proposal) -> tuple[bytes, ...]:
    """What one person signs, in order: the text in each of its periods, then the reasons for exceptions."""
    texts = tuple(canonical_bytes(text, "own") for text in told_with(proposal.text))
    reasons = {
        "purpose": "closecall/exceptions/v1",
        "report": proposal.text.public_id,
        "rare": proposal.reasons.rare,
        "small": proposal.reasons.small,
    }
    if proposal.reasons.marked:
        reasons["marked"] = proposal.reasons.marked
    return (*texts, canonical.dumps(reasons))


def sign(proposal: Proposal, verify_key: bytes, signer: Callable[[bytes], bytes]) -> Signed:
    """Sign a proposal as one person: its text in each period, and its reasons."""
    *texts, reasons = (signer(message).hex() for message in messages(proposal))
    return Signed(verify_key.hex(), tuple(texts), reasons)


def verify(proposal: Proposal, signed: Signed) -> None:
    """Pass when the signer's key signed exactly this; whose key it is, somebody else knows.

    Raises: BadSignature.
    """
    verify_key = bytes.fromhex(signed.verify_key)
    for message, signature in zip(messages(proposal), (*signed.texts, signed.reasons), strict=True):
        signing.verify(verify_key, message, bytes.fromhex(signature))


def signatures(proposal: Proposal, period: str) -> tuple[Signature, Signature]:
    """The two signatures over the text told with `period`. Raises: ValueError unless both have signed."""
    if proposal.author is None or proposal.approver is None:
        raise ValueError("Two people sign.")
    place = periods(proposal.text.period).index(period)
    first, second = proposal.author, proposal.approver
    return (
        Signature(bytes.fromhex(first.verify_key), bytes.fromhex(first.texts[place])),
        Signature(bytes.fromhex(second.verify_key), bytes.fromhex(second.texts[place])),
    )


def rungs(
    groups: Sequence[str], finest: str, waiting: Sequence[Fact], published: Mapping[tuple[str, str], int]
) -> tuple[Rung, ...]:
    """Count who shares each way to tell a period, finest first.

    Shape: `waiting` are the other reports of the batch, `published` counts the library's by (period, group).
    A report shares a period when its own lies within it, and the rarest of the event groups counts. Several
    accounts of one event hide nobody better than one does, so they count once.
    """
    found: list[Rung] = []
    for period in periods(finest):
        within = [fact for fact in waiting if fact.period.startswith(period)]
        fewest = min(
            (
                _events(fact for fact in within if group in fact.groups) + published.get((period, group), 0)
                for group in groups
            ),
            default=0,
        )
        found.append(Rung(period, fewest + 1))
    return tuple(found)


def _events(facts: Iterable[Fact]) -> int:
    there = list(facts)
    return sum(not fact.event for fact in there) + len({fact.event for fact in there if fact.event})


def gate(ladder: Sequence[Rung], *, reason: str = "") -> Gate:
    """Say how finely the period may be told, given its `rungs`.

    Quarter, then year, then none; when that too is shared by fewer than five, only a reason with two
    signatures opens, and no period is told.
    """
    for place, rung in enumerate(ladder, start=1):
        if rung.passes:
            return Gate(tuple(ladder[:place]), rung.period, opens=True)
    return Gate(tuple(ladder), "", opens=bool(reason.strip()), by_reason=bool(reason.strip()))


def next_batch_on(last: date | None, days: int, today: date) -> date:
    """The day from which the next batch may be released."""
    return today if last is None else max(last + timedelta(days=days), last)


def _set_by_system(pack: Pack) -> tuple[AppliedCode, ...]:
    """What the system codes itself: the definition that an accepted report meets."""
    found = []
    for facet in pack.facets:
        if facet.asked_by == "system" and facet.value == "codes" and facet.required and facet.codes:
            found.append(AppliedCode(facet.key, facet.codes[0].key))
    return tuple(found)

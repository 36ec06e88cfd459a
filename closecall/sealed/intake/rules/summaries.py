"""What the room tells other rooms and its own pages: frozen, no table behind them."""

from collections.abc import Mapping
from dataclasses import dataclass, field

from closecall.sealed.intake.rules.dialogue import Decision, Message, ProposedText
from closecall.sealed.intake.rules.stages import Stage
from closecall.sealed.intake.rules.submission import Use


@dataclass(frozen=True)
class ReportSummary:
    """A report as the queue may see it without any key."""

    report_id: int
    public_id: str
    week: str
    stage: Stage
    unproven: bool
    held: bool
    generation: int
    added: int
    originals_burnt: bool
    asked_week: str
    decision: Decision


@dataclass(frozen=True)
class Original:
    """What the reporter sent. `added` is later detail, oldest week first."""

    narrative: str = field(repr=False)
    kinds: tuple[str, ...] = field(repr=False)
    worked: str = field(repr=False)
    details: Mapping[str, str] = field(repr=False)
    use: Use
    added: tuple[str, ...] = field(repr=False)


@dataclass(frozen=True)
class Effects:
    """What a published report did. Zero everywhere before it is published."""

    published: bool = False
    roll_calls: int = 0


@dataclass(frozen=True)
class Mailbox:
    """What a claim code opens. `unfinished` while the library still has to take the report down."""

    public_id: str
    week: str
    stage: Stage
    proposed: ProposedText | None = field(repr=False)
    messages: tuple[Message, ...] = field(repr=False)
    decision: Decision
    days_left: int
    held: bool
    unfinished: bool
    effects: Effects

    @property
    def question_waits(self) -> bool:
        """Whether the last word in the dialogue is an analyst's question."""
        spoken = [message for message in self.messages if message.kind in ("question", "answer")]
        return bool(spoken) and spoken[-1].kind == "question"

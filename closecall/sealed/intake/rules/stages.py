"""The stages of a report, and what the mailbox says at each, in plain words."""

from dataclasses import dataclass
from enum import StrEnum
from typing import Final, Literal, assert_never


class Stage(StrEnum):
    """Where a report stands. Kept in the clear: the only thing that the mailbox and the queue share."""

    RECEIVED = "received"
    SCREENING = "screening"
    REDACTING = "redacting"
    CODING = "coding"
    SECOND_READING = "second_reading"
    YOUR_APPROVAL = "your_approval"
    SCHEDULED = "scheduled"
    PUBLISHED = "published"
    DECLINED = "declined"
    NUMBERS_ONLY = "numbers_only"
    WITHDRAWN = "withdrawn"
    ERASED = "erased"


ENDED: Final = frozenset({Stage.WITHDRAWN, Stage.ERASED})
"""Nothing follows these."""

CLOSED: Final = ENDED | {Stage.DECLINED, Stage.NUMBERS_ONLY}
"""No text of these will be published."""


@dataclass(frozen=True)
class Step:
    """One of the five steps that a reporter sees. `state`: "" ahead, "done", "now"."""

    label: str
    detail: str
    state: Literal["", "done", "now"]


_STEPS: Final = ("Received", "Read", "Your OK", "Second reader", "Published")
_AHEAD: Final = ("", "by two analysts", "you read our text", "tries to identify you", "in a batch")


def may_become(now: Stage, then: Stage) -> bool:
    """Tell whether a report may go from `now` to `then`.

    Analysts go back and forth between open stages; withdrawn and erased are for good, and a published
    report leaves the library only by a withdrawal, an unpublication or its keys' erasure.
    """
    if now == then:
        return True
    if now in ENDED:
        return False
    if then in ENDED:
        return True
    if now is Stage.PUBLISHED:
        return then in {Stage.SECOND_READING, Stage.NUMBERS_ONLY, Stage.DECLINED}
    return then is not Stage.RECEIVED


def headline(stage: Stage, *, asked: bool, text_waits: bool) -> str:
    """Say in one line where the report stands; `asked` when a question waits for an answer."""
    if stage is Stage.YOUR_APPROVAL and text_waits:
        return "Your report needs your OK"
    if asked and stage not in CLOSED:
        return "One question for you"
    match stage:
        case Stage.RECEIVED:
            return "We have your report"
        case Stage.SCREENING | Stage.REDACTING | Stage.CODING | Stage.YOUR_APPROVAL:
            return "We are reading your report"
        case Stage.SECOND_READING:
            return "A second reader has your report"
        case Stage.SCHEDULED:
            return "Your report is ready"
        case Stage.PUBLISHED:
            return "Your report is in the library"
        case Stage.DECLINED:
            return "We won't publish this report"
        case Stage.NUMBERS_ONLY:
            return "Your report counts"
        case Stage.WITHDRAWN:
            return "You took this report back"
        case Stage.ERASED:
            return "This report was erased"
    assert_never(stage)


def explanation(stage: Stage) -> str:
    """Say what that means and what comes next."""
    match stage:
        case Stage.RECEIVED:
            return "It is sealed. Nobody has opened it yet. Two analysts will read it."
        case Stage.SCREENING:
            return "Analysts are reading it: is somebody in danger now, and is it a near miss?"
        case Stage.REDACTING:
            return "Analysts are taking out names, places and times."
        case Stage.CODING:
            return "Analysts are writing down what others can learn from it."
        case Stage.YOUR_APPROVAL:
            return "Read what we would publish. Say yes, ask for a change, or take it back."
        case Stage.SECOND_READING:
            return "Somebody who never saw your words tries to name you. If they can, we change our text."
        case Stage.SCHEDULED:
            return "It goes into the library with the next batch."
        case Stage.PUBLISHED:
            return "Other officers are reading it. You can still take it back."
        case Stage.DECLINED:
            return (
                "It isn't a near miss of the kind we collect, or we couldn't make it safe. It stays sealed."
            )
        case Stage.NUMBERS_ONLY:
            return "We count it. The story is never published."
        case Stage.WITHDRAWN:
            return (
                "Its keys are destroyed, and the library no longer shows it. "
                "Copies that others made can't be called back."
            )
        case Stage.ERASED:
            return "Its keys were destroyed on schedule. Nothing of it can be opened any more."
    assert_never(stage)


def steps(stage: Stage, *, week_number: int, days_left: int) -> tuple[Step, ...]:
    """Draw the five steps; none for a report whose way has ended elsewhere."""
    if stage in CLOSED:
        return ()
    notes = list(_AHEAD)
    notes[0] = f"in week {week_number}"
    if stage is Stage.YOUR_APPROVAL:
        notes[2] = (
            f"{days_left} days left; silence is no objection" if days_left else "silence is no objection"
        )
    current = _place(stage)
    return tuple(
        Step(label, notes[place], "done" if place < current else "now" if place == current else "")
        for place, label in enumerate(_STEPS)
    )


def _place(stage: Stage) -> int:
    if stage is Stage.RECEIVED:
        return 0
    if stage in {Stage.SCREENING, Stage.REDACTING, Stage.CODING}:
        return 1
    if stage is Stage.YOUR_APPROVAL:
        return 2
    if stage in {Stage.SECOND_READING, Stage.SCHEDULED}:
        return 3
    return 5

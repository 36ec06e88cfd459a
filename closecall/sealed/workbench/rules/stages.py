"""From one stage to the next. The stages are intake's: the mailbox and the queue share them."""

from enum import StrEnum
from typing import Final, assert_never

from closecall.errors import Conflict
from closecall.sealed.intake.rules.stages import Stage

OPEN: Final = (
    Stage.RECEIVED,
    Stage.SCREENING,
    Stage.REDACTING,
    Stage.CODING,
    Stage.SECOND_READING,
    Stage.YOUR_APPROVAL,
    Stage.SCHEDULED,
)
"""Stages in which somebody still has work, in the order of the way."""

LATER: Final = frozenset({Stage.SECOND_READING, Stage.YOUR_APPROVAL, Stage.SCHEDULED})
"""Stages in which the text stands still. Whoever would edit it reopens the case, which voids approval."""


class Event(StrEnum):
    """What happens to a case."""

    SCREENED_ONCE = "screened_once"
    ACCEPTED = "accepted"
    REDACTED = "redacted"
    PROPOSED = "proposed"
    BROKEN = "broken"
    STOOD = "stood"
    APPROVED = "approved"
    SIGNED_AGAIN = "signed_again"
    REOPENED = "reopened"
    RELEASED = "released"
    COUNTED = "counted"
    DECLINED = "declined"
    UNPUBLISHED = "unpublished"


NOT_NOW: Final = "That step isn't open at this stage. Reload the case to see where it stands."


def advance(stage: Stage, event: Event) -> Stage:
    """Say where `event` takes a case that stands at `stage`.

    Raises: Conflict when the event can't happen there.

    >>> advance(Stage.CODING, Event.PROPOSED).value
    'second_reading'
    """
    match event:
        case Event.SCREENED_ONCE:
            return _step(stage, {Stage.RECEIVED, Stage.SCREENING}, Stage.SCREENING)
        case Event.ACCEPTED:
            return _step(stage, {Stage.SCREENING}, Stage.REDACTING)
        case Event.REDACTED:
            return _step(stage, {Stage.REDACTING}, Stage.CODING)
        case Event.PROPOSED:
            return _step(stage, {Stage.CODING}, Stage.SECOND_READING)
        case Event.BROKEN:
            return _step(stage, {Stage.SECOND_READING}, Stage.REDACTING)
        case Event.STOOD:
            return _step(stage, {Stage.SECOND_READING}, Stage.YOUR_APPROVAL)
        case Event.APPROVED:
            return _step(stage, {Stage.YOUR_APPROVAL}, Stage.SCHEDULED)
        case Event.SIGNED_AGAIN:
            return _step(stage, {Stage.SCHEDULED}, Stage.YOUR_APPROVAL)
        case Event.REOPENED:
            return _step(stage, LATER | {Stage.CODING}, Stage.REDACTING)
        case Event.RELEASED:
            return _step(stage, {Stage.SCHEDULED}, Stage.PUBLISHED)
        case Event.COUNTED:
            return _step(stage, frozenset(OPEN), Stage.NUMBERS_ONLY)
        case Event.DECLINED:
            return _step(stage, frozenset(OPEN), Stage.DECLINED)
        case Event.UNPUBLISHED:
            return _step(stage, {Stage.PUBLISHED}, Stage.NUMBERS_ONLY)
    assert_never(event)


def label(stage: Stage) -> str:
    """Name a stage as the desk says it."""
    match stage:
        case Stage.RECEIVED:
            return "New"
        case Stage.SCREENING:
            return "Screening"
        case Stage.REDACTING:
            return "De-identify"
        case Stage.CODING:
            return "Code"
        case Stage.SECOND_READING:
            return "Second reader"
        case Stage.YOUR_APPROVAL:
            return "Reporter's OK"
        case Stage.SCHEDULED:
            return "Next batch"
        case Stage.PUBLISHED:
            return "Published"
        case Stage.DECLINED:
            return "Declined"
        case Stage.NUMBERS_ONLY:
            return "Numbers only"
        case Stage.WITHDRAWN:
            return "Withdrawn"
        case Stage.ERASED:
            return "Erased"
    assert_never(stage)


def page(stage: Stage) -> str:
    """Name the page where a case's next work is done."""
    match stage:
        case Stage.RECEIVED | Stage.SCREENING:
            return "triage"
        case Stage.REDACTING:
            return "deidentify"
        case Stage.CODING:
            return "code"
        case Stage.SECOND_READING:
            return "second"
        case Stage.YOUR_APPROVAL | Stage.SCHEDULED | Stage.PUBLISHED:
            return "publish"
        case Stage.DECLINED | Stage.NUMBERS_ONLY | Stage.WITHDRAWN | Stage.ERASED:
            return "dialogue"
    assert_never(stage)


def _step(stage: Stage, allowed: frozenset[Stage] | set[Stage], then: Stage) -> Stage:
    if stage not in allowed:
        raise Conflict(NOT_NOW)
    return then

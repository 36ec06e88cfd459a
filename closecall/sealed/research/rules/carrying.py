"""What of earlier decisions still holds when a cohort is frozen again."""

from collections.abc import Collection, Sequence
from dataclasses import replace

from closecall.errors import BadInput
from closecall.public.studies.rules.board import Board, Decision, decide


def carry(first: Board, decisions: Sequence[Decision], kept: Collection[str]) -> tuple[Decision, ...]:
    """The decisions that still say something of this board, in order.

    kept: lessons that stand in both cohorts with the same words. A lesson that is gone leaves its decision; a decision
          that is left without lessons, or names a theme that never came about, is dropped.
    """
    board, carried = first, []
    for one in decisions:
        lessons = tuple(
            lesson
            for lesson in one.lessons
            if lesson in kept and (one.verb != "split" or board.placed[lesson] == one.theme)
        )
        if one.lessons and not lessons:
            continue
        held = replace(one, lessons=lessons)
        try:
            board = decide(board, held)
        except BadInput:
            continue
        carried.append(held)
    return tuple(carried)

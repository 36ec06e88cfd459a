"""What people decide on the board. Every decision stays, with who and when; a wrong one is answered by another."""

from collections.abc import Callable, Sequence

from closecall.public.studies.rules import board as boards
from closecall.public.studies.rules.board import Board, Decision
from closecall.sealed.accounts.rules.desk import Desk
from closecall.sealed.research.actions.work import at_study, sit
from closecall.sealed.research.queries import stored
from closecall.sealed.research.rules.naming import key_of
from closecall.sealed.research.rules.stages import Seat, Stage

LABEL_LENGTH = 120


def name_theme(slug: str, theme: str, label: str, *, over: int, by: Desk) -> None:
    """Call a theme something else. Raises: BadInput, Conflict, NotFound, NotAllowed."""
    _decide(slug, lambda _: Decision("name", by.pseudonym, theme=theme, label=_label(label)), over, by)


def merge_themes(slug: str, theme: str, into: str, *, over: int, by: Desk) -> None:
    """Put one theme's lessons into another one; the first is gone. Raises: as `name_theme`."""
    _decide(slug, lambda _: Decision("merge", by.pseudonym, theme=theme, into=into), over, by)


def split_theme(slug: str, theme: str, lessons: Sequence[str], label: str, *, over: int, by: Desk) -> None:
    """Make a new theme of some lessons of one. Raises: as `name_theme`."""

    def decision(board: Board) -> Decision:
        taken = {*board.labels, *board.placed.values()}
        key = key_of(_label(label), taken)
        return Decision(
            "split", by.pseudonym, theme=theme, into=key, label=_label(label), lessons=tuple(lessons)
        )

    _decide(slug, decision, over, by)


def move_lessons(slug: str, lessons: Sequence[str], into: str, *, over: int, by: Desk) -> None:
    """Put lessons into a theme, or aside ("" for unsorted). Raises: as `name_theme`."""
    _decide(slug, lambda _: Decision("move", by.pseudonym, into=into, lessons=tuple(lessons)), over, by)


def _decide(slug: str, decision_for: Callable[[Board], Decision], over: int, by: Desk) -> None:
    with at_study(slug, by, Stage.DECIDING, over=over) as held:
        sit(held, Seat.FIRST)
        state = stored(held.study)
        decision = decision_for(state.board)
        boards.decide(state.board, decision)
        held.add(decision)
        held.changed()
        held.record(
            f"{decision.verb}d" if decision.verb.endswith("e") else decision.verb,
            lessons=len(decision.lessons),
        )


def _label(typed: str) -> str:
    return " ".join(typed.split())[:LABEL_LENGTH]

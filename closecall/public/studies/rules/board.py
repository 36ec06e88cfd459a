"""The theme board: a machine proposes, people name, merge, split and move, and every step is kept.

A board is replayed from its proposal and its decisions, so that anybody can see who decided what, and repeat it.
"""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace
from typing import Final, Literal

from closecall.errors import BadInput

Verb = Literal["name", "merge", "split", "move"]

UNSORTED: Final = ""


@dataclass(frozen=True)
class StudyLesson:
    """One lesson of the cohort. `id` is its report's and its number: "M7K2QF/1"."""

    id: str
    public_id: str
    text: str
    digest: str


@dataclass(frozen=True)
class Decision:
    """What somebody decided.

    Shape: name (`theme` is called `label`), merge (`theme` goes into `into`), split (`lessons` leave `theme` for a
           new theme `into`, called `label`), move (`lessons` go to `into`, "" for unsorted).
    """

    verb: Verb
    by: str
    theme: str = ""
    into: str = ""
    label: str = ""
    lessons: tuple[str, ...] = ()


@dataclass(frozen=True)
class Board:
    """Labels by theme, in order, and each lesson's theme; `placed` holds every lesson."""

    labels: Mapping[str, str]
    placed: Mapping[str, str]

    def members(self, theme: str) -> tuple[str, ...]:
        """The lessons of a theme, in the cohort's order."""
        return tuple(lesson for lesson, key in self.placed.items() if key == theme)


def decide(board: Board, decision: Decision) -> Board:
    """The board after one decision. Raises: BadInput when it names what isn't there."""
    labels, placed = dict(board.labels), dict(board.placed)
    if not decision.by:
        raise BadInput("Say who decides.")
    if decision.verb in ("name", "merge", "split") and decision.theme not in labels:
        raise BadInput("There is no theme of that key on the board.")
    if any(lesson not in placed for lesson in decision.lessons):
        raise BadInput("A lesson named there isn't in this cohort.")
    if decision.verb == "name":
        labels[decision.theme] = _label(decision)
    elif decision.verb == "merge":
        if decision.into not in labels or decision.into == decision.theme:
            raise BadInput("Merge a theme into another one that is on the board.")
        placed = {lesson: decision.into if key == decision.theme else key for lesson, key in placed.items()}
        del labels[decision.theme]
    elif decision.verb == "split":
        if not decision.into or decision.into in labels:
            raise BadInput("A split needs a new key for the new theme.")
        if any(placed[lesson] != decision.theme for lesson in decision.lessons) or not decision.lessons:
            raise BadInput("Only lessons of a theme can be split off it, one at least.")
        labels[decision.into] = _label(decision)
        placed |= dict.fromkeys(decision.lessons, decision.into)
    else:
        if decision.into != UNSORTED and decision.into not in labels:
            raise BadInput("Move a lesson to a theme that is on the board.")
        placed |= dict.fromkeys(decision.lessons, decision.into)
    return replace(board, labels=labels, placed=placed)


def replay(board: Board, decisions: Sequence[Decision]) -> Board:
    """The board after every decision, in order. Raises: BadInput."""
    for decision in decisions:
        board = decide(board, decision)
    return board


def _label(decision: Decision) -> str:
    if not decision.label.strip():
        raise BadInput("Give the theme a name.")
    return decision.label.strip()

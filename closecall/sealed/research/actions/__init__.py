"""Writing this room: one verb, one sealed transaction, one audit entry. The machine's reading leaves none."""

from closecall.sealed.research.actions.coding import choose_themes, finish_coding, take_seat
from closecall.sealed.research.actions.deciding import merge_themes, move_lessons, name_theme, split_theme
from closecall.sealed.research.actions.opening import adopt, freeze_again, open_study, reword
from closecall.sealed.research.actions.publishing import correct, publish, replay, withdraw
from closecall.sealed.research.actions.reading import forget_withdrawn, work

__all__ = [
    "adopt",
    "choose_themes",
    "correct",
    "finish_coding",
    "forget_withdrawn",
    "freeze_again",
    "merge_themes",
    "move_lessons",
    "name_theme",
    "open_study",
    "publish",
    "replay",
    "reword",
    "split_theme",
    "take_seat",
    "withdraw",
    "work",
]

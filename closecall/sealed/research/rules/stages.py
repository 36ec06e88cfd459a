"""Where a study stands, who sits at it, and what may happen when."""

from enum import StrEnum
from typing import Final

NOT_NOW: Final = "That can't be done while the study stands where it stands. The page shows what can."
STALE: Final = "Somebody decided something meanwhile. Look at the board as it is now, then decide again."
ON_ITS_WAY: Final = "This study is on its way to its public page. Try again in a minute."
NOT_BOTH: Final = "Who codes a study blind doesn't decide on its board, and the other way round."
CODING_BLIND: Final = "You code this study without seeing its board. Finish coding first."
ONE_SECOND: Final = "Somebody else is this study's second coder already."
CODED: Final = "You have finished coding. What you chose stands."


class Stage(StrEnum):
    """READING: the machine reads its lessons. DECIDING: people decide. PUBLISHED: until somebody corrects it."""

    READING = "reading"
    DECIDING = "deciding"
    PUBLISHED = "published"
    WITHDRAWN = "withdrawn"


class Seat(StrEnum):
    """FIRST decides on the board; SECOND codes without having seen it."""

    FIRST = "first"
    SECOND = "second"


LABELS: Final = {
    Stage.READING: "The machine is reading",
    Stage.DECIDING: "On the board",
    Stage.PUBLISHED: "Published",
    Stage.WITHDRAWN: "Withdrawn",
}

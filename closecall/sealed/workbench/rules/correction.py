"""What a corrected narrative does to the pauses and codes that rest on it."""

from dataclasses import replace
from itertools import takewhile

from closecall.public.library.rules.report import ReleasedText


def retell(text: ReleasedText, narrative: str) -> ReleasedText:
    """Change a text's narrative; pauses move with their words, or go with them, and so do codes.

    A code whose sentence no longer stands is dropped: no sentence, no code.
    """
    old = text.narrative
    if narrative == old:
        return text
    same_before = _common(old, narrative)
    same_after = min(
        _common(old[::-1], narrative[::-1]), len(old) - same_before, len(narrative) - same_before
    )
    moved = len(narrative) - len(old)
    pauses = []
    for pause in text.pauses:
        if pause.at <= same_before:
            pauses.append(pause)
        elif pause.at >= len(old) - same_after:
            pauses.append(replace(pause, at=pause.at + moved))
    return replace(
        text,
        narrative=narrative,
        pauses=tuple(pause for pause in pauses if 0 < pause.at < len(narrative)),
        codes=tuple(each for each in text.codes if not each.sentence or each.sentence in narrative),
    )


def _common(one: str, other: str) -> int:
    return sum(1 for _pair in takewhile(lambda pair: pair[0] == pair[1], zip(one, other, strict=False)))

"""Where sentences begin and end, in the English that tired people type."""

import re
from typing import Final

_SHORT: Final = frozenset(
    re.split(
        r"\s+",
        "mr mrs ms dr st sgt sgts lt lts ofc ofcr cpl capt cmdr det insp dep dept div co corp inc ltd jr sr vs etc e.g "
        "i.e a.m p.m u.s no nos approx est ft in lbs lb min mins hrs sec mph rd ave blvd hwy apt ste fig ref ext",
    )
)
_END: Final = re.compile(r"[.!?…]+[\"'”’)\]]*(?=\s|$)|\n[ \t]*\n+|\n(?=[ \t]*(?:[-*•]|\d{1,2}[.)])\s)")


def spans(text: str) -> list[tuple[int, int]]:
    """Half-open offsets of each sentence, without the white space around it.

    >>> text = "Sgt. Doe stopped. He waited 2.5 min. and left!"
    >>> [text[a:b] for a, b in spans(text)]
    ['Sgt. Doe stopped.', 'He waited 2.5 min. and left!']
    """
    found: list[tuple[int, int]] = []
    start = 0
    small = sum(map(str.isupper, text)) * 100 < len(text)  # who never uses capitals begins sentences without
    for match in _END.finditer(text):
        if match[0].strip() and not _ends(text, match, small=small):
            continue
        _add(found, text, start, match.end())
        start = match.end()
    _add(found, text, start, len(text))
    return found


def sentences(text: str) -> list[str]:
    """The sentences of a text, in order."""
    return [text[start:end] for start, end in spans(text)]


def _ends(text: str, match: re.Match[str], *, small: bool) -> bool:
    """Tell whether this mark ends a sentence: not after "Sgt." or "J.", not in “Stop!” he said."""
    following = text[match.end() :].lstrip()[:1]
    if not following:
        return True
    if following.islower() and not small:
        return False
    if match[0][0] != "." or match[0].startswith(".."):
        return True
    word = re.split(r"[\s(\[\"“]", text[max(0, match.start() - 12) : match.start()])[-1].lower()
    return word not in _SHORT and not (len(word) == 1 and word.isalpha() and word != "i")


def _add(found: list[tuple[int, int]], text: str, start: int, end: int) -> None:
    piece = text[start:end]
    bare = piece.strip()
    if any(character.isalnum() for character in bare):
        begins = start + len(piece) - len(piece.lstrip())
        found.append((begins, begins + len(bare)))

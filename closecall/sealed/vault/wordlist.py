"""EFF's short word list 2: 1,296 words, each known by its first three letters.

Source:  Electronic Frontier Foundation, "Short Wordlist for Passphrases #2", 2016, by Joseph Bonneau,
         CC BY 3.0 US; unchanged, without its dice numbers (eff_short_2.txt).
"""

import re
from importlib.resources import files

PREFIX_LETTERS = 3
WORDS: tuple[str, ...] = tuple(files(__package__).joinpath("eff_short_2.txt").read_text("ascii").split())
_BY_PREFIX = {word[:PREFIX_LETTERS]: word for word in WORDS} | {"yoy": "yo-yo", "yo": "yo-yo"}
_GAP = re.compile(r"[^a-z]+")


def complete(typed: str) -> str | None:
    """Complete one typed word from its first three letters; None when the list has no such word.

    A slip after the third letter is forgiven, because the first three decide.

    >>> complete("cano"), complete("CANISTER"), complete("xq")
    (None, 'canister', None)
    """
    return _BY_PREFIX.get(typed.lower()[:PREFIX_LETTERS])


def read(typed: str) -> tuple[str | None, ...]:
    """Read typed words, in any case, parted by anything that is no letter; None stands for an unknown word.

    >>> read("Abd; yo-yo,  zuc qqq")
    ('abdomen', 'yo-yo', 'zucchini', None)
    """
    plain = re.sub(r"\byo\W?yo\b", "yoyo", typed.lower())
    return tuple(complete(word) for word in _GAP.split(plain) if word)


def spelled_out(typed: str) -> str:
    """Write typed words out in full, one space between; words that the list lacks stay as they were typed."""
    words = read(typed)
    if words and None not in words:
        return " ".join(word for word in words if word)
    return " ".join(typed.lower().split())

"""Lists of names and of ordinary words, read once from the package's own files."""

import gzip
from dataclasses import dataclass
from functools import cache
from pathlib import Path
from typing import Final

_FOLDER: Final = Path(__file__).parent / "data"
_ENDINGS: Final = ("'s", "s", "es", "ed", "d", "ing", "er", "ers", "ly", "y", "in'", "ies")


@cache
def _lists() -> dict[str, frozenset[str]]:
    """Read `word_lists.txt`: blocks of a name, a colon, and words parted by commas."""
    found: dict[str, frozenset[str]] = {}
    for block in (_FOLDER / "word_lists.txt").read_text("utf-8").split("\n\n")[1:]:
        name, _, listed = block.partition(":\n")
        found[name] = frozenset(word.strip() for word in listed.replace("\n", " ").split(",") if word.strip())
    return found


def words(name: str) -> frozenset[str]:
    """One of the lists that the code asks for by name."""
    return _lists()[name]


STATES: Final = words("states")


@dataclass(frozen=True)
class Gazetteers:
    """Lower-case names and words."""

    surnames: frozenset[str]
    rare_surnames: frozenset[str]
    first_names: frozenset[str]
    rare_first_names: frozenset[str]
    places: frozenset[str]
    ordinary: frozenset[str]

    def ordinary_word(self, low: str) -> bool:
        """Tell whether people write this word small, in any of its forms."""
        if low in self.ordinary:
            return True
        for ending in _ENDINGS:
            if low.endswith(ending) and len(low) - len(ending) >= 3:
                stem = low[: -len(ending)]
                if stem in self.ordinary or stem + "e" in self.ordinary or stem + "y" in self.ordinary:
                    return True
                if len(stem) > 3 and stem[-1] == stem[-2] and stem[:-1] in self.ordinary:
                    return True
        if "-" in low:
            return all(self.ordinary_word(part) or part.isdigit() for part in low.split("-") if part)
        return False

    def is_place(self, low: str) -> bool:
        """Tell whether a town, county or state is called so."""
        return low in self.places or low in STATES


@cache
def load() -> Gazetteers:
    """Read the lists: about 50 ms, once in a process."""
    surnames, rare = _groups("surnames")
    first, rare_first = _groups("first_names")
    places = frozenset().union(*_groups("places"))
    (plain,) = _groups("ordinary")
    police = (_FOLDER / "police_words.txt").read_text("utf-8")
    ours = frozenset(
        word for line in police.splitlines() if not line.startswith("#") for word in line.split()
    )
    return Gazetteers(surnames, rare, first, rare_first, places, plain | ours)


def lines(name: str) -> list[str]:
    """Read one of the lists that only one voter needs."""
    return gzip.decompress((_FOLDER / f"{name}.txt.gz").read_bytes()).decode("utf-8").split("\n")


def _groups(name: str) -> list[frozenset[str]]:
    text = gzip.decompress((_FOLDER / f"{name}.txt.gz").read_bytes()).decode("utf-8")
    return [frozenset(group.split("\n")) for group in text.split("\n\n")]

"""Lists of names and of ordinary words, read once from the package's own files."""

import gzip
from dataclasses import dataclass
from functools import cache
from pathlib import Path
from typing import Final

_FOLDER: Final = Path(__file__).parent / "data"
_ENDINGS: Final = ("'s", "s", "es", "ed", "d", "ing", "er", "ers", "ly", "y", "in'", "ies")
STATES: Final = frozenset(
    [
        "alabama",
        "alaska",
        "arizona",
        "arkansas",
        "california",
        "colorado",
        "connecticut",
        "delaware",
        "florida",
        "georgia",
        "hawaii",
        "idaho",
        "illinois",
        "indiana",
        "iowa",
        "kansas",
        "kentucky",
        "louisiana",
        "maine",
        "maryland",
        "massachusetts",
        "michigan",
        "minnesota",
        "mississippi",
        "missouri",
        "montana",
        "nebraska",
        "nevada",
        "new hampshire",
        "new jersey",
        "new mexico",
        "new york",
        "north carolina",
        "north dakota",
        "ohio",
        "oklahoma",
        "oregon",
        "pennsylvania",
        "rhode island",
        "south carolina",
        "south dakota",
        "tennessee",
        "texas",
        "utah",
        "vermont",
        "virginia",
        "washington",
        "west virginia",
        "wisconsin",
        "wyoming",
        "puerto rico",
        "guam",
    ]
)


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
    (words,) = _groups("ordinary")
    police = (_FOLDER / "police_words.txt").read_text("utf-8")
    ours = frozenset(
        word for line in police.splitlines() if not line.startswith("#") for word in line.split()
    )
    return Gazetteers(surnames, rare, first, rare_first, places, words | ours)


def _groups(name: str) -> list[frozenset[str]]:
    text = gzip.decompress((_FOLDER / f"{name}.txt.gz").read_bytes()).decode("utf-8")
    return [frozenset(group.split("\n")) for group in text.split("\n\n")]

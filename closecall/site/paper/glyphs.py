"""Which characters the paper's typefaces can draw, and what to put for the others.

An accessible PDF is refused whole for one missing glyph, so a single emoji in a story would cost the page.
"""

import re
import unicodedata
from typing import Final

# What Libertinus Serif, New Computer Modern and DejaVu Sans Mono draw between them, tried out range by range.
_DRAWN: Final = (
    (0x20, 0x7E), (0xA0, 0xAC), (0xAE, 0x2FF), (0x370, 0x377), (0x384, 0x38A), (0x38E, 0x3A1), (0x3A3, 0x482),
    (0x488, 0x4FF), (0x1E00, 0x1F15), (0x2010, 0x2027), (0x2030, 0x2040), (0x2044, 0x2052), (0x2074, 0x208E),
    (0x20A0, 0x20C0), (0x2100, 0x211E), (0x2190, 0x23FF), (0x2460, 0x2606), (0x2713, 0x2714),
)  # fmt: skip
_UNKNOWN: Final = "□"
_ENDLESS: Final = re.compile(r"\S{10}(?=\S{20})")
_MAY_BREAK: Final = "\u200b"


def drawable(text: str) -> str:
    """Replace what can't be drawn: a letter by its plain form or □, a pictogram by nothing.

    A word without an end gets places where it may break, or it would run off the paper.

    >>> drawable("caf\\u00e9 \\U0001f600 \\u6f22 \\uff21")
    'café  □ A'
    """
    drawn = "".join(_one(character) for character in unicodedata.normalize("NFC", text))
    return _ENDLESS.sub(lambda found: found[0] + _MAY_BREAK, drawn)


def _one(character: str) -> str:
    if character in "\n\t" or _is_drawn(character):
        return character
    plain = "".join(part for part in unicodedata.normalize("NFKD", character) if _is_drawn(part))
    if plain:
        return plain
    kind = unicodedata.category(character)
    if kind.startswith("Z"):
        return " "
    return _UNKNOWN if kind[0] in "LN" else ""


def _is_drawn(character: str) -> bool:
    point = ord(character)
    return any(first <= point <= last for first, last in _DRAWN)

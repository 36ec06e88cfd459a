"""How a narrative is written."""

from typing import Final

_MOSTLY_CAPITALS: Final = 0.85


def in_capitals(text: str) -> bool:
    """Tell whether a text is written in capitals throughout, as old ASRS narratives are.

    >>> in_capitals("ON FINAL WE HEARD A TFC CALL."), in_capitals("On final we heard a call.")
    (True, False)
    """
    letters = [character for character in text if character.isalpha()]
    capitals = sum(character.isupper() for character in letters)
    return bool(letters) and capitals / len(letters) > _MOSTLY_CAPITALS

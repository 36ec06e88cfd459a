"""Reading reliability's forms into the rules' shapes. Nothing is checked here that the rules check."""

import re

from django.http import QueryDict

from closecall.errors import BadInput
from closecall.public.taxonomy.rules.pack import UNKNOWN, Facet
from closecall.sealed.reliability.rules.settling import Side
from closecall.sealed.reliability.rules.sheets import Mark

BROKEN = "That form is broken. Reload the page."
_MONTH = re.compile(r"[12][0-9]{3}-(?:0[1-9]|1[0-2])")


def marks(typed: QueryDict, facet: Facet) -> tuple[Mark, ...]:
    """The marks of one facet: choosing a sentence is applying the code; the main one first. Raises: BadInput."""
    found = []
    for code in facet.choices:
        chosen = typed.get(f"rests-{code.key}", "")
        if not chosen:
            continue
        if code.key == UNKNOWN:
            found.append(Mark(facet.key, UNKNOWN))
        else:
            found.append(Mark(facet.key, code.key, typed.get(f"state-{code.key}", ""), whole(chosen)))
    main = typed.get("main", "")
    return tuple(sorted(found, key=lambda mark: mark.code != main))


def sides(typed: QueryDict) -> dict[str, Side]:
    """Whose view was chosen, code by code. Raises: BadInput."""
    found: dict[str, Side] = {}
    for name in typed:
        if name.startswith("side-"):
            found[name.removeprefix("side-")] = side(typed.get(name, ""))
    return found


def side(value: str) -> Side:
    """One coder or the other. Raises: BadInput."""
    if value == "first":
        return "first"
    if value == "second":
        return "second"
    raise BadInput("Say for each code whose view holds.")


def month(value: str) -> str:
    """A month, or "" for none. Raises: BadInput."""
    value = value.strip()
    if value and _MONTH.fullmatch(value) is None:
        raise BadInput("Choose the months from the lists.")
    return value


def coders(typed: QueryDict) -> tuple[str, ...]:
    """Who was chosen to code, in order; an empty second is left out."""
    return tuple(name for name in (typed.get("coder-1", ""), typed.get("coder-2", "")) if name)


def whole(value: str) -> int:
    """A whole number. Raises: BadInput."""
    if not (value.isascii() and value.isdigit() and len(value) < 10):
        raise BadInput(BROKEN)
    return int(value)

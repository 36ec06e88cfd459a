"""How one facet is filled in: a row a code, in the codebook's groups. Coding to publish and coding blind look alike."""

from collections.abc import Sequence
from dataclasses import dataclass

from closecall.errors import BadInput
from closecall.public.taxonomy.rules.pack import Code, Facet, Pack
from closecall.sealed.workbench.rules.coding import coded_by_analysts


@dataclass(frozen=True)
class CodeRow:
    """One code that may be applied. `rests`: the number of the sentence as the form writes it, or "told"."""

    code: Code
    rests: str
    state: str
    main: bool
    unknown: bool


@dataclass(frozen=True)
class PartTab:
    """One facet or part in the page's list. `missing`: why it isn't complete."""

    key: str
    label: str
    current: bool
    count: int
    required: bool
    missing: str


def grouped(facet: Facet, rows: Sequence[CodeRow]) -> list[tuple[str, str, list[CodeRow]]]:
    """The rows by the facet's groups, each with its label and definition; what is in no group comes last."""
    found = [
        (group.label, group.definition, [row for row in rows if row.code.group == group.key])
        for group in facet.groups
    ]
    loose = [row for row in rows if not row.code.group]
    return [*(each for each in found if each[2]), *([("", "", loose)] if loose else [])]


def facet_to_code(pack: Pack, key: str) -> Facet:
    """The facet that analysts code under this key. Raises: BadInput."""
    for facet in coded_by_analysts(pack):
        if facet.key == key:
            return facet
    raise BadInput("There is no such facet to code.")

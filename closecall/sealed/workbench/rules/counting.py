"""How a report of which nothing is told is counted: one line of each table, from what the desk knows."""

from collections.abc import Sequence
from typing import Final

from closecall.errors import BadInput
from closecall.public.studies.rules import numbers
from closecall.public.studies.rules.numbers import NEITHER, Counted
from closecall.public.taxonomy.rules.pack import UNKNOWN, Pack
from closecall.sealed.workbench.rules.coding import Coding, risk_class
from closecall.sealed.workbench.rules.screening import Screening

CHOOSE: Final = "Say what happened: choose a group, or that it is none of them."


def known(pack: Pack, coding: Coding, views: Sequence[Screening]) -> Counted | None:
    """Read the lines off what was coded, or off what screeners say alike; None when a person must say.

    The main event code counts, so that one report stands on one line.
    """
    events = [each.code for each in coding.of(pack.release.group_by) if each.code != UNKNOWN]
    if events:
        return Counted(numbers.group_of(pack, events[0]), risk_class(pack, coding) or NEITHER)
    said = {numbers.group_of(pack, view.category) for view in views if view.category not in ("", UNKNOWN)}
    return Counted(said.pop()) if len(said) == 1 else None


def chosen(pack: Pack, group: str, harm: str, margin: str) -> Counted:
    """What an analyst says: a group, and harm and margin, of which only the class is kept.

    Raises: BadInput for what isn't on the lists; `harm` and `margin` are empty where the pack has no matrix.
    """
    if group != NEITHER and group not in numbers.groups(pack):
        raise BadInput(CHOOSE)
    if pack.risk is None:
        return Counted(group)
    for facet, code in ((pack.risk.harm_facet, harm), (pack.risk.margin_facet, margin)):
        if code not in {choice.key for choice in pack.facet(facet).choices}:
            raise BadInput(
                "Say how bad it could have been and what still stood in the way, or that it is unknown."
            )
    return Counted(group, pack.risk_class(harm, margin) or NEITHER)

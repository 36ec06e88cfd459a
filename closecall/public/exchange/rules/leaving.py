"""What may leave the house: a released text without the codes of which only a class is public."""

from dataclasses import replace

from closecall.public.library.rules.report import ReleasedText
from closecall.public.taxonomy.rules.pack import UNKNOWN, Pack


def fit_to_leave(text: ReleasedText, pack: Pack | None) -> ReleasedText:
    """Take out the codes of every facet that the pack shows as a class only."""
    if pack is None:
        return text
    kept_back = {facet.key for facet in pack.facets if facet.class_only}
    if not kept_back.intersection(applied.facet for applied in text.codes):
        return text
    return replace(text, codes=tuple(one for one in text.codes if one.facet not in kept_back))


def risk_class(text: ReleasedText, pack: Pack | None) -> str:
    """The class computed from the codes that stay here; "" without a matrix, or when one is unknown."""
    if pack is None or pack.risk is None:
        return ""
    codes = {applied.facet: applied.code for applied in text.codes}
    harm = codes.get(pack.risk.harm_facet, UNKNOWN)
    return pack.risk_class(harm, codes.get(pack.risk.margin_facet, UNKNOWN)) or ""

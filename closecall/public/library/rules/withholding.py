"""Codes of which only a class is public: taken out of a text before anybody signs it, and put into one letter."""

from dataclasses import replace

from closecall.public.library.rules.report import ReleasedText
from closecall.public.taxonomy.rules.pack import UNKNOWN, Pack


def class_only_facets(pack: Pack) -> frozenset[str]:
    """The facets whose codes never leave the desk."""
    return frozenset(facet.key for facet in pack.facets if facet.class_only)


def tells_more(text: ReleasedText, pack: Pack | None) -> bool:
    """Tell whether a text holds codes of which only the class may be public."""
    kept_back = class_only_facets(pack) if pack is not None else frozenset()
    return bool(kept_back) and any(applied.facet in kept_back for applied in text.codes)


def with_class_only(text: ReleasedText, pack: Pack | None) -> ReleasedText:
    """The text as readers may have it: those codes are gone, and the class that they make stands in `risk_class`.

    Shape: a text without such codes comes back as it is; `pack` None when it isn't installed here.
    """
    if pack is None or not tells_more(text, pack):
        return text
    kept_back = class_only_facets(pack)
    risk_class = text.risk_class
    if pack.risk is not None:
        codes = {applied.facet: applied.code for applied in text.codes}
        harm = codes.get(pack.risk.harm_facet, UNKNOWN)
        risk_class = pack.risk_class(harm, codes.get(pack.risk.margin_facet, UNKNOWN)) or ""
    codes_left = tuple(one for one in text.codes if one.facet not in kept_back)
    return replace(text, codes=codes_left, risk_class=risk_class)

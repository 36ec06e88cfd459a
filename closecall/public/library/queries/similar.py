"""Reports like one: by words, by meaning, and by what analysts coded of why it happened and how it ended."""

import json
from collections.abc import Sequence
from dataclasses import dataclass

from closecall.public.library import render
from closecall.public.library.models import PublishedReport
from closecall.public.library.queries.meaning import alike
from closecall.public.library.queries.reading import Report, report, reports
from closecall.public.library.queries.searching import index, topic_counts
from closecall.public.library.rules import indexing, likeness
from closecall.public.library.rules.likeness import Coded
from closecall.public.library.rules.meaning import passages
from closecall.public.library.rules.report import ReleasedText
from closecall.text.meaning import Beside, By, Matrix

_MOST_SHARED = 2


@dataclass(frozen=True)
class Similar:
    """A report like another, and whether words, meaning or both say so.

    Shape: `shared` are the labels of what was coded of both, the rarest first: why it happened, how it ended.
    """

    report: Report
    by: By
    shared: tuple[str, ...] = ()


def similar(public_id: str, *, n: int = 3) -> list[Similar]:
    """The reports of the same pack that are most like this one.

    Raises: NotFound, Gone, NotVouchedFor, IndexDamaged.
    """
    text = report(public_id).text
    field = render.pack_of(text)
    facets = field.likeness if field is not None else ()
    mine = _codes(text, facets)
    rarity: dict[Coded, float] = {}
    beside: Beside | None = None
    if mine:
        counts = topic_counts()
        wanted = {facet: counts.get(facet, {}) for facet in facets}
        rarity = likeness.rarities(wanted, counts.get(indexing.PACK, {}).get(text.pack, 1))

        def beside(keys: Sequence[str]) -> Matrix:
            coded = _coded(keys, facets)
            return likeness.rows([coded.get(key, frozenset()) for key in keys], rarity)

    found = alike(index(), public_id, passages(text), ((indexing.PACK, text.pack),), n, beside=beside)
    by = dict(found)
    kept = []
    for one in reports(list(by)):
        both = sorted(mine & _codes(one.text, facets), key=lambda code: (-rarity.get(code, 0.0), code))
        labels = (render.code_label(field, facet, code) for facet, code in both[:_MOST_SHARED])
        kept.append(Similar(one, by[one.public_id], tuple(labels)))
    return kept


def _codes(text: ReleasedText, facets: Sequence[str]) -> frozenset[Coded]:
    return likeness.telling([(one.facet, one.code) for one in text.codes], facets)


def _coded(keys: Sequence[str], facets: Sequence[str]) -> dict[str, frozenset[Coded]]:
    """The codes of several reports, unverified: they only rank what is shown from checked texts."""
    rows = PublishedReport.objects.filter(public_id__in=list(keys)).values_list("public_id", "text")
    return {
        key: likeness.telling([(one["facet"], one["code"]) for one in json.loads(text)["codes"]], facets)
        for key, text in rows
    }

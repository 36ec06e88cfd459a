"""How far two coders agree, facet by facet.

A facet of which one code applies is one judgement a story. A facet of which many may apply is a yes or no for each
of its codes, and a story's judgements are drawn again together when the interval is found. A story on which a facet
was open to neither coder isn't judged.
"""

from collections.abc import Hashable, Iterable, Sequence
from dataclasses import dataclass
from typing import Final, Literal

from closecall.public.studies.rules.agreement import Agreement, Level, Weights, alpha, kappa
from closecall.public.studies.rules.intervals import CannotSay
from closecall.public.taxonomy.rules.pack import UNKNOWN, Cohort, Facet, Pack
from closecall.sealed.reliability.rules.sheets import Sheet, is_open, of
from closecall.sealed.workbench.rules.coding import coded_by_analysts

Kind = Literal["facet", "group", "cohort", "risk"]
FEW: Final = 10
"""Fewer stories than this say next to nothing, whatever the interval."""


@dataclass(frozen=True)
class Pair:
    """One story and what two people made of it. `story` names it; stories are what is drawn again."""

    story: str
    first: Sheet
    second: Sheet


@dataclass(frozen=True)
class Judged:
    """How far two agree on one thing.

    Shape: `kind` says what: a facet's codes, its groups, in or out of a known cohort, or the risk class (weighted
           by distance); `alike`: judgements that are the same; `refused`: why there is no measure.
    """

    key: str
    label: str
    kind: Kind
    stories: int
    judgements: int
    alike: int
    kappa: Agreement | None
    alpha: Agreement | None
    refused: str
    target: float | None

    @property
    def standing(self) -> Literal["", "meets", "below", "open"]:
        """How alpha stands to the pack's target, by its interval; "" without a target or a measure."""
        if self.target is None or self.alpha is None:
            return ""
        interval = self.alpha.interval
        if interval.low >= self.target:
            return "meets"
        return "below" if interval.high < self.target else "open"


@dataclass(frozen=True)
class Tally:
    """One code over all stories: how often both applied it, and one alone."""

    facet: str
    code: str
    both: int
    first: int
    second: int

    @property
    def differs(self) -> int:
        """On how many stories they differ."""
        return self.first + self.second


_Row = tuple[Hashable, Hashable, str]
"""Two judgements of one thing, and the story it belongs to."""


def judged(pack: Pack, pairs: Sequence[Pair], *, seed: int) -> tuple[Judged, ...]:
    """Every facet with its groups, then the known cohorts and the risk class, in the pack's order."""
    found: list[Judged] = []
    for facet in coded_by_analysts(pack):
        found.append(judged_facet(pack, facet, pairs, seed=seed))
        if facet.groups and facet.choose_max != 1:
            rows = _group_rows(facet, pairs)
            found.append(_measured(pack, f"{facet.key}_group", facet.label, "group", rows, seed))
    for cohort in pack.cohorts:
        rows = [(_in(cohort, pair.first), _in(cohort, pair.second), pair.story) for pair in pairs]
        found.append(_measured(pack, cohort.key, cohort.label, "cohort", rows, seed))
    if pack.risk is not None:
        order = [entry.key for entry in pack.risk.classes]
        rows = [
            (one, other, pair.story)
            for pair in pairs
            for one, other in [(_risk(pack, pair.first), _risk(pack, pair.second))]
            if one is not None and other is not None
        ]
        found.append(_measured(pack, "risk", "Risk class", "risk", rows, seed, order))
    return tuple(found)


def judged_facet(pack: Pack, facet: Facet, pairs: Sequence[Pair], *, seed: int) -> Judged:
    """One facet's codes alone."""
    return _measured(pack, facet.key, facet.label, "facet", _facet_rows(facet, pairs), seed)


def tallies(facet: Facet, pairs: Sequence[Pair]) -> tuple[Tally, ...]:
    """Every code of a facet that either applied; those they differ on most often first."""
    found = []
    for code in facet.choices:
        if code.key == UNKNOWN:
            continue
        one = [code.key in _codes(pair.first, facet) for pair in pairs]
        other = [code.key in _codes(pair.second, facet) for pair in pairs]
        both = sum(a and b for a, b in zip(one, other, strict=True))
        tally = Tally(facet.key, code.key, both, sum(one) - both, sum(other) - both)
        if tally.both or tally.differs:
            found.append(tally)
    return tuple(sorted(found, key=lambda each: -each.differs))


def _facet_rows(facet: Facet, pairs: Iterable[Pair]) -> list[_Row]:
    open_to = [pair for pair in pairs if is_open(facet, pair.first) or is_open(facet, pair.second)]
    if facet.choose_max == 1:
        return [(_main(pair.first, facet), _main(pair.second, facet), pair.story) for pair in open_to]
    keys = [code.key for code in facet.choices if code.key != UNKNOWN]
    return [
        (key in _codes(pair.first, facet), key in _codes(pair.second, facet), pair.story)
        for pair in open_to
        for key in keys
    ]


def _group_rows(facet: Facet, pairs: Iterable[Pair]) -> list[_Row]:
    groups = {code.key: code.group for code in facet.codes}

    def told(sheet: Sheet) -> set[str]:
        return {groups.get(code, "") for code in _codes(sheet, facet)}

    return [
        (group.key in told(pair.first), group.key in told(pair.second), pair.story)
        for pair in pairs
        if is_open(facet, pair.first) or is_open(facet, pair.second)
        for group in facet.groups
    ]


def _measured(
    pack: Pack,
    key: str,
    label: str,
    kind: Kind,
    rows: Sequence[_Row],
    seed: int,
    order: Sequence[Hashable] = (),
) -> Judged:
    first, second = [row[0] for row in rows], [row[1] for row in rows]
    groups = [row[2] for row in rows]
    weights: Weights = "linear" if order else "none"
    level: Level = "ordinal" if order else "nominal"
    found_kappa = found_alpha = None
    refused = ""
    try:
        found_kappa = kappa(first, second, seed=seed, order=order, weights=weights, groups=groups)
        units = list(zip(first, second, strict=True))
        found_alpha = alpha(units, seed=seed, level=level, order=order, groups=groups)
    except CannotSay as said:
        refused = said.sentence if rows else "Nobody had to judge this."
    return Judged(
        key=key,
        label=label,
        kind=kind,
        stories=len(set(groups)),
        judgements=len(rows),
        alike=sum(one == other for one, other in zip(first, second, strict=True)),
        kappa=found_kappa,
        alpha=found_alpha,
        refused=refused,
        target=target(pack, key),
    )


def target(pack: Pack, key: str) -> float | None:
    """The agreement that the pack asks for, None when it asks for none.

    Shape: a facet's groups stand in a pack as "factor_group", the facet being "factors".
    """
    names = {key}
    if key.endswith("_group"):
        names.add(f"{key.removesuffix('_group').removesuffix('s')}_group")
    return next((each.at_least for each in pack.targets if names & set(each.facets)), None)


def _codes(sheet: Sheet, facet: Facet) -> frozenset[str]:
    return frozenset(mark.code for mark in of(sheet, facet.key))


def _main(sheet: Sheet, facet: Facet) -> str:
    return next((mark.code for mark in of(sheet, facet.key)), UNKNOWN)


def _in(cohort: Cohort, sheet: Sheet) -> bool:
    return any(mark.code in cohort.any_of for mark in of(sheet, cohort.facet))


def _risk(pack: Pack, sheet: Sheet) -> str | None:
    if pack.risk is None:
        return None
    return pack.risk_class(
        *(_main(sheet, pack.facet(key)) for key in (pack.risk.harm_facet, pack.risk.margin_facet))
    )

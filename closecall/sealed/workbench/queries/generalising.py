"""How rare a case is, and the ladders that make it commoner."""

from collections.abc import Mapping
from dataclasses import dataclass
from itertools import chain

from closecall.public.library import queries as library
from closecall.public.library.rules.report import AppliedCode
from closecall.public.taxonomy import queries as taxonomy
from closecall.public.taxonomy.rules.pack import Pack
from closecall.sealed.accounts.rules.desk import Desk
from closecall.sealed.workbench.queries import drafts, work
from closecall.sealed.workbench.queries.cases import CaseHead
from closecall.sealed.workbench.rules import ladders, rarity, release
from closecall.sealed.workbench.rules.coding import Coding
from closecall.sealed.workbench.rules.ladders import PERIOD, WITHHELD
from closecall.sealed.workbench.rules.rarity import Combination
from closecall.sealed.workbench.rules.release import Proposal


@dataclass(frozen=True)
class Step:
    """One rung: how it is told there, and how many share the fact so told, this report among them."""

    rungs: int
    label: str
    shared_by: int
    now: bool

    @property
    def enough(self) -> bool:
        """Whether five share it; what isn't told needs nobody."""
        return self.shared_by >= release.K


@dataclass(frozen=True)
class Ladder:
    """A rare code, or the period, with every rung it can be told on."""

    facet: str
    code: str
    label: str
    steps: tuple[Step, ...]


@dataclass(frozen=True)
class Generalising:
    """What can be told more generally. `version`: the coding's, which a change names.

    Shape: `ladders` are the period's, then the rare codes'; `others` counts the reports of ours that it is
           compared with; `facts` the facts that readers get.
    """

    version: int
    ladders: tuple[Ladder, ...]
    rare: tuple[Combination, ...]
    others: int
    facts: int


def generalising_of(case: CaseHead, desk: Desk, proposal: Proposal | None = None) -> Generalising | None:
    """The rarity of a case's facts among published and waiting reports; None while nothing is coded.

    Raises: NotAllowed, Gone.
    """
    desk.require("redact")
    saved = drafts.opened(case.report.report_id, drafts.CODING, desk)
    coding = saved.value
    if not coding.codes:
        return None
    pack = taxonomy.pack()
    keep_rare = proposal is not None and bool(proposal.reasons.rare.strip())
    batch = {name: each for name, each in work.scheduled_proposals(desk).items() if name != case.public_id}
    waiting = (frozenset(map(_fact, each.text.codes)) for each in batch.values())
    reports = [*chain(library.coded_reports(), waiting)]
    told = rarity.facts(pack, coding.codes, coding.generalised, keep_rare=keep_rare)
    return Generalising(
        version=saved.version,
        ladders=(
            _period_ladder(pack, coding, case, batch),
            *_rare_ladders(pack, coding, reports, keep_rare=keep_rare),
        ),
        rare=rarity.rarest(pack, told, rarity.holders(pack, told, reports)),
        others=len(reports),
        facts=len(told),
    )


def _fact(applied: AppliedCode) -> ladders.Fact:
    return (applied.facet, applied.code)


def _period_ladder(pack: Pack, coding: Coding, case: CaseHead, batch: Mapping[str, Proposal]) -> Ladder:
    finest = coding.quarter or release.quarter_of(case.report.week)
    groups = pack.event_groups([applied.code for applied in coding.of(pack.release.group_by)])
    counted = work.rungs_of(case, groups, finest, batch.values())
    now = ladders.climbed(coding.generalised, PERIOD)
    steps = (
        Step(place, rung.period or "no period", rung.shared_by, place == now)
        for place, rung in enumerate(counted)
    )
    return Ladder(*PERIOD, "Period", tuple(steps))


def _rare_ladders(
    pack: Pack, coding: Coding, reports: list[frozenset[ladders.Fact]], *, keep_rare: bool
) -> list[Ladder]:
    found = []
    for applied in release.rare_codes(pack, coding.codes):
        fact = _fact(applied)
        facet = pack.facet(applied.facet)
        now = ladders.told_as(pack, fact, coding.generalised, keep_rare=keep_rare)
        told = rarity.Told(fact, fact, 0)
        held = rarity.holders(pack, [told], reports)
        steps = []
        for place, code in enumerate(ladders.rungs(pack, fact)):
            label = "withheld" if code == WITHHELD else facet.code(code).label
            shared = len(reports) if code == WITHHELD else held[applied.facet, code].bit_count()
            steps.append(Step(place, label, 1 + shared, place == now))
        found.append(Ladder(*fact, f"{facet.label}: {facet.code(applied.code).label}", tuple(steps)))
    return found

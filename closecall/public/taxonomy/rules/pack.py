"""A domain pack: everything that makes the machine speak of one field.

    pack.facet("event").code("ambush").definition      what it means
    pack.form.question("D8")                           what an officer is asked
    pack.codebook.theme("search_people").exemplars     what lessons of that theme sound like
    pack.risk_class("death", "solid")                  "B"

`loading.load` reads one from its folder.
"""

from collections.abc import Iterable, Iterator

from pydantic import Field

from closecall.public.taxonomy.rules.codebook import Codebook, Parent, Theme
from closecall.public.taxonomy.rules.crosswalks import Crosswalk, CrosswalkRow
from closecall.public.taxonomy.rules.entries import (
    OTHER,
    UNKNOWN,
    Code,
    Entry,
    Facet,
    Group,
    Key,
    Labelled,
    OpensWhen,
    Ref,
    State,
    Words,
)
from closecall.public.taxonomy.rules.form import Choice, Form, Proposal, Question

__all__ = [
    "OTHER",
    "UNKNOWN",
    "Choice",
    "Code",
    "Codebook",
    "CodingRule",
    "Cohort",
    "ContentNote",
    "Crosswalk",
    "CrosswalkRow",
    "Facet",
    "Form",
    "Group",
    "OpensWhen",
    "Pack",
    "Parent",
    "Proposal",
    "Question",
    "Ref",
    "Release",
    "RiskClass",
    "RiskMatrix",
    "RiskRow",
    "State",
    "Target",
    "Taxonomy",
    "Theme",
]


class RiskClass(Entry):
    """One class of potential, and what it asks for."""

    key: Words
    label: Words


class RiskRow(Entry):
    """One line of the matrix: a harm, and its class under each margin, in the margin facet's order."""

    harm: Key
    classes: tuple[Words, ...]


class RiskMatrix(Entry):
    """Potential harm × what still stood in the way."""

    harm_facet: Key
    margin_facet: Key
    classes: tuple[RiskClass, ...]
    rows: tuple[RiskRow, ...]


class Release(Entry):
    """For the gate at release: the facet whose groups it counts, and the facets that are never withheld."""

    group_by: Key
    never_withheld: tuple[Key, ...] = ()


class Cohort(Labelled):
    """A cohort that somebody studied: any of these codes."""

    facet: Key
    any_of: tuple[Key, ...]
    source: str = ""


class ContentNote(Entry):
    """What readers are warned of, and the words and codes that give it away."""

    label: Words
    words: tuple[Words, ...] = ()
    codes: tuple[Words, ...] = ()


class CodingRule(Entry):
    """One rule for coders; applied in order."""

    text: Words


class Target(Entry):
    """How well two coders should agree, before a facet's counts are relied on."""

    facets: tuple[Words, ...]
    measure: Words
    at_least: float


class Taxonomy(Entry):
    """What `taxonomy.yaml` holds. `likeness` names the facets that tell why it happened and how it ended."""

    key: Key
    version: int
    label: Words
    source_note: str = ""
    definition: str = ""
    facets: tuple[Facet, ...]
    release: Release
    likeness: tuple[Key, ...] = ()
    risk: RiskMatrix | None = None
    cohorts: tuple[Cohort, ...] = ()
    content_notes: tuple[ContentNote, ...] = ()
    coding_rules: tuple[CodingRule, ...] = ()
    targets: tuple[Target, ...] = ()


class Pack(Taxonomy):
    """A whole pack, frozen. `questions` maps a theme's key to its discussion questions."""

    form: Form | None = None
    codebook: Codebook
    crosswalks: tuple[Crosswalk, ...] = ()
    questions: dict[str, tuple[Words, ...]] = Field(default_factory=dict)

    def facet(self, key: str) -> Facet:
        """Find a facet. Raises KeyError."""
        for facet in self.facets:
            if facet.key == key:
                return facet
        raise KeyError(key)

    def code(self, facet: str, key: str) -> Code:
        """Find a code, the ladder's coarser ones and `unknown` included. Raises KeyError."""
        return self.facet(facet).code(key)

    def has(self, facet: str, key: str) -> bool:
        """Tell whether `facet` knows `key`."""
        try:
            self.code(facet, key)
        except KeyError:
            return False
        return True

    def group_of(self, facet: str, code_key: str) -> str:
        """The key of the group that a code belongs to: "other" when it has none."""
        return self.code(facet, code_key).group or OTHER

    def event_groups(self, code_keys: Iterable[str]) -> tuple[str, ...]:
        """The groups that the release gate counts, for the codes of its facet; in the pack's order."""
        mine = {self.group_of(self.release.group_by, key) for key in code_keys}
        order = [group.key for group in self.facet(self.release.group_by).groups]
        return tuple(key for key in dict.fromkeys([*order, OTHER]) if key in mine)

    def risk_class(self, harm: str, margin: str) -> str | None:
        """The class of a potential; None when either is unknown or the pack has no matrix."""
        if self.risk is None:
            return None
        order = [code.key for code in self.facet(self.risk.margin_facet).codes]
        for row in self.risk.rows:
            if row.harm == harm and margin in order:
                return row.classes[order.index(margin)]
        return None

    def cohort(self, key: str) -> Cohort:
        """Find a known study's cohort. Raises KeyError."""
        for cohort in self.cohorts:
            if cohort.key == key:
                return cohort
        raise KeyError(key)

    def crosswalk_entries(self, ref: str) -> Iterator[tuple[Crosswalk, CrosswalkRow]]:
        """Every entry of every crosswalk that names `ref` ("event/ambush", "theme/wear_belt")."""
        for crosswalk in self.crosswalks:
            for row in crosswalk.rows:
                if ref in row.ours:
                    yield crosswalk, row

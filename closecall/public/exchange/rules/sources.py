"""The systems that can be imported from: how each is read, told and named."""

from collections.abc import Callable, Iterable
from dataclasses import dataclass
from functools import partial

from closecall.public.exchange.rules import asrs, mapped, safenet
from closecall.public.exchange.rules.imported import ImportedReport, Merged, ReadFile
from closecall.public.taxonomy.rules.pack import Pack


@dataclass(frozen=True)
class Source:
    """One system. `number` is what its own numbers are called: "ACN"; `told` are columns read beside facets."""

    kind: str
    pack: str
    label: str
    number: str
    read: Callable[[str, str], ReadFile]
    compose: Callable[[Iterable[Merged], Pack], list[ImportedReport]]
    told: frozenset[str]
    by_facets: bool = True

    def reads(self, pack: Pack) -> frozenset[str]:
        """Every column that means something here; the others are kept beside."""
        facets = pack.facets if self.by_facets else ()
        return self.told.union(*(facet.columns for facet in facets if facet.value == "codes"))


ASRS = Source("asrs", "aviation", asrs.SOURCE_LABEL, "ACN", asrs.read, asrs.compose_all, asrs.READ)
SAFENET = Source(
    "safenet",
    "wildland_fire",
    safenet.SOURCE_LABEL,
    "SAFENET",
    safenet.read,
    safenet.compose_all,
    safenet.READ,
)


def by_mapping(mapping: mapped.Mapping) -> Source:
    """A source that a mapping file describes."""
    return Source(
        kind=mapping.kind,
        pack=mapping.pack,
        label=mapping.label,
        number=mapping.key,
        read=partial(mapped.read, mapping=mapping),
        compose=partial(mapped.compose_all, mapping=mapping),
        told=frozenset(mapping.columns()),
        by_facets=False,
    )

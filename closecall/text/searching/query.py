"""What a query asks, free of any syntax: groups that all hold, each of clauses of which one does."""

from dataclasses import dataclass
from typing import Final, Literal

Kind = Literal["words", "phrase", "prefix"]
Field = Literal["", "title", "lesson"]


@dataclass(frozen=True)
class Clause:
    """One thing to look for. `field` "" is the whole report."""

    text: str
    kind: Kind = "words"
    field: Field = ""


@dataclass(frozen=True)
class Group:
    """Any of these; or, when `excluded`, none of them."""

    any_of: tuple[Clause, ...]
    excluded: bool = False


@dataclass(frozen=True)
class Query:
    """All groups hold. No groups: everything."""

    groups: tuple[Group, ...] = ()

    @property
    def is_everything(self) -> bool:
        """Tell whether nothing was asked."""
        return not self.groups

    @property
    def wanted(self) -> tuple[Clause, ...]:
        """The clauses that a hit is liked for."""
        return tuple(clause for group in self.groups if not group.excluded for clause in group.any_of)


EVERYTHING: Final = Query()

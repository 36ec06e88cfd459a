"""What parts are given: small frozen values, so that a template never asks a question."""

from dataclasses import dataclass
from typing import Literal


@dataclass(frozen=True)
class Link:
    """A link in a list. `current`: "" elsewhere, "page" on this very page, "true" inside this section."""

    label: str
    href: str
    current: Literal["", "page", "true"] = ""


@dataclass(frozen=True)
class Tab:
    """One page of a thing that has several, in its head. `now`: where the next work is done."""

    name: str
    label: str
    current: bool
    now: bool


@dataclass(frozen=True)
class Cell:
    """One fact of a strip. `kind`: "" plain, "id" in mono, "quiet" for what isn't told yet."""

    label: str
    value: str
    kind: Literal["", "id", "quiet"] = ""


@dataclass(frozen=True)
class Choice:
    """One row of a facet; `href` is not needed, since the form carries the choice."""

    value: str
    label: str
    count: int
    chosen: bool = False


@dataclass(frozen=True)
class FacetGroup:
    """A facet with its choices. A group that is not `open` shows as one line with its number of codes."""

    key: str
    label: str
    choices: tuple[Choice, ...]
    open: bool = False


@dataclass(frozen=True)
class Fault:
    """One line of an error summary: what to mend, and the field where it is mended."""

    field_id: str
    sentence: str


@dataclass(frozen=True)
class Step:
    """One step of a progress list. `state`: "" ahead, "done", "now"."""

    label: str
    detail: str = ""
    state: Literal["", "done", "now"] = ""

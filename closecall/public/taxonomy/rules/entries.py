"""What a pack is made of: facets, their groups, states, ladders and codes.

Every value is frozen, and refuses a field it doesn't know: a misspelt key in a pack must stop the start,
not vanish.
"""

from collections.abc import Iterator
from typing import Annotated, Any, Literal

from pydantic import BaseModel, ConfigDict, StringConstraints, model_validator

Key = Annotated[str, StringConstraints(pattern=r"^[a-z][a-z0-9_]{0,63}$")]
Words = Annotated[str, StringConstraints(strip_whitespace=True, min_length=1)]

UNKNOWN = "unknown"
OTHER = "other"


def plain_words(key: str) -> str:
    """Spell a key as a label.

    >>> plain_words("driving_to_call")
    'Driving to call'
    """
    words = key.replace("_", " ").strip()
    return words[:1].upper() + words[1:]


class Entry(BaseModel):
    """Frozen, strict, and closed: what every part of a pack derives from."""

    model_config = ConfigDict(frozen=True, extra="forbid", strict=True)


class Labelled(Entry):
    """Something with a key, and a label that is the key in plain words unless a better one is given."""

    key: Key
    label: Words

    @model_validator(mode="before")
    @classmethod
    def _label_from_key(cls, value: Any) -> Any:
        if isinstance(value, dict) and isinstance(value.get("key"), str) and not value.get("label"):
            return {**value, "label": plain_words(value["key"])}
        return value


class Ref(Entry):
    """Where another list keeps the same thing: LEOKA 10, HFACS Pc, NIBRS 12."""

    system: Words
    entry: Words


class Code(Labelled):
    """One entry of a facet.

    `rare` codes climb their facet's ladder at release, or stay by two signatures.
    `common` codes are offered first. `aliases` are the spellings that imports bring; an `open` code's may be
    followed by words of the coder's own ("Class B SEA", "Other unknown").
    `on_import` codes are set on every imported report. `covers` is filled only on a ladder's coarser codes.
    """

    definition: str = ""
    examples: tuple[Words, ...] = ()
    group: str = ""
    rare: bool = False
    common: bool = False
    refs: tuple[Ref, ...] = ()
    aliases: tuple[str, ...] = ()
    open: bool = False
    on_import: bool = False
    covers: tuple[str, ...] = ()

    @model_validator(mode="before")
    @classmethod
    def _refs_from_mapping(cls, value: Any) -> Any:
        """In a pack's file: `refs: {LEOKA: "10", HFACS: As}`."""
        if isinstance(value, dict) and isinstance(value.get("refs"), dict):
            pairs = tuple({"system": name, "entry": entry} for name, entry in value["refs"].items())
            return {**value, "refs": pairs}
        return value


class Group(Labelled):
    """Codes of one facet that belong together.

    `choose_max` limits how many of them one report may carry; `add_ons` are not counted in it.
    """

    definition: str = ""
    choose_max: int | None = None
    add_ons: tuple[Key, ...] = ()


class State(Labelled):
    """How it was with an applied code: the gear failed, the cue was acted on."""

    definition: str = ""


class OpensWhen(Entry):
    """The facet or question stays closed until this holds.

    Any of `any_of` is applied to `facet`; an empty `any_of` means any code but `unknown`.
    """

    facet: Key
    any_of: tuple[str, ...] = ()


class Facet(Labelled):
    """A family of codes.

    `choose_max` None = as many as apply. `required` holds only while `opens_when` does.
    `asked_by`: whose answer stands (an analyst decides, the form's answer is taken, the system sets it).
    `question`: the form's question whose answer proposes codes here.
    `value`: "codes", or "quarter" for the one facet that holds a quarter instead of codes.
    `ladder`: how it is coarsened until nobody stands out: "none", "coarser" (to `coarser` codes, then
    withheld), "withheld", "rare_withheld" (only rare codes), "period" (quarter, year, omitted).
    `filterable`: offered as a filter; `class_only`: only the risk class computed from it may be shown.
    `columns`: the import columns it is read from, as "Entity/Attribute".
    """

    question: str = ""
    description: str = ""
    choose_min: int = 0
    choose_max: int | None = None
    required: bool = False
    asked_by: Literal["analyst", "form", "system"] = "analyst"
    value: Literal["codes", "quarter"] = "codes"
    opens_when: OpensWhen | None = None
    filterable: bool = False
    class_only: bool = False
    ladder: Literal["none", "coarser", "withheld", "rare_withheld", "period"] = "none"
    has_other: bool = False
    states: tuple[State, ...] = ()
    groups: tuple[Group, ...] = ()
    codes: tuple[Code, ...] = ()
    coarser: tuple[Code, ...] = ()
    columns: tuple[str, ...] = ()

    @property
    def extras(self) -> tuple[Code, ...]:
        """`other` where the facet has it, and `unknown`; not counted among the pack's codes."""
        if self.value != "codes":
            return ()
        unknown = Code(key=UNKNOWN, label="Unknown", definition="The text doesn't say.")
        other = Code(key=OTHER, label="Something else", definition="None of the codes fits.")
        return (other, unknown) if self.has_other else (unknown,)

    @property
    def choices(self) -> tuple[Code, ...]:
        """What a coder may choose: the codes, then `other` and `unknown`."""
        return self.codes + self.extras

    def known(self) -> Iterator[Code]:
        """Every code that may stand on a report: choices, and the ladder's coarser codes."""
        yield from self.codes
        yield from self.extras
        yield from self.coarser

    def code(self, key: str) -> Code:
        """Find a code by key, coarser ones included. Raises KeyError."""
        for code in self.known():
            if code.key == key:
                return code
        raise KeyError(key)

    def in_group(self, key: str) -> tuple[Code, ...]:
        """The codes of one group, in the pack's order."""
        return tuple(code for code in self.codes if code.group == key)

    def group(self, key: str) -> Group:
        """Find a group by key. Raises KeyError."""
        for group in self.groups:
            if group.key == key:
                return group
        raise KeyError(key)

    def climb(self, code_key: str) -> str | None:
        """The next coarser code up the ladder; None when the next rung is to withhold it.

        Raises: ValueError when the facet has no ladder (its codes are never withheld by count).
        """
        if self.ladder in ("none", "period"):
            raise ValueError("This facet has no ladder of codes.")
        for code in self.coarser:
            if code_key in code.covers:
                return code.key
        return None

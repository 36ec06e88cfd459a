"""The marked narratives: read them, take the marks out, and know where they stood.

`bench/narratives/<set>/<writer>.txt` holds invented narratives with marks written inline, `{{kind|words}}`. Test writers saw neither
the rules nor the training texts; the test set was not looked at while anything was tuned.
"""

import json
import re
from dataclasses import dataclass
from pathlib import Path

from closecall.text.identifiers.spans import Kind

FOLDER = Path(__file__).parent / "narratives"
_STORY = re.compile(r"^=== (\S+)\n(.*?)(?=^=== |\Z)", re.MULTILINE | re.DOTALL)
_MARK = re.compile(r"\{\{([a-z_]+)\|([^{}]+)\}\}")

KINDS: dict[str, Kind] = {
    "officer_surname": Kind.PERSON, "rank_full_name": Kind.PERSON, "first_name": Kind.PERSON, "nickname": Kind.PERSON,
    "initials": Kind.PERSON, "civilian_name": Kind.PERSON, "relative_name": Kind.PERSON, "lower_name": Kind.PERSON,
    "word_surname": Kind.PERSON, "agency": Kind.AGENCY, "agency_short": Kind.AGENCY, "unit_force": Kind.AGENCY,
    "town": Kind.PLACE, "county": Kind.PLACE, "neighborhood": Kind.PLACE, "address": Kind.ADDRESS,
    "half_address": Kind.STREET, "intersection": Kind.STREET, "route": Kind.STREET, "business": Kind.ORGANIZATION,
    "landmark": Kind.LANDMARK, "full_date": Kind.DATE, "partial_date": Kind.DATE, "time": Kind.TIME, "age": Kind.AGE,
    "badge": Kind.BADGE, "call_sign": Kind.UNIT, "case": Kind.CASE, "plate": Kind.PLATE, "vehicle": Kind.VEHICLE,
    "phone": Kind.PHONE, "contact": Kind.EMAIL, "serial": Kind.WEAPON, "tattoo": Kind.APPEARANCE,
    "rare_job": Kind.ASSIGNMENT, "tenure": Kind.TENURE, "animal": Kind.ANIMAL, "event": Kind.EVENT,
    "town_fact": Kind.FACT, "family_fact": Kind.FACT,
}  # fmt: skip
DESCRIPTIVE = frozenset({"tattoo", "rare_job", "tenure", "event", "town_fact", "family_fact"})
"""Identify by what they tell, not by a name or a number: a person's work, prompted by a checklist."""

# What a proposal may be called and still be right: a road is a place to a reader.
ALIKE: dict[Kind, str] = {
    **dict.fromkeys((Kind.PLACE, Kind.ADDRESS, Kind.STREET, Kind.LANDMARK, Kind.ORGANIZATION), "place"),
    **dict.fromkeys((Kind.BADGE, Kind.CASE, Kind.PLATE, Kind.VIN, Kind.PHONE, Kind.WEAPON), "number"),
    **dict.fromkeys((Kind.EMAIL, Kind.HANDLE, Kind.URL), "contact"),
    **dict.fromkeys((Kind.EVENT, Kind.FACT, Kind.ASSIGNMENT, Kind.APPEARANCE, Kind.TENURE), "told"),
    Kind.PERSON: "person", Kind.AGENCY: "body", Kind.UNIT: "body", Kind.DATE: "when", Kind.TIME: "when",
    Kind.AGE: "age", Kind.VEHICLE: "vehicle", Kind.ANIMAL: "animal", Kind.MEASURE: "measure",
}  # fmt: skip


@dataclass(frozen=True)
class Gold:
    """One mention that a person marked: half-open code points and one of the forty kinds."""

    start: int
    end: int
    kind: str

    @property
    def type(self) -> Kind:
        """Which replacement it would get."""
        return KINDS[self.kind]


@dataclass(frozen=True)
class Narrative:
    """A text without its marks, and the marks."""

    id: str
    text: str
    gold: tuple[Gold, ...]


def unmarked(id: str, marked: str) -> Narrative:
    """Take the marks out of one narrative."""
    text, gold, at = "", [], 0
    for mark in _MARK.finditer(marked):
        text += marked[at : mark.start()]
        gold.append(Gold(len(text), len(text) + len(mark[2]), mark[1]))
        text += mark[2]
        at = mark.end()
    return Narrative(id, text + marked[at:], tuple(gold))


def read(which: str) -> list[Narrative]:
    """Read every narrative of a set: "train", "dev", "test", or "clean" (nothing in it identifies; for training)."""
    return [
        unmarked(story[1], story[2].strip())
        for file in sorted((FOLDER / which).glob("*.txt"))
        for story in _STORY.finditer(file.read_text("utf-8"))
    ]


def presidio_research(file: Path) -> list[Narrative]:
    """Read the synthetic texts of presidio-research; titles and nationalities don't identify here."""
    found = []
    for number, row in enumerate(json.loads(file.read_text("utf-8"))):
        gold = [
            Gold(span["start_position"], span["end_position"], _PRESIDIO[span["entity_type"]])
            for span in row["spans"]
            if span["entity_type"] in _PRESIDIO
        ]
        found.append(
            Narrative(f"P-{number}", row["full_text"], tuple(sorted(gold, key=lambda one: one.start)))
        )
    return found


_PRESIDIO = {
    "PERSON": "civilian_name", "GPE": "town", "STREET_ADDRESS": "address", "ORGANIZATION": "business", "DATE_TIME": "full_date",
    "AGE": "age", "PHONE_NUMBER": "phone", "EMAIL_ADDRESS": "contact", "DOMAIN_NAME": "contact", "CREDIT_CARD": "case", "IBAN_CODE": "case",
    "US_SSN": "case", "US_DRIVER_LICENSE": "case", "IP_ADDRESS": "case", "ZIP_CODE": "address",
}  # fmt: skip

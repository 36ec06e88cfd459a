"""What stands instead of a span: the lesson stays, the person doesn't."""

import re
from collections.abc import Iterable
from dataclasses import dataclass, field, replace
from typing import Final

from closecall.text.identifiers.people import RANKS
from closecall.text.identifiers.phrasing import lead_of
from closecall.text.identifiers.spans import Kind, Span

_POLICE: Final = re.compile(rf"\b(?:{'|'.join(sorted(RANKS, key=len, reverse=True))})\b", re.IGNORECASE)
_RELATION: Final = re.compile(
    r"\b(?:wife|husband|brother|sister|cousin|son|daughter|mother|father|mom|dad|uncle|aunt|nephew|niece|grand\w+|"
    r"boyfriend|girlfriend|fiancée?|step\w+|ex)\b",
    re.IGNORECASE,
)
_PARTNER: Final = re.compile(r"(?P<whose>my|his|her|our|their|the) partner,? (?=\S)", re.IGNORECASE)
_PLAIN: Final = {
    Kind.AGENCY: ("[an agency]", "[a neighboring agency]"),
    Kind.ORGANIZATION: ("[a business]", "[a store]", "[a restaurant]"),
    Kind.PLACE: ("[a town]", "[a nearby town]", "[a place]"),
    Kind.ADDRESS: ("[an address]", "[a house]", "[an apartment]"),
    Kind.STREET: ("[a road]", "[a street]", "[a highway]", "[an intersection]"),
    Kind.LANDMARK: ("[a landmark]", "[a park]", "[a waterway]"),
    Kind.DATE: ("[a date]", "[that day]", "[some time before]"),
    Kind.PHONE: ("[a phone number]",),
    Kind.EMAIL: ("[an e-mail address]",),
    Kind.URL: ("[a web address]",),
    Kind.HANDLE: ("[an account]",),
    Kind.PLATE: ("[a plate]",),
    Kind.VIN: ("[a vehicle number]",),
    Kind.BADGE: ("[a badge number]",),
    Kind.CASE: ("[a case number]",),
    Kind.WEAPON: ("[a serial number]",),
    Kind.VEHICLE: ("[a car]", "[a pickup]", "[a van]", "[a motorcycle]"),
    Kind.TENURE: ("[some years on the job]", "[an experienced officer]", "[a newer officer]"),
    Kind.ANIMAL: ("[the dog]", "[the horse]", "[the boat]"),
    Kind.ASSIGNMENT: ("[an assignment]", "[a special unit]"),
    Kind.APPEARANCE: ("[a mark]",),
    Kind.MEASURE: ("[a distance]", "[a speed]", "[close]", "[fast]"),
    Kind.EVENT: ("[an event]", "[a known event]"),
    Kind.FACT: ("[a detail]", "[a family matter]", "[something the town is known for]"),
}  # fmt: skip
_HOURS: Final = (
    (5, "[in the early hours]"),
    (12, "[in the morning]"),
    (17, "[in the afternoon]"),
    (21, "[in the evening]"),
    (25, "[late at night]"),
)
_DECADES: Final = ["teens", "twenties", "thirties", "forties", "fifties", "sixties", "seventies", "eighties"]


@dataclass
class _Cast:
    """Who is who in this text: the same name has the same role to its end."""

    roles: dict[str, str] = field(default_factory=dict)
    counts: dict[str, int] = field(default_factory=dict)

    def role(self, called: str, kind: str) -> str:
        """Give the role of a name, by its last word."""
        key = called.casefold()
        if key not in self.roles:
            number = self.counts[kind] = self.counts.get(kind, 0) + 1
            mark = _letters(number) if kind in {"Officer", "Unit"} else str(number)
            self.roles[key] = f"[{kind} {mark}]"
        return self.roles[key]


def with_replacements(text: str, spans: Iterable[Span]) -> list[Span]:
    """Add to each span what would stand in its place, in the order of the text."""
    cast = _Cast()
    return [
        replace(span, replacement=_instead(text[span.start : span.end], span.type, cast)) for span in spans
    ]


def options(span: Span) -> tuple[str, ...]:
    """What else could stand in a span's place, from exact to general."""
    if span.type is Kind.PERSON:
        return ("[an officer]", "[a supervisor]", "[a person]", "[a relative]", "[the driver]")
    if span.type is Kind.TIME:
        return tuple(words for _hour, words in _HOURS)
    if span.type is Kind.AGE:
        return ("[a young person]", "[an adult]", "[an older person]")
    if span.type is Kind.UNIT:
        return ("[a unit]", "[another unit]")
    return _PLAIN[span.type]


def _instead(words: str, kind: Kind, cast: _Cast) -> str:
    partner = _PARTNER.match(words) if kind is Kind.PERSON else None
    if partner is not None:
        return f"[{partner['whose']} partner, {cast.role(_called(words), 'Officer')[1:]}"
    lead = lead_of(words)
    if lead and kind in {Kind.STREET, Kind.ADDRESS, Kind.DATE}:
        where = re.sub(
            r"\b(?:the|a|an|right|just|shortly|about|exactly|roughly|approximately) ", "", lead.lower()
        ).strip()
        whole = _PLAIN[kind][0][1:-1]
        return f"[{where} {whole}]" if where else f"[{whole}]"
    words = words[len(lead) :]
    if kind is Kind.PERSON:
        if _RELATION.search(words):
            return "[a relative]"
        return cast.role(_called(words), "Officer" if _POLICE.match(words) else "Person")
    if kind is Kind.UNIT:
        return cast.role(words, "Unit")
    if kind is Kind.TIME:
        return _part_of_day(words)
    if kind is Kind.AGE:
        return _decade(words)
    return _PLAIN[kind][0]


def _called(words: str) -> str:
    """The last word of a name."""
    return re.split(r"[\s.]+", words.strip(" .\"“”'"))[-1] or words


def _part_of_day(words: str) -> str:
    digits = re.findall(r"\d+", words)
    if not digits:
        return "[at that hour]"
    hour = int(digits[0][:-2]) if len(digits[0]) == 4 else int(digits[0])
    if re.search(r"p\.?m", words, re.IGNORECASE) and hour < 12:
        hour += 12
    if re.search(r"a\.?m", words, re.IGNORECASE) and hour == 12:
        hour = 0
    return next(said for until, said in _HOURS if hour % 24 < until)


def _decade(words: str) -> str:
    digits = re.findall(r"\d+", words)
    if not digits or not 10 <= int(digits[-1]) < 90:
        return "[an adult]"
    return f"[in their {_DECADES[int(digits[-1]) // 10 - 1]}]"


def _letters(number: int) -> str:
    """1 -> A, 26 -> Z, 27 -> AA."""
    spelled = ""
    while number:
        number, place = divmod(number - 1, 26)
        spelled = chr(65 + place) + spelled
    return spelled

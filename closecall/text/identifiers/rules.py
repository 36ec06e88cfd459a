"""The rules voter: what identifies by its shape. The rules are data (`rules.yaml`); this only runs them."""

import re
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from functools import cache
from pathlib import Path
from typing import Any, Final

import yaml

from closecall.text.identifiers import gazetteers
from closecall.text.identifiers.spans import Kind, Span
from closecall.text.identifiers.tokens import Token

SOURCE: Final = "rules"
_FILE: Final = Path(__file__).parent / "rules.yaml"
_LOADER: Final[Any] = getattr(yaml, "CSafeLoader", yaml.SafeLoader)  # C is ten times as fast
FOLDS: Final = re.IGNORECASE
_DIGIT: Final = re.compile(r"\d")
# A capital that begins a sentence, or a generic word before "Police", is no part of a name.
LEADING: Final = re.compile(
    r"(?:(?:The|A|An|Our|My|His|Her|Their|Your|This|That|At|In|On|By|From|To|Near|And|But|Then|When|While|After|Before|As|"
    r"State|County|City|Local|Metro|New|Highway|Tribal|Federal|Military|Campus|Village|Town|Every|Any|Some|No|All|Is|"
    r"Of|For|With|Both|One|Two|Three|Next|Same|Other|Another|So|If|Most|Park|Deputy|Officer|Former|Since|Until|Where|Had|"
    r"Was|Were|I|We|He|She|They|It|University|School|Transit|Sheriff|Chief|Sergeant|Trooper|Off|Behind|Outside|Inside|"
    r"Across|Along|Around|Down|Up|Past|Toward|Towards|Through|Because|Once|Called|Got|Went|Told|Asked) )+"
)
CAPITALIZED: Final = frozenset(
    {
        "agency",
        "school",
        "business",
        "street",
        "county",
        "landmark",
        "named event",
        "neighborhood",
    }
)
_GENERIC: Final = gazetteers.words("generic_words")


@dataclass(frozen=True)
class Rule:
    """One rule, ready to run.

    `needs`: characters of which one must be in the text; "0" means any digit. `hints`: whether the reporter's hint
    runs it too.
    """

    name: str
    type: Kind
    p: float
    pattern: re.Pattern[str]
    group: int
    needs: str
    stays: tuple[re.Pattern[str], ...]
    finds: tuple[str, ...]
    leaves: tuple[str, ...]
    hints: bool = True

    def find(self, text: str) -> Iterator[Span]:
        """Mark what matches, less what stays."""
        for match in self.pattern.finditer(text):
            start, end = match.span(self.group)
            if start < 0:
                start, end = match.span()
            if self.name in CAPITALIZED:
                lead = LEADING.match(text, start, end)
                if lead and not text[start : lead.end()].startswith(("City of", "Town of")):
                    start = lead.end()
            words = text[start:end]
            if any(stay.search(words) for stay in self.stays) or self._is_generic(words):
                continue
            yield Span(start, end, self.type, self.p, (SOURCE,))

    def _is_generic(self, words: str) -> bool:
        if self.name not in CAPITALIZED:
            return False
        names = words.split()
        if len(names) < 2:
            return True
        lists = gazetteers.load()
        # What is left of the head noun must be more than generic words.
        return all(word.lower() in _GENERIC for word in names[:-1]) or (
            self.name in {"business", "school", "named event"}
            and all(lists.ordinary_word(word.lower().removesuffix("'s")) for word in names[:-1])
            and not _every_capital(names)
        )


def _every_capital(names: Sequence[str]) -> bool:
    return all(name[0].isupper() for name in names)


class RulesVoter:
    """Runs every rule over a text."""

    name = SOURCE

    def vote(self, text: str, tokens: Sequence[Token]) -> Iterator[Span]:
        """Propose spans in `text`."""
        has_digit = _DIGIT.search(text) is not None
        for rule in load():
            if "0" in rule.needs and not has_digit:
                continue
            if rule.needs and "0" not in rule.needs and not any(one in text for one in rule.needs):
                continue
            yield from rule.find(text)


@cache
def load() -> tuple[Rule, ...]:
    """Read and compile the rules, once in a process."""
    data = _data()
    return tuple(_rule(row, data["macros"], data["not_in_hint"]) for row in data["rules"])


def macros() -> tuple[str, ...]:
    """The parts that several patterns share, written out."""
    shared: Mapping[str, str] = _data()["macros"]
    return tuple(_expand(part, shared) for part in shared.values())


@cache
def _data() -> Mapping[str, Any]:
    data: Mapping[str, Any] = yaml.load(
        _FILE.read_text("utf-8"),
        Loader=_LOADER,  # noqa: S506 - one of the two safe loaders
    )
    return data


def _rule(row: Mapping[str, Any], macros: Mapping[str, str], left_out: Sequence[str]) -> Rule:
    fold = FOLDS if row.get("fold") else re.NOFLAG
    return Rule(
        name=row["name"],
        type=Kind(row["type"]),
        p=row["p"],
        pattern=re.compile(_expand(row["pattern"], macros), fold),
        group=row.get("group", 0),
        needs=row.get("needs", ""),
        stays=tuple(re.compile(_expand(stay, macros), FOLDS) for stay in row.get("stays", ())),
        finds=tuple(row["finds"]),
        leaves=tuple(row["leaves"]),
        hints=row["name"] not in left_out,
    )


def _expand(pattern: str, macros: Mapping[str, str]) -> str:
    for _depth in range(3):
        for name, meaning in macros.items():
            pattern = pattern.replace("{" + name + "}", meaning)
    return pattern

"""Compiles the rules for the reporter's hint: one data set that Python and JavaScript read alike.

Patterns are rewritten to what both engines agree on. `\\w`, `\\d`, `\\s`, `\\b` and `$` differ between them (Unicode,
a last line end), so each becomes explicit characters; ignoring case differs too, so a folding rule is written
small and runs over the text written small; `(?i:…)` becomes both cases of each letter. Offsets are code points there
(JavaScript's `u` flag) as here. A construct that isn't known here is refused, not guessed.
"""

import json
from collections.abc import Iterator, Sequence
from functools import cache
from pathlib import Path
from typing import Any, Final

from closecall.text.identifiers import gazetteers, rules

# What a found type is called in front of an officer; anything else "could identify somebody".
NAMES: Final = {
    "person": "may be a name",
    "agency": "may be an agency",
    "organization": "may be an agency or a business",
    "place": "may be a place",
    "address": "may be an address",
    "street": "may be a street",
    "landmark": "may be a place",
    "date": "may be a date",
    "time": "may be a time",
    "plate": "may be a plate",
    "unit": "may be a unit number",
    "badge": "may be a badge number",
    "case": "may be a case number",
    "phone": "may be a phone number",
    "email": "may be an address",
    "handle": "may be an account name",
    "url": "may be a web address",
    "age": "may be an age",
    "vehicle": "may be a vehicle",
    "animal": "may be a name",
}
OTHERWISE: Final = "could identify somebody"

# What keeps the hint under 14 KB: its rules are the surer ones, its first names the most common.
LEAST_P: Final = 0.7
NAMES_MOST: Final = 500

_FOLDER: Final = Path(__file__).parent / "data"
LETTER: Final = "A-Za-z0-9À-ÖØ-Þß-öø-ʯ"
_SPACE: Final = " \\t\\n\\r\\f\\v\u00a0\u1680\u2000-\u200a\u2028\u2029\u202f\u205f\u3000"
_INSIDE: Final = {"w": LETTER + "_", "d": "0-9", "s": _SPACE, "n": "\\n", "-": "\\-"}
_BOUND: Final = f"(?:(?<![{LETTER}_])(?=[{LETTER}_])|(?<=[{LETTER}_])(?![{LETTER}_]))"
_SIGNS: Final = "¢£¤¥¦§¨©«¬®°±¶"
_SYNTAX: Final = frozenset("^$\\.*+?()[]{}|")
_GROUPS: Final = ("(?:", "(?=", "(?!", "(?<!", "(?<=")
_EITHER: Final = "(?i:"
_HEADER: Final = (
    "// Compiled from text/identifiers/rules.yaml and its word lists by `make hint`; the suite checks that it is "
    "up to date.\n"
)


class Untranslatable(Exception):
    """A pattern holds something that the two engines may read differently."""


def translated(pattern: str, *, folds: bool) -> str:
    """Rewrite a pattern so that Python and JavaScript agree on it.

    folds: the pattern runs over folded text, so its letters are written small.
    Raises: Untranslatable.

    >>> translated(r"\\d+ (?i:ft)[^\\W_]$", folds=False)
    '[0-9]+ (?:[fF][tT])[A-Za-z0-9À-ÖØ-Þß-öø-ʯ](?![0-9]|[^0-9])'
    """
    pattern = pattern.replace("[^\\W_]", f"[{LETTER}]")
    written: list[str] = []
    either: list[bool] = []
    place = 0
    for piece in _pieces(pattern):
        place += len(piece)
        if piece[0] == "(":
            either.append(piece == _EITHER or bool(either and either[-1]))
            written.append("(?:" if piece == _EITHER else piece)
        elif piece == ")":
            either.pop()
            written.append(piece)
        elif piece[0] == "[" and len(piece) > 1:
            written.append(_class(piece, folds=folds))
        elif piece[0] == "\\":
            written.append(_escape(piece))
        elif piece == "$":
            written.append("(?![0-9]|[^0-9])")
        elif piece == ".":
            written.append("[^\\n]")
        elif folds:
            written.append(_small(piece))
        elif either and either[-1] and piece.isalpha():
            written.append(f"[{piece.lower()}{piece.upper()}]")
        else:
            written.append(piece)
    return "".join(written)


@cache
def data() -> dict[str, Any]:
    """Put together everything that the hint needs, as it is written to the static file.

    Raises: Untranslatable.
    """
    words = gazetteers.words
    rows = [_row(rule) for rule in rules.load() if hinted(rule)]
    short = _shorthand([row["x"] for row in rows])
    never = (
        words("never") | words("after_rank") | words("generic_words") | frozenset(_listed("hint_words.txt"))
    )
    titles = words("ranks") | words("titles")
    return {
        "says": NAMES,
        "otherwise": OTHERWISE,
        "letter": f"[{LETTER}]",
        "word": f"[{LETTER}]+(?:['’-][{LETTER}]+)*",
        "ours": translated(r"\[[^\[\]\n]{1,200}\]", folds=False),
        "leading": translated(rules.LEADING.pattern, folds=False),
        "ends": "".join(sorted(word for word in words("case_ends") if word)) + "\n",
        "titles": " ".join(sorted(titles - {"off"})),
        "never": " ".join(sorted(never - titles)),
        "generic": " ".join(sorted(words("generic_words"))),
        "names": " ".join(sorted(_listed("hint_names.txt")[:NAMES_MOST])),
        "short": short,
        "rules": [{**row, "x": _shortened(row["x"], short)} for row in rows],
    }


def hinted(rule: rules.Rule) -> bool:
    """Whether the hint runs a rule."""
    return rule.hints and rule.p >= LEAST_P


def whole(pattern: str, short: Sequence[Sequence[str]]) -> str:
    """Write a pattern out: each sign of the shorthand stands for a part that several share."""
    for sign, part in short:
        pattern = pattern.replace(sign, part)
    return pattern


def module() -> str:
    """Write the data as a JavaScript module."""
    return f"{_HEADER}export default {json.dumps(data(), ensure_ascii=False, separators=(',', ':'))};\n"


def _listed(name: str) -> list[str]:
    lines = (_FOLDER / name).read_text("utf-8").splitlines()
    return [word for line in lines if not line.startswith("#") for word in line.split()]


def _shorthand(patterns: Sequence[str]) -> list[tuple[str, str]]:
    """One sign for each long part that several patterns share: the file is a tenth smaller."""
    parts = [translated(part, folds=folds) for part in rules.macros() for folds in (False, True)]
    parts += [_BOUND, LETTER]
    shared = [part for part in dict.fromkeys(parts) if sum(part in pattern for pattern in patterns) > 1]
    return list(zip(_SIGNS, sorted(shared, key=len, reverse=True), strict=False))


def _shortened(pattern: str, short: Sequence[tuple[str, str]]) -> str:
    for sign, part in short:
        pattern = pattern.replace(part, sign)
    return pattern


def _row(rule: rules.Rule) -> dict[str, Any]:
    folds = bool(rule.pattern.flags & rules.FOLDS)
    row: dict[str, Any] = {
        "t": str(rule.type),
        "p": rule.p,
        "x": translated(rule.pattern.pattern, folds=folds),
    }
    if folds:
        row["f"] = 1
    if rule.group:
        row["g"] = rule.group
    if rule.needs:
        row["n"] = rule.needs
    if rule.name in rules.CAPITALIZED:
        row["c"] = 1
    if rule.stays:
        row["s"] = [translated(stay.pattern, folds=True) for stay in rule.stays]
    return row


def _pieces(pattern: str) -> Iterator[str]:
    """Split a pattern into group heads, classes, escapes, repetitions and single characters."""
    at = 0
    while at < len(pattern):
        one = pattern[at]
        if one == "\\":
            piece = pattern[at : at + 2]
        elif one == "[":
            end = at + 1
            while pattern[end] != "]":
                end += 2 if pattern[end] == "\\" else 1
            piece = pattern[at : end + 1]
        elif pattern.startswith("(?", at):
            heads = [head for head in (*_GROUPS, _EITHER) if pattern.startswith(head, at)]
            if not heads:
                raise Untranslatable(pattern[at : at + 4])
            piece = heads[0]
        elif one == "{":
            piece = pattern[at : pattern.index("}", at) + 1]
        else:
            piece = one
        yield piece
        at += len(piece)


def _escape(piece: str) -> str:
    letter = piece[1]
    if letter == "b":
        return _BOUND
    if letter == "n":
        return piece
    if letter in _INSIDE and letter != "-":
        return f"[{_INSIDE[letter]}]"
    if letter.isalnum():
        raise Untranslatable(piece)
    return piece if letter in _SYNTAX else letter


def _class(piece: str, *, folds: bool) -> str:
    written = []
    at = 1
    while at < len(piece) - 1:
        one = piece[at]
        if one == "\\":
            letter = piece[at + 1]
            if letter.isalnum() and letter not in _INSIDE:
                raise Untranslatable(piece)
            written.append(_INSIDE.get(letter, f"\\{letter}" if letter in _SYNTAX else letter))
            at += 2
            continue
        plain = one in _SYNTAX and not (one == "^" and at == 1)
        written.append(f"\\{one}" if plain else _small(one) if folds else one)
        at += 1
    return f"[{''.join(written)}]"


def _small(piece: str) -> str:
    return piece.lower() if len(piece) == 1 and "A" <= piece <= "Þ" else piece

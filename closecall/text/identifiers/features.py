"""What the trained voter sees of each word: its shape, its lists, its neighbours, and what rules and lists said of it."""

from collections import Counter
from collections.abc import Iterable, Sequence
from typing import Final

from closecall.text.identifiers import gazetteers
from closecall.text.identifiers.people import RANKS, TITLES
from closecall.text.identifiers.spans import TIER_1_P, Span
from closecall.text.identifiers.tokens import Token

_RELATIONS: Final = gazetteers.words("relations")
_OWNERS: Final = gazetteers.words("owners")
_LEADS: Final = gazetteers.words("leads")
_HEADS: Final = gazetteers.words("case_heads")
_SHORT: Final = 3
_GAP: Final = 4


def rows(text: str, tokens: Sequence[Token], found: Iterable[Span], *, mended: bool) -> list[list[str]]:
    """Describe every word.

    Shape:  one list of features a token. `found`: what rules and gazetteers propose in this text; `mended`: the letter
            case was guessed (`tokens.truecased`), so capitals weigh less.
    """
    said = said_of(tokens, found)
    listed = {low: lists_of(low) for low in {token.low for token in tokens}}
    kinds = [listed[token.low] for token in tokens]
    shapes = [_shape(token.text) for token in tokens]
    often = Counter(token.low for token in tokens if token.capital and not token.opens)
    mode = "M" if mended else "C"
    runs = _runs(text, tokens)
    described: list[list[str]] = []
    last = len(tokens) - 1
    for at, token in enumerate(tokens):
        low = token.low
        before = text[tokens[at - 1].end : token.start][-_GAP:] if at else "^"
        after = text[token.end : tokens[at + 1].start][:_GAP] if at < last else "$"
        kind, shape = kinds[at], shapes[at]
        row = [
            mode,
            "w=" + low,
            "s=" + shape,
            "ms=" + mode + shape + ("o" if token.opens else ""),
            "k=" + kind,
            "ks=" + kind + shape,
            "r=" + said[at],
            "rk=" + said[at] + kind,
            "p3=" + low[:3],
            "e3=" + low[-3:],
            "e2=" + low[-2:],
            "g=" + before,
            "h=" + after,
            "c=" + runs[at],
            "ck=" + runs[at] + kind,
        ]
        if often[low] > 1:
            row.append("often")
        if at:
            one = tokens[at - 1].low
            row += [
                "-w=" + one,
                "-k=" + kinds[at - 1],
                "-s=" + shapes[at - 1],
                "-r=" + said[at - 1],
                "-wk=" + one + "|" + kind,
                "-ks=" + kinds[at - 1] + "|" + kind + shape,
                "-ww=" + one + "|" + low,
            ]
            if at > 1:
                two = tokens[at - 2].low
                row += [
                    "--w=" + two,
                    "--k=" + kinds[at - 2],
                    "--ww=" + two + "|" + one,
                    "--r=" + said[at - 2],
                ]
                if at > 2:
                    row.append("---w=" + tokens[at - 3].low)
        else:
            row.append("first")
        if at < last:
            one = tokens[at + 1].low
            row += [
                "+w=" + one,
                "+k=" + kinds[at + 1],
                "+s=" + shapes[at + 1],
                "+r=" + said[at + 1],
                "+wk=" + one + "|" + kind,
                "+ks=" + kinds[at + 1] + "|" + kind + shape,
            ]
            if at + 1 < last:
                two = tokens[at + 2].low
                row += [
                    "++w=" + two,
                    "++k=" + kinds[at + 2],
                    "++ww=" + one + "|" + two,
                    "++r=" + said[at + 2],
                ]
        described.append(row)
    return described


def lists_of(low: str) -> str:
    """Name the lists that a lower-case word stands in, a letter each; "-" for none."""
    lists = gazetteers.load()
    bare = low.removesuffix("'s")
    marks = ""
    if bare in lists.first_names:
        marks += "f"
    elif bare in lists.rare_first_names:
        marks += "g"
    if bare in lists.surnames:
        marks += "n"
    elif bare in lists.rare_surnames:
        marks += "m"
    if lists.is_place(bare):
        marks += "p"
    if bare in lists.ordinary:
        marks += "w"
    elif lists.ordinary_word(bare):
        marks += "v"
    if bare in RANKS:
        marks += "R"
    elif bare in TITLES:
        marks += "T"
    if bare in _RELATIONS:
        marks += "L"
    elif bare in _OWNERS:
        marks += "O"
    if not marks and len(bare) > 4 and _misspelt(bare):
        marks += "z"
    if bare in _LEADS:
        marks += "I"
    if bare in _HEADS:
        marks += "H"
    return marks or "-"


def _misspelt(low: str) -> bool:
    """Whether one letter doubled, dropped or exchanged with its neighbour makes it a common surname."""
    surnames = gazetteers.load().surnames
    for at in range(1, len(low)):
        if low[:at] + low[at + 1 :] in surnames:
            return True
        if low[:at] + low[at - 1] + low[at:] in surnames:
            return True
        if at + 1 < len(low) and low[:at] + low[at + 1] + low[at] + low[at + 2 :] in surnames:
            return True
    return any(
        low[:at] + vowel + low[at + 1 :] in surnames for at in range(1, len(low)) for vowel in "aeiouy"
    )


def _runs(text: str, tokens: Sequence[Token]) -> list[str]:
    """Tell of each word how many capitals stand in its row, where in the row it is, and whether a sentence begins there."""
    told = ["-"] * len(tokens)
    at = 0
    while at < len(tokens):
        end = at
        while (
            end < len(tokens)
            and (tokens[end].capital or (end > at and tokens[end].text[0].isdigit()))
            and (
                end == at
                or text[tokens[end - 1].end : tokens[end].start] in {" ", "-", "/", "’s ", "'s ", " & "}
            )
        ):
            end += 1
        many = min(end - at, 4)
        for place in range(at, end):
            opens = "o" if tokens[at].opens else "m"
            told[place] = f"{many}{opens}{min(place - at, 2)}"
        at = max(end, at + 1)
    return told


def _shape(word: str) -> str:
    """`K9-4` -> Xd-d, `McCall` -> XxXx, `0214` -> dddd, `Tuttle` -> Xx."""
    shape = ""
    run = 0
    for letter in word:
        sort = "d" if letter.isdigit() else "X" if letter.isupper() else "x" if letter.isalpha() else letter
        run = run + 1 if shape.endswith(sort) else 1
        if run == 1 or (sort == "d" and run <= 6) or (sort == "X" and run <= _SHORT):
            shape += sort
    return shape


def said_of(tokens: Sequence[Token], found: Iterable[Span]) -> list[str]:
    """Write beside each word what the first voters said of it: kind, whether it begins, and how sure they were."""
    said = ["-"] * len(tokens)
    strength = [0.0] * len(tokens)
    starts = {token.start: at for at, token in enumerate(tokens)}
    ordered = [token.start for token in tokens]
    for span in found:
        at = starts.get(span.start)
        if at is None:
            at = _first_from(ordered, span.start)
        first = at
        while at < len(tokens) and tokens[at].start < span.end:
            if span.p > strength[at]:
                strength[at] = span.p
                sure = "1" if span.p >= 0.8 else "2" if span.p >= TIER_1_P else "3"
                said[at] = ("B" if at == first else "I") + sure + span.type.value
            at += 1
    return said


def _first_from(starts: Sequence[int], place: int) -> int:
    low, high = 0, len(starts)
    while low < high:
        middle = (low + high) // 2
        if starts[middle] < place:
            low = middle + 1
        else:
            high = middle
    return low

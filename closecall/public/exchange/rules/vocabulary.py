"""A facet's spellings, and how a cell of an export is taken apart with them.

ASRS's exports join values with "; " and turn every comma into a semicolon, so that "Ground Conflict,
Critical" looks like two values. What the pack knows with its comma is put together again; what the pack
doesn't know and follows an open value ("Other ...") was the rest of that value's own words.
"""

from collections.abc import Iterable, Iterator
from dataclasses import dataclass, field

from closecall.public.taxonomy.rules.pack import Code, Facet

_REMEMBERED_FORMS = 20_000  # values repeat; whoever fills a file with others fills no memory


@dataclass(frozen=True)
class Value:
    """One value of a cell: its text with its commas back, and the code that it stands for, or ""."""

    text: str
    code: str


@dataclass(frozen=True)
class Vocabulary:
    """A facet's spellings, ready to look up.

    `exact`: normal form of a whole value -> code. `beginnings`: normal form of an open value's first words.
    `longest`: into how many pieces the comma-richest value falls that begins so, up to its first comma; what isn't
    among them is one piece. `forms` remembers normal forms, `alone` the values that one piece is whatever follows it.
    """

    exact: dict[str, str]
    beginnings: tuple[tuple[str, str], ...]
    longest: dict[str, int]
    forms: dict[str, str] = field(default_factory=dict, compare=False, repr=False)
    alone: dict[str, Value] = field(default_factory=dict, compare=False, repr=False)

    @classmethod
    def of(cls, facet: Facet) -> "Vocabulary":
        """Gather the spellings of one facet."""
        exact: dict[str, str] = {}
        beginnings: list[tuple[str, str]] = []
        longest: dict[str, int] = {}
        for code, alias in _spellings(facet.codes):
            exact[_normal(alias)] = code.key
            if "," in alias:
                first = _upto_comma(_normal(alias))
                longest[first] = max(longest.get(first, 1), alias.count(",") + 1)
            if code.open:
                beginnings.append((_normal(alias) + " ", code.key))
        beginnings.sort(key=lambda pair: -len(pair[0]))
        return cls(exact=exact, beginnings=tuple(beginnings), longest=longest)

    def code(self, value: str) -> str:
        """The code that a value stands for, "" when the pack has none."""
        normal = self._form(value)
        known = self.exact.get(normal)
        if known is not None:
            return known
        return next((code for first, code in self.beginnings if normal.startswith(first)), "")

    def is_open(self, value: str) -> bool:
        """Tell whether a value ends in words of the coder's own, which may have held commas."""
        normal = self._form(value)
        return normal not in self.exact and any(normal.startswith(first) for first, _ in self.beginnings)

    def beginning(self, piece: str) -> str:
        """What `longest` knows a piece by."""
        return _upto_comma(self._form(piece))

    def split(self, cell: str) -> tuple[Value, ...]:
        """Take a cell apart, mending the commas.

        >>> from closecall.public.taxonomy.rules.pack import Code, Facet
        >>> words = ("Conflict Ground Conflict, Critical", "Conflict NMAC")
        >>> facet = Facet(key="f", label="F", codes=tuple(
        ...     Code(key=f"c{n}", label="C", aliases=(word,)) for n, word in enumerate(words)))
        >>> cell = "Conflict Ground Conflict; Critical; Conflict NMAC"
        >>> [value.text for value in Vocabulary.of(facet).split(cell)]
        ['Conflict Ground Conflict, Critical', 'Conflict NMAC']
        """
        pieces = [piece.strip() for piece in cell.split(";")]
        pieces = [piece for piece in pieces if piece]
        values: list[Value] = []
        at = 0
        while at < len(pieces):
            alone = self.alone.get(pieces[at]) or self._alone(pieces[at])
            if alone is not None:
                values.append(alone)
                at += 1
                continue
            longest = self.longest.get(self.beginning(pieces[at]), 1)
            taken = next(
                (size for size in range(longest, 0, -1) if self._known(pieces[at : at + size], size)), 0
            )
            if taken == 0 and values and self.is_open(values[-1].text):
                values[-1] = Value(f"{values[-1].text}, {pieces[at]}", values[-1].code)
                at += 1
                continue
            text = ", ".join(pieces[at : at + max(taken, 1)])
            values.append(Value(text, self.code(text)))
            at += max(taken, 1)
        return tuple(values)

    def _alone(self, piece: str) -> Value | None:
        """The value that a piece is by itself; None when it has no code, or may begin a longer one."""
        if self.longest.get(self.beginning(piece), 1) > 1 or not (code := self.code(piece)):
            return None
        value = Value(piece, code)
        if len(self.alone) < _REMEMBERED_FORMS:
            self.alone[piece] = value
        return value

    def _known(self, pieces: list[str], size: int) -> bool:
        if len(pieces) < size:
            return False
        text = ", ".join(pieces)
        return self._form(text) in self.exact if size > 1 else bool(self.code(text))

    def _form(self, value: str) -> str:
        form = self.forms.get(value)
        if form is None:
            form = _normal(value)
            if len(self.forms) < _REMEMBERED_FORMS:
                self.forms[value] = form
        return form


def _upto_comma(normal: str) -> str:
    return normal.partition(",")[0].rstrip()


def _spellings(codes: Iterable[Code]) -> Iterator[tuple[Code, str]]:
    for code in codes:
        for alias in code.aliases or (code.label,):
            yield code, alias


def _normal(value: str) -> str:
    """One form for the spellings that differ only in case, or in the space around a slash."""
    return " ".join(value.replace("/", " / ").split()).casefold()

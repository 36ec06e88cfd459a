"""The board as a page shows it: columns of themes with support and quotes, what is unsorted, what was decided."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import date
from functools import cached_property

from closecall.public.studies.actions import parents_of
from closecall.public.studies.render import share_words
from closecall.public.studies.render.study import Curve, curve, curve_rows
from closecall.public.studies.rules import proposing, results
from closecall.public.studies.rules.board import UNSORTED, Decision
from closecall.public.studies.rules.intervals import Interval, share
from closecall.sealed.research.queries.state import State
from closecall.sealed.research.queries.words import words_of

ASIDE = "-"
"""How an address spells the lessons that stand in no theme."""
PAGE_CARDS = 40


@dataclass(frozen=True)
class Card:
    """A lesson to move. `next`: the machine's themes for it with their shares in per cent, best first."""

    lesson: str
    public_id: str
    words: str
    next: tuple[tuple[str, str, int], ...]


@dataclass(frozen=True)
class Column:
    """A theme with its support: distinct events, and their share of the cohort's. `cards`: whom to quote."""

    key: str
    label: str
    family: str
    reports: int
    lessons: int
    share: Interval
    cards: tuple[Card, ...]

    @property
    def share_words(self) -> str:
        """The share with its interval."""
        return share_words(self.share)

    @property
    def width(self) -> str:
        """The bar's width in per cent."""
        return f"{self.share.value * 100:.1f}"


@dataclass(frozen=True)
class Group:
    """Some lessons of one theme, or of what fits none, that read alike."""

    label: str
    cards: tuple[Card, ...]


@dataclass(frozen=True)
class Step:
    """A decision in words, by whom, when."""

    by: str
    on: date
    words: str


class Pages:
    """What the pages of one study's board are drawn from. `names`: people's names by pseudonym."""

    def __init__(self, state: State, names: Mapping[str, str]) -> None:
        self.state = state
        self._names = names
        self._parents = parents_of(state.book, state.decisions)
        self._families = {one.key: one.label for one in state.book.parents}

    @cached_property
    def columns(self) -> tuple[Column, ...]:
        """Themes that hold a lesson, most reports first."""
        board, vectors = self.state.board, self.state.grouped.vectors
        quoted = {
            key: proposing.quotes([one for one in board.members(key) if one in vectors], vectors)
            for key in board.labels
        }
        cards = self._cards([lesson for lessons in quoted.values() for lesson in lessons])
        found = [
            self._column(key, [cards[one] for one in quoted[key] if one in cards]) for key in board.labels
        ]
        return tuple(
            sorted(
                (one for one in found if one.lessons), key=lambda one: (-one.reports, -one.lessons, one.label)
            )
        )

    @property
    def empty(self) -> tuple[tuple[str, str], ...]:
        """Themes without a lesson."""
        held = set(self.state.board.placed.values())
        return tuple((key, label) for key, label in self.state.board.labels.items() if key not in held)

    @property
    def unsorted(self) -> int:
        """Lessons in no theme."""
        return len(self.state.board.members(UNSORTED))

    @property
    def groups_left(self) -> int:
        """Groups of what the machine left unsorted that still hold such a lesson."""
        return len(self._left())

    @property
    def options(self) -> tuple[tuple[str, tuple[tuple[str, str], ...]], ...]:
        """Themes to move to, by family; those without one last."""
        rows: dict[str, list[tuple[str, str]]] = {label: [] for label in self._families.values()}
        for key, label in self.state.board.labels.items():
            rows.setdefault(self._family(key) or "Other themes", []).append((key, label))
        return tuple((name, tuple(members)) for name, members in rows.items() if members)

    @property
    def steps(self) -> tuple[Step, ...]:
        """Every decision, the newest first."""
        labels = dict(self.state.grouped.first.labels)
        found = []
        for one in self.state.taken:
            if one.decision.verb == "split":
                labels[one.decision.into] = one.decision.label
            by = self._names.get(one.decision.by, one.decision.by)
            found.append(Step(by, one.on, _told(one.decision, labels)))
            if one.decision.verb == "name":
                labels[one.decision.theme] = one.decision.label
        return tuple(reversed(found))

    @property
    def saturation(self) -> tuple[Curve | None, list[tuple[int, str]]]:
        """The curve of themes met by reports read, and its table."""
        frozen = self.state.cohort.frozen
        seen: dict[str, set[str]] = {frozen.event(one): set() for one in frozen.ids}
        for lesson, theme in self.state.board.placed.items():
            if theme != UNSORTED:
                seen[self.state.where[lesson]].add(theme)
        values = results.saturation({key: frozenset(themes) for key, themes in seen.items()})
        return curve(values), curve_rows(values)

    def column(self, key: str) -> Column:
        """One theme with its support and no card."""
        return self._column(key, [])

    def page(self, key: str, number: int) -> tuple[tuple[Group, ...], int, int]:
        """One theme's lessons, or those in no theme in their groups for reading; with page number and count."""
        groups = self._left() if key == UNSORTED else [("", self.state.board.members(key))]
        flat = [(name, one) for name, members in groups for one in members]
        count = max(1, -(-len(flat) // PAGE_CARDS))
        number = min(max(1, number), count)
        here = flat[(number - 1) * PAGE_CARDS : number * PAGE_CARDS]
        cards = self._cards([one for _, one in here])
        rows: dict[str, list[Card]] = {}
        for name, one in here:
            if one in cards:
                rows.setdefault(name, []).append(cards[one])
        return tuple(Group(name, tuple(found)) for name, found in rows.items()), number, count

    def apart(self) -> tuple[tuple[Card, str, str], ...]:
        """Lessons on which the board and the second coder differ: the card, the board's theme, the other's."""
        board, second = self.state.board, self.state.second
        same = results.same_themes(self.state.decisions)
        root = results.root_of
        differ = [
            one for one, theme in board.placed.items()
            if one in second and root(same, theme) != root(same, second[one])
        ]  # fmt: skip
        cards = self._cards(differ)
        labels = {**{theme.key: theme.label for theme in self.state.book.themes}, **board.labels}
        return tuple(
            (cards[one], labels.get(board.placed[one], ""), labels.get(second[one], ""))
            for one in differ
            if one in cards
        )

    def agreement(self) -> dict[str, object]:
        """Agreement with the second coder, as it would be published; empty when it can't be said."""
        return results.agreement(
            self.state.board, self.state.second, self.state.where,
            decisions=self.state.decisions, parents=self._parents,
        )  # fmt: skip

    def _left(self) -> list[tuple[str, tuple[str, ...]]]:
        board = self.state.board
        groups = [
            tuple(one for one in group if board.placed[one] == UNSORTED)
            for group in self.state.grouped.residue
        ]
        grouped = {one for group in groups for one in group}
        moved = tuple(one for one in board.members(UNSORTED) if one not in grouped)
        rows = [(f"Group {number}", group) for number, group in enumerate(groups, start=1) if group]
        return [*rows, ("Put aside by people", moved)] if moved else rows

    def _column(self, key: str, cards: Sequence[Card]) -> Column:
        members = self.state.board.members(key)
        reports = len({self.state.where[one] for one in members})
        return Column(
            key=key,
            label=self.state.board.labels[key],
            family=self._family(key),
            reports=reports,
            lessons=len(members),
            share=share(reports, self.state.cohort.frozen.size),
            cards=tuple(cards),
        )

    def _family(self, key: str) -> str:
        return self._families.get(self._parents.get(key, ""), "")

    def _cards(self, lessons: Sequence[str]) -> dict[str, Card]:
        words = words_of(lessons, self.state.digests)
        labels = self.state.board.labels
        return {
            one: Card(
                one,
                one.partition("/")[0],
                told,
                tuple(
                    (key, labels[key], round(100 * p))
                    for key, p in self.state.grouped.ranked[one]
                    if key in labels and key != self.state.board.placed[one]
                ),
            )
            for one, told in words.items()
        }


def _told(decision: Decision, labels: Mapping[str, str]) -> str:
    n = len(decision.lessons)
    lessons = f"{n} lesson{'s' if n != 1 else ''}"
    theme, into = (f"“{labels.get(key, key)}”" for key in (decision.theme, decision.into))
    if decision.verb == "name":
        return f"named {theme} “{decision.label}”"
    if decision.verb == "merge":
        return f"merged {theme} into {into}"
    if decision.verb == "split":
        return f"split {lessons} off {theme} as “{decision.label}”"
    return f"moved {lessons} to {into}" if decision.into else f"put {lessons} aside"

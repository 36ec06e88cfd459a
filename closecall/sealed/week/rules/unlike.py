"""Lessons that fit no theme of the codebook, in groups for reading."""

import hashlib
from collections.abc import Iterable, Sequence
from dataclasses import dataclass, field

from closecall.public.taxonomy.rules.codebook import Codebook
from closecall.text.meaning import turning


@dataclass(frozen=True)
class Unlike:
    """One lesson that fits none. `coded_as`: the theme an analyst gave it, in words; `nearest`: the machine's."""

    public_id: str
    text: str = field(repr=False)
    coded_as: str
    nearest: str
    nearness: float
    group: int


@dataclass(frozen=True)
class Group:
    """Lessons that a machine puts beside each other. Never a theme by itself: people name those."""

    lessons: tuple[Unlike, ...] = field(repr=False)


def in_groups(lessons: Iterable[Unlike]) -> tuple[Group, ...]:
    """Put lessons in their groups, the largest first, in each the farthest from every theme first."""
    by_group: dict[int, list[Unlike]] = {}
    for lesson in lessons:
        by_group.setdefault(lesson.group, []).append(lesson)
    groups = [
        Group(tuple(sorted(members, key=lambda one: (one.nearness, one.public_id))))
        for members in by_group.values()
    ]
    return tuple(sorted(groups, key=lambda one: (-len(one.lessons), one.lessons[0].nearness)))


def print_of(text: str, codebook: Codebook) -> str:
    """What changes when a lesson's words, the codebook or the machine that ranks do."""
    told = f"{turning.ENGINE}/{codebook.key}/{codebook.version}/{len(codebook.themes)}/{text}"
    return hashlib.blake2b(told.encode(), digest_size=16).hexdigest()


def stale(
    there: Sequence[tuple[str, int, str]], wanted: Sequence[tuple[str, int, str]]
) -> frozenset[tuple[str, int]]:
    """Which rows have to go: their report or their words are no more.

    Shape: rows are (public_id, place, print).
    """
    standing = set(wanted)
    return frozenset(
        (public_id, place) for public_id, place, mark in there if (public_id, place, mark) not in standing
    )

"""A study's results: support by distinct reports, saturation, agreement, one content, one hash, and the comparison."""

import hashlib
import json
import math
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from typing import Final, TypedDict

from closecall.errors import BadInput
from closecall.public.studies.rules.agreement import Agreement, alpha, kappa
from closecall.public.studies.rules.board import UNSORTED, Board, Decision, StudyLesson
from closecall.public.studies.rules.intervals import CannotSay, share

FORMAT: Final = "closecall/study/v1"
SEED: Final = 93


@dataclass(frozen=True)
class Frozen:
    """A cohort as it stood: the search, the ids it found, the log's number, and a fingerprint of every text.

    Shape: `events` maps a report to its event where another of the cohort tells of the same one; support counts
           events, so that many accounts of one don't make it common.
    """

    query: str
    ids: tuple[str, ...]
    seq: int
    fingerprint: str
    events: Mapping[str, str] = field(default_factory=dict)

    def event(self, public_id: str) -> str:
        """What stands for a report's event: its own id when it alone tells of it."""
        return self.events.get(public_id, public_id)

    @property
    def size(self) -> int:
        """How many distinct events it holds."""
        return len({self.event(one) for one in self.ids})


def fingerprint(texts: Sequence[tuple[str, str]]) -> str:
    """SHA-256 over (id, spelled text) of each report, ordered by id: any changed letter changes it."""
    lines = [f"{one}\x00{hashlib.sha256(text.encode()).hexdigest()}" for one, text in sorted(texts)]
    return hashlib.sha256("\n".join(lines).encode()).hexdigest()


def digest(text: str) -> str:
    """What stands for a lesson's words in a published study: the words stay with their report, and go with it."""
    return hashlib.sha256(text.encode()).hexdigest()[:16]


def saturation(themes_by_report: Mapping[str, frozenset[str]]) -> list[float]:
    """How many themes are met on average after 1, 2, … reports, over every order of reading them.

    Source: exact (hypergeometric), as in rarefaction of species.

    >>> [round(one, 2) for one in saturation({"a": frozenset("xy"), "b": frozenset("x")})]
    [1.5, 2.0]
    """
    n = len(themes_by_report)
    support: dict[str, int] = {}
    for themes in themes_by_report.values():
        for theme in themes:
            support[theme] = support.get(theme, 0) + 1
    return [
        sum(1 - math.comb(n - held, k) / math.comb(n, k) for held in support.values())
        for k in range(1, n + 1)
    ]


def content(
    *,
    title: str,
    question: str,
    cohort: Frozen,
    codebook: tuple[str, int, str],
    model: str,
    lessons: Sequence[StudyLesson],
    ranked: Mapping[str, Sequence[tuple[str, float]]],
    first: Board,
    board: Board,
    decisions: Sequence[Decision],
    parents: Mapping[str, str],
    parent_labels: Mapping[str, str],
    quoted: Mapping[str, Sequence[str]],
    second: Mapping[str, str],
    residue: Sequence[Sequence[str]] = (),
    notes: Sequence[str] = (),
) -> dict[str, object]:
    """Everything that a published study says, as plain data without anybody's words.

    Shape: `codebook` is (key, version, SHA-256 of the file); `parents` maps a theme to its family ("" none);
           `second` maps lessons to a second coder's themes, empty when nobody was asked; `residue` groups what
           the machine left unsorted; `notes` are sentences for the methods.
    """
    where = {one.id: cohort.event(one.public_id) for one in lessons}
    by_theme = {key: _support(board.members(key), where, cohort.size) for key in board.labels}
    families = {
        key: _support(
            [one for one, theme in board.placed.items() if parents.get(theme) == key],
            where,
            cohort.size,
        )
        for key in parent_labels
    }
    proposal = _proposal(first, board, same_themes(decisions), parents, where)
    seen: dict[str, set[str]] = {cohort.event(one): set() for one in cohort.ids}
    for lesson, theme in board.placed.items():
        if theme != UNSORTED:
            seen[where[lesson]].add(theme)
    return {
        "format": FORMAT,
        "title": title,
        "question": question,
        "cohort": {
            "query": cohort.query, "ids": list(cohort.ids), "seq": cohort.seq, "fingerprint": cohort.fingerprint,
            **({"events": dict(sorted(cohort.events.items()))} if cohort.events else {}),
        },
        "codebook": {"key": codebook[0], "version": codebook[1], "sha256": codebook[2]},
        "model": model,
        "lessons": [
            {
                "id": one.id,
                "digest": one.digest,
                "proposed": [[key, score] for key, score in ranked[one.id]],
                "theme": board.placed[one.id],
            }
            for one in lessons
        ],
        "families": [{"key": key, "label": parent_labels[key], **families[key]} for key in parent_labels],
        "themes": [
            {"key": key, "label": label, "family": parents.get(key, ""), **by_theme[key],
             "quotes": list(quoted.get(key, ()))}
            for key, label in board.labels.items()
            if by_theme[key]["lessons"]
        ],
        "unsorted": len(board.members(UNSORTED)),
        "moved": len(lessons) - proposal["unmoved"],
        "decisions": [
            {"verb": d.verb, "by": d.by, "theme": d.theme, "into": d.into, "label": d.label, "lessons": list(d.lessons)}
            for d in decisions
        ],
        "saturation": [round(one, 4) for one in saturation({k: frozenset(v) for k, v in seen.items()})],
        "proposal": proposal,
        "residue": [list(one) for one in residue],
        "agreement": agreement(board, second, where, decisions=decisions, parents=parents),
        "second": dict(sorted(second.items())),
        "notes": list(notes),
    }  # fmt: skip


def _support(members: Sequence[str], where: Mapping[str, str], whole: int) -> dict[str, object]:
    """Support of a theme. "reports" are distinct events: `where` says which event each lesson is of."""
    reports = len({where[one] for one in members})
    seen = share(reports, whole) if whole else None
    return {
        "lessons": len(members),
        "reports": reports,
        "share": [round(part, 4) for part in (seen.value, seen.low, seen.high)] if seen else [],
    }


class _Proposed(TypedDict):
    unmoved: int
    five_held: dict[str, list[int]]


def _proposal(
    first: Board,
    board: Board,
    same: Mapping[str, str],
    parents: Mapping[str, str],
    where: Mapping[str, str],
) -> _Proposed:
    """How much of the result the machine's first proposal held; what was merged or split counts as one theme.

    Shape: `unmoved` lessons; `five_held`: of the five themes (and families) with most reports, how many are among
           the proposal's five, and out of how many. A theme without a family is its own.
    """
    result, proposed = (
        {one: root_of(same, key) for one, key in each.placed.items()} for each in (board, first)
    )
    held = {}
    for name, of in (("themes", {}), ("families", parents)):
        five = _five(result, of, where)
        held[name] = [len(five & _five(proposed, of, where)), len(five)]
    return {"unmoved": sum(proposed[one] == key for one, key in result.items()), "five_held": held}


def _five(placed: Mapping[str, str], of: Mapping[str, str], where: Mapping[str, str]) -> set[str]:
    seen: dict[str, set[str]] = {}
    for lesson, theme in placed.items():
        if theme != UNSORTED:
            seen.setdefault(of.get(theme) or theme, set()).add(where[lesson])
    return set(sorted(seen, key=lambda key: (-len(seen[key]), key))[:5])


def agreement(
    board: Board,
    second: Mapping[str, str],
    where: Mapping[str, str],
    *,
    decisions: Sequence[Decision] = (),
    parents: Mapping[str, str] | None = None,
) -> dict[str, object]:
    """Agreement of the board with a second coder, resampled by report; empty when it can't be said.

    The second coder knows the codebook only. So what was merged counts as one theme for both, and what was split off
    as the theme that it came from.

    Shape: kappa and alpha with their intervals; `families`: the same where themes of one family count as one.
    """
    both = [one for one in board.placed if one in second]
    same = same_themes(decisions)
    pairs = [(root_of(same, board.placed[one]), root_of(same, second[one])) for one in both]
    found = _agreed(pairs, [where[one] for one in both])
    if found and parents:
        family = [(parents.get(one) or one, parents.get(other) or other) for one, other in pairs]
        found["families"] = _agreed(family, [where[one] for one in both])
    return found


def _agreed(pairs: Sequence[tuple[str, str]], groups: Sequence[str]) -> dict[str, object]:
    try:
        first: Agreement = kappa(
            [one for one, _ in pairs], [other for _, other in pairs], seed=SEED, groups=groups
        )
        whole = alpha(pairs, seed=SEED, groups=groups)
    except CannotSay:
        return {}
    return {
        "kappa": [round(part, 4) for part in _parts(first)],
        "alpha": [round(part, 4) for part in _parts(whole)],
        "judged": first.judged,
        "verdict": first.verdict,
    }


def _parts(found: Agreement) -> tuple[float, float, float]:
    return found.interval.value, found.interval.low, found.interval.high


def same_themes(decisions: Sequence[Decision]) -> dict[str, str]:
    """Which themes people made one, or one of: each points to another, the last of them to itself."""
    same: dict[str, str] = {}
    for one in decisions:
        if one.verb in ("merge", "split"):
            left, right = (one.theme, one.into) if one.verb == "merge" else (one.into, one.theme)
            same[root_of(same, left)] = root_of(same, right)
    return same


def root_of(same: Mapping[str, str], key: str) -> str:
    """The one theme that stands for all that people made one with `key`."""
    while same.get(key, key) != key:
        key = same[key]
    return key


def spell(data: Mapping[str, object]) -> str:
    """One spelling of a content, for its hash and for storage."""
    return json.dumps(data, sort_keys=True, separators=(",", ":"), ensure_ascii=False)


def content_hash(data: Mapping[str, object]) -> str:
    """SHA-256 of the spelling."""
    return hashlib.sha256(spell(data).encode()).hexdigest()


def differences(published: object, repeated: object, path: str = "") -> list[str]:
    """The places where two contents differ, as paths; empty when every number is the same.

    >>> differences({"a": [1, 2], "b": 3}, {"a": [1, 5], "b": 3})
    ['a/1']
    """
    if isinstance(published, dict) and isinstance(repeated, dict):
        found = []
        for key in sorted(published.keys() | repeated.keys()):
            found += differences(published.get(key), repeated.get(key), f"{path}/{key}" if path else str(key))
        return found
    if isinstance(published, list) and isinstance(repeated, list) and len(published) == len(repeated):
        return [
            one
            for at, (old, new) in enumerate(zip(published, repeated, strict=True))
            for one in differences(old, new, f"{path}/{at}")
        ]
    return [] if published == repeated else [path]


def read_decisions(rows: object) -> tuple[Decision, ...]:
    """Decisions from plain data, as a file or a published content holds them. Raises: BadInput."""
    try:
        if not isinstance(rows, list):
            raise TypeError
        return tuple(Decision(**{**row, "lessons": tuple(row.get("lessons", ()))}) for row in rows)
    except (TypeError, AttributeError):
        raise BadInput("Decisions are a list of: verb, by, theme, into, label, lessons.") from None

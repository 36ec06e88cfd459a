"""Suggested codes for a text on the desk, and how good they have been."""

import json
from dataclasses import dataclass
from pathlib import Path
from typing import Any, Final

import numpy as np
from django.conf import settings

from closecall.public.taxonomy import queries as taxonomy
from closecall.public.taxonomy.rules.pack import Facet, Pack
from closecall.sealed.workbench.models import SuggestionCount, SuggestionTenth
from closecall.sealed.workbench.queries.work import CodingState
from closecall.sealed.workbench.rules import suggesting as rules
from closecall.sealed.workbench.rules.suggesting import Judged, SuggestedCode, Suggestions, key_of, parted
from closecall.text.meaning import MODEL, NAME, NoModel
from closecall.text.suggesting import Suggested, Suggester
from closecall.text.suggesting.cold import Described, near
from closecall.text.suggesting.keeping import MOST_CHUNKS
from closecall.text.suggesting.measuring import Bin

QUALITY: Final = "quality.json"
DESCRIBED: Final = "described.npz"
_SUREST: Final = 0.99

_held: dict[Path, tuple[int, Suggester]] = {}


@dataclass(frozen=True)
class CodeRow:
    """One code on the page about suggestions. `f1` None: it has no model. Counts are of first proposals."""

    key: str
    facet: str
    label: str
    taught: int
    f1: float | None
    accepted: int
    refused: int
    missed: int
    alone_found: int
    alone_missed: int

    @property
    def used(self) -> int:
        """How often it was suggested at the desk."""
        return self.accepted + self.refused


@dataclass(frozen=True)
class HowGood:
    """Everything that is known of the suggestions now.

    Shape: `reports` published reports taught the models, 0 while descriptions suggest; `figures` were measured on
           reports set aside; `promised` tenths of p there; `desk` the same from cases that saw suggestions, `alone`
           from those that didn't.
    """

    reports: int
    figures: dict[str, float]
    rows: tuple[CodeRow, ...]
    promised: tuple[Bin, ...]
    desk: tuple[Bin, ...]
    alone: tuple[Bin, ...]

    @property
    def suggested(self) -> int:
        """How many suggestions the desk has judged."""
        return sum(row.used for row in self.rows)

    @property
    def accepted(self) -> int:
        """How many of them were applied."""
        return sum(row.accepted for row in self.rows)


def suggestions_path() -> Path:
    """Where what was learned lies, beside the index."""
    index = Path(settings.INDEX_PATH)
    return index.with_name(f"{index.name}-suggestions")


def suggestions_of(public_id: str, state: CodingState, facet: Facet) -> Suggestions:
    """What the machine suggests for one facet of a case; nothing for the unaided tenth or before training."""
    if facet.key not in {one.key for one in rules.suggestible(state.pack)} or not state.sentences:
        return Suggestions()
    if rules.is_unaided(public_id, settings.SECRET_KEY):
        return Suggestions(unaided=True)
    keys = [key_of(facet.key, code.key) for code in facet.codes]
    machine = _suggester()
    try:
        if machine is not None and set(keys) & set(machine.codes):
            found = _likely(machine, state, keys)
            shown = {key for key, _p in rules.shown_of([(one.code, one.p) for one in found])}
            rows = [_row(state, facet, one.code, one.p, one.sentence) for one in found if one.code in shown]
        else:
            hints = near(_described(keys), _vectors(state))
            rows = [_row(state, facet, one.code, None, one.sentence) for one in hints]
    except NoModel:
        return Suggestions()
    return Suggestions(tuple(rows))


def judged(public_id: str, state: CodingState) -> Judged | None:
    """What a case's coding says of every code that has a model; None while there are none."""
    machine = _suggester()
    if machine is None or not state.sentences:
        return None
    keys = [key_of(facet.key, code.key) for facet in rules.suggestible(state.pack) for code in facet.codes]
    try:
        likely = [(one.code, one.p) for one in _likely(machine, state, keys)]
    except NoModel:
        return None
    applied = {key_of(one.facet, one.code) for one in state.coding.codes}
    return rules.judge(likely, applied, unaided=rules.is_unaided(public_id, settings.SECRET_KEY))


def how_good() -> HowGood:
    """What was measured when the models were trained, and what the desk has made of their suggestions since."""
    pack = taxonomy.pack()
    told = _quality()
    measured = {str(one["code"]): one for one in told.get("by_code", [])}
    counts = {(one.code, one.unaided): one for one in SuggestionCount.objects.all()}
    rows = []
    for facet in rules.suggestible(pack):
        for code in facet.codes:
            key = key_of(facet.key, code.key)
            aided, alone, known = counts.get((key, False)), counts.get((key, True)), measured.get(key)
            if aided is None and alone is None and known is None:
                continue
            rows.append(
                CodeRow(
                    key=key,
                    facet=facet.label,
                    label=code.label,
                    taught=round(known["taught"]) if known else 0,
                    f1=float(known["f1"]) if known else None,
                    accepted=aided.accepted if aided else 0,
                    refused=aided.refused if aided else 0,
                    missed=aided.missed if aided else 0,
                    alone_found=alone.accepted if alone else 0,
                    alone_missed=alone.missed if alone else 0,
                )
            )
    return HowGood(
        reports=int(told.get("reports", 0)),
        figures={name: float(value) for name, value in told.get("figures", {}).items()},
        rows=tuple(rows),
        promised=tuple(Bin(int(n), float(p), float(true)) for n, p, true in told.get("bins", [])),
        desk=_tenths(unaided=False),
        alone=_tenths(unaided=True),
    )


def described_texts(pack: Pack) -> dict[str, tuple[str, ...]]:
    """What a pack says of each code that may be suggested: label and definition, then its examples."""
    return {
        key_of(facet.key, code.key): (f"{code.label}. {code.definition}".strip(), *code.examples)
        for facet in rules.suggestible(pack)
        for code in facet.codes
    }


def _likely(machine: Suggester, state: CodingState, keys: list[str]) -> list[Suggested]:
    spoken = [sentence.text for sentence in state.sentences]
    whole = MODEL.vector(state.text, most_chunks=MOST_CHUNKS)
    return machine.suggest(state.text, whole, spoken, _vectors(state), among=keys)


def _vectors(state: CodingState) -> "np.typing.NDArray[np.float32]":
    return np.vstack([MODEL.vector(sentence.text) for sentence in state.sentences])


def _row(state: CodingState, facet: Facet, key: str, p: float | None, at: int) -> SuggestedCode:
    _facet, code = parted(key)
    sentence = state.sentences[at]
    held = None if p is None else min(p, _SUREST)  # nobody is certain, and "1.00" would say so
    return SuggestedCode(code, facet.code(code).label, held, sentence.number, sentence.text)


def _suggester() -> Suggester | None:
    """The models, read once until they are trained anew; None while there are none that can be read."""
    folder = suggestions_path()
    try:
        stamp = (folder / "model.npz").stat().st_mtime_ns
        held = _held.get(folder)
        if held is None or held[0] != stamp:
            held = _held[folder] = (stamp, Suggester.load(folder))
        return held[1]
    except (OSError, ValueError, KeyError):
        return None


def _described(keys: list[str]) -> list[Described]:
    """The vectors of codes' descriptions that training left behind; none before the first."""
    try:
        with np.load(suggestions_path() / DESCRIBED, allow_pickle=False) as kept:
            if str(kept["model"]) != NAME:
                return []
            owners, rows = kept["owners"], kept["rows"]
    except (OSError, ValueError, KeyError):
        return []
    middle = rows.mean(axis=0)
    found = []
    for key in keys:
        mine = rows[owners == key]
        if len(mine):
            found.append(Described(key, mine, middle))
    return found


def _quality() -> dict[str, Any]:
    try:
        told = json.loads((suggestions_path() / QUALITY).read_text("utf-8"))
    except (OSError, ValueError):
        return {}
    return told if isinstance(told, dict) else {}


def _tenths(*, unaided: bool) -> tuple[Bin, ...]:
    rows = SuggestionTenth.objects.filter(unaided=unaided, n__gt=0).order_by("tenth")
    return tuple(Bin(row.n, (row.tenth + 0.5) / 10, row.applied / row.n) for row in rows)

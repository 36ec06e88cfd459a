"""Search by meaning beside search by words: which reports are near, and how both rankings become one."""

import threading
from collections.abc import Collection, Sequence
from dataclasses import dataclass, replace
from pathlib import Path
from typing import Final, NamedTuple

from django.conf import settings

from closecall.public.library.queries.reading import log_mark, removed_since
from closecall.public.library.rules.meaning import by_meaning
from closecall.public.library.rules.query import SearchRequest
from closecall.text.meaning import (
    DIRECTIONS,
    LEAST_ALIKE,
    MODEL,
    WORDS_SHARE,
    WORDS_SHARE_BESIDE_DIALECT,
    Beside,
    By,
    NoModel,
    Vector,
    Vectors,
    VectorsDamaged,
    fuse,
    near_in_all,
)
from closecall.text.searching import EVERYTHING, Found, Index, Request

FUSED_ROWS: Final = 200
"""So many of the best by words are joined with meaning; what comes after them stays in its order."""

_NEAR_ROWS: Final = 100
_MOST_ADDED: Final = 20
_LEAST_COSINE: Final = 0.35
_TYPED_SHARE: Final = 0.5  # who typed words gets, of equals, what holds them
_FEW: Final = 500
_MANY: Final = 1_000
_PATIENCE_SECONDS: Final = 0.4

_opened: dict[Path, Vectors] = {}


class Ranked(NamedTuple):
    """One row of a page, and which ranking holds it."""

    key: str
    by: By


@dataclass(frozen=True)
class Joined:
    """The head of a result list: words and meaning fused. `added` counts what only meaning found.

    Shape: `words` is what words alone found, with the counts that were asked for.
    """

    rows: tuple[Ranked, ...]
    added: int
    words: Found


def vectors_path() -> Path:
    """Where the vectors lie: beside the index, whose rebuilding sweeps its own folder."""
    index = Path(settings.INDEX_PATH)
    return index.with_name(f"{index.name}-meaning")


def dialect_path() -> Path:
    """Where what was learned of the library's own words lies."""
    index = Path(settings.INDEX_PATH)
    return index.with_name(f"{index.name}-dialect")


def vectors() -> Vectors:
    """This process's handle on the vectors. Raises: VectorsDamaged."""
    path = vectors_path()
    if path not in _opened:
        _opened[path] = Vectors.open(path)
    return _opened[path]


def dialect_vectors() -> Vectors:
    """This process's handle on where reports stand in the dialect. Raises: VectorsDamaged."""
    path = dialect_path()
    if path not in _opened:
        _opened[path] = Vectors.open(path, model="", width=DIRECTIONS)
    return _opened[path]


def forget_vectors() -> None:
    """Open the vectors anew next time."""
    _opened.pop(vectors_path(), None)
    _opened.pop(dialect_path(), None)


def meaning_mark() -> str:
    """What a page that shows meaning depends on besides the log: how far vectors are, and the model."""
    try:
        there = vectors()
        return f"{there.applied}.{there.size}.{int(MODEL.ready)}{int(MODEL.refused)}"
    except VectorsDamaged:
        return ""


def meaning_lag() -> int:
    """How many lines of the log the vectors have still to follow."""
    history, last = log_mark()
    try:
        there = vectors()
        return max(0, last - there.applied) if there.history == history else last
    except VectorsDamaged:
        return last


def joined(index: Index, asked: Request, request: SearchRequest) -> Joined | None:
    """The best of a search by words and by meaning. None: words alone answer, as they always can.

    Raises: IndexDamaged.
    """
    typed = by_meaning(request.query)
    if not typed or request.order != "best":
        return None
    try:
        there = vectors()
        if not there.size or there.history != index.history or not _model_ready():
            return None
        near = _near(index, there, asked, MODEL.vector(typed))
    except (VectorsDamaged, NoModel):
        return None
    words = index.search(replace(asked, offset=0, limit=FUSED_ROWS))
    held = [hit.key for hit in words.hits]
    # A report beyond the fused rows is found by words all the same: meaning must not show it twice.
    beyond = set(near) - set(held)
    if beyond and words.total > len(held):
        beyond -= _holding(index, asked, beyond)
    shown = beyond | set(held)
    kept = [key for key in near if key in shown]
    rows: list[Ranked] = []
    added = 0
    for key, by in fuse(held, kept, share=_TYPED_SHARE):
        if by == "meaning":
            if added == _MOST_ADDED:
                continue
            added += 1
        rows.append(Ranked(key, by))
    return Joined(tuple(rows), added, words)


def alike(
    index: Index,
    public_id: str,
    passages: Sequence[str],
    every: Sequence[tuple[str, str]],
    limit: int,
    *,
    beside: Beside | None = None,
) -> list[Ranked]:
    """The reports most like one: by telling words, by meaning and in the library's dialect.

    Shape:  `beside` says how alike what is near in meaning is in what was coded of it.
    Raises: IndexDamaged.
    """
    stores, reached = _stores(index)
    gone = frozenset({public_id}) | removed_since(reached)
    words = index.similar(passages, without=gone, every=every, limit=_NEAR_ROWS)
    asked = Request(every=tuple(every), order="new")
    alike_there = near_in_all(
        stores, public_id, without=gone, limit=_NEAR_ROWS, least=LEAST_ALIKE, beside=beside
    )
    near = _passing(index, asked, alike_there)
    share = WORDS_SHARE_BESIDE_DIALECT if len(stores) > 1 else WORDS_SHARE
    return [Ranked(key, by) for key, by in fuse(words, near, share=share)[:limit]]


def _stores(index: Index) -> tuple[list[Vectors], int]:
    """Where whole reports are compared, as far as it follows this log; and the entry that all have come to."""
    stores: list[Vectors] = []
    reached = index.applied
    for opened in (vectors, dialect_vectors):
        try:
            there = opened()
            if there.history == index.history and there.size:
                reached = min(reached, there.applied)
                stores.append(there)
        except VectorsDamaged:
            continue
    return stores, reached


def _near(index: Index, there: Vectors, asked: Request, vector: Vector) -> list[str]:
    """The nearest reports that pass the filters: exact when few pass, else the best of very many."""
    without = removed_since(there.applied)
    alone = replace(asked, query=EVERYTHING, order="new", offset=0, counted=False)
    if not (any(asked.filters.values()) or asked.first is not None or asked.last is not None):
        found = there.nearest(vector, limit=_NEAR_ROWS, least=_LEAST_COSINE, without=without)
        return [one.key for one in found]
    if index.count(alone) <= _FEW:
        few = [hit.key for hit in index.search(replace(alone, limit=_FEW)).hits]
        found = there.nearest(vector, limit=_NEAR_ROWS, least=_LEAST_COSINE, within=few, without=without)
        return [one.key for one in found]
    passing: list[str] = []
    far = there.nearest(vector, limit=_MANY, least=_LEAST_COSINE, without=without)
    for many in (_NEAR_ROWS * 2, _MANY):
        passing = _passing(index, alone, [one.key for one in far[:many]])
        if len(passing) >= _MOST_ADDED or many >= len(far):
            break
    return passing[:_NEAR_ROWS]


def _passing(index: Index, asked: Request, keys: Sequence[str]) -> list[str]:
    """Those of `keys` that a request lets through, in their order."""
    through = _holding(index, asked, keys)
    return [key for key in keys if key in through]


def _holding(index: Index, asked: Request, keys: Collection[str]) -> frozenset[str]:
    if not keys:
        return frozenset()
    limited = replace(asked, within=frozenset(keys), order="new", offset=0, limit=len(keys), counted=False)
    return frozenset(hit.key for hit in index.search(limited).hits)


def _model_ready() -> bool:
    """Tell whether the model is there; when it isn't, load it aside and wait for it a moment only."""
    if MODEL.ready or MODEL.refused:
        return MODEL.ready
    loading = threading.Thread(target=_load, name="load-model", daemon=True)
    loading.start()
    loading.join(_PATIENCE_SECONDS)
    return MODEL.ready


def _load() -> None:
    try:
        MODEL.load()
    except NoModel:
        return

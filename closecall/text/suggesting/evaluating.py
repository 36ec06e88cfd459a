"""Split coded texts, learn on one part, measure on the other: nothing of the second has a say in the first."""

from collections.abc import Callable, Sequence
from dataclasses import dataclass, field
from typing import Final, Literal

import numpy as np
import numpy.typing as npt

from closecall.text.suggesting.learning import LEAST, learn
from closecall.text.suggesting.measuring import (
    FIRST,
    Bin,
    Probabilities,
    Quality,
    Truth,
    bins,
    f1_by_code,
    interval,
    quality,
)
from closecall.text.suggesting.words import Numbers

Split = Literal["random", "chronological"]

FIGURES: Final = ("micro", "macro", "recall", "ece", "accuracy")
_TEST_SHARE: Final = 0.2


@dataclass(frozen=True)
class Figure:
    """A mean over seeds; `low` and `high` bound it when the measured reports are drawn again (95 %)."""

    mean: float
    low: float
    high: float


@dataclass(frozen=True)
class CodeQuality:
    """One code over all seeds: how many texts taught it, how many of the measured ones carry it, its F1."""

    code: str
    taught: float
    measured: float
    f1: float


@dataclass(frozen=True)
class Evaluation:
    """What one facet's models are worth on texts they have not seen.

    Shape: `figures` by name over the codes that have a model; `every` micro and macro F1 over all codes that the
           measured reports carry, those without a model counted as missed; `prior` the recall of always naming
           the five commonest codes.
    """

    taught: int
    measured: int
    seeds: int
    figures: dict[str, Figure]
    every_micro: float
    every_macro: float
    every_codes: int
    prior: float
    codes: tuple[CodeQuality, ...]
    bins: tuple[Bin, ...]


@dataclass(frozen=True)
class _Run:
    codes: tuple[str, ...]
    examples: tuple[int, ...]
    p: Probabilities
    passed: Truth
    truth: Truth
    coded: Sequence[frozenset[str]] = field(repr=False)
    prior: float = 0.0
    taught: int = 0


def evaluate(
    texts: Sequence[str],
    vectors: Numbers,
    coded: Sequence[frozenset[str]],
    *,
    split: Split,
    seeds: int,
    one_each: bool = False,
    least: int = LEAST,
    progress: Callable[[str], None] = lambda _words: None,
) -> Evaluation:
    """Learn on four fifths, measure on one, once a seed; a chronological split has no chance in it and runs once.

    Shape:  texts oldest first; `one_each`: a text carries one code of the facet, so the likeliest one is told.
    Raises: ValueError when no code has enough texts.
    """
    runs = []
    for seed in range(1 if split == "chronological" else seeds):
        order = np.arange(len(texts))
        if split == "random":
            order = np.random.default_rng(seed).permutation(len(texts))
        cut = len(texts) - round(len(texts) * _TEST_SHARE)
        runs.append(_run(texts, vectors, coded, np.sort(order[:cut]), order[cut:], one_each, least))
        progress(f"seed {seed}: {len(runs[-1].codes)} codes")
    return _joined(runs)


def _run(
    texts: Sequence[str],
    vectors: Numbers,
    coded: Sequence[frozenset[str]],
    taught: npt.NDArray[np.int64],
    measured: npt.NDArray[np.int64],
    one_each: bool,
    least: int,
) -> _Run:
    lessons = [coded[at] for at in taught]
    machine = learn([texts[at] for at in taught], vectors[taught], lessons, least=least)
    p = machine.probabilities([texts[at] for at in measured], vectors[measured])
    passed = machine.passed(p)
    if one_each:
        passed = np.zeros_like(passed)
        passed[np.arange(len(p)), np.argmax(p, axis=1)] = True
    told = [coded[at] for at in measured]
    truth = np.array([[code in codes for code in machine.codes] for codes in told])
    common = np.argsort(-np.array(machine.learned.examples), kind="stable")[:FIRST]
    some = truth.any(axis=1)
    prior = float((truth[some][:, common].sum(axis=1) / truth[some].sum(axis=1)).mean())
    return _Run(machine.codes, machine.learned.examples, p, passed, truth, told, prior, len(taught))


def _joined(runs: Sequence[_Run]) -> Evaluation:
    figures = {}
    for name in FIGURES:
        means, lows, highs = [], [], []
        for run in runs:
            means.append(getattr(quality(run.p, run.passed, run.truth), name))

            def drawn(rows: npt.NDArray[np.int64], run: _Run = run, name: str = name) -> float:
                again: Quality = quality(run.p[rows], run.passed[rows], run.truth[rows])
                return float(getattr(again, name))

            low, high = interval(drawn, len(run.p))
            lows.append(low)
            highs.append(high)
        figures[name] = Figure(_mean(means), _mean(lows), _mean(highs))
    every = [_every(run) for run in runs]
    return Evaluation(
        taught=runs[0].taught,
        measured=len(runs[0].p),
        seeds=len(runs),
        figures=figures,
        every_micro=_mean([micro for micro, _macro, _n in every]),
        every_macro=_mean([macro for _micro, macro, _n in every]),
        every_codes=round(_mean([n for _micro, _macro, n in every])),
        prior=_mean([run.prior for run in runs]),
        codes=_by_code(runs),
        bins=bins(
            np.concatenate([run.p.ravel() for run in runs]),
            np.concatenate([run.truth.ravel() for run in runs]),
        ),
    )


def _every(run: _Run) -> tuple[float, float, int]:
    """Micro and macro F1 over every code that was told or is true, with a model or without."""
    carried = {code for codes in run.coded for code in codes}
    lost = len(carried - set(run.codes))
    unseen = sum(len(codes - set(run.codes)) for codes in run.coded)
    size = run.passed.sum() + run.truth.sum() + unseen
    counted = (run.passed.any(axis=0) | run.truth.any(axis=0)).sum()
    n = int(counted) + lost
    micro = 2.0 * float((run.passed & run.truth).sum()) / float(size) if size else 0.0
    return micro, float(f1_by_code(run.passed, run.truth).sum()) / n if n else 0.0, n


def _by_code(runs: Sequence[_Run]) -> tuple[CodeQuality, ...]:
    found: dict[str, list[tuple[float, float, float]]] = {}
    for run in runs:
        f1 = f1_by_code(run.passed, run.truth)
        for at, code in enumerate(run.codes):
            row = (float(run.examples[at]), float(run.truth[:, at].sum()), float(f1[at]))
            found.setdefault(code, []).append(row)
    rows = [
        CodeQuality(code, *(_mean([row[at] for row in each]) for at in range(3)))
        for code, each in found.items()
    ]
    return tuple(sorted(rows, key=lambda row: (-row.taught, row.code)))


def _mean(values: Sequence[float]) -> float:
    return sum(values) / len(values) if values else 0.0

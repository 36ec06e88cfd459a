"""How sure all voters together are: a calibrated probability for each proposal.

`bench/identifier_weighing.py` fits five weights for each set of voters on the development narratives; `p` is then the share of such
proposals that identified somebody there.
"""

import json
from collections.abc import Iterable, Sequence
from dataclasses import dataclass, replace
from functools import cache
from math import exp, log
from pathlib import Path
from typing import Final

from closecall.text.identifiers.spans import Span

FILE: Final = Path(__file__).parent / "data/weights.json"
UNHEARD_P: Final = 0.01
"""What the trained voter is taken to say of words that it didn't propose."""
SURE_RULE_P: Final = 0.8
LEAST_RULE_P: Final = 0.4


@dataclass(frozen=True)
class Evidence:
    """What each voter said of the words of one proposal: probabilities; 0 when a voter was silent."""

    trained: float
    listed: float
    statistical: float

    def features(self) -> tuple[float, ...]:
        """As numbers: log-odds of the trained voter, the surest rule or list, whether it was sure, the pipeline."""
        odds = min(max(self.trained, UNHEARD_P), 1 - 1e-4)
        return (log(odds / (1 - odds)), self.listed, float(self.listed >= 0.8), float(self.statistical > 0))


def weigh(found: Iterable[Span], voters: str) -> list[Span]:
    """Give each proposal the probability that it has in the light of the others; `voters`: "trained" or "all"."""
    intercept, weights = _weights()[voters]
    weighed = []
    for span, said in evidence(found):
        score = intercept + sum(one * other for one, other in zip(weights, said.features(), strict=True))
        p = min(max(1 / (1 + exp(-score)), 0.001), 0.999)
        if span.p >= SURE_RULE_P and "rules" in span.sources:
            p = max(p, LEAST_RULE_P)  # what a rule is sure of, no silence of another voter takes back
        weighed.append(replace(span, p=p))
    return weighed


def evidence(found: Iterable[Span]) -> list[tuple[Span, Evidence]]:
    """Gather what was said of each proposal's words, by it and by those that overlap it."""
    ordered = sorted(found, key=lambda span: (span.start, span.end))
    reach: list[int] = []  # how far anything up to here reaches
    for span in ordered:
        reach.append(max(span.end, reach[-1] if reach else 0))
    return [(span, _said(ordered, reach, at)) for at, span in enumerate(ordered)]


def _said(ordered: Sequence[Span], reach: Sequence[int], at: int) -> Evidence:
    span = ordered[at]
    trained = listed = statistical = 0.0
    first = at
    while first and reach[first - 1] > span.start and at - first < _MOST_NEIGHBOURS:
        first -= 1
    for other in ordered[first : at + _MOST_NEIGHBOURS]:
        if other.start >= span.end:
            break
        if other.end <= span.start:
            continue
        if "trained" in other.sources:
            trained = max(trained, other.p)
        elif "spacy" in other.sources:
            statistical = max(statistical, other.p)
        else:
            listed = max(listed, other.p)
    return Evidence(trained, listed, statistical)


_MOST_NEIGHBOURS: Final = 40


@cache
def _weights() -> dict[str, tuple[float, tuple[float, ...]]]:
    kept = json.loads(FILE.read_text("utf-8"))
    return {
        voters: (float(one["intercept"]), tuple(float(weight) for weight in one["weights"]))
        for voters, one in kept.items()
    }

"""Reading reliability. Nothing here shows a coder what another made of a story before both have finished.

samples(desk) · sample(number, desk)     heads: what was drawn, who codes, how far
frame() · may_code()                     what may be drawn, and for whom
stories(…) · story(…)                    a coder's own stories and codes
results(…) · facet_state(…)              agreement, and where they differ
correctable(…)                           reports whose settled codes aren't those published
drift(desk)                              anchor sets over the quarters
"""

from closecall.sealed.reliability.queries.agreement import (
    Correctable,
    FacetState,
    Results,
    correctable,
    facet_state,
    results,
)
from closecall.sealed.reliability.queries.anchors import Drift, drift
from closecall.sealed.reliability.queries.coding import StoryState, stories, story
from closecall.sealed.reliability.queries.drawn import (
    SampleHead,
    Story,
    frame,
    may_code,
    sample,
    samples,
)

__all__ = [
    "Correctable",
    "Drift",
    "FacetState",
    "Results",
    "SampleHead",
    "Story",
    "StoryState",
    "correctable",
    "drift",
    "facet_state",
    "frame",
    "may_code",
    "results",
    "sample",
    "samples",
    "stories",
    "story",
]

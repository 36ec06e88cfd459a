"""Pages of reliability."""

from closecall.sealed.reliability.views.coding import story
from closecall.sealed.reliability.views.results import corrections, drift, facet
from closecall.sealed.reliability.views.samples import overview, sample

__all__ = ["corrections", "drift", "facet", "overview", "sample", "story"]

"""Pages of studies under way."""

from closecall.sealed.research.views.coding import agreement, code
from closecall.sealed.research.views.opening import adopt, cohort, count, new, seat, studies, study
from closecall.sealed.research.views.publishing import publish
from closecall.sealed.research.views.themes import themes

__all__ = [
    "adopt",
    "agreement",
    "code",
    "cohort",
    "count",
    "new",
    "publish",
    "seat",
    "studies",
    "study",
    "themes",
]

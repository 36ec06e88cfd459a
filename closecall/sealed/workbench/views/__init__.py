"""Pages of the desk's work. Each POST calls one action and comes back to a page; nothing needs JavaScript."""

from closecall.sealed.workbench.views.coding import code
from closecall.sealed.workbench.views.counting import count, numbers_only
from closecall.sealed.workbench.views.deidentifying import deidentify
from closecall.sealed.workbench.views.joining import event
from closecall.sealed.workbench.views.publishing import dialogue, publish, published, second
from closecall.sealed.workbench.views.queue import case, erasure, queue, release, take
from closecall.sealed.workbench.views.screening import triage
from closecall.sealed.workbench.views.suggesting import suggestions

__all__ = [
    "case",
    "code",
    "count",
    "deidentify",
    "dialogue",
    "erasure",
    "event",
    "numbers_only",
    "publish",
    "published",
    "queue",
    "release",
    "second",
    "suggestions",
    "take",
    "triage",
]

"""Several accounts of one event: what the instance signs when the desk has joined them, and how support counts them."""

from collections.abc import Collection, Iterable, Mapping

from closecall.site.crypto import canonical

FORMAT = "closecall/event/v1"


def statement(event: str, public_id: str) -> bytes:
    """What the instance signs: that this report tells of this event."""
    return canonical.dumps({"format": FORMAT, "event": event, "report": public_id})


def events(public_ids: Iterable[str], told: Mapping[str, str]) -> frozenset[str]:
    """The distinct events that some reports tell of. Shape: `told` maps a report to its event; else it is its own.

    >>> len(events(["M7K2QF", "P3QXAB", "W9TTTT"], {"M7K2QF": "E", "W9TTTT": "E"}))
    2
    """
    return frozenset(told.get(one, one) for one in public_ids)


def surplus(public_ids: Collection[str], told: Mapping[str, str]) -> int:
    """How many more reports than events these are."""
    return len(public_ids) - len(events(public_ids, told))

"""What a study's new version changed, in sentences that a reader understands."""

from collections.abc import Mapping, Sequence
from typing import Any, Final

_MOST: Final = 6


def changes(old: Mapping[str, Any], new: Mapping[str, Any]) -> list[str]:
    """What is otherwise than in the version before; never empty, since a version has other content.

    >>> changes({"title": "A", "cohort": {"ids": ["x"]}}, {"title": "B", "cohort": {"ids": ["x", "y"]}})
    ['The title is new.', '1 report came in.']
    """
    found = []
    if old.get("title") != new.get("title"):
        found.append("The title is new.")
    if old.get("question") != new.get("question"):
        found.append("The question is worded anew.")
    found += _reports(old.get("cohort", {}), new.get("cohort", {}))
    before, after = old.get("codebook"), new.get("codebook")
    if before != after and isinstance(after, Mapping):
        found.append(f"The codebook is {after.get('key')}, version {after.get('version')}.")
    if old.get("model") != new.get("model"):
        found.append("Another model made the first proposal.")
    made, now = len(old.get("decisions", ())), len(new.get("decisions", ()))
    if old.get("decisions") != new.get("decisions"):
        found.append(f"{now} decision{_s(now)} instead of {made}.")
    found += _support(old.get("families", ()), new.get("families", ()))
    found += _support(old.get("themes", ()), new.get("themes", ()))
    if old.get("second") != new.get("second"):
        n = len(new.get("second", ()))
        found.append(f"A second coder coded {n} lesson{_s(n)}.")
    if old.get("notes") != new.get("notes"):
        found.append("The notes on the method are others.")
    return found or ["Details of the record; study.json holds them."]


def _reports(old: Mapping[str, Any], new: Mapping[str, Any]) -> list[str]:
    before, after = set(old.get("ids", ())), set(new.get("ids", ()))
    found = []
    if len(after - before):
        found.append(f"{_many(len(after - before))} came in.")
    if len(before - after):
        found.append(f"{_many(len(before - after))} went out.")
    if not found and old.get("fingerprint") != new.get("fingerprint"):
        found.append("The wording of a report was corrected.")
    return found


def _support(old: Sequence[Mapping[str, Any]], new: Sequence[Mapping[str, Any]]) -> list[str]:
    """Themes and families that came, went or are borne by another number of reports."""
    before, after = ({row["key"]: row for row in rows} for rows in (old, new))
    found = []
    for key in after:
        label, n = after[key]["label"], after[key]["reports"]
        if key not in before:
            found.append(f"“{label}” is new, with {_many(n)}.")
        elif before[key]["label"] != label:
            found.append(f"“{before[key]['label']}” is called “{label}”.")
        elif before[key]["reports"] != n:
            found.append(f"“{label}”: {_many(n)} instead of {before[key]['reports']}.")
    gone = [row["label"] for key, row in before.items() if key not in after]
    found += [f"“{label}” is no longer a theme." for label in gone]
    if len(found) > _MOST:
        found = [*found[: _MOST - 1], f"{len(found) - _MOST + 1} more of this kind."]
    return found


def _many(n: int) -> str:
    return f"{n} report{_s(n)}"


def _s(n: int) -> str:
    return "" if n == 1 else "s"

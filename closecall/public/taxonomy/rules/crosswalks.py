"""Crosswalks: how other lists' entries map onto a pack's."""

from closecall.public.taxonomy.rules.entries import Entry, Labelled, Words


class CrosswalkRow(Entry):
    """One entry of theirs.

    `ours` names parts of the pack: "theme/<key>", "<facet>", "<facet>/<code>" or "<facet>/group/<key>".
    `elsewhere` says in words what maps to no code, or isn't collected.
    """

    theirs: Words
    ours: tuple[Words, ...] = ()
    elsewhere: str = ""


class Crosswalk(Labelled):
    """One known list."""

    source: str = ""
    note: str = ""
    rows: tuple[CrosswalkRow, ...]

"""Codebooks: the families of lessons, in the format that `closecall themes --codebook` reads."""

from typing import Annotated

from pydantic import Field, StringConstraints

from closecall.public.taxonomy.rules.entries import Entry, Key, Labelled, Words


class Parent(Entry):
    """A family of themes, such as one of a known study's common lessons."""

    key: Words
    label: Words


class Theme(Labelled):
    """A family of lessons.

    `nearest` is the theme it is most often taken for; `rule` says when it is this one and not that.
    `audiences` (written `for`): whom its lessons address.
    """

    description: Words
    exemplars: Annotated[tuple[Words, ...], Field(max_length=10)] = ()
    parent: str = ""
    nearest: str = ""
    rule: str = ""
    audiences: tuple[Key, ...] = Field(default=(), alias="for")


class Codebook(Entry):
    """The themes of one field of lessons."""

    key: Annotated[str, StringConstraints(pattern=r"^[a-z][a-z0-9-]*$")]
    version: int
    label: str = ""
    parents: tuple[Parent, ...] = ()
    audiences: tuple[Key, ...] = ()
    themes: tuple[Theme, ...] = ()

    def theme(self, key: str) -> Theme:
        """Find a theme by key. Raises KeyError."""
        for theme in self.themes:
            if theme.key == key:
                return theme
        raise KeyError(key)

    def children(self, parent: str) -> tuple[Theme, ...]:
        """The themes of one parent."""
        return tuple(theme for theme in self.themes if theme.parent == parent)

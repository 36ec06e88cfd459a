"""Filters for officers' words, and long lists of boxes. Everything is escaped; only our own elements are added."""

import re
from collections.abc import Iterable, Iterator
from html import escape
from typing import Final, Protocol

from django import template
from django.utils.html import conditional_escape, format_html, format_html_join
from django.utils.safestring import SafeString

register = template.Library()

_BRACKET: Final = re.compile(r"\[[^\[\]\n]{1,200}\]")
_PARAGRAPHS: Final = re.compile(r"\n\s*\n")
_SHORT: Final = 24


@register.filter
def brackets(text: object) -> SafeString:
    """Set every [bracket] apart: changed words are the house's, not the officer's.

    >>> brackets("at [a hospital] <b>")
    'at <span class="br short">[a hospital]</span> &lt;b&gt;'
    """
    return format_html_join("", "{}", ((piece,) for piece in _pieces(str(text))))


@register.filter
def story(text: object) -> SafeString:
    """Set a narrative in paragraphs, with its brackets set apart.

    >>> story("One.\\n\\nTwo [late].")
    '<p dir="auto">One.</p>\\n<p dir="auto">Two <span class="br short">[late]</span>.</p>'
    """
    paragraphs = (part.strip() for part in _PARAGRAPHS.split(str(text).replace("\r\n", "\n")))
    return format_html_join("\n", '<p dir="auto">{}</p>', ((brackets(part),) for part in paragraphs if part))


@register.filter
def grouped(number: object) -> str:
    """Write a number so that it can be read at a glance.

    >>> grouped(28234), grouped("many")
    ('28,234', 'many')
    """
    return f"{number:,}" if isinstance(number, int) else str(number)


class Tick(Protocol):
    """A box, what it says, and how many it would give."""

    @property
    def code(self) -> str: ...
    @property
    def label(self) -> str: ...
    @property
    def count(self) -> int: ...
    @property
    def chosen(self) -> bool: ...


@register.simple_tag
def ticks(name: str, choices: Iterable[Tick]) -> SafeString:
    """Boxes of one name, as every search page holds hundreds of them."""
    # Not format_html: its care for lazy strings costs more than all the rest of these boxes.
    begin = f'<label class="tick"><input type="checkbox" name="{escape(name)}" value="'
    return SafeString(
        "".join(
            f'{begin}{escape(one.code)}"{" checked" if one.chosen else ""}><span>{escape(one.label)}</span>'
            f'<span class="n">{grouped(one.count)}</span></label>'
            for one in choices
        )
    )


def _pieces(text: str) -> Iterator[SafeString]:
    at = 0
    for found in _BRACKET.finditer(text):
        yield conditional_escape(text[at : found.start()])
        kind = "br short" if len(found[0]) <= _SHORT else "br"
        yield format_html('<span class="{}">{}</span>', kind, found[0])
        at = found.end()
    yield conditional_escape(text[at:])

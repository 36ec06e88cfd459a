"""Small look-ups that a template can't spell."""

from collections.abc import Mapping

from django import template

register = template.Library()


@register.filter
def at(found: Mapping[int, list[str]], number: int) -> list[str]:
    """What stands at a number; nothing when nothing does."""
    return found.get(number, [])


@register.filter
def spelled(number: int) -> str:
    """A number as a form writes it, without separators."""
    return str(number)

"""How the audit page writes people and hashes."""

from collections.abc import Mapping

from django import template

register = template.Library()


@register.filter
def named(pseudonym: str, names: Mapping[str, str]) -> str:
    """Write somebody's name and pseudonym: the chain knows only the latter."""
    name = names.get(pseudonym)
    return f"{name} ({pseudonym})" if name else pseudonym


@register.filter
def hexed(value: bytes) -> str:
    """Write the first 16 hexadecimal digits of a hash."""
    return value.hex()[:16]

"""How the audit page writes people, details and hashes."""

import json
from collections.abc import Mapping

from django import template

register = template.Library()


@register.filter
def named(pseudonym: str, names: Mapping[str, str]) -> str:
    """Write somebody's name and pseudonym: the chain knows only the latter."""
    name = names.get(pseudonym)
    return f"{name} ({pseudonym})" if name else pseudonym


@register.filter
def details(written: str) -> str:
    """Write an entry's detail, which is canonical JSON of constants, ids and counts, as words."""
    try:
        value = json.loads(written)
    except ValueError:
        return written  # somebody tampered with it; checking the chain says so
    if not isinstance(value, dict):
        return written
    return "; ".join(f"{key.replace('_', ' ')}: {_plain(part)}" for key, part in value.items())


def _plain(value: object) -> str:
    if isinstance(value, bool):
        return "yes" if value else "no"
    if isinstance(value, list):
        return ", ".join(_plain(part) for part in value)
    return str(value) if not isinstance(value, dict) else json.dumps(value, ensure_ascii=False)


@register.filter
def hexed(value: bytes) -> str:
    """Write the first 16 hexadecimal digits of a hash."""
    return value.hex()[:16]

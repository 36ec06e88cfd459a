"""Typed, loud readers of the environment.

A wrong value stops the start with a sentence that says what to do. Nothing secret has a default.
"""

import os
from pathlib import Path
from urllib.parse import parse_qsl, unquote, urlsplit


class BadSetting(Exception):
    """A value in the environment or in the instance's files can't be used."""


def text(name: str, default: str) -> str:
    """Read `name`, or `default` when it is unset or empty."""
    return os.environ.get(name) or default


def choice(name: str, default: str, allowed: tuple[str, ...]) -> str:
    """Read `name`, which must be one of `allowed`."""
    value = text(name, default)
    if value not in allowed:
        raise BadSetting(f"{name} must be one of {', '.join(allowed)}. Change it or unset it.")
    return value


def whole_number(name: str, default: int, *, least: int, most: int) -> int:
    """Read `name` as a whole number between `least` and `most`, both included."""
    raw = text(name, str(default))
    if not raw.isdecimal() or not least <= int(raw) <= most:
        raise BadSetting(f"{name} must be a whole number from {least} to {most}. Change it or unset it.")
    return int(raw)


def switch(name: str, default: bool) -> bool:
    """Read `name` as yes or no."""
    return choice(name, "yes" if default else "no", ("yes", "no")) == "yes"


def folder(name: str, default: str) -> Path:
    """Read `name` as a folder's path, made absolute."""
    return Path(text(name, default)).expanduser().absolute()


def words(name: str, default: tuple[str, ...]) -> tuple[str, ...]:
    """Read `name` as words parted by commas."""
    raw = os.environ.get(name)
    return tuple(word.strip() for word in raw.split(",") if word.strip()) if raw else default


def postgres(name: str) -> dict[str, object] | None:
    """Read `name` as a `postgresql://` address, as Django's settings want it; None when it is unset."""
    raw = os.environ.get(name)
    if not raw:
        return None
    parts = urlsplit(raw)
    if parts.scheme not in {"postgres", "postgresql"} or not parts.path.strip("/"):
        raise BadSetting(
            f"{name} must look like postgresql://user:password@host:5432/name. Change it or unset it."
        )
    options = dict(parse_qsl(parts.query))
    return {
        "ENGINE": "django.db.backends.postgresql",
        "NAME": unquote(parts.path.strip("/")),
        "USER": unquote(parts.username or ""),
        "PASSWORD": unquote(parts.password or ""),
        "HOST": options.pop("host", "") or unquote(parts.hostname or ""),
        "PORT": str(parts.port or ""),
        "OPTIONS": options,
    }

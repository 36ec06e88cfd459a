"""The packs that come with the machine, and the one that this instance speaks."""

import functools
import hashlib

from django.conf import settings

from closecall.errors import NotFound
from closecall.public.taxonomy.rules.loading import INSTALLED, load
from closecall.public.taxonomy.rules.pack import Pack


@functools.cache
def names() -> tuple[str, ...]:
    """The packs that are installed."""
    return tuple(sorted(file.parent.name for file in INSTALLED.glob("*/taxonomy.yaml")))


def pack(name: str | None = None) -> Pack:
    """The pack of that name; without one, the instance's own.

    Raises: NotFound for a name that isn't installed; PackError for a pack that doesn't hold together.
    """
    wanted = settings.PACK if name is None else name
    if wanted not in names():
        raise NotFound("There is no pack of that name.")
    return _loaded(wanted)


def codebook_file(sha256: str) -> bytes | None:
    """The file of an installed codebook with exactly this hash; None when no pack has it any more."""
    return next((_codebook(name) for name in names() if codebook_hash(name) == sha256), None)


def codebook_hash(name: str) -> str:
    """SHA-256 of a pack's codebook file. Raises: NotFound."""
    return hashlib.sha256(_codebook(pack(name).key)).hexdigest()


@functools.cache
def _codebook(name: str) -> bytes:
    return (INSTALLED / name / "codebook.yaml").read_bytes()


@functools.cache
def _loaded(name: str) -> Pack:
    return load(INSTALLED / name)

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


@functools.cache
def codebook_file(sha256: str) -> bytes | None:
    """The file of an installed codebook with exactly this hash; None when no pack has it any more."""
    for name in names():
        data = (INSTALLED / name / "codebook.yaml").read_bytes()
        if hashlib.sha256(data).hexdigest() == sha256:
            return data
    return None


@functools.cache
def _loaded(name: str) -> Pack:
    return load(INSTALLED / name)

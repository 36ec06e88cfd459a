"""Every test of this room gets an index folder of its own."""

from tests.public.library.conftest import own_index

__all__ = ["own_index"]

"""What a serving process does before its first request."""

import ctypes
import resource

_PR_SET_DUMPABLE = 4


def sealed_process() -> None:
    """Forbid core dumps and attaching debuggers: plaintext in memory must not reach a disk.

    Source: prctl(2), PR_SET_DUMPABLE; it does nothing where the platform lacks it.
    """
    resource.setrlimit(resource.RLIMIT_CORE, (0, 0))
    libc = ctypes.CDLL(None)
    if hasattr(libc, "prctl"):
        libc.prctl(_PR_SET_DUMPABLE, 0, 0, 0, 0)

"""Padding to fixed sizes, so that a ciphertext's length says next to nothing.

libsodium pads to a *multiple* and always adds at least one byte: the bucket is chosen first, and a bucket
of n bytes holds n - 1.
"""

from collections.abc import Sequence

from nacl.bindings import sodium_pad, sodium_unpad
from nacl.exceptions import CryptoError

from closecall.site.crypto.errors import CannotOpen

KIB = 1024
REPORT_BUCKETS = (4 * KIB, 16 * KIB, 64 * KIB)
MESSAGE_BUCKETS = (2 * KIB,)


def capacity(buckets: Sequence[int]) -> int:
    """Tell how many bytes the largest bucket holds."""
    return max(buckets) - 1


def pad(plaintext: bytes, buckets: Sequence[int]) -> bytes:
    """Pad to the smallest bucket that holds `plaintext`; the result is exactly that long.

    Raises: ValueError when even the largest bucket is too small.
    """
    for bucket in sorted(buckets):
        if len(plaintext) < bucket:
            return bytes(sodium_pad(plaintext, bucket))
    raise ValueError(f"Too long to seal: at most {capacity(buckets)} bytes fit.")


def unpad(padded: bytes) -> bytes:
    """Take the padding off.

    Raises: CannotOpen when there is none.
    """
    try:
        return bytes(sodium_unpad(padded, len(padded)))
    except (CryptoError, ValueError, TypeError):
        raise CannotOpen from None

"""What cryptography refuses. Neither exception carries data: an exception ends up in a log."""


class CannotOpen(Exception):
    """The key, the purpose, the object or the bytes are wrong; which of them is not told."""


class BadSignature(Exception):
    """The signature doesn't belong to this message and key."""

"""BLAKE2b with a purpose: the same bytes hashed for two purposes give two hashes."""

import hashlib

DIGEST_BYTES = 32


def digest(message: bytes, *, purpose: str, length: int = DIGEST_BYTES, key: bytes = b"") -> bytes:
    """Hash `message` for `purpose` (at most 16 bytes of ASCII), keyed if a key is given.

    Source: RFC 7693; the purpose is BLAKE2b's personalisation.
    """
    person = purpose.encode("ascii")
    if not 0 < len(person) <= hashlib.blake2b.PERSON_SIZE:
        raise ValueError("A hash's purpose is 1 to 16 ASCII characters.")
    return hashlib.blake2b(message, digest_size=length, key=key, person=person).digest()

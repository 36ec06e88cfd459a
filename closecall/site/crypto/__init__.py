"""Cryptographic primitives: libsodium through PyNaCl, nothing home-made. No Django.

aead         XChaCha20-Poly1305 envelopes, bound to a version, a purpose and an object
boxes        X25519 sealed boxes that carry purpose and object inside
signing      Ed25519
stretching   Argon2id, at most two at a time
padding      sizes from a fixed set of buckets
canonical    one way to write a value as bytes
hashing      BLAKE2b with a purpose, keyed where it must be secret

Both wings may use these; the hierarchy of keys is `sealed.vault` alone (docs/adr/0003-keys.md).
"""

from closecall.site.crypto.errors import BadSignature, CannotOpen

__all__ = ["BadSignature", "CannotOpen"]

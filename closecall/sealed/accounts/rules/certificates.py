"""The instance's word on whose key signs the audit chain.

Not the library's certificate (`library.rules.signing`): every account gets this one with its first keys, an
editor's and an administrator's too; the library's only follows a colleague's grant.
"""

from closecall.site.crypto import canonical, signing
from closecall.site.crypto.errors import BadSignature


def certify(seed: bytes, pseudonym: str, verify_key: bytes) -> bytes:
    """Sign, as the instance, that this key belongs to the person with this pseudonym."""
    return signing.sign(seed, _message(pseudonym, verify_key))


def certified(instance_key: bytes, pseudonym: str, verify_key: bytes, certificate: bytes) -> bool:
    """Tell whether the instance has signed exactly this."""
    try:
        signing.verify(instance_key, _message(pseudonym, verify_key), certificate)
    except BadSignature:
        return False
    return True


def _message(pseudonym: str, verify_key: bytes) -> bytes:
    content = {"pseudonym": pseudonym, "verify_key": verify_key.hex()}
    return b"closecall audit key\n" + canonical.dumps(content)

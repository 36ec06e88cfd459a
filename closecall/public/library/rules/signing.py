"""Who vouches for a report: two certified people for our own, the instance for everything else."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Final

from closecall.errors import NotAllowed, Unavailable
from closecall.public.library.rules.report import Origin, Signature, canonical_bytes_of
from closecall.site.crypto import canonical, signing
from closecall.site.crypto.errors import BadSignature

_CERTIFICATE: Final = "closecall/staff-key/v1"


class NotVouchedFor(Unavailable):
    """A stored report no longer matches its signatures: somebody changed a row by hand."""

    default = (
        "This report doesn't match the signatures it was published with, so we don't show it. "
        "Nothing you did is wrong."
    )


@dataclass(frozen=True)
class StaffCertificate:
    """The instance's word that `verify_key` belongs to the member of staff called `pseudonym`."""

    pseudonym: str
    verify_key: bytes
    certificate: bytes


def certificate_bytes(pseudonym: str, verify_key: bytes) -> bytes:
    """What the instance signs to certify a staff key."""
    return canonical.dumps({"format": _CERTIFICATE, "pseudonym": pseudonym, "verify_key": verify_key.hex()})


def certify(seed: bytes, pseudonym: str, verify_key: bytes) -> StaffCertificate:
    """Certify a staff key with the instance's signing seed."""
    signature = signing.sign(seed, certificate_bytes(pseudonym, verify_key))
    return StaffCertificate(pseudonym, verify_key, signature)


def check_certificate(instance_key: bytes, staff: StaffCertificate) -> None:
    """Pass when the instance has certified this key.

    Raises: NotAllowed.
    """
    try:
        signing.verify(instance_key, certificate_bytes(staff.pseudonym, staff.verify_key), staff.certificate)
    except BadSignature:
        raise NotAllowed("This staff key isn't certified by this instance.") from None


def check_signatures(
    spelled: str,
    origin: Origin,
    source_label: str,
    signatures: Sequence[Signature],
    staff: Mapping[bytes, StaffCertificate],
    instance_key: bytes,
) -> None:
    """Pass when the right people signed exactly this text with exactly this origin.

    Shape: `spelled` is the text as `report.spell` spells it and the database keeps it: what is stored is signed.

    Own reports: first the author, then an approver: two keys, two people, both certified by the instance.
    Others: the instance alone.

    Raises: NotAllowed.
    """
    message = canonical_bytes_of(spelled, origin, source_label)
    if origin == "own":
        if len(signatures) != 2:
            raise NotAllowed("A report is published by two people: its author and a different approver.")
        people = [_certified(one, staff, instance_key) for one in signatures]
        if signatures[0].verify_key == signatures[1].verify_key or people[0] == people[1]:
            raise NotAllowed("The author and the approver are the same person. Somebody else must approve.")
    elif len(signatures) != 1 or signatures[0].verify_key != instance_key:
        raise NotAllowed("Imported and invented reports are signed by the instance.")
    for one in signatures:
        try:
            signing.verify(one.verify_key, message, one.signature)
        except BadSignature:
            raise NotAllowed("A signature doesn't fit this text. Sign the text as it stands now.") from None


def _certified(one: Signature, staff: Mapping[bytes, StaffCertificate], instance_key: bytes) -> str:
    known = staff.get(one.verify_key)
    if known is None or known.verify_key != one.verify_key:
        raise NotAllowed("One of the signing keys isn't registered with this instance.")
    check_certificate(instance_key, known)
    return known.pseudonym

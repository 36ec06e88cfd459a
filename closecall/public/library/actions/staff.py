"""Whose signatures count: staff keys that the instance has certified."""

from django.conf import settings
from django.db import transaction

from closecall.errors import Conflict
from closecall.public.library.models import StaffKey
from closecall.public.library.queries import database
from closecall.public.library.rules.signing import StaffCertificate, certify, check_certificate


def register_staff_key(pseudonym: str, verify_key: bytes, certificate: bytes) -> None:
    """Keep a staff key that the instance has certified; known keys stay as they are.

    Raises: NotAllowed when the certificate isn't the instance's; Conflict when somebody else has the key.
    """
    staff = StaffCertificate(pseudonym, bytes(verify_key), bytes(certificate))
    check_certificate(settings.INSTANCE_VERIFY_KEY, staff)
    with transaction.atomic(using=database()):
        row, _ = StaffKey.objects.get_or_create(
            verify_key=staff.verify_key.hex(),
            defaults={"pseudonym": pseudonym, "certificate": staff.certificate.hex()},
        )
        if row.pseudonym != pseudonym:
            raise Conflict("This key belongs to somebody else.")


def certify_staff_key(pseudonym: str, verify_key: bytes) -> StaffCertificate:
    """Certify a staff key with the instance's own (the desk alone holds it) and register it."""
    staff = certify(settings.INSTANCE_SIGNING_SEED, pseudonym, bytes(verify_key))
    register_staff_key(pseudonym, staff.verify_key, staff.certificate)
    return staff

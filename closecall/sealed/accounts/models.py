"""People, what they were granted, and their sessions. No foreign key leads out of this room."""

from collections.abc import Iterator
from typing import ClassVar

from django.contrib.auth.base_user import AbstractBaseUser, BaseUserManager
from django.db import models
from django.db.models import Q
from django.db.models.functions import Lower
from django.utils.crypto import salted_hmac

from closecall.sealed.accounts.rules.roles import Role

RECOVERY = 0
"""The `analyst_id` of a generation that is sealed to the recovery key."""


class Analyst(AbstractBaseUser):
    """A person at the desk. No password: what proves the passphrase is that it opens `wrapped`."""

    password = None  # type: ignore[assignment]  # Django's way to leave an inherited column out
    last_login = None
    id = models.BigIntegerField(primary_key=True)
    name = models.CharField(max_length=40, unique=True)
    pseudonym = models.CharField(max_length=40, unique=True)
    role = models.CharField(max_length=13, choices=[(role.value, role.value) for role in Role])
    is_active = models.BooleanField(default=True)
    invitation = models.BinaryField(max_length=32, default=b"")
    wrapped = models.BinaryField(default=b"")
    box_public = models.BinaryField(max_length=32, default=b"")
    verify_key = models.BinaryField(max_length=32, default=b"")
    totp = models.BinaryField(default=b"")
    totp_step = models.BigIntegerField(default=0)

    USERNAME_FIELD = "name"
    REQUIRED_FIELDS: ClassVar[list[str]] = []
    objects = BaseUserManager["Analyst"]()

    class Meta:
        constraints = (
            models.UniqueConstraint(Lower("name"), name="accounts_one_name_whatever_its_case"),
            models.CheckConstraint(condition=Q(id__gte=1), name="accounts_id_is_positive"),
            models.CheckConstraint(
                condition=Q(role__in=[role.value for role in Role]), name="accounts_role_is_one_of_five"
            ),
        )

    def get_session_auth_hash(self) -> str:
        """Hash what changes with new keys: a session doesn't outlive them."""
        material = bytes(self.verify_key).hex() + bytes(self.box_public).hex()
        return salted_hmac("closecall.accounts.session", material, algorithm="sha256").hexdigest()

    def get_session_auth_fallback_hash(self) -> Iterator[str]:
        """Accept no older hash."""
        return iter(())


class StaffKey(models.Model):
    """A verify key that a person has or had, certified by the instance: what old audit entries need.

    `library_certificate` stays empty until a colleague has granted: only then may the key sign for readers.
    """

    verify_key = models.BinaryField(max_length=32, unique=True)
    pseudonym = models.CharField(max_length=40)
    certificate = models.BinaryField(max_length=64)
    library_certificate = models.BinaryField(max_length=64, default=b"")


class GenerationWrap(models.Model):
    """One intake generation sealed to one analyst (or to the recovery key), signed by who gave it."""

    analyst_id = models.BigIntegerField()
    number = models.PositiveIntegerField()
    wrapped = models.BinaryField()
    pin = models.BinaryField(max_length=32)
    granter_key = models.BinaryField(max_length=32)
    signature = models.BinaryField(max_length=64)

    class Meta:
        constraints = (
            models.UniqueConstraint(fields=["analyst_id", "number"], name="accounts_one_wrap_each"),
        )


class RecoveryKey(models.Model):
    """The public half of the recovery pair; its private half exists on paper only."""

    public = models.BinaryField(max_length=32)


class DeskSession(models.Model):
    """A session: its key is a hash of the cookie; the analyst's keys in it are sealed under a second one."""

    key_hash = models.CharField(primary_key=True, max_length=64)
    data = models.TextField()
    started = models.BigIntegerField()
    seen = models.BigIntegerField()

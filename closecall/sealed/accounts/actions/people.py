"""Accounts: opened by an administrator, filled with keys by whom they are for."""

import hmac
import secrets
import time
from dataclasses import dataclass
from random import SystemRandom

from django.conf import settings
from django.db import transaction

from closecall.errors import BadInput, Conflict, NotAllowed, NotFound
from closecall.sealed.accounts import queries, sessions
from closecall.sealed.accounts.actions.signing_in import TOTP_PURPOSE, passphrase_cost
from closecall.sealed.accounts.models import Analyst, GenerationWrap, StaffKey
from closecall.sealed.accounts.rules import names, totp
from closecall.sealed.accounts.rules.certificates import certify
from closecall.sealed.accounts.rules.desk import Desk
from closecall.sealed.accounts.rules.roles import READS_REPORTS, Role
from closecall.sealed.vault import analysts, passphrases
from closecall.sealed.vault.analysts import AnalystKeys
from closecall.site.audit.actions import record
from closecall.site.crypto import boxes, hashing

_UNINVITED = "That name and invitation don't match. Ask your administrator for a new invitation."


@dataclass(frozen=True)
class Invitation:
    """What an administrator hands over, once: it lets one person make the keys of one account."""

    analyst_id: int
    name: str
    words: str


@dataclass(frozen=True)
class KeyOffer:
    """What a person writes down before their keys are made."""

    passphrase: str
    totp_secret: str
    totp_uri: str


def create_account(name: str, role: Role, *, by: Desk) -> Invitation:
    """Open an empty account. It has no key until its owner has signed in for the first time.

    Raises: NotAllowed; BadInput; Conflict for a name that is taken.
    """
    by.require("administer")
    with transaction.atomic(using=queries.database()):
        analyst, words = new_account(name, role)
        record(action="account.open", obj=analyst.pseudonym, by=by, detail={"role": role.value})
    return Invitation(analyst.id, analyst.name, words)


def new_account(name: str, role: Role) -> tuple[Analyst, str]:
    """Write an empty account and draw its invitation, inside the caller's transaction."""
    name = names.clean_name(name)
    if Analyst.objects.filter(name__iexact=name).exists():
        raise Conflict("Somebody has that name already. Choose another.")
    taken = set(Analyst.objects.values_list("pseudonym", flat=True))
    words = passphrases.generate()
    analyst = Analyst(
        id=secrets.randbelow(2**63 - 1) + 1,
        name=name,
        pseudonym=names.pseudonym(taken, SystemRandom()),
        role=role.value,
    )
    analyst.invitation = _invitation_hash(words)
    analyst.save(force_insert=True)
    return analyst, words


def invited(name: str, words: str) -> Analyst:
    """Find the account that an invitation is for. Raises: NotAllowed."""
    analyst = Analyst.objects.filter(name__iexact=" ".join(name.split()), is_active=True).first()
    expected = bytes(analyst.invitation) if analyst else b""
    if not hmac.compare_digest(expected or bytes(32), _invitation_hash(words)) or analyst is None:
        raise NotAllowed(_UNINVITED)
    return analyst


def offer_keys(name: str, words: str) -> KeyOffer:
    """Draw a passphrase and a second factor to write down. Nothing is kept. Raises: NotAllowed."""
    analyst = invited(name, words)
    secret = totp.new_secret()
    return KeyOffer(passphrases.generate(), secret, totp.uri(secret, name=analyst.name))


def make_keys(
    name: str, words: str, offer: KeyOffer, *, typed_passphrase: str, code: str, now: int | None = None
) -> queries.Person:
    """Make a person's keys, once they have typed the passphrase and a code back.

    Raises: NotAllowed without an invitation; BadInput when what was typed back doesn't match.
    """
    if passphrases.as_bytes(typed_passphrase) != passphrases.as_bytes(offer.passphrase):
        raise BadInput("The passphrase you typed isn't the one shown. Compare it word by word.")
    try:
        step = totp.accepted_step(
            offer.totp_secret, code, now=int(time.time()) if now is None else now, last_step=0
        )
    except totp.WrongCode:
        raise BadInput("That six-digit code doesn't match. Wait for the next one and type it.") from None
    with transaction.atomic(using=queries.database()):
        analyst = invited(name, words)
        by = fill(analyst, offer.passphrase, offer.totp_secret, step=step)
        record(action="keys.make", obj=analyst.pseudonym, by=by, detail={"role": analyst.role})
    return queries.person(analyst.id)


def fill(analyst: Analyst, passphrase: str, totp_secret: str, *, step: int = 0) -> Desk:
    """Make an empty account's keys and use up its invitation, inside the caller's transaction."""
    wrapped, keys = analysts.create(passphrase, analyst_id=analyst.id, cost=passphrase_cost())
    analyst.wrapped = wrapped
    analyst.box_public, analyst.verify_key = keys.box.public, keys.verify_key
    analyst.totp = boxes.seal(
        keys.box.public, totp_secret.encode(), purpose=TOTP_PURPOSE, object_id=analyst.id
    )
    analyst.totp_step, analyst.invitation = step, b""
    analyst.save()
    _certify(analyst, keys)
    return Desk(analyst.id, analyst.pseudonym, analyst.name, Role(analyst.role), keys)


def change_role(analyst_id: int, role: Role, *, by: Desk) -> None:
    """Give a person another role; one that reads no reports loses its grants.

    Raises: NotAllowed; NotFound; Conflict for one's own role.
    """
    by.require("administer")
    if analyst_id == by.analyst_id:
        raise Conflict("You can't change your own role. Ask another administrator.")
    with transaction.atomic(using=queries.database()):
        analyst = _active(analyst_id)
        before, analyst.role = analyst.role, role.value
        analyst.save(update_fields=["role"])
        if role not in READS_REPORTS:
            GenerationWrap.objects.filter(analyst_id=analyst_id).delete()
        sessions.sign_out_everywhere(analyst_id)
        record(
            action="account.role",
            obj=analyst.pseudonym,
            by=by,
            detail={"before": before, "after": role.value},
        )


def renew_account(analyst_id: int, *, by: Desk) -> Invitation:
    """Empty the account of somebody who lost their passphrase: new keys, and a colleague grants again.

    Raises: NotAllowed; NotFound; Conflict for one's own account.
    """
    by.require("administer")
    if analyst_id == by.analyst_id:
        raise Conflict("You can't empty your own account while you use it. Ask another administrator.")
    words = passphrases.generate()
    with transaction.atomic(using=queries.database()):
        analyst = _active(analyst_id)
        _empty(analyst)
        analyst.invitation = _invitation_hash(words)
        analyst.save()
        record(action="account.renew", obj=analyst.pseudonym, by=by, detail={})
    return Invitation(analyst.id, analyst.name, words)


def deactivate(analyst_id: int, *, by: Desk) -> None:
    """Close the account of somebody who leaves; their old signatures stay valid. Rotate the intake key next.

    Raises: NotAllowed; NotFound; Conflict for one's own account.
    """
    by.require("administer")
    if analyst_id == by.analyst_id:
        raise Conflict("You can't close your own account. Ask another administrator.")
    with transaction.atomic(using=queries.database()):
        analyst = _active(analyst_id)
        _empty(analyst)
        analyst.is_active = False
        analyst.save()
        record(action="account.close", obj=analyst.pseudonym, by=by, detail={})


def _active(analyst_id: int) -> Analyst:
    analyst = Analyst.objects.select_for_update().filter(id=analyst_id, is_active=True).first()
    if analyst is None:
        raise NotFound("There is no such person, or their account is closed.")
    return analyst


def _empty(analyst: Analyst) -> None:
    analyst.wrapped = analyst.box_public = analyst.verify_key = analyst.totp = analyst.invitation = b""
    analyst.totp_step = 0
    GenerationWrap.objects.filter(analyst_id=analyst.id).delete()
    sessions.sign_out_everywhere(analyst.id)


def _certify(analyst: Analyst, keys: AnalystKeys) -> None:
    StaffKey.objects.create(
        verify_key=keys.verify_key,
        pseudonym=analyst.pseudonym,
        certificate=certify(settings.INSTANCE_SIGNING_SEED, analyst.pseudonym, keys.verify_key),
    )


def _invitation_hash(words: str) -> bytes:
    # 72 random bits, used once and worth nothing without a colleague's grant: a fast hash is enough.
    return hashing.digest(passphrases.as_bytes(words), purpose="invitation")

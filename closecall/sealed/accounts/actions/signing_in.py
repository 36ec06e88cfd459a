"""Opening a person's keys: the only proof of who they are."""

import time
from dataclasses import dataclass

from django.conf import settings
from django.db import transaction

from closecall.errors import NotSignedIn
from closecall.sealed.accounts import box, queries
from closecall.sealed.accounts.models import Analyst
from closecall.sealed.accounts.rules import totp
from closecall.sealed.accounts.rules.desk import Desk
from closecall.sealed.accounts.rules.pins import KeySwapped, Pins
from closecall.sealed.vault import analysts
from closecall.site.crypto import boxes, stretching
from closecall.site.crypto.errors import CannotOpen
from closecall.site.crypto.stretching import Cost

TOTP_PURPOSE = "totp"
_MISS = "That name, passphrase or six-digit code doesn't match. Check all three; a code works once."


@dataclass(frozen=True)
class Opened:
    """A person whose keys are open, and what their session is to remember."""

    analyst: Analyst
    desk: Desk
    pins: Pins


def passphrase_cost() -> Cost:
    """Give what a passphrase's derivation costs. No environment variable lowers it: only a test can."""
    if getattr(settings, "INSECURE_STRETCHING_FOR_TESTS", False):
        return stretching.INSECURE_FOR_TESTS
    return stretching.PASSPHRASE


def open_desk(name: str, passphrase: str, code: str, *, now: int | None = None) -> Opened:
    """Open a person's keys with passphrase and second factor, and check the intake keys they pinned.

    A name that nobody has costs the same derivation as one that somebody has.
    Raises: NotSignedIn, the same for every miss; KeySwapped.
    """
    analyst = Analyst.objects.filter(name__iexact=" ".join(name.split()), is_active=True).first()
    if analyst is None or not analyst.wrapped:
        analysts.pretend(passphrase, cost=passphrase_cost())
        raise NotSignedIn(_MISS)
    try:
        bundle = analysts.open_bundle(bytes(analyst.wrapped), passphrase, analyst_id=analyst.id)
        secret = boxes.open_sealed(
            bundle.keys.box, bytes(analyst.totp), purpose=TOTP_PURPOSE, object_id=analyst.id
        ).decode()
        step = totp.accepted_step(
            secret, code, now=int(time.time()) if now is None else now, last_step=analyst.totp_step
        )
    except (CannotOpen, totp.WrongCode):
        raise NotSignedIn(_MISS) from None
    # Two sign-ins with the same six digits at the same moment: one of them updates nothing.
    fresh = Analyst.objects.filter(id=analyst.id, totp_step__lt=step)
    if not fresh.update(totp_step=step):
        raise NotSignedIn(_MISS)
    pins = Pins.from_bytes(bundle.notes)
    try:
        desk, settled = queries.desk(analyst, bundle.keys, pins, learn=True)
    except KeySwapped:
        box.close()
        raise
    box.compare(desk.generations)
    if settled != pins:
        with transaction.atomic(using=queries.database()):
            Analyst.objects.filter(id=analyst.id).update(wrapped=bundle.rewrap(settled.to_bytes()))
    return Opened(analyst, desk, settled)


def opens(analyst_id: int, passphrase: str) -> bool:
    """Tell whether a passphrase opens a person's keys, for passing a door a second time."""
    analyst = Analyst.objects.filter(id=analyst_id, is_active=True).first()
    if analyst is None or not analyst.wrapped:
        analysts.pretend(passphrase, cost=passphrase_cost())
        return False
    try:
        analysts.unlock(bytes(analyst.wrapped), passphrase, analyst_id=analyst.id)
    except CannotOpen:
        return False
    return True

"""An instance with an administrator and two approvers."""

import time
from pathlib import Path

import pyotp
import pytest
from django.apps import apps
from django.db import transaction

from closecall.sealed.accounts import actions, box
from closecall.sealed.accounts.rules.roles import Role


@pytest.fixture(autouse=True)
def cheap(settings):
    settings.INSECURE_STRETCHING_FOR_TESTS = True
    # WhiteNoise warns about a folder that isn't there, and a warning fails a test.
    Path(settings.STATIC_ROOT).mkdir(exist_ok=True)


def a_code(secret, now=None):
    return pyotp.TOTP(secret).at(int(time.time()) if now is None else now)


@pytest.fixture
def founded(db):
    with transaction.atomic(using="sealed"):
        made = actions.found(readers=(("Anna", Role.APPROVER), ("Ben", Role.ANALYST)))
    actions.register_granted_keys()
    return made


@pytest.fixture
def admin(founded):
    return founded.people[0]


@pytest.fixture
def anna(founded):
    return founded.people[1]


@pytest.fixture
def ben(founded):
    return founded.people[2]


def open_as(person, now=None):
    now = int(time.time()) if now is None else now
    return actions.open_desk(person.name, person.passphrase, a_code(person.totp_secret, now), now=now)


@pytest.fixture(autouse=True)
def no_box():
    """Accounts alone: the workbench connects the intake box at the start, and again afterwards."""
    box.disconnect()
    yield
    apps.get_app_config("workbench").ready()


@pytest.fixture
def the_box():
    """A box that only remembers: keys in use, what was opened, whether it was closed."""

    class Box:
        keys, closed, moved = {}, 0, []

        def open_generation(self, number, public):
            self.keys[number] = public

        def move(self, old, new):
            self.moved.append((old.number, new.number))
            return 7

        def close(self):
            self.closed += 1

    made = Box()
    made.keys, made.moved = {}, []
    box.connect(
        keys_in_use=lambda: made.keys,
        open_generation=made.open_generation,
        move_to_generation=made.move,
        close=made.close,
    )
    yield made
    box.disconnect()


def newcomer(admin, name="Cara", role=Role.ANALYST):
    invitation = actions.create_account(name, role, by=admin.desk)
    offer = actions.offer_keys(name, invitation.words)
    actions.make_keys(
        name,
        invitation.words,
        offer,
        typed_passphrase=offer.passphrase,
        code=a_code(offer.totp_secret, time.time() - 30),
    )
    return invitation.analyst_id, offer

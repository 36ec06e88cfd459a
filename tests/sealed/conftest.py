"""A desk for every sealed room: an administrator, two approvers, an analyst, a screener. `accounts` founds its own."""

import pytest
from django.db import transaction

from closecall.sealed.accounts import actions as accounts
from closecall.sealed.accounts.actions import Founded
from closecall.sealed.accounts.rules.desk import Desk
from closecall.sealed.accounts.rules.roles import Role
from closecall.sealed.intake import actions as intake


@pytest.fixture
def founded(db: None) -> Founded:
    """Accounts with keys, and an open intake."""
    readers = (
        ("Anna", Role.APPROVER),
        ("Ben", Role.APPROVER),
        ("Cara", Role.ANALYST),
        ("Dov", Role.SCREENER),
    )
    with transaction.atomic(using="sealed"):
        made = accounts.found(readers=readers)
    intake.open_generation(1, made.generation.pair.public)
    accounts.register_granted_keys()
    return made


@pytest.fixture
def anna(founded: Founded) -> Desk:
    """An approver."""
    return founded.people[1].desk


@pytest.fixture
def ben(founded: Founded) -> Desk:
    """Another approver."""
    return founded.people[2].desk


@pytest.fixture
def cara(founded: Founded) -> Desk:
    """An analyst."""
    return founded.people[3].desk


@pytest.fixture
def dov(founded: Founded) -> Desk:
    """A screener."""
    return founded.people[4].desk

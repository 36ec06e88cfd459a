"""Rotating keys, leaving, losing a passphrase, recovering."""

import time

import pytest

from closecall.errors import Conflict, NotFound, NotSignedIn, Unavailable
from closecall.sealed.accounts import actions, box, queries
from closecall.sealed.accounts.models import GenerationWrap
from closecall.sealed.accounts.rules.roles import Role
from closecall.sealed.vault import generations, recovery
from closecall.site.audit import actions as audit

from .conftest import a_code, newcomer, open_as

pytestmark = pytest.mark.django_db(databases=["default", "sealed"])


# ---------------------------------------------------------------- rotating, leaving, losing


def test_a_rotation_reaches_everybody_who_holds_a_key_and_nobody_else(founded, admin, anna, ben):
    newcomer(admin)  # keys, but no grant
    desk = open_as(anna).desk
    second = generations.create(2)
    actions.wrap_for_everybody(second, by=desk)
    assert open_as(ben).desk.generations == (founded.generation, second)
    holders = set(GenerationWrap.objects.filter(number=2).values_list("analyst_id", flat=True))
    assert holders == {0, anna.desk.analyst_id, ben.desk.analyst_id}
    pair = recovery.restore(founded.shares[1:], founded.recovery_public)
    assert generations.unwrap(queries.recovery_wraps()[2], pair, number=2) == second


def test_the_keys_page_opens_a_generation_in_the_box_and_moves_what_lives(founded, anna, ben, the_box):
    the_box.keys = {1: founded.generation.pair.public}
    generation, moved = actions.rotate(by=open_as(anna).desk)
    assert the_box.keys[2] == generation.pair.public and moved == 7
    assert the_box.moved == [(1, 2)]
    assert open_as(ben).desk.generations == (founded.generation, generation)


def test_a_rotation_that_the_box_refuses_leaves_no_key_behind(founded, anna, the_box):
    the_box.keys = {1: founded.generation.pair.public}
    the_box.open_generation = None
    box.connect(keys_in_use=lambda: the_box.keys, open_generation=None, move_to_generation=None, close=None)
    with pytest.raises(TypeError):
        actions.rotate(by=open_as(anna).desk)
    assert not GenerationWrap.objects.filter(number=2).exists()


def test_without_a_box_nothing_is_rotated(anna):
    with pytest.raises(Unavailable):
        actions.rotate(by=anna.desk)


def test_a_leaver_signs_in_no_more_and_their_signatures_stay_valid(admin, anna, ben):
    actions.grant(ben.desk.analyst_id, fingerprint=ben.fingerprint, by=anna.desk)
    actions.deactivate(ben.desk.analyst_id, by=admin.desk)
    with pytest.raises(NotSignedIn):
        open_as(ben)
    assert not GenerationWrap.objects.filter(analyst_id=ben.desk.analyst_id).exists()
    assert ben.desk.verify_key in queries.staff_keys()[ben.desk.pseudonym]
    with pytest.raises(NotFound):
        actions.deactivate(ben.desk.analyst_id, by=admin.desk)


def test_a_lost_passphrase_means_new_keys_and_a_new_grant(founded, admin, anna, ben):
    invitation = actions.renew_account(ben.desk.analyst_id, by=admin.desk)
    with pytest.raises(NotSignedIn):
        open_as(ben)
    offer = actions.offer_keys("Ben", invitation.words)
    code = a_code(offer.totp_secret, time.time() - 30)
    person = actions.make_keys("Ben", invitation.words, offer, typed_passphrase=offer.passphrase, code=code)
    assert person.fingerprint != ben.fingerprint and not person.holds_key
    actions.grant(ben.desk.analyst_id, fingerprint=person.fingerprint, by=open_as(anna).desk)
    desk = actions.open_desk("Ben", offer.passphrase, a_code(offer.totp_secret)).desk
    assert desk.generations == (founded.generation,)
    assert queries.staff_keys()[ben.desk.pseudonym] == {ben.desk.verify_key, person.verify_key}
    assert audit.verify(staff_keys=queries.staff_keys()).sound


def test_a_role_that_reads_no_reports_loses_its_grants(admin, ben):
    actions.change_role(ben.desk.analyst_id, Role.EDITOR, by=admin.desk)
    assert not GenerationWrap.objects.filter(analyst_id=ben.desk.analyst_id).exists()
    assert open_as(ben).desk.generations == ()


def test_nobody_closes_or_promotes_themselves(admin):
    for act in (actions.deactivate, actions.renew_account):
        with pytest.raises(Conflict):
            act(admin.desk.analyst_id, by=admin.desk)
    with pytest.raises(Conflict):
        actions.change_role(admin.desk.analyst_id, Role.APPROVER, by=admin.desk)


def test_two_holders_bring_an_instance_back_when_no_analyst_is_left(founded, admin, anna, ben):
    for person in (anna, ben):
        actions.deactivate(person.desk.analyst_id, by=admin.desk)
    pair = recovery.restore([founded.shares[2], founded.shares[0]], queries.recovery_public())
    rescued = actions.recover("Rosa", pair)
    assert open_as(rescued).desk.generations == (founded.generation,)
    with pytest.raises(Conflict):
        actions.recover("Rita", recovery.pair_of(bytes(16)))


def test_a_lost_administrator_is_replaced_from_the_host_and_opens_nothing(founded):
    added = actions.add_administrator("Second administrator")
    assert open_as(added).desk.generations == ()
    assert audit.verify(staff_keys=queries.staff_keys()).sound


def test_a_new_recovery_pair_makes_the_old_shares_worthless(founded, anna):
    shares, public = actions.renew_recovery(by=anna.desk)
    with pytest.raises(recovery.SharesDiffer):
        recovery.restore(founded.shares[:2], queries.recovery_public())
    pair = recovery.restore(shares[1:], public)
    assert generations.unwrap(queries.recovery_wraps()[1], pair, number=1) == founded.generation

"""Founding, signing in, first keys, granting, keys that were exchanged."""

import time
from dataclasses import replace

import pytest
from django.db import transaction

from closecall.errors import BadInput, Conflict, NotAllowed, NotSignedIn
from closecall.public.library import queries as library
from closecall.sealed.accounts import actions, box, queries
from closecall.sealed.accounts.actions import signing_in
from closecall.sealed.accounts.models import Analyst, DeskSession, GenerationWrap, StaffKey
from closecall.sealed.accounts.rules.pins import KeySwapped
from closecall.sealed.accounts.rules.roles import Role
from closecall.sealed.vault import generations, recovery
from closecall.site.audit import actions as audit
from closecall.site.audit import queries as chain
from closecall.site.crypto import signing, stretching

from .conftest import a_code, newcomer, open_as

pytestmark = pytest.mark.django_db(databases=["default", "sealed"])


# ---------------------------------------------------------------- founding


def test_founding_makes_a_keyless_administrator_and_readers_with_generation_one(founded, admin, anna, ben):
    assert admin.desk.generations == () and admin.desk.role is Role.ADMINISTRATOR
    for person in (anna, ben):
        assert open_as(person).desk.generations == (founded.generation,)
    assert open_as(admin).desk.generations == ()
    assert not GenerationWrap.objects.filter(analyst_id=admin.desk.analyst_id).exists()


def test_any_two_recovery_shares_open_generation_one(founded):
    pair = recovery.restore(founded.shares[:2], founded.recovery_public)
    wrapped = queries.recovery_wraps()[1]
    assert generations.unwrap(wrapped, pair, number=1) == founded.generation


def test_an_instance_is_founded_once(founded):
    with pytest.raises(Conflict):
        actions.found()


def test_somebody_must_be_able_to_grant():
    with pytest.raises(BadInput):
        actions.found(readers=(("Anna", Role.SCREENER),))


def test_no_secret_of_a_person_is_in_a_repr(founded, anna):
    assert anna.passphrase not in repr(founded) and anna.totp_secret not in repr(founded)
    assert founded.shares[0] not in repr(founded)
    assert repr(anna.desk.keys.box.secret) not in repr(founded)


def test_what_was_founded_is_in_a_chain_that_verifies(founded, admin):
    actions.create_account("Cara", Role.ANALYST, by=admin.desk)
    assert [entry.action for entry in chain.entries()] == ["account.open", "instance.found"]
    assert audit.verify(staff_keys=queries.staff_keys()).sound


# ---------------------------------------------------------------- signing in


def test_name_passphrase_and_code_open_the_desk(anna):
    opened = open_as(replace(anna, name=" anna "))
    assert opened.desk.name == "Anna" and opened.desk.keys == anna.desk.keys


@pytest.mark.parametrize("wrong", ["name", "passphrase", "totp_secret"])
def test_every_miss_is_told_the_same(anna, wrong):
    other = {"name": "Nobody", "passphrase": "abdomen " * 7, "totp_secret": "A" * 32}
    with pytest.raises(NotSignedIn) as miss:
        open_as(replace(anna, **{wrong: other[wrong]}))
    assert miss.value.sentence == signing_in._MISS


def test_an_unknown_name_costs_the_same_derivations_and_queries(anna, monkeypatch, django_assert_num_queries):
    costs = []
    real = stretching.stretch

    def counted(secret, **cost):
        costs.append((cost["mebibytes"], cost["passes"], cost["length"]))
        return real(secret, **cost)

    monkeypatch.setattr(stretching, "stretch", counted)
    for name in ("Anna", "Nobody"):
        with django_assert_num_queries(1, using="sealed"), pytest.raises(NotSignedIn):
            actions.open_desk(name, "abdomen abiding", "123456")
    assert len(costs) == 2 and costs[0] == costs[1]


def test_a_code_is_not_accepted_twice(anna):
    now = int(time.time())
    open_as(anna, now)
    with pytest.raises(NotSignedIn):
        open_as(anna, now)
    assert open_as(anna, now + 30)


def test_a_wrong_passphrase_does_not_use_up_the_code(anna):
    now = int(time.time())
    with pytest.raises(NotSignedIn):
        open_as(replace(anna, passphrase="abdomen"), now)
    assert open_as(anna, now)


def test_the_passphrase_is_checked_again_by_opening_the_keys(anna, ben):
    assert actions.opens(anna.desk.analyst_id, anna.passphrase)
    assert not actions.opens(anna.desk.analyst_id, ben.passphrase)
    assert not actions.opens(12345, anna.passphrase)


def test_no_password_and_no_clear_second_factor_is_stored(anna):
    columns = {field.column for field in Analyst._meta.get_fields()}
    assert not columns & {"password", "last_login"}
    row = Analyst.objects.get(name="Anna")
    assert anna.totp_secret.encode() not in bytes(row.totp)


# ---------------------------------------------------------------- first sign-in and granting


def test_a_new_colleague_opens_nothing_until_somebody_grants(founded, admin, anna):
    analyst_id, offer = newcomer(admin)
    code = a_code(offer.totp_secret)
    assert actions.open_desk("Cara", offer.passphrase, code).desk.generations == ()
    person = queries.person(analyst_id)
    assert person.waits_for_grant and len(person.fingerprint.split()) == 8

    actions.grant(analyst_id, fingerprint=person.fingerprint, by=anna.desk)
    code = a_code(offer.totp_secret, time.time() + 30)
    desk = actions.open_desk("Cara", offer.passphrase, code).desk
    assert desk.generations == (founded.generation,)


def test_only_granted_keys_may_sign_for_the_library(founded, admin, anna):
    analyst_id, _offer = newcomer(admin)
    before = {key.hex() for key in _library_keys()}
    person = queries.person(analyst_id)
    assert anna.desk.verify_key.hex() in before
    assert admin.desk.verify_key.hex() not in before and person.verify_key.hex() not in before
    actions.grant(analyst_id, fingerprint=person.fingerprint, by=anna.desk)
    assert person.verify_key in _library_keys()


def _library_keys():
    from closecall.public.library.models import StaffKey as LibraryKey

    assert library  # the room whose table this looks into
    return {bytes.fromhex(row.verify_key) for row in LibraryKey.objects.all()}


def test_an_invitation_works_once_and_for_its_own_account(admin):
    invitation = actions.create_account("Cara", Role.ANALYST, by=admin.desk)
    other = actions.create_account("Dora", Role.ANALYST, by=admin.desk)
    for name, words in (("Cara", other.words), ("Nobody", other.words), ("Cara", ""), ("Anna", "")):
        with pytest.raises(NotAllowed):
            actions.offer_keys(name, words)
    offer = actions.offer_keys("Cara", invitation.words)
    values = {"typed_passphrase": offer.passphrase, "code": a_code(offer.totp_secret)}
    with pytest.raises(BadInput):
        actions.make_keys("Cara", invitation.words, offer, **(values | {"typed_passphrase": "abdomen"}))
    with pytest.raises(BadInput):
        actions.make_keys("Cara", invitation.words, offer, **(values | {"code": "000"}))
    actions.make_keys("Cara", invitation.words, offer, **values)
    with pytest.raises(NotAllowed):
        actions.make_keys("Cara", invitation.words, offer, **values)


def test_an_administrator_cannot_grant(admin):
    analyst_id, _offer = newcomer(admin)
    person = queries.person(analyst_id)
    with pytest.raises(NotAllowed):
        actions.grant(analyst_id, fingerprint=person.fingerprint, by=admin.desk)


def test_nobody_grants_to_a_role_that_reads_no_reports(admin, anna):
    for role, name in ((Role.EDITOR, "Edda"), (Role.ADMINISTRATOR, "Adam")):
        analyst_id, _offer = newcomer(admin, name, role)
        with pytest.raises(NotAllowed):
            actions.grant(analyst_id, fingerprint=queries.person(analyst_id).fingerprint, by=anna.desk)


def test_nobody_grants_to_keys_that_changed_after_the_call(admin, anna):
    analyst_id, _offer = newcomer(admin)
    spoken = queries.person(analyst_id).fingerprint
    swapped = signing.generate().verify_key
    Analyst.objects.filter(id=analyst_id).update(verify_key=swapped)
    with pytest.raises(Conflict):
        actions.grant(analyst_id, fingerprint=spoken, by=anna.desk)


@pytest.mark.parametrize("verb", ["create", "role", "renew", "close"])
def test_only_administrators_touch_accounts(anna, ben, verb):
    with pytest.raises(NotAllowed):
        if verb == "create":
            actions.create_account("Cara", Role.ANALYST, by=anna.desk)
        elif verb == "role":
            actions.change_role(ben.desk.analyst_id, Role.EDITOR, by=anna.desk)
        elif verb == "renew":
            actions.renew_account(ben.desk.analyst_id, by=anna.desk)
        else:
            actions.deactivate(ben.desk.analyst_id, by=anna.desk)


def test_names_are_unique_whatever_their_case(admin):
    with pytest.raises(Conflict):
        actions.create_account("ANNA", Role.EDITOR, by=admin.desk)
    for name in ("", "x" * 41, "<b>", "a\nb<"):
        with pytest.raises(BadInput):
            actions.create_account(name, Role.EDITOR, by=admin.desk)


# ---------------------------------------------------------------- a swapped key


def test_a_generation_that_was_exchanged_in_the_database_closes_the_desk(anna, the_box):
    open_as(anna, int(time.time()) - 30)
    forged = generations.create(1)
    GenerationWrap.objects.filter(analyst_id=anna.desk.analyst_id).update(
        wrapped=generations.wrap(forged, anna.desk.keys.box.public)
    )
    with pytest.raises(KeySwapped):
        open_as(anna)
    assert the_box.closed == 1


def test_an_intake_key_that_was_exchanged_closes_the_box(anna, the_box):
    the_box.keys = {1: bytes(32)}
    with pytest.raises(KeySwapped):
        open_as(anna)
    assert the_box.closed == 1


def test_a_generation_that_nobody_trusted_granted_is_not_believed(anna, the_box):
    open_as(anna, int(time.time()) - 30)
    forged, mallory = generations.create(2), signing.generate()
    GenerationWrap.objects.create(
        analyst_id=anna.desk.analyst_id,
        number=2,
        wrapped=generations.wrap(forged, anna.desk.keys.box.public),
        pin=generations.pin_of(forged.pair.public),
        granter_key=mallory.verify_key,
        signature=signing.sign(mallory.seed, b"anything"),
    )
    with pytest.raises(KeySwapped):
        open_as(anna)


def test_a_staff_key_put_in_by_hand_does_not_count(anna):
    mallory = signing.generate()
    StaffKey.objects.create(
        verify_key=mallory.verify_key, pseudonym=anna.desk.pseudonym, certificate=bytes(64)
    )
    assert mallory.verify_key not in queries.staff_keys()[anna.desk.pseudonym]


# ---------------------------------------------------------------- the stolen database


def test_the_database_with_every_table_opens_nothing_without_a_passphrase(founded, anna):
    from django.core import serializers

    dump = "".join(
        serializers.serialize("json", model.objects.all())
        for model in (Analyst, GenerationWrap, StaffKey, DeskSession)
    )
    import base64

    for secret in (
        founded.generation.pair.secret,
        anna.desk.keys.box.secret,
        anna.desk.keys.signing_seed,
    ):
        assert base64.b64encode(secret).decode() not in dump and secret.hex() not in dump
    assert anna.passphrase not in dump and founded.shares[0] not in dump


def test_a_failed_founding_leaves_nobody():
    with pytest.raises(ZeroDivisionError), transaction.atomic(using="sealed"):
        actions.found()
        raise ZeroDivisionError
    assert not Analyst.objects.exists()


# ---------------------------------------------------------------- with the real box


@pytest.fixture
def the_real_box(founded):
    from closecall.sealed.intake import actions as intake
    from closecall.sealed.intake import queries as intake_queries

    box.connect(
        keys_in_use=intake_queries.generation_keys,
        open_generation=intake.open_generation,
        move_to_generation=intake.move_to_generation,
        close=intake.close_intake,
    )
    intake.open_generation(1, founded.generation.pair.public)
    yield intake_queries
    box.disconnect()


def test_the_real_box_takes_a_new_generation(the_real_box, anna, ben):
    generation, moved = actions.rotate(by=open_as(anna).desk)
    assert the_real_box.generation_keys()[2] == generation.pair.public and moved == 0
    assert open_as(ben).desk.generations[-1] == generation


def test_a_key_exchanged_in_the_real_box_closes_it(the_real_box, anna):
    from closecall.sealed.intake.models import IntakeGeneration

    IntakeGeneration.objects.filter(number=1).update(public_key=bytes(range(32)))
    with pytest.raises(KeySwapped):
        open_as(anna)
    assert not IntakeGeneration.objects.get(number=1).open

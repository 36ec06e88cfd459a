"""The first keys of an instance, and the last resort."""

from collections.abc import Sequence
from dataclasses import dataclass, field, replace

from django.db import transaction

from closecall.errors import BadInput, Conflict
from closecall.sealed.accounts import queries
from closecall.sealed.accounts.actions import granting, people
from closecall.sealed.accounts.models import Analyst, GenerationWrap, RecoveryKey
from closecall.sealed.accounts.rules import names, totp
from closecall.sealed.accounts.rules.desk import Desk
from closecall.sealed.accounts.rules.roles import READS_REPORTS, Role
from closecall.sealed.vault import generations, passphrases, recovery
from closecall.sealed.vault.generations import Generation
from closecall.site.audit.actions import record
from closecall.site.crypto.boxes import KeyPair
from closecall.site.crypto.errors import CannotOpen


@dataclass(frozen=True)
class NewPerson:
    """Somebody's secrets, shown once and kept nowhere."""

    name: str
    role: Role
    passphrase: str = field(repr=False)
    totp_secret: str = field(repr=False)
    totp_uri: str = field(repr=False)
    desk: Desk
    fingerprint: str


@dataclass(frozen=True)
class Founded:
    """What `closecall init` prints and passes on. `generation` goes to intake, which opens it."""

    people: tuple[NewPerson, ...]
    generation: Generation
    shares: tuple[str, str, str] = field(repr=False)
    recovery_public: bytes

    @property
    def first_reader(self) -> NewPerson:
        """The first person who can open reports."""
        return next(person for person in self.people if person.role in READS_REPORTS)


def found(
    *,
    administrator: str = "administrator",
    readers: Sequence[tuple[str, Role]] = (("analyst", Role.APPROVER),),
) -> Founded:
    """Make an administrator who holds no intake key, the first people who do, generation 1 and the shares.

    readers: names and roles; at least one that may grant. A demo passes two approvers.
    Call it in a sealed transaction of your own (`using="sealed"`) together with `intake.open_generation`, and
    commit only after two shares were typed back (`recovery.restore(typed, founded.recovery_public)`); after
    the commit call `granting.register_granted_keys()`.
    Raises: Conflict for an instance that has people; BadInput without anybody who may grant.
    """
    if not any(role in READS_REPORTS and role is not Role.SCREENER for _name, role in readers):
        raise BadInput("An instance needs at least one analyst or approver.")
    with transaction.atomic(using=queries.database()):
        if Analyst.objects.exists():
            raise Conflict("This instance has people already.")
        seed = recovery.new_seed()
        public = recovery.pair_of(seed).public
        RecoveryKey.objects.create(public=public)
        everybody = [_new_person(administrator, Role.ADMINISTRATOR)]
        everybody += [_new_person(name, role) for name, role in readers]
        generation = generations.create(1)
        first = next(person for person in everybody if person.desk.may("grant"))
        reading = [person.desk.analyst_id for person in everybody if person.role in READS_REPORTS]
        rows = Analyst.objects.filter(id__in=reading)
        granting.seal_generation(generation, rows, by=first.desk, recovery_public=public)
        granting.vouch_for(bytes(row.verify_key) for row in rows)
        record(action="instance.found", obj="instance", by=first.desk, detail={"people": len(everybody)})
    holding = tuple(
        replace(person, desk=replace(person.desk, generations=(generation,)))
        if person.role in READS_REPORTS
        else person
        for person in everybody
    )
    return Founded(holding, generation, recovery.split(seed), public)


def recover(name: str, pair: KeyPair) -> NewPerson:
    """Make a new approver from the recovery pair, when no analyst is left who could grant.

    pair: from `vault.recovery.restore(typed_shares, queries.recovery_public())`.
    Raises: Conflict when the pair opens nothing of this instance, or the name is taken.
    """
    with transaction.atomic(using=queries.database()):
        wraps = queries.recovery_wraps()
        try:
            opened = tuple(
                generations.unwrap(wrapped, pair, number=number) for number, wrapped in wraps.items()
            )
        except CannotOpen:
            raise Conflict("These shares don't open this instance's keys.") from None
        if not opened:
            raise Conflict("This instance has no keys to recover.")
        person = _new_person(name, Role.APPROVER)
        row = Analyst.objects.get(id=person.desk.analyst_id)
        for generation in opened:
            granting.give(generation, row, by=person.desk)
        granting.vouch_for([bytes(row.verify_key)])
        record(
            action="keys.recover",
            obj=row.pseudonym,
            by=person.desk,
            detail={"generations": [generation.number for generation in opened]},
        )
    return replace(person, desk=replace(person.desk, generations=opened))


def add_administrator(name: str) -> NewPerson:
    """Make another administrator from the host's own command line, e.g. when the only one lost their phone.

    An administrator holds no key, so this opens no report; it is in the audit chain all the same.
    Raises: Conflict for a name that is taken.
    """
    with transaction.atomic(using=queries.database()):
        person = _new_person(name, Role.ADMINISTRATOR)
        record(action="account.administrator", obj=person.desk.pseudonym, by=person.desk, detail={})
    return person


def renew_recovery(*, by: Desk) -> tuple[tuple[str, str, str], bytes]:
    """Replace the recovery pair, e.g. after a share was lost; returns new shares and the public half.

    Raises: NotAllowed.
    """
    by.require("rotate")
    seed = recovery.new_seed()
    public = recovery.pair_of(seed).public
    with transaction.atomic(using=queries.database()):
        RecoveryKey.objects.all().delete()
        RecoveryKey.objects.create(public=public)
        for generation in by.generations:
            GenerationWrap.objects.filter(analyst_id=0, number=generation.number).update(
                wrapped=generations.wrap(generation, public)
            )
        record(action="keys.recovery", obj="recovery", by=by, detail={})
    return recovery.split(seed), public


def _new_person(name: str, role: Role) -> NewPerson:
    analyst, _words = people.new_account(name, role)
    passphrase, secret = passphrases.generate(), totp.new_secret()
    desk = people.fill(analyst, passphrase, secret)
    spoken = names.fingerprint(bytes(analyst.box_public), bytes(analyst.verify_key))
    uri = totp.uri(secret, name=analyst.name)
    return NewPerson(analyst.name, role, passphrase, secret, uri, desk, spoken)

"""The table keeps what the rules promise: append-only, in the caller's transaction, a head for the footer."""

import threading
from datetime import date

import pytest
from django.core.management import CommandError, call_command
from django.db import DatabaseError, connections, transaction

from closecall.site.audit import actions, queries
from closecall.site.audit.models import AuditEntry
from closecall.site.audit.rules.chain import Head

from .test_chain import HERON, KEYS, WREN

pytestmark = pytest.mark.django_db(databases=["default", "sealed"], transaction=True)


def record(by=HERON, **values):
    with transaction.atomic(using="sealed"):
        return actions.record(
            **({"action": "screen", "obj": "M7K2", "by": by, "detail": {"hazard": True}} | values)
        )


def test_entries_follow_each_other_and_verify():
    record()
    record(by=WREN, action="sign")
    assert [entry.seq for entry in queries.entries()] == [2, 1]
    assert actions.verify(staff_keys=KEYS).sound
    assert actions.verify(staff_keys={}).first_bad == 1


def test_an_effect_that_is_rolled_back_takes_its_entry_along():
    with pytest.raises(ZeroDivisionError), transaction.atomic(using="sealed"):
        actions.record(action="screen", obj="M7K2", by=HERON, detail={})
        raise ZeroDivisionError
    assert queries.newest() is None


def test_an_entry_outside_a_transaction_is_refused():
    with pytest.raises(RuntimeError):
        actions.record(action="screen", obj="M7K2", by=HERON, detail={})


@pytest.mark.parametrize(
    "statement",
    [
        "UPDATE audit_auditentry SET action = 'nothing'",
        "DELETE FROM audit_auditentry",
        "DELETE FROM audit_auditentry WHERE seq = 1",
    ],
)
def test_the_database_refuses_to_change_or_delete(statement):
    record()
    with (
        pytest.raises(DatabaseError),
        transaction.atomic(using="sealed"),
        connections["sealed"].cursor() as cursor,
    ):
        cursor.execute(statement)
    assert actions.verify(staff_keys=KEYS).sound
    assert queries.newest().action == "screen"


def test_our_own_code_cannot_save_over_an_entry():
    record()
    row = AuditEntry.objects.get(seq=1)
    row.action = "nothing"
    with pytest.raises(DatabaseError):
        row.save()
    with pytest.raises(DatabaseError):
        row.delete()


def test_a_row_flipped_behind_the_triggers_is_named():
    from closecall.site.audit import triggers

    record()
    record()
    triggers.drop(connections["sealed"])
    AuditEntry.objects.filter(seq=2).update(obj="M7K3")
    verdict = actions.verify(staff_keys=KEYS)
    assert (verdict.first_bad, verdict.checked) == (2, 1)


def test_the_head_of_the_day_reaches_the_public_database_and_betrays_a_cut():
    from closecall.site.audit import triggers

    assert actions.copy_head() is None
    record()
    record()
    head = actions.copy_head(on=date(2026, 11, 24))
    assert actions.copy_head(on=date(2026, 11, 24)) == head == queries.head()
    triggers.drop(connections["sealed"])
    AuditEntry.objects.filter(seq=2).delete()
    assert actions.verify(staff_keys=KEYS).first_bad == 2


def test_a_head_from_outside_is_checked_too():
    record()
    assert actions.verify(staff_keys=KEYS, heads=[Head(date(2026, 11, 24), 1, bytes(32))]).first_bad == 1


def test_a_real_database_is_never_flushed(monkeypatch):
    monkeypatch.setitem(connections["sealed"].settings_dict, "NAME", "/srv/closecall/sealed.sqlite3")
    with pytest.raises(CommandError):
        call_command("flush", database="sealed", interactive=False)


def test_entries_written_at_the_same_moment_still_make_one_chain():
    def write(by):
        try:
            for _ in range(5):
                record(by=by)
        finally:
            connections["sealed"].close()

    threads = [threading.Thread(target=write, args=(by,)) for by in (HERON, WREN, HERON)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    verdict = actions.verify(staff_keys=KEYS)
    assert verdict.sound and verdict.checked == 15

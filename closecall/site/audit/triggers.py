"""The database itself forbids changing or deleting an entry, also to our own mistakes."""

from collections.abc import Mapping, Sequence

from django.db.backends.base.base import BaseDatabaseWrapper

TABLE = "audit_auditentry"
_REFUSAL = "The audit chain is append-only."

_CREATE = {
    "sqlite": (
        f"CREATE TRIGGER IF NOT EXISTS audit_no_update BEFORE UPDATE ON {TABLE} "
        f"BEGIN SELECT RAISE(ABORT, '{_REFUSAL}'); END",
        f"CREATE TRIGGER IF NOT EXISTS audit_no_delete BEFORE DELETE ON {TABLE} "
        f"BEGIN SELECT RAISE(ABORT, '{_REFUSAL}'); END",
    ),
    "postgresql": (
        "CREATE OR REPLACE FUNCTION audit_refuse() RETURNS trigger LANGUAGE plpgsql AS "
        f"$$ BEGIN RAISE EXCEPTION '{_REFUSAL}' USING ERRCODE = 'integrity_constraint_violation'; END $$",
        f"DROP TRIGGER IF EXISTS audit_no_change ON {TABLE}",
        f"CREATE TRIGGER audit_no_change BEFORE UPDATE OR DELETE ON {TABLE} "
        "FOR EACH ROW EXECUTE FUNCTION audit_refuse()",
        f"DROP TRIGGER IF EXISTS audit_no_truncate ON {TABLE}",
        f"CREATE TRIGGER audit_no_truncate BEFORE TRUNCATE ON {TABLE} "
        "FOR EACH STATEMENT EXECUTE FUNCTION audit_refuse()",
    ),
}
_DROP = {
    "sqlite": ("DROP TRIGGER IF EXISTS audit_no_update", "DROP TRIGGER IF EXISTS audit_no_delete"),
    "postgresql": (
        f"DROP TRIGGER IF EXISTS audit_no_change ON {TABLE}",
        f"DROP TRIGGER IF EXISTS audit_no_truncate ON {TABLE}",
    ),
}


def create(connection: BaseDatabaseWrapper) -> None:
    """Put the triggers on the table, if this database has it."""
    _execute(connection, _CREATE)


def drop(connection: BaseDatabaseWrapper) -> None:
    """Take the triggers off: for the rollback of a migration and for emptying a test database."""
    _execute(connection, _DROP)


def _execute(connection: BaseDatabaseWrapper, statements: Mapping[str, Sequence[str]]) -> None:
    with connection.cursor() as cursor:
        if TABLE in connection.introspection.table_names(cursor):
            for statement in statements[connection.vendor]:
                cursor.execute(statement)

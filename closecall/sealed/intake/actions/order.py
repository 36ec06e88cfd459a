"""Rows that lie in the order of their random keys say nothing of the order in which reports came."""

from django.db import connections, transaction

from closecall.sealed.intake import queries
from closecall.sealed.intake.models import SealedAddition, SealedMessage, SealedReport


def forget_order() -> None:
    """Rewrite the reporter's tables in the order of their keys, weekly.

    SQLite keeps rows so by itself; PostgreSQL appends them as they come until a table is rewritten.
    """
    connection = connections[queries.database()]
    if connection.vendor != "postgresql":
        return
    with transaction.atomic(using=queries.database()), connection.cursor() as cursor:
        cursor.execute("SET CONSTRAINTS ALL IMMEDIATE")
        for model in (SealedReport, SealedAddition, SealedMessage):
            table = connection.ops.quote_name(model._meta.db_table)
            key = connection.ops.quote_name(f"{model._meta.db_table}_pkey")
            cursor.execute(f"CLUSTER {table} USING {key}")
        cursor.execute("SET CONSTRAINTS ALL DEFERRED")

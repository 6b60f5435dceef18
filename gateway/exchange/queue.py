"""Jobs that commit or roll back with the caller's transaction: pgqueuer over the open connection."""

from __future__ import annotations

from uuid import UUID

import psycopg
import sqlalchemy as sa
from pgqueuer.domain.settings import db_settings
from pgqueuer.queries import SyncQueries
from psycopg.rows import dict_row

INBOX = "inbox"

jobs = sa.table(
    db_settings().queue_table,
    sa.column("entrypoint"),
    sa.column("status", sa.Enum(name=db_settings().queue_status_type, create_type=False)),
    sa.column("execute_after"),
)
"""pgqueuer's own table, as much of it as we look at."""


class OpenTransaction:
    """pgqueuer's synchronous driver on the psycopg connection beneath `conn`; it neither commits nor rolls back."""

    def __init__(self, conn: sa.Connection) -> None:
        driver = conn.connection.driver_connection
        if not isinstance(driver, psycopg.Connection):
            raise TypeError(f"jobs are written through psycopg, and this connection is a {type(driver).__name__}")
        self._connection = driver

    def fetch(self, query: str, *args: object) -> list[dict[str, object]]:
        # RawCursor takes the $1 placeholders that pgqueuer writes.
        with psycopg.RawCursor(self._connection, row_factory=dict_row) as cursor:
            return list(cursor.execute(query.encode(), args))


def enqueue(conn: sa.Connection, entrypoint: str, message_id: UUID) -> None:
    """A job for this message, in the transaction of `conn`."""
    SyncQueries(OpenTransaction(conn)).enqueue(entrypoint, str(message_id).encode())

"""How far everything in a town has come, asked of its database; while that is away the answer is no."""

from __future__ import annotations

import contextlib
from collections.abc import Callable

import sqlalchemy as sa

from gateway.sandbox.serve import Sandbox
from tests.proof.postgres import Postgres
from tests.proof.processes import Process, until


class Watched:
    """`placed`: order number by supplier; `sandbox` plays the suppliers; `processes` are the program's own."""

    def __init__(self, postgres: Postgres, sandbox: Sandbox) -> None:
        self.postgres, self.sandbox = postgres, sandbox
        self.placed: dict[str, str] = {}
        self.processes: list[Process] = []

    def happened(self) -> int:
        """How much has gone out and come in until now."""
        try:
            came = "SELECT count(*) FROM messages WHERE direction = 'in'"
            return int(self.postgres.one(f"SELECT (SELECT count(*) FROM attempts) + ({came})"))
        except sa.exc.DBAPIError:
            return -1

    def under_way(self) -> int:
        """How many orders have not come to their end; more than all while that cannot be said."""
        with contextlib.suppress(sa.exc.DBAPIError):
            return int(self.postgres.one("SELECT count(*) FROM orders WHERE state <> 'despatched'"))
        return len(self.placed) + 1

    def in_the_act(self) -> int:
        """How much is written, perhaps with its supplier, and not yet known to be."""
        with contextlib.suppress(sa.exc.DBAPIError):
            sql = "SELECT count(*) FROM messages WHERE state = 'queued' AND journaled_at IS NOT NULL"
            return int(self.postgres.one(sql))
        return 0

    def sent(self, *supplier_ids: str) -> Callable[[], bool]:
        """Whether all that was placed with these suppliers is sent."""
        sql = "SELECT count(*) FROM messages WHERE direction = 'out' AND state = 'sent' AND supplier_id = ANY(:ids)"
        wanted = sum(supplier_id in supplier_ids for supplier_id in self.placed.values())

        def all_sent() -> bool:
            with contextlib.suppress(sa.exc.DBAPIError):
                return bool(self.postgres.one(sql, ids=list(supplier_ids)) == wanted)
            return False

        return all_sent

    def all_done(self) -> bool:
        """Every order has gone its whole way, and nothing is left to do."""
        try:
            open_ones = self.postgres.one("SELECT count(*) FROM orders WHERE state <> 'despatched'")
            return not (open_ones or self.sandbox.open_answers or self.left_over())
        except sa.exc.DBAPIError:
            return False

    def finish(self, seconds: float, what: str = "the end of every journey") -> float:
        """Waits until all is done, and says how long that took."""
        return self.wait(self.all_done, seconds, what)

    def wait(self, true: Callable[[], object], seconds: float, what: str) -> float:
        """As `until`; where it does not happen, also what is left and what each process is at."""
        try:
            return until(true, seconds, what)
        except AssertionError as late:
            said = "\n".join(process.last_words() for process in self.processes)
            raise AssertionError(f"{late}; left: {self.left()}\n{said}") from late

    def left(self) -> dict[str, list[str]]:
        asked = {
            "orders": "SELECT state, count(*) FROM orders WHERE state <> 'despatched' GROUP BY state",
            "messages": """SELECT direction, transport, state, count(*), min(next_at), min(created_at) FROM messages
                WHERE state NOT IN ('sent', 'processed', 'duplicate') GROUP BY 1, 2, 3""",
            "lanes": "SELECT * FROM lanes WHERE leased_by IS NOT NULL OR due_at IS NOT NULL OR failures > 0",
            "jobs": "SELECT status, attempts, execute_after, heartbeat, now() FROM pgqueuer LIMIT 9",
            "tasks": "SELECT summary, finding FROM tasks LIMIT 9",
            "channels": "SELECT * FROM channels",
        }
        found = {name: [str(row) for row in self.postgres.rows(sql)] for name, sql in asked.items()}
        return found | {"answers": [str(self.sandbox.open_answers)]}

    def left_over(self) -> int:
        """Whatever a worker still has to do, or will have to."""
        return int(
            self.postgres.one("""
            SELECT (SELECT count(*) FROM messages WHERE state IN ('queued', 'waiting', 'kept', 'received'))
                 + (SELECT count(*) FROM messages WHERE follow_at IS NOT NULL)
                 + (SELECT count(*) FROM pgqueuer) + (SELECT count(*) FROM stirs)
                 + (SELECT count(*) FROM lanes WHERE leased_by IS NOT NULL)""")
        )

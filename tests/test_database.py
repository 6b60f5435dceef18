"""The database: embedded and shared, survives a killed user, reachable by both drivers, same tables by migration."""

from __future__ import annotations

import asyncio
import os
import signal
import subprocess
import sys
import time
from pathlib import Path

import asyncpg
import psutil
import psycopg
import pytest
import sqlalchemy as sa
from alembic.script import ScriptDirectory

from gateway import database
from gateway.findings import Rejected
from gateway.migrations import ROOMS
from gateway.migrations.draft import differences
from gateway.settings import load_settings

HOLD = "from pathlib import Path; import sys, time; from gateway import database; " + (
    "print(database.start_embedded(Path(sys.argv[1])), flush=True); sys.stdin.readline()"
)


@pytest.fixture(scope="module")
def fresh_url(server_url: str) -> str:
    """A database made by the migrations alone."""
    url = database.create_database(server_url, f"fresh_{os.getpid()}")
    database.upgrade(url)
    return url


def test_both_drivers_reach_it(database_url: str) -> None:
    async def ask() -> int:
        connection = await asyncpg.connect(database.driver_url(database_url))
        try:
            return int(await connection.fetchval("SELECT 41 + 1"))
        finally:
            await connection.close()

    assert asyncio.run(ask()) == 42
    with psycopg.connect(database.driver_url(database_url)) as connection:
        assert connection.execute("SELECT 42").fetchone() == (42,)


def test_times_are_utc(engine: sa.Engine) -> None:
    with engine.connect() as connection:
        assert connection.execute(sa.text("SHOW timezone")).scalar() == "UTC"


def _user(data: Path) -> subprocess.Popen[str]:
    command = [sys.executable, "-c", HOLD, str(data)]
    return subprocess.Popen(command, stdin=subprocess.PIPE, stdout=subprocess.PIPE, text=True)


def _url(user: subprocess.Popen[str]) -> str:
    assert user.stdout is not None
    return user.stdout.readline().strip()


def _end(user: subprocess.Popen[str]) -> None:
    user.communicate("\n", timeout=30)


def test_the_embedded_server_is_shared_and_outlives_a_killed_user(tmp_path: Path) -> None:
    home = Path(os.environ["AVROP_TEST_HOME"]) / ("long-" * 22) / "home"
    first = _user(home / "postgres")
    url = _url(first)
    second = _user(home / "postgres")
    assert _url(second) == url
    os.kill(first.pid, signal.SIGKILL)
    first.wait()
    with psycopg.connect(database.driver_url(url)) as connection:
        assert connection.execute("SELECT 1").fetchone() == (1,)
    server = int((home / "postgres" / "postmaster.pid").read_text().split()[0])
    _end(second)
    deadline = time.monotonic() + 10
    while psutil.pid_exists(server) and time.monotonic() < deadline:
        time.sleep(0.05)
    assert not psutil.pid_exists(server), "the last one that ends in good order stops the server"


@pytest.mark.parametrize("room", ROOMS)
def test_the_migrations_make_what_the_room_declares(fresh_url: str, room: str) -> None:
    made = sa.create_engine(fresh_url)
    with made.connect() as connection:
        assert differences(connection, room) == [], (
            'run `python -m gateway.migrations.draft "why"`, and read what it made'
        )
    made.dispose()


def test_upgrading_twice_changes_nothing(fresh_url: str) -> None:
    database.upgrade(fresh_url)
    with psycopg.connect(database.driver_url(fresh_url)) as connection:
        newest = connection.execute("SELECT version_num FROM alembic_version").fetchall()
    assert newest == [(ScriptDirectory.from_config(database.alembic_config()).get_current_head(),)]


def test_many_processes_may_start_at_once(server_url: str) -> None:
    url = database.create_database(server_url, f"crowd_{os.getpid()}")
    upgrade = "import sys; from gateway import database; database.upgrade(sys.argv[1])"
    starting = [subprocess.Popen([sys.executable, "-c", upgrade, url]) for _ in range(3)]
    assert [process.wait(60) for process in starting] == [0, 0, 0]


def test_settings_say_what_is_wrong() -> None:
    assert load_settings({"AVROP_HOME": "/var/lib/avrop"}).home == Path("/var/lib/avrop")
    with pytest.raises(Rejected, match="AVROP_RETRY_FIRST is 'soon': expected a number above 0"):
        load_settings({"AVROP_RETRY_FIRST": "soon"})


def test_the_municipality_can_be_told(tmp_path: Path) -> None:
    file = tmp_path / "municipality.toml"
    file.write_text(
        'name="Provköpings kommun"\norg_number="2120009986"\ngln="7350001000008"\nparticipant="0007:2120009986"\n'
        '[hub]\nname="Provköpings hubb"\ngln="7350001000015"\n[hub.address]\ncity="Provköping"\n'
    )
    assert load_settings({"AVROP_MUNICIPALITY": str(file)}).municipality.hub.name == "Provköpings hubb"
    file.write_text('name="Provköpings kommun"\norg_number="2120009987"\n')
    with pytest.raises(Rejected, match="organisation number"):
        load_settings({"AVROP_MUNICIPALITY": str(file)})

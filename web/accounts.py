"""Local accounts: argon2 passwords, roles, and a limit on how often a log-in may be tried."""

from __future__ import annotations

from collections.abc import Iterable
from datetime import datetime, timedelta
from functools import cache
from uuid import UUID, uuid4

from argon2 import PasswordHasher
from argon2.exceptions import InvalidHashError, VerificationError
from sqlalchemy import Connection, Engine, func, insert, select, update

from web import tables

WINDOW = timedelta(minutes=15)
TRIES_PER_LOGIN_AND_ADDRESS = 5
TRIES_PER_ADDRESS = 100

_hasher = PasswordHasher()


class TooManyTries(Exception):
    """The log-in must wait; `minutes` says how long."""

    minutes = int(WINDOW.total_seconds() // 60)


@cache
def nobody() -> str:
    """Verified when the login is unknown, so that the answer takes as long as for a known one.

    To make it takes a while, which commands without pages need not spend; `create_app` does.
    """
    return _hasher.hash("nobody has this password")


def normal(login: str) -> str:
    """A login as it is stored: lower case, no spaces around."""
    return login.strip().lower()[:80]


def add(conn: Connection, login: str, *, name: str, password: str, roles: Iterable[str], now: datetime) -> UUID:
    """A new account; raises IntegrityError where the login is taken."""
    user_id = uuid4()
    conn.execute(
        insert(tables.users).values(
            id=user_id,
            login=normal(login),
            name=name,
            password_hash=_hasher.hash(password),
            roles=sorted(roles),
            created_at=now,
        )
    )
    return user_id


def log_in(engine: Engine, login: str, password: str, address: str, now: datetime) -> UUID | None:
    """The user whose login and password these are, else None; raises TooManyTries.

    The try is counted and committed before the password is looked at: tries side by side cannot pass the limit.
    """
    attempt, login = uuid4(), normal(login)
    with engine.begin() as conn:
        conn.execute(select(func.pg_advisory_xact_lock(func.hashtext(f"log-in {login} {address}"))))
        values = {"id": attempt, "login": login, "address": address, "at": now}
        conn.execute(insert(tables.login_attempts).values(values))
        _refuse_too_many(conn, login, address, now)
    with engine.begin() as conn:
        user = conn.execute(select(tables.users).where(tables.users.c.login == login)).one_or_none()
        known = user is not None and user.active
        matches = _matches(user.password_hash if user is not None and known else nobody(), password)
        if user is None or not known or not matches:
            return None
        conn.execute(update(tables.login_attempts).where(tables.login_attempts.c.id == attempt).values(succeeded=True))
        found: UUID = user.id
        return found


def _matches(stored: str, password: str) -> bool:
    try:
        return _hasher.verify(stored, password)
    except (VerificationError, InvalidHashError):
        return False


def _refuse_too_many(conn: Connection, login: str, address: str, now: datetime) -> None:
    """Counts failures since the window began, or since the last success if that is later."""
    tries = tables.login_attempts.c
    recent = (tries.address == address) & (tries.at > now - WINDOW) & ~tries.succeeded
    of_login = select(func.count()).where(recent, tries.login == login)
    last_good = select(func.max(tries.at)).where(tries.login == login, tries.address == address, tries.succeeded)
    good_at = conn.execute(last_good).scalar()
    if good_at is not None:
        of_login = of_login.where(tries.at > good_at)
    if (
        conn.execute(of_login).scalar_one() > TRIES_PER_LOGIN_AND_ADDRESS
        or conn.execute(select(func.count()).where(recent)).scalar_one() > TRIES_PER_ADDRESS
    ):
        raise TooManyTries


def names(conn: Connection, logins: Iterable[str]) -> dict[str, str]:
    """People's names by their log-ins; those unknown are left out."""
    wanted = select(tables.users.c.login, tables.users.c.name).where(tables.users.c.login.in_(set(logins)))
    return {row.login: row.name for row in conn.execute(wanted)}


def email_of(conn: Connection, login: str) -> str | None:
    """Where an active account gets its e-mail; None for an unknown log-in, or one without an address."""
    found = select(tables.users.c.email).where(tables.users.c.login == normal(login), tables.users.c.active)
    address: str | None = conn.execute(found).scalar()
    return address or None

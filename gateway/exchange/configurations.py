"""Every revision of suppliers.yaml that was seen, as it was: which were worked by, and why the others were not."""

from __future__ import annotations

from datetime import datetime
from typing import Any

import msgspec
import sqlalchemy as sa
from sqlalchemy.dialects.postgresql import insert

from gateway.exchange import journal
from gateway.exchange.tables import configurations
from gateway.findings import Finding
from gateway.suppliers.supplier import Suppliers

_MOST_FINDINGS = 1000


class Configuration(msgspec.Struct, frozen=True, kw_only=True):
    """One revision. `suppliers` is how many of them are sound, `seen_at` when it last became the file's content."""

    id: int
    digest: str
    suppliers: int
    accepted: bool
    findings: tuple[Finding, ...]
    seen_at: datetime


def note(conn: sa.Connection, text: str, found: Suppliers, accepted: bool, now: datetime) -> None:
    """`text` is what the file holds now. Seen again, it is judged anew: the program or its environment may differ."""
    facts: dict[str, Any] = {
        "suppliers": len(found),
        "accepted": accepted,
        "findings": msgspec.to_builtins(found.findings[:_MOST_FINDINGS]),
        "seen_at": now,
    }
    row = insert(configurations).values(digest=found.digest, text=journal.storable(text), **facts)
    conn.execute(row.on_conflict_do_update(index_elements=["digest"], set_=facts))


def last_accepted(conn: sa.Connection) -> Configuration | None:
    """The newest revision that was sound; None where there has never been one."""
    found = conn.execute(_NEWEST.where(configurations.c.accepted).limit(1)).first()
    return None if found is None else _made(found)


def recent(conn: sa.Connection, limit: int = 50) -> list[Configuration]:
    """The newest first."""
    return [_made(row) for row in conn.execute(_NEWEST.limit(limit))]


def text_of(conn: sa.Connection, digest: str) -> str:
    """The file as it was. Raises NoResultFound for a digest that was never seen."""
    asked = sa.select(configurations.c.text).where(configurations.c.digest == digest)
    return str(conn.execute(asked).scalar_one())


def named(conn: sa.Connection, beginning: str) -> Configuration | None:
    """The newest revision whose digest begins so; None where there is none."""
    asked = _NEWEST.where(configurations.c.digest.startswith(beginning, autoescape=True)).limit(1)
    found = conn.execute(asked).first()
    return None if found is None else _made(found)


_COLUMNS = [configurations.c[name] for name in Configuration.__struct_fields__]
_NEWEST = sa.select(*_COLUMNS).order_by(configurations.c.seen_at.desc(), configurations.c.id.desc())


def _made(row: Any) -> Configuration:
    facts = {str(name): value for name, value in row._mapping.items()}
    return msgspec.convert(facts, Configuration)

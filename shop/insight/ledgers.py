"""Ledgers that somebody uploaded: the file in pieces, how far it has come, and how its columns are to be read."""

from __future__ import annotations

import csv
import hashlib
from collections.abc import Iterator
from datetime import datetime
from typing import Any, BinaryIO
from uuid import UUID, uuid4

import msgspec
import sqlalchemy as sa
from sqlalchemy.dialects.postgresql import insert

from shop.insight.columns import Mapping, delimiter_of, digest, propose
from shop.insight.signs import encoding_of, lines_of
from shop.insight.tables import ledger_chunks, ledger_mappings, ledgers

PIECE = 1 << 20
MOST_BYTES = 500 * PIECE
MOST_ROWS = 1_000_000
SHOWN_ROWS = 8
NEW, WAITING, READING, MATCHING, DONE, FAILED = "new", "waiting", "reading", "matching", "done", "failed"
MUNICIPAL = "4, 6, 7"
"""Accounts that are purchases where nobody says otherwise: consumption and other costs, without staff (5)."""


class TooLarge(ValueError):
    """The file is larger than MOST_BYTES."""


class Ledger(msgspec.Struct, frozen=True, kw_only=True):
    """A row of `ledgers`."""

    id: UUID
    name: str
    kind: str
    size: int
    uploaded_by: str
    uploaded_at: datetime
    state: str
    mapping: Mapping
    read: int
    rows: int
    matched: int
    skipped: int
    findings: tuple[dict[str, Any], ...]
    finished_at: datetime | None

    @property
    def moving(self) -> bool:
        """Whether a worker has something to do with it."""
        return self.state in {WAITING, READING, MATCHING}


def store(conn: sa.Connection, file: BinaryIO, name: str, who: str, now: datetime) -> tuple[UUID, bool]:
    """Keeps the file in pieces and proposes how to read it; its id, and False where the same file was there already.

    Raises TooLarge.
    """
    ledger_id, sum_, size = uuid4(), hashlib.sha256(), 0
    row = {"id": ledger_id, "name": name, "kind": "csv", "size": 0, "digest": "", "uploaded_by": who}
    conn.execute(ledgers.insert().values(row | {"uploaded_at": now, "state": NEW, "mapping": {}}))
    for place, body in enumerate(iter(lambda: file.read(PIECE), b"")):
        sum_.update(body)
        size += len(body)
        if size > MOST_BYTES:
            raise TooLarge
        conn.execute(ledger_chunks.insert().values(ledger_id=ledger_id, place=place, body=body))
    same = sa.select(ledgers.c.id).where(ledgers.c.digest == sum_.hexdigest())
    there: UUID | None = conn.execute(same).scalar()
    if there:
        remove(conn, ledger_id)
        return there, False
    kind, mapping = look(first_bytes(conn, ledger_id))
    known = remembered(conn, mapping if kind == "csv" else None)
    mapping = msgspec.structs.replace(known, encoding=mapping.encoding, headings=mapping.headings) if known else mapping
    found = {"kind": kind, "size": size, "digest": sum_.hexdigest(), "mapping": mapping}
    conn.execute(ledgers.update().where(ledgers.c.id == ledger_id).values(found))
    return ledger_id, True


def look(start: bytes) -> tuple[str, Mapping]:
    """The kind of file by its beginning, and how it could be read."""
    encoding = encoding_of(start)
    lines = [line for _, line in lines_of([start], encoding) if line]
    if any(line.lstrip().upper().startswith(("#FLAGGA", "#SIETYP", "#VER")) for line in lines[:20]):
        return "sie", Mapping(encoding=encoding, accounts=MUNICIPAL)
    some = lines[: SHOWN_ROWS + 40]
    delimiter = delimiter_of(some)
    rows = list(csv.reader(some, delimiter=delimiter))
    headings = tuple(rows[0]) if rows else ()
    columns = propose(headings, rows[1:])
    return "csv", Mapping(encoding=encoding, delimiter=delimiter, columns=columns, headings=headings)


def first_bytes(conn: sa.Connection, ledger_id: UUID) -> bytes:
    """The first piece of the file."""
    first = (ledger_chunks.c.ledger_id == ledger_id) & (ledger_chunks.c.place == 0)
    return bytes(conn.execute(sa.select(ledger_chunks.c.body).where(first)).scalar() or b"")


def first_rows(conn: sa.Connection, ledger: Ledger) -> list[list[str]]:
    """The first rows of a CSV file under its headings."""
    lines = [line for _, line in lines_of([first_bytes(conn, ledger.id)[: 64 * 1024]], ledger.mapping.encoding) if line]
    return list(csv.reader(lines[1 : SHOWN_ROWS + 1], delimiter=ledger.mapping.delimiter or ";"))


def pieces(engine: sa.Engine, ledger_id: UUID) -> Iterator[bytes]:
    """The file, piece by piece, each in a transaction of its own: a long reading holds none open."""
    place = 0
    while True:
        one = (ledger_chunks.c.ledger_id == ledger_id) & (ledger_chunks.c.place == place)
        with engine.begin() as conn:
            body = conn.execute(sa.select(ledger_chunks.c.body).where(one)).scalar()
        if body is None:
            return
        yield bytes(body)
        place += 1


def get(conn: sa.Connection, ledger_id: UUID) -> Ledger | None:
    """The ledger, or None."""
    row = conn.execute(sa.select(ledgers).where(ledgers.c.id == ledger_id)).first()
    return _ledger(row) if row else None


def newest(conn: sa.Connection, limit: int = 50) -> list[Ledger]:
    """The ledgers, the latest first."""
    rows = conn.execute(sa.select(ledgers).order_by(ledgers.c.uploaded_at.desc(), ledgers.c.id).limit(limit))
    return [_ledger(row) for row in rows]


def remove(conn: sa.Connection, ledger_id: UUID) -> None:
    """The file and all its lines; what was decided about suppliers and texts stays."""
    conn.execute(ledgers.delete().where(ledgers.c.id == ledger_id))


def begin(conn: sa.Connection, ledger: Ledger, mapping: Mapping, who: str, now: datetime) -> bool:
    """From now on a worker reads it this way, which is remembered; False where it is being read already."""
    still = (ledgers.c.id == ledger.id) & ledgers.c.state.in_([NEW, DONE, FAILED])
    done = conn.execute(ledgers.update().where(still).values(state=WAITING, mapping=mapping, read=0, rows=0, matched=0))
    key = mapping.digest if ledger.kind == "csv" else "sie"
    kept = {"mapping": mapping, "who": who, "at": now}
    new = insert(ledger_mappings).values(headings=key, **kept)
    conn.execute(new.on_conflict_do_update(index_elements=["headings"], set_=kept))
    return done.rowcount == 1


def remembered(conn: sa.Connection, mapping: Mapping | None) -> Mapping | None:
    """How a file with these headings was read last; None stands for SIE."""
    key = mapping.digest if mapping else "sie"
    found = conn.execute(sa.select(ledger_mappings.c.mapping).where(ledger_mappings.c.headings == key)).scalar()
    return msgspec.convert(found, Mapping, strict=False) if found else None


def key_of(supplier: str, text: str = "") -> str:
    """What is decided together: the same supplier and text, whatever their letters' size and figures' blanks."""
    return digest(*(" ".join(part.lower().split()) for part in (supplier, text)))


def _ledger(row: sa.Row[Any]) -> Ledger:
    facts = {name: getattr(row, name) for name in Ledger.__struct_fields__}
    mapping = msgspec.convert(row.mapping, Mapping, strict=False) if row.mapping else Mapping(encoding="utf-8")
    return Ledger(**facts | {"mapping": mapping, "findings": tuple(row.findings)})

"""The bytes of catalogues as they came, kept in the database in pieces: any worker on any host can read them."""

from __future__ import annotations

import hashlib
from collections.abc import Iterator
from datetime import datetime
from typing import BinaryIO, Final

import sqlalchemy as sa
from sqlalchemy.dialects.postgresql import insert

from gateway.findings import Place, reject
from shop.catalogue.tables import catalogue_chunks, catalogue_files

PIECE: Final = 1_000_000
MOST: Final = 1_000_000_000


def keep(conn: sa.Connection, file: BinaryIO, source: str, now: datetime) -> bytes:
    """Keeps a file, read from its beginning, and gives its SHA-256. Known bytes are not kept twice.

    Raises `Rejected` for an empty one and one beyond `MOST` bytes.
    """
    digest, size = _measured(file, source)
    row = insert(catalogue_files).values(sha256=digest, size=size, kept_at=now).on_conflict_do_nothing()
    if conn.execute(row.returning(catalogue_files.c.size)).first() is not None:
        file.seek(0)
        for place, piece in enumerate(iter(lambda: file.read(PIECE), b"")):
            conn.execute(catalogue_chunks.insert().values(sha256=digest, place=place, data=piece))
    return digest


def _measured(file: BinaryIO, source: str) -> tuple[bytes, int]:
    file.seek(0)
    digest, size = hashlib.sha256(), 0
    while piece := file.read(PIECE):
        digest.update(piece)
        size += len(piece)
        if size > MOST:
            raise reject("catalogue-size", f"the file holds more than {MOST} bytes", Place(source=source))
    if not size:
        raise reject("catalogue-empty", "the file is empty", Place(source=source))
    return digest.digest(), size


def size_of(conn: sa.Connection, digest: bytes) -> int:
    """How many bytes it has."""
    found: int = conn.execute(sa.select(catalogue_files.c.size).where(catalogue_files.c.sha256 == digest)).scalar_one()
    return found


def pieces(engine: sa.Engine, digest: bytes) -> Iterator[bytes]:
    """The file again, piece by piece, each read by itself."""
    place = 0
    while True:
        chunk = catalogue_chunks.c
        with engine.connect() as conn:
            wanted = sa.select(chunk.data).where(chunk.sha256 == digest, chunk.place == place)
            piece: bytes | None = conn.execute(wanted).scalar()
        if piece is None:
            return
        yield bytes(piece)
        place += 1


def head_of(engine: sa.Engine, digest: bytes) -> bytes:
    """Its first piece."""
    return next(pieces(engine, digest), b"")

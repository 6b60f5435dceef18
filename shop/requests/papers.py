"""Attachments: stored once by their hash, exactly as they came, and seen only by the unit's people and purchasers."""

from __future__ import annotations

import hashlib
from collections.abc import Iterable, Sequence
from datetime import datetime
from uuid import UUID, uuid4

import msgspec
import sqlalchemy as sa
from sqlalchemy.dialects.postgresql import insert

from shop.requests.sniff import MOST_BYTES, clean_name, type_of
from shop.requests.tables import paper_bytes, papers
from web.languages import N_

MOST_FILES = 10
"""So many may hang on one request, quote or receipt."""


class Unfit(Exception):
    """The file cannot be taken; `message` is a message id, filled in with `values`."""

    def __init__(self, message: str, /, **values: str) -> None:
        super().__init__(message)
        self.message, self.values = message, values


class Paper(msgspec.Struct, frozen=True, kw_only=True):
    """One attachment; `size` in bytes."""

    id: UUID
    about: UUID
    unit_id: str
    sha256: str
    name: str
    size: int
    by: str
    at: datetime


class File(msgspec.Struct, frozen=True):
    """A file as a form sent it, looked at: `type` is what its first bytes say."""

    name: str
    content: bytes
    type: str


def looked_at(name: str, content: bytes) -> File:
    """The file, if we take it. Raises Unfit."""
    shown = name[-80:]
    if not content:
        raise Unfit(N_("“%(name)s” is empty. Choose it again."), name=shown)
    if len(content) > MOST_BYTES:
        raise Unfit(N_("“%(name)s” is larger than 10 MB. Make it smaller, or divide it."), name=shown)
    found = type_of(content)
    if found is None:
        raise Unfit(N_("“%(name)s” is neither a PDF nor a picture. Save it as PDF and choose that."), name=shown)
    return File(clean_name(name, found), content, found)


def keep(conn: sa.Connection, about: UUID, unit_id: str, files: Iterable[File], by: str, now: datetime) -> None:
    """Hangs the files on what they are about; the same file once more changes nothing. Raises Unfit."""
    # In the order of their hashes, so that two forms with the same files never wait for each other.
    for digest, file in sorted(
        ((hashlib.sha256(one.content).hexdigest(), one) for one in files), key=lambda pair: pair[0]
    ):
        content = insert(paper_bytes).values(sha256=digest, type=file.type, content=file.content)
        conn.execute(content.on_conflict_do_nothing())
        row = {"id": uuid4(), "about": about, "unit_id": unit_id, "sha256": digest, "name": file.name}
        row |= {"size": len(file.content), "by": by, "at": now}
        again = {"removed_at": None, "name": file.name}
        conn.execute(insert(papers).values(row).on_conflict_do_update(index_elements=["about", "sha256"], set_=again))
    if len(of(conn, [about])) > MOST_FILES:
        raise Unfit(N_("At most 10 files can be attached. Remove one first."))


def of(conn: sa.Connection, about: Sequence[UUID]) -> list[Paper]:
    """What hangs on these, oldest first."""
    columns = [papers.c[name] for name in Paper.__struct_fields__]
    wanted = sa.select(*columns).where(papers.c.about.in_(about), papers.c.removed_at.is_(None))
    return [Paper(**row._mapping) for row in conn.execute(wanted.order_by(papers.c.at, papers.c.id))]


def get(conn: sa.Connection, paper_id: UUID) -> tuple[Paper, str, bytes] | None:
    """An attachment, its type and its bytes; None where there is none, or it was removed."""
    columns = [papers.c[name] for name in Paper.__struct_fields__]
    wanted = sa.select(*columns, paper_bytes.c.type, paper_bytes.c.content).join(paper_bytes)
    row = conn.execute(wanted.where(papers.c.id == paper_id, papers.c.removed_at.is_(None))).first()
    if row is None:
        return None
    facts = dict(row._mapping)
    kind, content = facts.pop("type"), facts.pop("content")
    return Paper(**facts), kind, bytes(content)


def remove(conn: sa.Connection, paper_id: UUID, about: UUID, now: datetime) -> None:
    """It hangs there no more; its bytes are kept."""
    mine = (papers.c.id == paper_id) & (papers.c.about == about)
    conn.execute(papers.update().where(mine).values(removed_at=now))

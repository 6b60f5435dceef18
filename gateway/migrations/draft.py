"""Drafts the next migrations, one per room: what it declares, less what the migrations make. Read before you commit.

python -m gateway.migrations.draft "why"
"""

from __future__ import annotations

import sys
import tempfile
from pathlib import Path
from typing import Any

import sqlalchemy as sa
from alembic import command
from alembic.autogenerate import compare_metadata
from alembic.config import Config
from alembic.migration import MigrationContext
from alembic.script import ScriptDirectory

from gateway import database
from gateway.migrations import ROOMS, all_tables, tables_of


def differences(connection: sa.Connection, room: str) -> list[Any]:
    """What a room declares and the database does not have, or has otherwise; in Alembic's words."""
    context = MigrationContext.configure(
        connection, opts={"compare_type": True, "compare_server_default": True} | _only(tables_of(room))
    )
    return list(compare_metadata(context, all_tables()))


def draft(why: str) -> list[Path]:
    """The new files under versions/, made against an empty embedded database brought to the newest version."""
    made = []
    with tempfile.TemporaryDirectory(prefix="avrop-draft-") as home:
        url = database.start_embedded(Path(home) / "postgres")
        engine = sa.create_engine(url)
        for room in ROOMS:
            database.upgrade(url)
            with engine.begin() as connection:
                if differences(connection, room):
                    made.append(_draft_room(connection, room, why))
        engine.dispose()
        database.stop_embedded(Path(home) / "postgres")
    return made


def _draft_room(connection: sa.Connection, room: str, why: str) -> Path:
    config = database.alembic_config()
    config.attributes |= {"connection": connection} | _only(tables_of(room))
    place = room.rsplit(".", 1)[-1]
    revision = command.revision(config, message=f"{place}: {why}", autogenerate=True, rev_id=_next(config))
    if revision is None or isinstance(revision, list):
        raise RuntimeError(f"Alembic drafted no single revision for {room}")
    return Path(revision.path)


def _next(config: Config) -> str:
    return f"{len(list(ScriptDirectory.from_config(config).walk_revisions())) + 1:04d}"


def _only(tables: set[str]) -> dict[str, Any]:
    """Alembic's filters for what it reads from the database and what it reads from the metadata."""

    def name(called: str | None, kind: str, _parents: Any) -> bool:
        return kind != "table" or called in tables

    def declared(_object: Any, called: str | None, kind: str, _reflected: bool, _compared_to: Any) -> bool:
        return kind != "table" or called in tables

    return {"include_name": name, "include_object": declared}


if __name__ == "__main__":
    for path in draft(" ".join(sys.argv[1:]) or "describe the change"):
        print(path)

"""What Alembic runs: migrations on the connection that `gateway.database` or `draft` hands over."""

from __future__ import annotations

from alembic import context

from gateway.migrations import all_tables

context.configure(
    connection=context.config.attributes["connection"],
    target_metadata=all_tables(),
    include_name=context.config.attributes.get("include_name"),
    include_object=context.config.attributes.get("include_object"),
    compare_type=True,
    compare_server_default=True,
)
with context.begin_transaction():
    context.run_migrations()

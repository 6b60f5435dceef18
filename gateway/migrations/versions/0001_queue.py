"""pgqueuer's own tables, types and trigger, from its own schema builder."""

from __future__ import annotations

from alembic import op
from pgqueuer.adapters.persistence.qb import QueryBuilderEnvironment

revision = "0001"
down_revision = None
branch_labels = None
depends_on = None


def upgrade() -> None:
    op.get_bind().exec_driver_sql(QueryBuilderEnvironment().build_install_query())


def downgrade() -> None:
    op.get_bind().exec_driver_sql(QueryBuilderEnvironment().build_uninstall_query())

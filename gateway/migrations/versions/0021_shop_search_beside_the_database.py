"""shop: what changes on the shelf is noted by triggers for the search index; the text search of the table goes."""

from __future__ import annotations

import sqlalchemy as sa
from alembic import op
from sqlalchemy.dialects import postgresql

revision = "0021"
down_revision = "0020"
branch_labels = None
depends_on = None

_NOTE = """
CREATE FUNCTION note_article_changes() RETURNS trigger LANGUAGE plpgsql AS $$
BEGIN
  INSERT INTO article_changes (transaction, articles)
  SELECT pg_current_xact_id()::text::bigint, array_agg(DISTINCT id) FROM touched HAVING count(*) > 0;
  RETURN NULL;
END $$
"""
# A trigger with a transition table is for one kind of statement.
_EVENTS = {"insert": "NEW", "update": "NEW", "delete": "OLD"}
_SEARCHED = (
    "setweight(to_tsvector('swedish', name), 'A') || setweight(to_tsvector('swedish', description), 'C')"
    " || setweight(to_tsvector('simple', seller_id), 'B')"
)


def upgrade() -> None:
    op.create_table(
        "article_changes",
        sa.Column("id", sa.BigInteger(), sa.Identity(always=False), nullable=False),
        sa.Column("at", sa.DateTime(timezone=True), server_default=sa.text("now()"), nullable=False),
        sa.Column(
            "transaction", sa.BigInteger(), nullable=False, comment="number of the transaction that changed them"
        ),
        sa.Column(
            "articles",
            postgresql.ARRAY(sa.BigInteger()),
            nullable=False,
            comment="what it inserted, changed or deleted",
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_article_changes")),
    )
    op.create_index("ix_article_changes_transaction", "article_changes", ["transaction"], unique=False)
    op.execute(_NOTE)
    for event, rows in _EVENTS.items():
        op.execute(
            f"CREATE TRIGGER note_article_{event} AFTER {event.upper()} ON articles"
            f" REFERENCING {rows} TABLE AS touched FOR EACH STATEMENT EXECUTE FUNCTION note_article_changes()"
        )
    op.drop_index("ix_articles_searched", table_name="articles", postgresql_using="gin")
    op.drop_column("articles", "searched")


def downgrade() -> None:
    op.add_column("articles", sa.Column("searched", postgresql.TSVECTOR(), sa.Computed(_SEARCHED, persisted=True)))
    op.create_index("ix_articles_searched", "articles", ["searched"], unique=False, postgresql_using="gin")
    for event in _EVENTS:
        op.execute(f"DROP TRIGGER note_article_{event} ON articles")
    op.execute("DROP FUNCTION note_article_changes()")
    op.drop_index("ix_article_changes_transaction", table_name="article_changes")
    op.drop_table("article_changes")

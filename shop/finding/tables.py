"""What changed on the shelf: a row for each statement that touched articles, written by triggers on `articles`."""

from __future__ import annotations

import sqlalchemy as sa
from sqlalchemy.dialects.postgresql import ARRAY

from gateway.database import metadata

article_changes = sa.Table(
    "article_changes",
    metadata,
    sa.Column("id", sa.BigInteger, sa.Identity(), primary_key=True),
    sa.Column("at", sa.DateTime(timezone=True), nullable=False, server_default=sa.func.now()),
    # Ids are given out before commits, so they say nothing of their order; transaction numbers with a snapshot do.
    sa.Column("transaction", sa.BigInteger, nullable=False, comment="number of the transaction that changed them"),
    sa.Column("articles", ARRAY(sa.BigInteger), nullable=False, comment="what it inserted, changed or deleted"),
    sa.Index("ix_article_changes_transaction", "transaction"),
)

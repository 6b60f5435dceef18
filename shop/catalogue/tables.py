"""Tables of the catalogues: kept files, imports, what they say line by line, and versions with what they replaced."""

from __future__ import annotations

import sqlalchemy as sa
from sqlalchemy.dialects.postgresql import ARRAY, JSONB

from gateway.database import metadata

_AT = sa.DateTime(timezone=True)
_MONEY = sa.Numeric(14, 4)

catalogue_files = sa.Table(
    "catalogue_files",
    metadata,
    sa.Column("sha256", sa.LargeBinary, primary_key=True),
    sa.Column("size", sa.BigInteger, nullable=False),
    sa.Column("kept_at", _AT, nullable=False),
)

catalogue_chunks = sa.Table(
    "catalogue_chunks",
    metadata,
    sa.Column("sha256", sa.ForeignKey("catalogue_files.sha256", ondelete="CASCADE"), primary_key=True),
    sa.Column("place", sa.Integer, primary_key=True),
    sa.Column("data", sa.LargeBinary, nullable=False),
)

catalogue_pictures = sa.Table(
    "catalogue_pictures",
    metadata,
    sa.Column("sha256", sa.LargeBinary, primary_key=True),
    sa.Column("media_type", sa.Text, nullable=False, comment="as its first bytes tell, not as the sender says"),
    sa.Column("data", sa.LargeBinary, nullable=False),
)

catalogue_terms = sa.Table(
    "catalogue_terms",
    metadata,
    sa.Column("supplier_id", sa.Text, primary_key=True),
    sa.Column("number", sa.Text, primary_key=True),
    sa.Column("currency", sa.String(3), nullable=False, server_default="SEK"),
    sa.Column("auto", sa.Boolean, nullable=False, server_default=sa.false(), comment="small changes need nobody"),
    sa.Column("price_percent", sa.Numeric(6, 2), nullable=False, server_default="3", comment="a price, up or down"),
    sa.Column("new_percent", sa.Numeric(6, 2), nullable=False, server_default="5", comment="of what stands"),
    sa.Column("gone_percent", sa.Numeric(6, 2), nullable=False, server_default="5", comment="of what stands"),
    sa.ForeignKeyConstraint(
        ["supplier_id", "number"], ["contracts.supplier_id", "contracts.number"], ondelete="CASCADE"
    ),
)

catalogue_imports = sa.Table(
    "catalogue_imports",
    metadata,
    sa.Column("id", sa.Uuid, primary_key=True),
    sa.Column("number", sa.BigInteger, sa.Identity(), nullable=False, unique=True, comment="what people call it by"),
    sa.Column("sha256", sa.ForeignKey("catalogue_files.sha256"), nullable=False, index=True),
    sa.Column("filename", sa.Text, nullable=False),
    sa.Column("supplier_id", sa.Text, nullable=False),
    sa.Column("contract", sa.Text, comment="empty: the file must say it"),
    sa.Column("replaces", sa.Boolean, comment="whether what it does not name is gone; empty: as the document says"),
    sa.Column("message_id", sa.ForeignKey("messages.id"), index=True, comment="that it came in by"),
    sa.Column("created_by", sa.Text, nullable=False),
    sa.Column("created_at", _AT, nullable=False),
    sa.Column("state", sa.Text, nullable=False),
    sa.Column("lease_until", _AT),
    sa.Column("taken", sa.Integer, nullable=False, server_default="0", comment="how often a worker took it"),
    sa.Column("bytes_read", sa.BigInteger, nullable=False, server_default="0"),
    sa.Column("rows_read", sa.BigInteger, nullable=False, server_default="0"),
    sa.Column("rows_bad", sa.BigInteger, nullable=False, server_default="0"),
    sa.Column("remarks", sa.BigInteger, nullable=False, server_default="0", comment="findings that cost no line"),
    sa.Column("says", ARRAY(sa.Text), nullable=False, server_default="{}", comment="article columns this file can say"),
    sa.Column("document_number", sa.Text),
    sa.Column("takes_effect", sa.Date, comment="from when its prices hold; empty: as soon as it is approved"),
    sa.Column("ends", sa.Date, comment="its last day, as the document says"),
    sa.Column("base", sa.BigInteger, comment="the supplier's newest version when it was compared"),
    sa.Column("counts", JSONB, nullable=False, server_default="{}"),
    sa.Column("reasons", JSONB, nullable=False, server_default="[]", comment="why nobody but a person may approve it"),
    sa.Column("decided_by", sa.Text),
    sa.Column("decided_at", _AT),
    sa.Column("reason", sa.Text, comment="why it was declined, or could not be read"),
    sa.Index("ix_catalogue_imports_open", "state", "created_at"),
    sa.Index("ix_catalogue_imports_contract", "supplier_id", "contract"),
)

# What is staged can be read again from the kept file: it is not worth the write-ahead log.
catalogue_lines = sa.Table(
    "catalogue_lines",
    metadata,
    sa.Column("import_number", sa.BigInteger, nullable=False, index=True),
    sa.Column("line", sa.Integer, nullable=False),
    sa.Column("deleted", sa.Boolean, nullable=False),
    sa.Column("seller_id", sa.Text, nullable=False),
    sa.Column("gtin", sa.Text),
    sa.Column("name", sa.Text, nullable=False),
    sa.Column("description", sa.Text),
    sa.Column("unit", sa.Text, nullable=False),
    sa.Column("content", sa.Numeric(14, 4)),
    sa.Column("content_unit", sa.Text),
    sa.Column("price", _MONEY, nullable=False),
    sa.Column("currency", sa.String(3), nullable=False),
    sa.Column("vat", sa.Numeric(5, 2)),
    sa.Column("category", sa.Text),
    sa.Column("lead_days", sa.Integer),
    sa.Column("unspsc", sa.String(8)),
    sa.Column("brand", sa.Text),
    sa.Column("manufacturer_id", sa.Text),
    sa.Column("keywords", sa.Text),
    sa.Column("minimum", sa.Numeric(12, 3)),
    sa.Column("multiple", sa.Numeric(12, 3)),
    sa.Column("tiers", JSONB),
    sa.Column("labels", ARRAY(sa.Text)),
    sa.Column("allergens", ARRAY(sa.Text)),
    sa.Column("hazards", ARRAY(sa.Text)),
    sa.Column("image", sa.Text),
    sa.Column("sheet", sa.Text),
    sa.Column("valid_from", sa.Date),
    sa.Column("valid_to", sa.Date),
    sa.Column("substitutes", ARRAY(sa.Text)),
    prefixes=["UNLOGGED"],
)

catalogue_changes = sa.Table(
    "catalogue_changes",
    metadata,
    sa.Column("import_number", sa.BigInteger, nullable=False),
    sa.Column("kind", sa.Text, nullable=False, comment="new, gone, price, unit or other"),
    sa.Column("seller_id", sa.Text, nullable=False),
    sa.Column("article_id", sa.BigInteger),
    sa.Column("price_before", _MONEY),
    sa.Column("price", _MONEY),
    sa.Column("percent", sa.Numeric(14, 2), comment="of the price, where the unit is the same"),
    sa.Column("fields", ARRAY(sa.Text), nullable=False, comment="what else is otherwise"),
    sa.Column("held", sa.Boolean, nullable=False, comment="left as it stands"),
    sa.Index("ix_catalogue_changes_kind", "import_number", "kind"),
    prefixes=["UNLOGGED"],
)

catalogue_findings = sa.Table(
    "catalogue_findings",
    metadata,
    sa.Column("id", sa.BigInteger, sa.Identity(), primary_key=True),
    sa.Column("import_number", sa.BigInteger, nullable=False, index=True),
    sa.Column("line", sa.Integer),
    sa.Column("column", sa.Text, nullable=False),
    sa.Column("article", sa.Text),
    sa.Column("rule", sa.Text, nullable=False),
    sa.Column("message", sa.Text, nullable=False),
    sa.Column("fatal", sa.Boolean, nullable=False),
)

catalogue_versions = sa.Table(
    "catalogue_versions",
    metadata,
    sa.Column("id", sa.BigInteger, sa.Identity(), primary_key=True),
    sa.Column("supplier_id", sa.Text, nullable=False),
    sa.Column("contract", sa.Text, nullable=False),
    sa.Column("number", sa.Integer, nullable=False, comment="counts from 1 within the contract"),
    sa.Column("import_id", sa.ForeignKey("catalogue_imports.id"), index=True),
    sa.Column("back_to", sa.Integer, comment="the version that a taking back brought back"),
    sa.Column("made_by", sa.Text, nullable=False),
    sa.Column("made_at", _AT, nullable=False),
    sa.Column("counts", JSONB, nullable=False),
    sa.UniqueConstraint("supplier_id", "contract", "number"),
)

catalogue_before = sa.Table(
    "catalogue_before",
    metadata,
    sa.Column("version_id", sa.ForeignKey("catalogue_versions.id"), primary_key=True),
    sa.Column("article_id", sa.BigInteger, primary_key=True),
    sa.Column("image", JSONB, comment="the article as it stood before; empty: it was not there"),
)

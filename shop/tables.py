"""The shop's tables: who receives, who may order for them, what there is to order, and baskets."""

from __future__ import annotations

import sqlalchemy as sa
from sqlalchemy.dialects.postgresql import ARRAY, JSONB

from gateway.database import metadata
from gateway.exchange import tables as _exchange  # noqa: F401 - articles point at the visits they came from
from gateway.orders import tables as _orders  # noqa: F401 - baskets point at the orders they became
from web import tables as _web  # noqa: F401 - members and baskets point at users

_AT = sa.DateTime(timezone=True)
_MONEY = sa.Numeric(14, 4)

departments = sa.Table(
    "departments",
    metadata,
    sa.Column("id", sa.Text, primary_key=True),
    sa.Column("name", sa.Text, nullable=False),
    sa.Column("parent_id", sa.ForeignKey("departments.id"), index=True),
)

units = sa.Table(
    "units",
    metadata,
    sa.Column("id", sa.Text, primary_key=True),
    sa.Column("name", sa.Text, nullable=False),
    sa.Column("gln", sa.Text, nullable=False, unique=True),
    sa.Column("street", sa.Text, nullable=False),
    sa.Column("postal_code", sa.Text, nullable=False),
    sa.Column("city", sa.Text, nullable=False),
    sa.Column("weekdays", ARRAY(sa.SmallInteger), nullable=False, comment="ISO weekdays on which the hub drives there"),
    sa.Column("approval_limit", _MONEY, comment="baskets above it, without VAT, wait for approval; empty: none do"),
    sa.Column("customer_reference", sa.Text, nullable=False, comment="default of the order's reference"),
    sa.Column("accounting_cost", sa.Text, nullable=False, comment="default coding"),
    sa.Column("department_id", sa.ForeignKey("departments.id"), index=True),
)

unit_members = sa.Table(
    "unit_members",
    metadata,
    sa.Column("unit_id", sa.Text, sa.ForeignKey("units.id", ondelete="CASCADE"), primary_key=True),
    sa.Column("user_id", sa.Uuid, sa.ForeignKey("users.id", ondelete="CASCADE"), primary_key=True, index=True),
    sa.Column("role", sa.String(20), primary_key=True, comment="buyer or approver"),
)

contracts = sa.Table(
    "contracts",
    metadata,
    sa.Column("supplier_id", sa.Text, primary_key=True),
    sa.Column("number", sa.Text, primary_key=True),
    sa.Column("name", sa.Text, nullable=False),
    sa.Column("owner", sa.Text, nullable=False, comment="the log-in of who approves its catalogues"),
    sa.Column("valid_from", sa.Date),
    sa.Column("valid_to", sa.Date, comment="the last day on which it may be bought from"),
    sa.Column("everybody", sa.Boolean, nullable=False, server_default=sa.true(), comment="or only `contract_units`"),
)

contract_units = sa.Table(
    "contract_units",
    metadata,
    sa.Column("supplier_id", sa.Text, primary_key=True),
    sa.Column("number", sa.Text, primary_key=True),
    sa.Column("unit_id", sa.ForeignKey("units.id", ondelete="CASCADE"), primary_key=True, index=True),
    sa.ForeignKeyConstraint(
        ["supplier_id", "number"], ["contracts.supplier_id", "contracts.number"], ondelete="CASCADE"
    ),
)

category_blocks = sa.Table(
    "category_blocks",
    metadata,
    sa.Column("id", sa.BigInteger, sa.Identity(), primary_key=True),
    sa.Column("category", sa.Text, nullable=False, comment="a category of ours, or the first digits of a UNSPSC code"),
    sa.Column("unit_id", sa.ForeignKey("units.id", ondelete="CASCADE"), index=True),
    sa.Column("department_id", sa.ForeignKey("departments.id", ondelete="CASCADE"), index=True),
    sa.Column("reason", sa.Text, nullable=False, comment="what the buyer reads; with neither id it holds for all"),
)

articles = sa.Table(
    "articles",
    metadata,
    sa.Column("id", sa.BigInteger, sa.Identity(), primary_key=True),
    sa.Column("supplier_id", sa.Text, nullable=False),
    sa.Column("seller_id", sa.Text, nullable=False),
    sa.Column("gtin", sa.Text),
    sa.Column("name", sa.Text, nullable=False),
    sa.Column("description", sa.Text, nullable=False, server_default=""),
    sa.Column("unit", sa.Text, nullable=False, comment="what is ordered: UN/ECE Recommendation 20 or 21"),
    sa.Column("content", sa.Numeric(14, 4), comment="how much of content_unit one such unit holds"),
    sa.Column("content_unit", sa.Text),
    sa.Column("price", _MONEY, nullable=False, comment="for one unit, without VAT"),
    sa.Column("currency", sa.String(3), nullable=False, server_default="SEK"),
    sa.Column("vat", sa.Numeric(5, 2), nullable=False, comment="per cent"),
    sa.Column("contract", sa.Text),
    sa.Column("category", sa.Text, nullable=False),
    sa.Column("lead_days", sa.Integer, nullable=False, comment="calendar days from order to hub"),
    sa.Column("active", sa.Boolean, nullable=False, server_default=sa.text("true")),
    sa.Column("punchout_id", sa.ForeignKey("punchouts.id"), index=True, comment="brought back from a supplier's shop"),
    sa.Column("seller_extension", sa.Text, comment="what that shop needs beside seller_id to know it again"),
    sa.Column("detail", sa.Text, comment="exactly as that shop described it"),
    sa.Column("request_id", sa.ForeignKey("requests.id"), index=True, comment="made for what somebody asked for"),
    sa.Column("listed", sa.Boolean, sa.Computed("punchout_id IS NULL AND request_id IS NULL", persisted=True)),
    sa.Column("unspsc", sa.String(8)),
    sa.Column("brand", sa.Text),
    sa.Column("manufacturer_id", sa.Text),
    sa.Column("keywords", sa.Text, nullable=False, server_default=""),
    sa.Column("minimum", sa.Numeric(12, 3), comment="the fewest units that may be ordered"),
    sa.Column("multiple", sa.Numeric(12, 3), comment="and only in steps of so many"),
    sa.Column("tiers", JSONB, nullable=False, server_default="[]", comment='[{"from": "10", "price": "39.50"}] rising'),
    sa.Column("labels", ARRAY(sa.Text), nullable=False, server_default="{}", comment="eco labels: svanen, krav …"),
    sa.Column("allergens", ARRAY(sa.Text), nullable=False, server_default="{}"),
    sa.Column("hazards", ARRAY(sa.Text), nullable=False, server_default="{}", comment="GHS pictograms: GHS02 …"),
    sa.Column("image", sa.Text, comment="address of a picture"),
    sa.Column("sheet", sa.Text, comment="address of a data sheet"),
    sa.Column("stock", sa.Numeric(14, 3), comment="how many units the supplier says it has; empty: it does not say"),
    sa.Column("valid_from", sa.Date),
    sa.Column("valid_to", sa.Date, comment="the last day on which it may be bought"),
    sa.Column("substitutes", ARRAY(sa.Text), nullable=False, server_default="{}", comment="seller_id of like articles"),
    sa.Column("crisis", sa.Boolean, nullable=False, server_default=sa.false(), comment="belongs to the crisis stock"),
    # What was brought back is bought once, at the price of that visit; the same article may come back many times.
    sa.Index(
        "uq_articles_supplier_id",
        "supplier_id",
        "seller_id",
        unique=True,
        postgresql_where=sa.text("punchout_id IS NULL AND request_id IS NULL"),
    ),
    sa.Index("ix_articles_gtin", "gtin"),
    sa.Index("ix_articles_seller_id", "seller_id"),
    sa.Index("ix_articles_category", "category"),
)

baskets = sa.Table(
    "baskets",
    metadata,
    sa.Column("id", sa.Uuid, primary_key=True),
    sa.Column("user_id", sa.Uuid, sa.ForeignKey("users.id"), nullable=False),
    sa.Column("unit_id", sa.Text, sa.ForeignKey("units.id"), nullable=False),
    sa.Column("created_at", _AT, nullable=False),
    sa.Column("placed_at", _AT, comment="a placed basket is kept: it is the unit's usual purchases"),
    sa.Column("apart", sa.Boolean, nullable=False, server_default=sa.false(), comment="a recurring order filled it"),
    # One open basket per person and unit; the id of the basket is what makes placing it happen once.
    sa.Index(
        "baskets_open", "user_id", "unit_id", unique=True, postgresql_where=sa.text("placed_at IS NULL AND NOT apart")
    ),
    sa.Index("baskets_placed", "unit_id", "placed_at", postgresql_where=sa.text("placed_at IS NOT NULL")),
)

basket_lines = sa.Table(
    "basket_lines",
    metadata,
    sa.Column("basket_id", sa.Uuid, sa.ForeignKey("baskets.id", ondelete="CASCADE"), primary_key=True),
    sa.Column("article_id", sa.BigInteger, sa.ForeignKey("articles.id"), primary_key=True),
    sa.Column("quantity", sa.Numeric(12, 3), nullable=False),
    sa.Column("added_at", _AT, nullable=False),
    sa.Column("removed_at", _AT, comment="taken out, and offered back for a while"),
    sa.CheckConstraint("quantity > 0", name="quantity"),
)

basket_orders = sa.Table(
    "basket_orders",
    metadata,
    sa.Column("basket_id", sa.Uuid, sa.ForeignKey("baskets.id"), primary_key=True),
    sa.Column("order_id", sa.Uuid, sa.ForeignKey("orders.id"), primary_key=True),
)

from shop.after.tables import attest_rules, invoices, order_wishes, unit_receipts  # noqa: E402, F401
from shop.approving.tables import (  # noqa: E402 - these tables point at those above
    approval_policies,
    approval_reminders,
    approval_steps,
    basket_coding,
    coding_imports,
    coding_values,
    delegations,
    lines_taken_out,
    order_approvals,
    order_coding,
)
from shop.catalogue.tables import (  # noqa: E402, F401 - the parts' own tables belong to the shop's
    catalogue_before,
    catalogue_changes,
    catalogue_chunks,
    catalogue_files,
    catalogue_findings,
    catalogue_imports,
    catalogue_lines,
    catalogue_pictures,
    catalogue_terms,
    catalogue_versions,
)
from shop.finding.tables import article_changes  # noqa: E402, F401 - written by triggers on articles
from shop.insight.tables import (  # noqa: E402, F401
    ledger_chunks,
    ledger_decisions,
    ledger_lines,
    ledger_mappings,
    ledger_sums,
    ledgers,
    procurement_limits,
    purchase_mark,
    purchase_prices,
    purchase_sums,
    purchases,
    saving_goals,
)
from shop.lists.tables import (  # noqa: E402, F401 - they point at the tables above
    chosen_units,
    favourites,
    order_list_lines,
    order_lists,
    recurring_orders,
    recurring_turns,
)
from shop.requests.tables import (  # noqa: E402, F401 - one room, one list of tables
    outside_orders,
    paper_bytes,
    papers,
    quotes,
    request_events,
    requests,
    requisition_uses,
    requisitions,
    series,
    supplier_contacts,
)

APPROVING = (
    approval_policies, approval_reminders, approval_steps, basket_coding, coding_imports, coding_values, delegations,
    lines_taken_out, order_approvals, order_coding,
)  # fmt: skip

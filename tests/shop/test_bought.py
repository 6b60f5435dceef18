"""What the shop tells the exchange: for whom a purchase was made, and what the contract says that it costs."""

from __future__ import annotations

from decimal import Decimal

import sqlalchemy as sa
from msgspec.structs import replace

from gateway.exchange.agreements import order_of
from gateway.rules.ours import Context, check_in_context
from shop.articles import contract_prices
from shop.tables import articles, units
from shop.units import bought_for
from tests.orders.samples import sample_order
from tests.rules.ours.documents import agreement


def test_a_purchase_is_for_the_unit_that_its_gln_names(engine: sa.Engine) -> None:
    with engine.begin() as conn:
        conn.execute(
            units.insert().values(
                id="glantan",
                name="Förskolan Gläntan",
                gln="7350001000022",
                street="Gläntvägen 1",
                postal_code="123 45",
                city="Exempelstad",
                weekdays=[1],
                customer_reference="4120",
                accounting_cost="",
            )
        )
        assert bought_for(conn, order_of(agreement())) == "glantan"
        assert bought_for(conn, order_of(agreement(recipient="7350001000015"))) is None
        assert bought_for(conn, replace(sample_order(), delivery=None)) is None


def test_a_price_above_the_contract_is_seen_in_its_unit(engine: sa.Engine) -> None:
    facts = {"name": "Papper", "unit": "C62", "vat": Decimal(25), "category": "office", "lead_days": 2}
    with engine.begin() as conn:
        for seller_id, contract in (("PA-100", "2025-183"), ("PA-200", None)):
            row = {"supplier_id": "papperslagret", "seller_id": seller_id, "price": Decimal("19.50")}
            conn.execute(articles.insert().values(row | facts | {"contract": contract}))
        prices = contract_prices(conn, "papperslagret", {"PA-100", "PA-200", "PA-300"})
    assert set(prices) == {"PA-100"}
    found = check_in_context(sample_order(), Context(contract_prices=prices))
    assert {finding.rule for finding in found} == {"avrop-contract-price"}
    assert found[0].message.startswith("20 SEK is asked for article PA-100")
    boxes = sample_order(unit="XBX")
    assert check_in_context(boxes, Context(contract_prices=prices)) == ()

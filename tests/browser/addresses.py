"""A sample address for every page, and the shop they are shown of. Whoever adds a page adds its line here.

A route leads to `who` looks at it and the address; {names} are filled in with what `stage` made. Several addresses
show several states of one page.
"""

from __future__ import annotations

from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from decimal import Decimal
from typing import Any
from uuid import UUID

import sqlalchemy as sa

from gateway.exchange import journal, tasks
from gateway.exchange.matching import detail_of
from gateway.exchange.punchout import visits
from gateway.orders import book
from gateway.program import tell_the_hub, tell_the_stock
from gateway.settings import load_settings
from gateway.suppliers.supplier import Suppliers
from hub.stock import reading as stock_reading
from hub.stock.invented import invent_stock
from shop import basket
from shop.checkout import checkout
from shop.insight import filling, ledgers, working
from shop.insight.demo import invent_purchases
from shop.seed import PEOPLE, seed
from shop.tables import articles, unit_members, units
from tests.browser.requests_stage import asked_for
from tests.browser.road_stage import driven
from tests.exchange.desk import advice
from tests.hub.marking.stage import labelled
from tests.shop import catalogues
from tests.shop.conftest import PASSWORD, person


@dataclass(frozen=True)
class Page:
    """Who looks ("" for nobody), and where; "" for the route itself."""

    who: str
    address: str = ""


PAGES: dict[str, list[Page]] = {
    "/login": [Page("")],
    "/": [Page("kim")],
    "/units": [Page("kim")],
    "/search": [
        Page("kim", "/search?q=handskar"),
        Page("kim", "/search?q=xylofon"),
        Page("kim", "/search?category=food"),
        Page("kim", "/search?q=toapaper&contract=1&band=100"),
    ],
    "/articles/{article_id}": [Page("kim", "/articles/{article}")],
    "/basket": [Page("kim"), Page("anna")],
    "/placed/{basket_id}": [Page("kim", "/placed/{placed}")],
    "/orders": [Page("kim")],
    "/orders/{number}": [
        Page("kim", "/orders/{changed}"),
        Page("anna", "/orders/{waiting}"),
        Page("kim", "/orders/{by_hand}"),
    ],
    "/approvals": [Page("anna")],
    "/orders/{number}/change": [Page("kim", "/orders/{by_hand}/change"), Page("kim", "/orders/{waiting}/change")],
    "/orders/{number}/cancel": [Page("kim", "/orders/{waiting}/cancel")],
    "/orders/{number}/receive": [Page("kim", "/orders/{changed}/receive")],
    "/orders/{number}/record": [Page("kim", "/orders/{changed}/record")],
    "/invoices": [Page("anna"), Page("pia")],
    "/invoices/rules": [Page("pia")],
    "/orders/{number}/again": [Page("kim", "/orders/{changed}/again")],
    "/approvals/rules": [Page("cleo")],
    "/approvals/rules/edit": [Page("cleo")],
    "/delegates": [Page("kim")],
    "/coding": [Page("cleo")],
    "/favourites": [Page("kim")],
    "/compare": [Page("kim", "/compare?a={article}")],
    "/lists": [Page("kim")],
    "/quick": [Page("kim")],
    "/recurring": [Page("kim")],
    "/recurring/new": [Page("kim")],
    "/catalogues": [Page("pia")],
    "/catalogues/new": [Page("pia"), Page("pia", "/catalogues/new?supplier={seller}&contract={contract}")],
    "/catalogues/{number}": [Page("pia", "/catalogues/{catalogue}")],
    "/catalogues/contracts": [Page("pia")],
    "/catalogues/contract": [Page("pia", "/catalogues/contract?supplier={seller}&contract={contract}")],
    "/catalogues/blocks": [Page("pia")],
    "/catalogues/crisis": [Page("pia")],
    "/requests": [Page("kim"), Page("pia")],
    "/requests/new": [Page("kim", "/requests/new?q=handskar"), Page("kim", "/requests/new?kind=service")],
    "/requests/{number}": [Page("kim", "/requests/{request}"), Page("pia", "/requests/{request}")],
    "/requisitions": [Page("kim"), Page("anna")],
    "/requisitions/new": [Page("kim")],
    "/requisitions/{number}": [Page("kim", "/requisitions/{requisition}")],
    "/requisitions/{number}/paper": [Page("kim", "/requisitions/{requisition}/paper")],
    "/desk": [Page("pia")],
    "/desk/register": [Page("pia")],
    "/desk/orders/{number}": [Page("pia", "/desk/orders/{by_hand}"), Page("pia", "/desk/orders/{changed}")],
    "/insight": [Page("cleo"), Page("anna")],
    "/insight/compliance": [Page("cleo"), Page("cleo", "/insight/compliance?period=2019")],
    "/insight/spend": [Page("cleo")],
    "/insight/prices": [Page("cleo")],
    "/insight/punctuality": [Page("cleo")],
    "/insight/purchases": [Page("cleo")],
    "/insight/beside": [Page("cleo")],
    "/insight/direct": [Page("cleo")],
    "/insight/limits": [Page("cleo")],
    "/insight/ledgers": [Page("cleo")],
    "/insight/ledgers/{ledger_id}": [
        Page("cleo", "/insight/ledgers/{ledger}"),
        Page("cleo", "/insight/ledgers/{ledger}?read=again"),
    ],
    "/insight/ledgers/{ledger_id}/matches": [Page("cleo", "/insight/ledgers/{ledger}/matches")],
    "/insight/ledgers/{ledger_id}/change": [Page("cleo", "/insight/ledgers/{ledger}/change?supplier=x&text=kaffe")],
    "/punchout": [Page("kim")],
    "/punchout/{visit_id}": [Page("kim", "/punchout/{visit}")],
    "/hub/dock": [Page("dani")],
    "/hub/awaited": [Page("dani")],
    "/hub/offline": [Page("dani")],
    "/hub/labels": [Page("dani"), Page("dani", "/hub/labels?q=26-999999")],
    "/hub/labels/link": [Page("dani", "/hub/labels/link?order={changed}"), Page("pia", "/hub/labels/link")],
    "/hub/labels/series": [Page("alex")],
    "/hub/labels/sheets/{sheet_id}": [Page("dani", "/hub/labels/sheets/{sheet}")],
    "/labels/{token}": [Page("", "/labels/{link}")],
    "/labels/{token}/{sheet_id}": [Page("", "/labels/{link}/{their_sheet}")],
    "/hub/cases": [Page("dani")],
    "/hub/units": [Page("dani")],
    "/hub/van": [Page("dani")],
    "/hub/drive": [Page("dani")],
    "/hub/saving": [Page("dani"), Page("cleo")],
    "/hub/plan": [Page("dani", "/hub/plan?day={hub_day}"), Page("dani", "/hub/plan?day=2099-01-01")],
    "/hub/runs/{run_id}": [Page("dani", "/hub/runs/{hub_run}"), Page("alex", "/hub/runs/{hub_run}")],
    "/hub/load": [Page("dani")],
    "/hub/load/{run_id}": [Page("dani", "/hub/load/{hub_run}"), Page("dani", "/hub/load/{hub_run}?sure=ask")],
    "/hub/sites": [Page("dani"), Page("alex"), Page("dani", "/hub/sites?q=xylofon")],
    "/hub/sites/{unit_id}": [Page("dani", "/hub/sites/unit-0001"), Page("alex", "/hub/sites/unit-0001")],
    "/hub/places": [Page("alex")],
    "/hub/vehicles": [Page("dani"), Page("alex")],
    "/hub/vehicles/{vehicle_id}": [Page("alex", "/hub/vehicles/el-1"), Page("alex", "/hub/vehicles/new")],
    "/hub/weekly": [Page("dani")],
    "/hub/weekly/{run_id}": [Page("dani", "/hub/weekly/{hub_weekly}")],
    "/hub/stock": [Page("dani")],
    "/hub/stock/goods/{goods_id}": [Page("alex", "/hub/stock/goods/{critical}")],
    "/hub/stock/first": [Page("dani")],
    "/hub/stock/silent": [Page("pia")],
    "/hub/stock/agreements": [Page("pia", "/hub/stock/agreements?article={critical_article}")],
    "/hub/stock/receive": [Page("dani", "/hub/stock/receive?article={critical_article}")],
    "/hub/stock/issue": [Page("dani", "/hub/stock/issue?article={critical_article}")],
    "/hub/stock/move": [Page("dani", "/hub/stock/move?article={critical_article}")],
    "/hub/stock/count": [Page("dani", "/hub/stock/count?goods={critical}")],
    "/console/tasks": [Page("alex")],
    "/console/tasks/{task_id}": [Page("alex", "/console/tasks/{task}")],
    "/console/messages": [Page("alex")],
    "/console/messages/{message_id}": [Page("alex", "/console/messages/{message}")],
    "/console/dead": [Page("alex")],
    "/console/alarms": [Page("alex")],
    "/console/visits": [Page("alex")],
    "/console/visits/{visit_id}": [Page("alex", "/console/visits/{visit}")],
    "/console/suppliers": [Page("alex")],
    "/console/suppliers/{supplier_id}": [Page("alex", "/console/suppliers/{supplier}")],
    "/console/suppliers/{supplier_id}/rehearse": [Page("alex", "/console/suppliers/{supplier}/rehearse")],
    "/console/suppliers/{supplier_id}/selftest": [Page("alex", "/console/suppliers/{supplier}/selftest")],
    "/practice": [Page("alex")],
}
NO_PAGE = {
    "/static/{digest}/{name:path}",
    "/health",
    "/metrics",
    "/punchout/return/{token}",
    "/hub/scan",
    "/hub/worker.js",
    "/hub/reader.js",
    "/hub/questions",
    "/coding/choices",
    "/requests/similar",
    "/requests/of/{request_id}",
    "/papers/{paper_id}",
    "/search/suggest",
}
NO_PAGE |= {"/catalogues/{number}/findings.csv", "/catalogues/{number}/lines.csv", "/catalogues/contract.xml"}
NO_PAGE |= {"/hub/labels/sheets/{sheet_id}/{name}", "/labels/{token}/{sheet_id}/{name}"}
NO_PAGE |= {"/hub/saving.csv"}
NO_PAGE |= {"/pictures/{digest}", "/hub/places.csv"}
"""What answers with something else than a page, or is a part of one."""
ELSEWHERE = {
    "/orders/{number}/offer": "after_test",
    "/orders/{number}/record.json": "a file",
    "/invoices/{invoice_id}": "after_test",
    "/invoices/{invoice_id}/original": "a file",
    "/approvals/confirm": "approving_test",
    "/lists/{list_id}": "lists_test",
    "/lists/{list_id}/edit": "lists_test",
    "/recurring/{recurring_id}": "lists_test",
    "/requests/{number}/edit": "requests_test",
    "/punchout/{visit_id}/go": "punchout_test",
    "/hub/drive/{run_id}": "hub_handing_test",
    "/hub/drive/{run_id}/home": "hub_handing_test",
    "/hub/proof/{delivery_id}": "hub_handing_test",
    "/hub/proof/{delivery_id}/photos/{photo_id}": "a picture",
    "/orders/{number}/proofs/{proof_id}": "hub_handing_test",
    "/orders/{number}/proofs/{proof_id}/photos/{photo_id}": "a picture",
    "/hub/parcels/{parcel_id}/report": "hub_cases_test",
    "/hub/parcels/{parcel_id}/report/{kind}": "hub_cases_test",
    "/hub/cases/{case_id}": "hub_cases_test",
    "/hub/photos/{photo_id}": "a file",
    "/hub/pallets/{parcel_id}": "hub_scans_test",
    "/console/messages/{message_id}/edit": "console_day_test",
    "/console/messages/{message_id}/raw": "a file",
    "/console/orders/{number}/answer": "console_day_test",
    "/console/suppliers/{supplier_id}/selftest/{record_id}": "selftest_test",
    "/practice/{dialect}": "selftest_test",
    "/practice/{dialect}/{scenario}/{place}": "selftest_test",
}
"""Pages that need more of a stage, and who walks them."""


def stage(engine: sa.Engine, suppliers: Suppliers) -> dict[str, str]:
    """A seeded shop with orders in several states; the names that addresses are filled in with."""
    now = datetime.now(UTC)
    with engine.begin() as conn:
        assert seed(conn, suppliers, passwords={one.login: PASSWORD for one in PEOPLE}, now=now, units=12, articles=600)
        kim = person(conn, "kim")
        conn.execute(unit_members.delete().where(unit_members.c.unit_id > "unit-0002"))
        conn.execute(units.update().where(units.c.id == "unit-0002").values(approval_limit=1))
        sent = [one.id for one in suppliers if not one.by_hand]
        by_phone = [one.id for one in suppliers if one.by_hand]
        facts, ids = {"supplier": sent[0]}, {}
        for name, unit, theirs in (
            ("changed", "unit-0001", sent[0]),
            ("by_hand", "unit-0001", by_phone[0]),
            ("waiting", "unit-0002", sent[1]),
        ):
            basket_id, ids[name] = _ordered(conn, suppliers, kim, unit, theirs, now)
            facts |= {name: book.get(conn, ids[name]).number, "placed": str(basket_id)}
        _go_on_with(conn, ids["changed"], now)
        facts["article"] = str(_fill(conn, kim, "unit-0001", sent[2], now))
        visit = {"supplier_id": sent[0], "person": str(kim.id), "unit_id": "unit-0001", "kind": "cxml", "minutes": 60}
        facts["visit"] = str(visits.open_visit(conn, now=now, state=visits.State.OPEN, **visit).id)
        facts["message"] = str(journal.of_order(conn, ids["changed"])[0].id)
        facts |= asked_for(conn, suppliers, now)
        facts |= labelled(conn, suppliers, book.get(conn, ids["changed"]), now)
        facts["task"] = str(tasks.for_order(conn, ids["by_hand"])[0].id)
    facts |= {"ledger": _bought_beside(engine, suppliers, now)} | _catalogue(engine, suppliers)
    return facts | driven(engine, now) | _crisis(engine, suppliers, now)


def _crisis(engine: sa.Engine, suppliers: Suppliers, now: datetime) -> dict[str, str]:
    """The demo's crisis stock; the first goods with something at the hub, and an article of it."""
    with engine.begin() as conn:
        tell_the_hub(conn)
        tell_the_stock(conn, suppliers)
        invent_stock(conn, now)
        lot = next(one for one in stock_reading.lots(conn) if one.place == "hub")
    return {"critical": str(lot.article.goods_id), "critical_article": str(lot.article.id)}


def _catalogue(engine: sa.Engine, suppliers: Suppliers) -> dict[str, str]:
    """One that waits for its owner: a price that rises, a new article, and a line of no use."""
    with engine.connect() as conn:
        row = conn.execute(
            sa.select(articles).where(articles.c.contract.is_not(None), articles.c.unit == "XBX")
        ).first()
    assert row is not None
    lines = [catalogues.row(row.seller_id, row.price * 2, unit="XBX"), catalogues.row("NY"), catalogues.row("FEL", -1)]
    made = catalogues.tools(engine, suppliers, lambda: datetime.now(UTC))
    job = catalogues.read(made, catalogues.rows(lines), row.supplier_id, number=row.contract)
    return {"catalogue": str(job.number), "seller": row.supplier_id, "contract": row.contract}


def _bought_beside(engine: sa.Engine, suppliers: Suppliers, now: datetime) -> str:
    """A year of purchases and a ledger, read and matched as the worker does; the ledger's id."""
    with engine.begin() as conn:
        invent_purchases(conn, suppliers, load_settings({}).municipality, now, orders=120, ledger_rows=120)
    filling.rebuild(engine, suppliers, now)
    working.work(engine, suppliers, now)
    with engine.begin() as conn:
        return str(ledgers.newest(conn)[0].id)


def _fill(conn: sa.Connection, who: Any, unit: str, supplier_id: str, now: datetime) -> int:
    """Two articles of the supplier in the person's basket; the first one's id."""
    theirs = sa.select(articles.c.id).where(articles.c.supplier_id == supplier_id).order_by(articles.c.id).limit(2)
    mine, found = basket.open_basket(conn, who.id, unit, now), list(conn.scalars(theirs))
    for article in found:
        basket.add(conn, mine, article, Decimal(5), now)
    return found[0]


def _ordered(
    conn: sa.Connection, suppliers: Suppliers, who: Any, unit: str, supplier_id: str, now: datetime
) -> tuple[UUID, UUID]:
    """The basket and the order it became."""
    _fill(conn, who, unit, supplier_id, now)
    mine = basket.open_basket(conn, who.id, unit, now)
    (order_id,) = checkout(conn, mine.id, who, now, suppliers, load_settings({}).municipality)
    return mine.id, order_id


def _go_on_with(conn: sa.Connection, order_id: UUID, now: datetime) -> None:
    """What supplier and hub do next: the order is changed, sent and received, with something missing."""
    row = book.get(conn, order_id)
    order, seller = row.order, row.order.seller.name
    line = {"line": "1", "status": "3", "quantity": {"value": "3", "unit": order.lines[0].quantity.unit}}
    later = {"promised": {"end_date": (now + timedelta(days=9)).date()}, "backorder": {"value": "2", "unit": "XBX"}}
    note = {"note": "Leveransen delas, resten kommer nästa vecka."}
    book.record(conn, row.id, "sent", "avrop", now)
    book.record(conn, row.id, "changed", seller, now, {"lines": [line | later]} | note)
    book.record(conn, row.id, "despatched", seller, now, detail_of(advice(order)))
    book.record(conn, row.id, "short", "Dani Exempel", now, {"line": "1", "quantity": "1"})
    book.record(conn, row.id, "at_hub", "Dani Exempel", now, {"step": "at_hub", "parcels": 1, "of": 1})

"""Goods, articles and lots for the tests of the crisis stock."""

from __future__ import annotations

from datetime import UTC, date, datetime, timedelta
from decimal import Decimal
from typing import Any

import sqlalchemy as sa

from hub.road.tables import sites
from hub.stock import learning, needs, store
from hub.stock.goods import HUB, Article, Lot
from hub.stock.learning import Critical
from hub.stock.store import Doing

NOW = datetime(2026, 11, 23, 6, 55, tzinfo=UTC)
TODAY = date(2026, 11, 23)
GTIN = "7350001000015"


def article(number: int = 1, supplier: str = "nord", content: int = 100, goods_id: int = 1, lead: int = 3) -> Article:
    """An article of some goods."""
    return Article(
        id=number,
        goods_id=goods_id,
        supplier_id=supplier,
        supplier_name=supplier.title(),
        seller_id=f"A-{number}",
        name="Handske nitril M",
        unit="XBX",
        content=Decimal(content),
        content_unit="C62",
        lead_days=lead,
    )


def lot(number: int, quantity: Any, days: int | None = None, place: str = HUB, of: Article | None = None) -> Lot:
    """A lot that may be used for so many more days after today."""
    expires = None if days is None else TODAY + timedelta(days=days)
    return Lot(id=number, article=of or article(), place=place, quantity=Decimal(quantity), expires=expires)


def critical(seller_id: str = "A-1", supplier: str = "nord", gtin: str | None = GTIN, **more: Any) -> Critical:
    """What the shop says of an article."""
    known = {
        "supplier_id": supplier, "supplier_name": f"{supplier.title()} AB", "seller_id": seller_id, "gtin": gtin,
        "name": "Handske nitril M", "unit": "XBX", "content": Decimal(100), "content_unit": "C62", "lead_days": 3,
    }  # fmt: skip
    return Critical(**known | more)


def doing(at: datetime | None = None, now: datetime = NOW) -> Doing:
    """Something that Alva does."""
    return Doing(who="Alva Exempel", now=now, at=at)


def stand(conn: sa.Connection) -> tuple[int, int]:
    """Two units, two suppliers of gloves (goods 1) and one of masks (goods 2): 40 boxes of gloves at the hub, in two
    lots, and 5 at Björken. Björken uses 50 gloves a day, Granen 30. The first supplier's article and the second's."""
    for unit_id, name in (("bjorken", "Förskolan Björken"), ("granen", "Hemtjänsten Granen")):
        where = {"street": "Gatan 1", "postal_code": "753 20", "city": "Exempelstad"}
        conn.execute(sites.insert().values(unit_id=unit_id, name=name, gln=f"73500010000{len(name):02d}", **where))
    mask = critical("M-1", "syd", gtin=None, name="Munskydd IIR", content=Decimal(50))
    learning.learn(conn, [critical(), critical("B-7", "syd"), mask])
    store.receive(conn, 1, HUB, Decimal(10), doing(), lot="L1", expires=TODAY + timedelta(days=40))
    store.receive(conn, 1, HUB, Decimal(30), doing(), lot="L2", expires=TODAY + timedelta(days=400))
    store.receive(conn, 1, "unit:bjorken", Decimal(5), doing(), lot="L2", expires=TODAY + timedelta(days=400))
    needs.choose(conn, 1, HUB, 30, None, "Alva Exempel", NOW)
    needs.choose(conn, 1, "unit:bjorken", 7, Decimal(50), "Alva Exempel", NOW)
    needs.choose(conn, 1, "unit:granen", 0, Decimal(30), "Alva Exempel", NOW)
    needs.usual(conn, 1, "nord")
    return 1, 2

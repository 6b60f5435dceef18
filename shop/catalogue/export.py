"""What stands of a contract, as a catalogue document: what is read in again changes nothing."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import date
from decimal import Decimal

import sqlalchemy as sa

from gateway.model import Catalogue
from gateway.model.article import Article as Item
from gateway.model.article import ItemDocument
from gateway.model.catalogue import CatalogueLine, PriceTier, RelatedItem
from gateway.model.item import Certificate, Classification, ItemProperty, TaxCategory
from gateway.model.party import Amount, Identifier, Party, Period, Quantity
from gateway.settings import Municipality
from gateway.suppliers.parties import buyer_party, seller_party
from gateway.suppliers.supplier import Supplier
from shop.articles import COLUMNS, Article
from shop.measures import plain, price_decimals
from shop.tables import articles


def catalogue_of(
    conn: sa.Connection, supplier: Supplier, contract: str, municipality: Municipality, today: date
) -> Catalogue | None:
    """The whole range of a contract, as the supplier would send it; None where nothing stands."""
    lines = tuple(line_of(place, one) for place, one in enumerate(_standing(conn, supplier.id, contract), 1))
    if not lines:
        return None
    return Catalogue(
        number=f"{supplier.id}-{contract}-{today}",
        issued=today,
        action="Replace",
        contract=contract,
        provider=_named(seller_party(supplier)),
        receiver=_named(buyer_party(municipality)),
        validity=Period(start_date=today),
        lines=lines,
    )


def _named(party: Party) -> Party:
    """What a catalogue says of those it is between."""
    return Party(endpoint=party.endpoint, legal_name=party.legal_name or party.name)


def _standing(conn: sa.Connection, supplier_id: str, contract: str) -> Iterator[Article]:
    mine = (articles.c.supplier_id == supplier_id) & (articles.c.contract == contract)
    wanted = sa.select(*COLUMNS).where(mine, articles.c.active, articles.c.listed).order_by(articles.c.seller_id)
    for row in conn.execute(wanted):
        yield Article(**row._mapping)


def line_of(place: int, article: Article) -> CatalogueLine:
    """An article as a line of a catalogue; `place` counts from 1."""
    content = None
    if article.content is not None and article.content_unit:
        content = Quantity(value=plain(article.content), unit=article.content_unit)
    return CatalogueLine(
        id=str(place),
        action="Update",
        orderable=True,
        orderable_unit=article.unit,
        content=content,
        minimum=_many(article.minimum, article.unit),
        multiple=plain(article.multiple) if article.multiple is not None else None,
        validity=_days(article),
        prices=tuple(_tiers(article)),
        replaces=tuple(RelatedItem(id=one) for one in article.substitutes),
        item=_item(article),
    )


def _many(value: Decimal | None, unit: str) -> Quantity | None:
    return Quantity(value=plain(value), unit=unit) if value is not None else None


def _days(article: Article) -> Period | None:
    if article.valid_from is None and article.valid_to is None:
        return None
    return Period(start_date=article.valid_from, end_date=article.valid_to)


def _tiers(article: Article) -> Iterator[PriceTier]:
    one = Quantity(value=Decimal(1), unit=article.unit)
    for least, price in [(None, article.price), *((Decimal(t["from"]), Decimal(t["price"])) for t in article.tiers)]:
        amount = Amount(value=price_decimals(price), currency=article.currency)
        days = Quantity(value=Decimal(article.lead_days), unit="DAY")
        yield PriceTier(amount=amount, base_quantity=one, minimum=_many(least, article.unit), lead_time=days)


def _item(article: Article) -> Item:
    said = [ItemProperty(name="Allergen", value=code) for code in article.allergens]
    said += [ItemProperty(name="GHS", value=code) for code in article.hazards]
    unspsc = Classification(code=article.unspsc, list="TST") if article.unspsc else None
    return Item(
        name=article.name,
        descriptions=(article.description,) if article.description else (),
        keywords=(article.keywords,) if article.keywords else (),
        brands=(article.brand,) if article.brand else (),
        seller_id=article.seller_id,
        manufacturer_id=article.manufacturer_id,
        standard_id=Identifier(value=article.gtin, scheme="0160") if article.gtin else None,
        documents=tuple(_documents(article)),
        classifications=(unspsc,) if unspsc else (),
        tax=TaxCategory(id="S" if article.vat else "Z", percent=plain(article.vat)),
        properties=tuple(said),
        certificates=tuple(
            Certificate(id=code, kind="Ecolabel", kind_code="NA", issuer=code) for code in article.labels
        ),
    )


def _documents(article: Article) -> Iterator[ItemDocument]:
    """Addresses only: pictures that we keep are the supplier's own, and it has them."""
    for kind, address in (("PRODUCT_IMAGE", article.image), ("TRADE_ITEM_DESCRIPTION", article.sheet)):
        if address and not address.startswith("/"):
            yield ItemDocument(id=kind.lower(), kind=kind, uri=address)

"""To a supplier's own shop and back: what we ask it for, and the basket (Peppol T77, cXML PunchOut, OCI)."""

from __future__ import annotations

from datetime import date, time

from gateway.model.article import Article
from gateway.model.item import Item
from gateway.model.party import Address, Amount, Party, Period, Quantity, Value


class BasketLine(Value, frozen=True):
    """What somebody put in the basket: `quantity` of an article at `price` for `base_quantity`, good for `validity`.

    `item.seller_id_extension` is what the shop needs beside its article number to know the configured article again
    (cXML SupplierPartAuxiliaryID). `detail` is the description of the article exactly as the shop wrote it (the markup
    of a cXML ItemDetail): it stands in the order unchanged.
    """

    id: str
    item: Article
    quantity: Quantity
    price: Amount
    base_quantity: Quantity | None = None
    price_kind: str | None = None
    lead_time: Quantity | None = None
    territory: Address | None = None
    contract_part: str | None = None
    validity: Period | None = None
    detail: str | None = None


class PunchOutBasket(Value, frozen=True, tag="PunchOutBasket"):
    """`provider` is the seller's shop, `receiver` the customer, whose person `receiver.contact.id` names.

    `complete_only`: prices hold only if everything in it is ordered. They hold until `validity` ends. `cookie` is our
    own mark of the visit, which the shop repeats; `allowed` is what may be done with the basket there later: create (it
    is final), inspect or edit. `total`, `shipping` and `tax` are the shop's own sums. Without `lines` nothing was
    chosen.
    """

    lines: tuple[BasketLine, ...] = ()
    number: str = ""
    issued: date | None = None
    issued_time: time | None = None
    provider: Party | None = None
    receiver: Party | None = None
    complete_only: bool | None = None
    cookie: str | None = None
    allowed: str | None = None
    total: Amount | None = None
    shipping: Amount | None = None
    tax: Amount | None = None
    validity: Period | None = None
    contract: str | None = None


class Traveller(Value, frozen=True):
    """Who goes to the shop, as far as the shop must know: `id` is our own name for them, unique in our house."""

    id: str
    name: str | None = None
    email: str | None = None
    unit: str | None = None


class PunchOutSetup(Value, frozen=True, tag="PunchOutSetup"):
    """What we ask a supplier's shop for (cXML PunchOutSetupRequest).

    `operation` is create, edit or inspect; the last two bring `lines`, as they came back. `number` marks the visit
    (BuyerCookie), `return_url` is where the basket is posted to. `selected` is an article to begin with; `level` says
    how deep in the shop it begins: store, aisle, shelf or product.
    """

    operation: str
    number: str
    return_url: str
    traveller: Traveller
    level: str | None = None
    selected: Item | None = None
    lines: tuple[BasketLine, ...] = ()
    issued: date | None = None

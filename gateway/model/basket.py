"""The basket that comes back from a supplier's own shop: Peppol Punch Out (T77)."""

from __future__ import annotations

from datetime import date, time

from gateway.model.article import Article
from gateway.model.party import Address, Amount, Party, Period, Quantity, Value


class BasketLine(Value, frozen=True):
    """What somebody put in the basket: `quantity` of an article at `price` for `base_quantity`, good for `validity`."""

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


class PunchOutBasket(Value, frozen=True, tag="PunchOutBasket"):
    """`provider` is the seller's shop, `receiver` the customer, whose person `receiver.contact.id` names.

    `complete_only`: prices hold only if everything in it is ordered. They hold until `validity` ends.
    """

    number: str
    issued: date
    issued_time: time
    provider: Party
    receiver: Party
    lines: tuple[BasketLine, ...]
    complete_only: bool | None = None
    validity: Period | None = None
    contract: str | None = None

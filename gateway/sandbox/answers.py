"""The documents in which a supplier says what it decided: order response and despatch advice. Pure."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import date
from decimal import Decimal

from gateway.model import DespatchAdvice, Order, OrderResponse
from gateway.model.despatch import Departure, DespatchLine, Shipment
from gateway.model.item import Item, Price
from gateway.model.party import Location, Party, Period, Quantity
from gateway.model.response import ResponseLine
from gateway.orders.amend import ADVANCED
from gateway.sandbox.packing import pack
from gateway.sandbox.plan import Share, wanted_day

_RESPONSE_PROFILE = "urn:fdc:peppol.eu:poacc:bis:ordering:3"
_DESPATCH_PROFILE = "urn:fdc:peppol.eu:poacc:bis:despatch_advice:3"
_LATER = "Levereras senare"
_NO_SHIPMENT = "NA"  # PEPPOL-T16-B24001: what a line says of its shipment, which the header has


def response(
    order: Order, code: str, number: int, today: date, *, shares: Sequence[Share] = (), note: str | None = None
) -> OrderResponse:
    """The `number`th answer to the order. `code` CA comes with a line for each share, every other without lines."""
    day = wanted_day(order, today)
    return OrderResponse(
        profile=order.profile if order.profile == ADVANCED else _RESPONSE_PROFILE if order.profile else None,
        number=f"OB-{order.number}-{number}",
        issued=today,
        code=code,
        note=note,
        order=order.number,
        currency=order.currency,
        customer_reference=order.customer_reference,
        seller=responding(order.seller),
        buyer=responding(order.buyer),
        promised=Period(start_date=day, end_date=day) if code == "AP" else None,
        lines=tuple(_response_line(str(place), share) for place, share in enumerate(shares, 1)),
    )


def responding(party: Party) -> Party:
    """As much of a party as a response says."""
    return Party(endpoint=party.endpoint, ids=party.ids, legal_name=party.legal_name)


def _response_line(id: str, share: Share) -> ResponseLine:
    return ResponseLine(
        id=id,
        status=share.status,
        note=share.note,
        order_line=share.line.id,
        item=_named(share.line.item),
        quantity=_of(share, share.quantity),
        backorder=_of(share, share.backorder) if share.backorder else None,
        promised=Period(start_date=share.day, end_date=share.day),
        price=Price(amount=share.price.amount, base_quantity=share.price.base_quantity) if share.price else None,
    )


def _named(item: Item) -> Item:
    """What says which article it is, and nothing else."""
    return Item(name=item.name, buyer_id=item.buyer_id, seller_id=item.seller_id, standard_id=item.standard_id)


def _of(share: Share, value: Decimal) -> Quantity:
    return Quantity(value=value, unit=share.line.quantity.unit)


def advice_number(order: str, wave: int) -> str:
    """What the advice of an order's despatch is called."""
    return f"FS-{order}-{wave}"


def despatch_advice(order: Order, wave: int, today: date, shares: Sequence[Share]) -> DespatchAdvice | None:
    """The advice of one despatch: the hub is consignee, the unit recipient and originator. None where nothing goes."""
    going = [share for share in shares if share.wave == wave and share.quantity > 0]
    if not going:
        return None
    number = advice_number(order.number, wave)
    lines = tuple(_despatch_line(str(place), order, share, shares) for place, share in enumerate(going, 1))
    packing = pack(order, wave, [line.id for line in lines])
    unit = _unit(order)
    return DespatchAdvice(
        profile=_DESPATCH_PROFILE if order.profile else None,
        number=number,
        issued=today,
        orders=(order.number,),
        supplier=_despatching(order.seller),
        consignee=_consignee(order.delivery.consignee if order.delivery else None),
        buyer=_mentioned(order.buyer),
        seller=_mentioned(order.seller),
        originator=unit,
        shipment=_shipment(number, going, len(packing), today, unit),
        lines=lines,
        packing=packing,
    )


def _despatch_line(id: str, order: Order, share: Share, shares: Sequence[Share]) -> DespatchLine:
    later = sum(
        (s.quantity for s in shares if s.line is share.line and s.wave > share.wave), share.backorder or Decimal(0)
    )
    return DespatchLine(
        id=id,
        delivered=_of(share, share.quantity),
        outstanding=_of(share, later) if later else None,
        outstanding_reasons=(_LATER,) if later else (),
        order_line=share.line.id,
        order=order.number,
        item=_named(share.line.item),
        shipment_id=_NO_SHIPMENT,
    )


def _shipment(number: str, going: Sequence[Share], parcels: int, today: date, unit: Party | None) -> Shipment:
    return Shipment(
        id=number,
        unit_count=Decimal(parcels),
        estimated=Period(start_date=min(s.day for s in going), end_date=max(s.day for s in going)),
        recipient=unit,
        departure=Departure(date=today),
    )


def _unit(order: Order) -> Party | None:
    """The receiving unit as the order names it; who ordered, where it names none."""
    party = (order.delivery.recipient if order.delivery else None) or order.originator
    return Party(ids=party.ids, name=party.name, address=party.address) if party else None


def _despatching(seller: Party) -> Party:
    name = seller.legal_name or seller.name
    return Party(endpoint=seller.endpoint, ids=seller.ids, legal_name=name, address=seller.address)


def _consignee(hub: Location | None) -> Party:
    if hub is None:
        return Party()
    return Party(endpoint=hub.id, ids=(hub.id,) if hub.id else (), legal_name=hub.name, address=hub.address)


def _mentioned(party: Party) -> Party | None:
    """Name and identifiers; PEPPOL-T16-R008 and R009 want at least one of the two."""
    name = party.name or party.legal_name
    return Party(ids=party.ids, name=name) if name or party.ids else None

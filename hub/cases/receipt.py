"""What the supplier is told of a delivery: announced = received + missing, line by line. Pure: facts in, document out.

Source: PEPPOL-T128. `received` is what came, what was not accepted of it included (UBL ReceivedQuantity).
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Sequence
from datetime import datetime
from decimal import ROUND_DOWN, Decimal
from typing import Any, Final
from uuid import UUID

import msgspec

from gateway.model import DespatchAdvice, ReceiptAdvice
from gateway.model.despatch import DespatchLine
from gateway.model.item import Attachment, Item, Price
from gateway.model.party import Party, Quantity
from gateway.model.receipt import Condition, ReceiptLine, ReceivedShipment, ReceivedUnit
from gateway.model.transport import LogisticUnit
from hub import decide
from hub.cases.decide import ACTIONS, REJECTED
from hub.parcel import Parcel, State
from web.figures import LOCAL

_HERE: Final = frozenset({State.RECEIVED, State.OUT, State.DELIVERED})
_WORDS: Final = {"short": "Saknas", "damaged": "Skadat", "wrong": "Fel vara", "expired": "Utgånget datum"}
_MORE: Final = {"over": "För mycket", "returned": "Kommer tillbaka", "unannounced": "Inte aviserat"}
_THOUSANDTH: Final = Decimal("0.001")
_PACKAGE: Final = "PK"


class Deviation(msgspec.Struct, frozen=True, kw_only=True):
    """One report as the receipt needs it. `line` is the order's; `wanted` what is claimed: credit or replace."""

    parcel_id: UUID
    kind: str
    line: str | None = None
    quantity: Decimal | None = None
    text: str = ""
    wanted: str | None = None


class Delivery(msgspec.Struct, frozen=True, kw_only=True):
    """Everything that a receipt is made of. `lines` are those that were announced for this order.

    `parcels` are all of the advice for it, of which `told` were told of before. `always` is what is asked for where
    nothing is claimed and the channel wants an action all the same (PEPPOL-T128-R004, R007).
    """

    order: str
    number: str
    lines: tuple[DespatchLine, ...]
    parcels: tuple[Parcel, ...]
    consignee: Party
    supplier: Party
    now: datetime
    advice: DespatchAdvice | None = None
    told: frozenset[UUID] = frozenset()
    deviations: tuple[Deviation, ...] = ()
    prices: dict[str, Price] = {}
    always: str | None = None
    photos: tuple[Attachment, ...] = ()


def receipt_of(given: Delivery) -> ReceiptAdvice | None:
    """The advice; None where nothing came or was missing that has not been told."""
    lines = tuple(_lines(given))
    if not lines:
        return None
    issued = given.now.astimezone(LOCAL)
    advice = given.advice
    return ReceiptAdvice(
        number=given.number,
        issued=issued.date(),
        issued_time=issued.time().replace(microsecond=0),
        kind="S",
        status="9",
        note=_note(given.deviations),
        order=given.order,
        # Goods without an advice are counted against the order, which is what the receipt then answers.
        despatch_advice=advice.number if advice else given.order,
        despatch_issued=advice.issued if advice else None,
        # T128 wants the time, which T16 need not say: midnight then.
        despatch_issued_time=(advice.issued_time or datetime.min.time()) if advice else None,
        consignee=given.consignee,
        supplier=given.supplier,
        shipment=_shipment(given),
        lines=lines,
        attachments=given.photos,
    )


def claim_of(given: Delivery) -> ReceiptAdvice | None:
    """Only what is claimed, of a delivery that was told of before."""
    claimed = {one.line for one in given.deviations if one.wanted}
    only = msgspec.structs.replace(
        given, lines=tuple(line for line in given.lines if line.order_line in claimed or None in claimed)
    )
    lines = tuple(_claimed(line, only) for line in only.lines)
    whole = receipt_of(msgspec.structs.replace(only, told=frozenset()))
    return msgspec.structs.replace(whole, lines=lines) if whole is not None and lines else None


def announced_for(advice: DespatchAdvice, order: str) -> tuple[DespatchLine, ...]:
    """The advice's lines for this order that hold anything."""
    return tuple(line for line in advice.lines if line.order in (None, order) and line.delivered.value > 0)


def _lines(given: Delivery) -> Iterator[ReceiptLine]:
    boxes = decide.boxes(given.parcels)
    for line in given.lines:
        holding = [one for one in boxes if any(held.line == line.order_line for held in one.contents)]
        fresh = [one for one in holding if one.id not in given.told]
        if fresh or not holding:
            yield _line(line, _share(line.delivered.value, fresh, holding), fresh, given)


def _share(delivered: Decimal, fresh: Sequence[Parcel], holding: Sequence[Parcel]) -> tuple[Decimal, Decimal]:
    """How much came and is missing in these boxes. A line that several boxes share is counted evenly among them."""
    if not holding:
        return delivered, Decimal(0)
    arrived = sum(one.state in _HERE for one in fresh)
    came = _part(delivered, arrived, len(holding))
    return came, _part(delivered, len(fresh), len(holding)) - came


def _part(delivered: Decimal, some: int, of: int) -> Decimal:
    return delivered if some == of else (delivered * some / of).quantize(_THOUSANDTH, ROUND_DOWN).normalize() + 0


def _line(line: DespatchLine, share: tuple[Decimal, Decimal], fresh: Sequence[Parcel], given: Delivery) -> ReceiptLine:
    came, missing = share
    mine = _concerning(line, fresh, given)
    announced = came + missing
    short = min(announced, missing + _sum(mine, "short"))
    received = announced - short
    rejected = min(received, sum((_sum(mine, kind) for kind in REJECTED), Decimal(0)))
    late = missing and f"{sum(one.state not in _HERE for one in fresh)} kolli har inte kommit"
    return _receipt_line(line, given, mine, received=received, short=short, rejected=rejected, late=late or "")


def _claimed(line: DespatchLine, given: Delivery) -> ReceiptLine:
    mine = [one for one in _concerning(line, given.parcels, given) if one.wanted]
    rejected = sum((_sum(mine, kind) for kind in (*REJECTED, "returned")), Decimal(0))
    return _receipt_line(line, given, mine, received=None, short=_sum(mine, "short"), rejected=rejected, late="")


def _receipt_line(
    line: DespatchLine,
    given: Delivery,
    mine: Sequence[Deviation],
    *,
    received: Decimal | None,
    short: Decimal,
    rejected: Decimal,
    late: str,
) -> ReceiptLine:
    unit, over = line.delivered.unit, _sum(mine, "over")
    words: dict[str, Any] = {}
    if rejected:
        kinds = [kind for kind in (*REJECTED, "returned") if any(one.kind == kind for one in mine)]
        words = {"reject_code": REJECTED.get(kinds[0], "99"), "reject_action": _action(mine, given.always)}
        words["reject_reason"] = ", ".join((_WORDS | _MORE)[kind] for kind in kinds)
    return ReceiptLine(
        id=line.id,
        despatch_line=line.id,
        order_line=line.order_line,
        order=given.order,
        item=_slim(line.item),
        price=given.prices.get(line.order_line),
        received=Quantity(value=received, unit=unit) if received is not None else None,
        short=Quantity(value=short, unit=unit) if short else None,
        short_action=_action([one for one in mine if one.kind == "short"], given.always) if short else None,
        rejected=Quantity(value=rejected, unit=unit) if rejected else None,
        oversupply=Quantity(value=over, unit=unit) if over else None,
        note="; ".join(part for part in (late, *_uncounted(mine)) if part) or None,
        **words,
    )


def _concerning(line: DespatchLine, parcels: Iterable[Parcel], given: Delivery) -> list[Deviation]:
    """What was said of this line; what was said of a whole parcel counts where it holds this line alone."""
    alone = {one.id for one in parcels if [held.line for held in one.contents] == [line.order_line]}
    return [
        one for one in given.deviations if one.line == line.order_line or (one.line is None and one.parcel_id in alone)
    ]


def _sum(deviations: Iterable[Deviation], kind: str) -> Decimal:
    return sum((one.quantity for one in deviations if one.kind == kind and one.quantity is not None), Decimal(0))


def _uncounted(deviations: Iterable[Deviation]) -> Iterator[str]:
    for one in deviations:
        word = (_WORDS | _MORE)[one.kind]
        if one.quantity is None:
            yield f"{word}, antal inte räknat" + (f": {one.text}" if one.text else "")
        elif one.text:
            yield f"{word}: {one.text}"


def _action(deviations: Iterable[Deviation], always: str | None) -> str | None:
    wanted = next((one.wanted for one in deviations if one.wanted), always)
    return ACTIONS[wanted] if wanted else None


def _slim(item: Item) -> Item | None:
    """Name and numbers only; an item without a number is none (PEPPOL-T128-R003)."""
    if item.seller_id is None and item.standard_id is None:
        return None
    name = item.name or item.description or item.seller_id
    return Item(name=name, seller_id=item.seller_id, standard_id=item.standard_id)


def _note(deviations: Iterable[Deviation]) -> str | None:
    """What was said of whole parcels."""
    said = [f"{(_WORDS | _MORE)[one.kind]}: {one.text}" for one in deviations if one.line is None and one.text]
    return "; ".join(said)[:500] or None


def _shipment(given: Delivery) -> ReceivedShipment:
    came = max((one.received_at for one in given.parcels if one.received_at), default=given.now).astimezone(LOCAL)
    announced = given.advice.shipment if given.advice else None
    return ReceivedShipment(
        id=announced.id if announced else given.advice.number if given.advice else given.order,
        delivered_date=came.date(),
        delivered_time=came.time().replace(microsecond=0),
        units=tuple(_units(given)) if given.advice else (),
    )


def _units(given: Delivery) -> Iterator[ReceivedUnit]:
    """Every unit of the advice with its state, or none where one of them has no SSCC that the dock knows."""
    by_sscc = {one.sscc: one for one in given.parcels if one.sscc}
    announced = [unit for unit in _flat(given.advice.packing if given.advice else ()) if unit.id is not None]
    if not announced or any(unit.id is None or unit.id.value not in by_sscc for unit in announced):
        return
    for unit in announced:
        assert unit.id is not None
        state = _condition(by_sscc[unit.id.value], given.deviations)
        yield ReceivedUnit(
            id=msgspec.structs.replace(unit.id, scheme="SSCC"), type_code=unit.type_code or _PACKAGE, condition=state
        )


def _flat(units: Iterable[LogisticUnit]) -> Iterator[LogisticUnit]:
    for unit in units:
        yield unit
        yield from _flat(unit.units)


def _condition(parcel: Parcel, deviations: Iterable[Deviation]) -> Condition:
    """Reasons: Peppol Logistics TransportHandlingUnitReason, 2 missing, 4 damaged, 7 awaits something."""
    if parcel.state not in _HERE:
        return Condition(code="RE", reason_code="2", reason="Kollit har inte kommit")
    kinds = {one.kind for one in deviations if one.parcel_id == parcel.id and one.kind in _WORDS}
    if "damaged" in kinds:
        return Condition(code="CA", reason_code="4", reason="Skadat")
    if kinds:
        return Condition(code="CA", reason_code="7", reason=", ".join(_WORDS[kind] for kind in sorted(kinds)))
    return Condition(code="AP")

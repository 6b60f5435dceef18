"""Despatch advices for the tests, as a supplier would write them."""

from datetime import date
from decimal import Decimal

from gateway.identifiers import gs1_check_digit
from gateway.model import DespatchAdvice
from gateway.model.despatch import DespatchLine, LogisticUnit
from gateway.model.item import Item
from gateway.model.party import Identifier, Party, Quantity


def sscc(number: int) -> str:
    """A made-up SSCC of our own prefix."""
    digits = f"37350001{number:09d}"
    return digits + str(gs1_check_digit(digits))


def unit(number: int | str | None, *lines: str, units: tuple[LogisticUnit, ...] = ()) -> LogisticUnit:
    """A logistic unit; a number gives an SSCC, a text a name that is none."""
    name = sscc(number) if isinstance(number, int) else number
    scheme = "SSCC" if isinstance(number, int) else None
    return LogisticUnit(id=Identifier(value=name, scheme=scheme) if name else None, lines=lines, units=units)


def line(name: str, quantity: str = "6", order: str | None = None) -> DespatchLine:
    """A despatch line of so many pieces of an article that is named after it."""
    return DespatchLine(
        id=name,
        delivered=Quantity(value=Decimal(quantity), unit="C62"),
        order_line=name,
        order=order,
        item=Item(name=f"Vara {name}", seller_id=f"A-{name}"),
    )


def advice(
    *units: LogisticUnit,
    lines: tuple[DespatchLine, ...] = (line("1"),),
    number: str = "DA-1",
    orders: tuple[str, ...] = (),
) -> DespatchAdvice:
    """A despatch advice with that packing."""
    return DespatchAdvice(
        number=number,
        issued=date(2026, 11, 23),
        supplier=Party(name="Vårdgrossisten Nord AB"),
        consignee=Party(name="Exempelstads omlastningshubb"),
        lines=lines,
        orders=orders,
        packing=units,
    )

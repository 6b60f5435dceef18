"""The few fields of an order that a person corrects in a form: read from it, and put into a copy of it. Pure."""

from __future__ import annotations

from collections.abc import Mapping
from decimal import Decimal, InvalidOperation
from typing import Any, Final

import msgspec

from gateway.findings import Finding, Place, Rejected
from gateway.model import Order
from gateway.orders.amend import with_quantities

FIELDS: Final[tuple[str, ...]] = (
    "customer_reference",
    "accounting_cost",
    "contract",
    "note",
    "delivery.requested.start_date",
    "delivery.requested.end_date",
    "delivery.recipient.name",
    "originator.contact.name",
    "originator.contact.telephone",
    "originator.contact.email",
)
"""Terms of the canonical order: references, delivery, contact."""


def read(order: Order) -> dict[str, str]:
    """What each field says now, "" where it says nothing."""
    plain = msgspec.to_builtins(order)
    return {name: str(_at(plain, name.split(".")) or "") for name in FIELDS}


def corrected(order: Order, said: Mapping[str, str], quantities: Mapping[str, str]) -> Order:
    """The order with these fields (an empty one is taken away) and quantities by line id, its sums reckoned anew.

    Raises `Rejected` with a finding for each that cannot be.
    """
    plain, findings = msgspec.to_builtins(order), []
    for name in said.keys() - set(FIELDS):
        findings.append(_wrong(name, f"{name} cannot be corrected here; known: {', '.join(FIELDS)}"))
    for name in FIELDS:
        if name in said:
            _put(plain, name.split("."), said[name].strip())
    try:
        wanted = msgspec.convert(plain, Order, strict=False)
        wanted = with_quantities(wanted, _numbers(quantities, findings))
    except (msgspec.ValidationError, ValueError) as error:
        findings.append(_wrong("", f"the order cannot say this: {error}"))
    if findings:
        raise Rejected(findings)
    return wanted


def _numbers(quantities: Mapping[str, str], findings: list[Finding]) -> dict[str, Decimal]:
    """A comma is read as Swedes write it."""
    found = {}
    for line, text in quantities.items():
        try:
            found[line] = Decimal(text.strip().replace(",", ".").replace("\xa0", "").replace(" ", ""))
        except InvalidOperation:
            findings.append(_wrong(f"lines[{line}].quantity", f"the quantity of line {line} is no number: {text!r}"))
    return found


def _wrong(path: str, why: str) -> Finding:
    return Finding(rule="correction-field", message=why, place=Place(path=path))


def _at(plain: Any, path: list[str]) -> Any:
    for name in path:
        plain = plain.get(name) if isinstance(plain, dict) else None
    return plain


def _put(plain: dict[str, Any], path: list[str], value: str) -> None:
    """Sets a value, or takes it away with the objects that are empty without it."""
    name, rest = path[0], path[1:]
    if rest:
        inner = plain.setdefault(name, {})
        _put(inner, rest, value)
        if not inner:
            del plain[name]
    elif value:
        plain[name] = value
    else:
        plain.pop(name, None)

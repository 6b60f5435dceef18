"""A canonical document from a table's point of view: which terms exist, of what type, and which must be there."""

from __future__ import annotations

import types
import typing
from dataclasses import dataclass
from datetime import date, datetime, time
from decimal import Decimal
from functools import cache
from typing import Any

import msgspec

from gateway.model.cxml_answers import CxmlConfirmation, CxmlShipNotice
from gateway.model.cxml_basket import CxmlBasket, CxmlSetup, CxmlStatus
from gateway.model.cxml_catalogue import CxmlIndex
from gateway.model.cxml_invoice import CxmlInvoice
from gateway.model.cxml_order import CxmlOrder
from gateway.model.cxml_receipt import CxmlReceipt
from gateway.model.despatch import LogisticUnit
from gateway.model.party import Amount, Identifier, Quantity

WIRE_TYPES: dict[type, str] = {
    str: "text",
    bytes: "binary",
    bool: "boolean",
    int: "integer",
    Decimal: "decimal",
    date: "date",
    time: "time",
    datetime: "datetime",
    Identifier: "identifier",
    Quantity: "quantity",
    Amount: "amount",
}

# What a hook carries: the document's term it stands for, and the type of what it puts on the wire line by line.
HOOKS: dict[str, tuple[str, type]] = {"packing": ("packing", LogisticUnit)}

# What stands on the wire where that is another tree than the document's: `tree:` in a table names one of them.
TREES: dict[str, type] = {
    "cxml-order": CxmlOrder,
    "cxml-basket": CxmlBasket,
    "cxml-setup": CxmlSetup,
    "cxml-status": CxmlStatus,
    "cxml-confirmation": CxmlConfirmation,
    "cxml-ship-notice": CxmlShipNotice,
    "cxml-invoice": CxmlInvoice,
    "cxml-receipt": CxmlReceipt,
    "cxml-catalogue": CxmlIndex,
}


@dataclass(frozen=True)
class Shape:
    """One field of a canonical struct: its type, whether it repeats, whether it must be there, and its default."""

    name: str
    type: type
    many: bool
    required: bool
    default: Any

    @property
    def is_group(self) -> bool:
        """Whether it is a struct that a table maps field by field."""
        return issubclass(self.type, msgspec.Struct) and self.type not in WIRE_TYPES

    @property
    def wire_type(self) -> str:
        return WIRE_TYPES.get(self.type, "")


@cache
def shapes(struct: type) -> dict[str, Shape]:
    """The fields of a canonical struct by name, in order."""
    hints = typing.get_type_hints(struct)
    found = {}
    for field in msgspec.structs.fields(typing.cast("type[msgspec.Struct]", struct)):
        inner, many = _unwrap(hints[field.name])
        default = None if field.default is msgspec.NODEFAULT else field.default
        found[field.name] = Shape(field.name, inner, many, field.required, default)
    return found


def _unwrap(hint: Any) -> tuple[type, bool]:
    """(`Party`, False) for `Party | None`; (`OrderLine`, True) for `tuple[OrderLine, ...]`."""
    if typing.get_origin(hint) in (typing.Union, types.UnionType):
        hint = next(arg for arg in typing.get_args(hint) if arg is not type(None))
    if typing.get_origin(hint) is tuple:
        return typing.get_args(hint)[0], True
    return hint, False


def find(struct: type, term: tuple[str, ...]) -> Shape | None:
    """The field at a dotted term below `struct`, stepping through single structs; None where there is none."""
    shape = None
    current: type = struct
    for index, name in enumerate(term):
        if index and (shape is None or shape.many or not issubclass(shape.type, msgspec.Struct)):
            return None
        shape = shapes(current).get(name)
        if shape is None:
            return None
        current = shape.type
    return shape


def known_terms(struct: type, depth: int = 3) -> list[str]:
    """Dotted terms below `struct`, for suggestions."""
    names = []
    for name, shape in shapes(struct).items():
        names.append(name)
        if depth > 1 and not shape.many and issubclass(shape.type, msgspec.Struct):
            names.extend(f"{name}.{below}" for below in known_terms(shape.type, depth - 1))
    return names

"""The shop speaks OCI 4: the log-in that the browser posts, and the fields that it posts back. Pure."""

from __future__ import annotations

from collections.abc import Mapping
from decimal import Decimal

from gateway.sandbox.shopfront.cart import leaving
from gateway.sandbox.shopfront.shop import Position, Shop
from gateway.sandbox.shopfront.visits import Visit

CHARSET = "iso-8859-1"
_SHORT = 40


def given(fields: Mapping[str, str], *names: str) -> str:
    """A field by the first of its names that is there, in any case."""
    known = {name.lower(): value for name, value in fields.items()}
    return next((known[name.lower()] for name in names if name.lower() in known), "")


def cart(shop: Shop, visit: Visit) -> list[tuple[str, str]]:
    """The fields of the cart, numbered from 1; of an empty one none but the caller's own."""
    found = [("~caller", "CTLG"), ("~target", "_top")]
    for place, line in enumerate(leaving(shop, visit), 1):
        found += [(f"NEW_ITEM-{name}[{place}]", value) for name, value in _fields(line)]
        if line.text:
            found.append((f"NEW_ITEM-LONGTEXT_{place}:132[]", line.text))
    return found


def _fields(line: Position) -> list[tuple[str, str]]:
    """`MATGROUP` is the shop's own way to say the kind of goods; EXT_SCHEMA_TYPE names the list."""
    fields = [
        ("DESCRIPTION", line.name[:_SHORT]),
        ("QUANTITY", f"{line.quantity:.3f}"),
        ("UNIT", line.unit),
        ("PRICE", f"{line.price:.3f}"),
        ("CURRENCY", line.currency),
        ("LEADTIME", str(line.lead_days)),
        ("VENDORMAT", line.part),
        ("EXT_SCHEMA_TYPE", "UNSPSC"),
        ("EXT_CATEGORY_ID", line.unspsc),
        ("EXT_PRODUCT_ID", line.auxiliary),
        ("MANUFACTMAT", line.maker_part),
    ]
    if line.basis != Decimal(1):
        fields.append(("PRICEUNIT", f"{line.basis:f}"))
    return [(name, value) for name, value in fields if value]

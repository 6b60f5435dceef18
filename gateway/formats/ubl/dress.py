"""How a table dresses its values: namespaces, and which attribute carries which field of a value."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass

from gateway.findings import reject
from gateway.mapping.located import did_you_mean
from gateway.mapping.table import Table

NAMESPACES = {
    "cac": "urn:oasis:names:specification:ubl:schema:xsd:CommonAggregateComponents-2",
    "cbc": "urn:oasis:names:specification:ubl:schema:xsd:CommonBasicComponents-2",
}
# For both directions; in the order in which they are written.
_ATTRIBUTES: dict[str, dict[str, str]] = {
    "identifier": {"schemeID": "scheme"},
    "quantity": {"unitCode": "unit", "unitCodeListID": "unit_list"},
    "amount": {"currencyID": "currency"},
}
_CXML: dict[str, dict[str, str]] = {"identifier": {"domain": "scheme"}, "amount": {"currency": "currency"}}
# The field of a value that a code list speaks of.
CODED = {"quantity": "unit", "amount": "currency", "identifier": "scheme"}


@dataclass(frozen=True)
class Dress:
    """`namespaces` by prefix, none where names have no prefix; the `attributes` of each type with the field it carries.

    `loose`: an element may have attributes and text of its own besides its children, and be empty.
    """

    namespaces: Mapping[str, str]
    attributes: Mapping[str, Mapping[str, str]]
    loose: bool = False

    def fields(self, wire_type: str) -> dict[str, str]:
        """The attributes of a value of this type, each with the field it carries."""
        return dict(self.attributes.get(wire_type, {}))


def dress_of(table: Table) -> Dress:
    """From the table's syntax and `layout`. Raises `Rejected` for a key of the layout that means nothing there."""
    layout = dict(table.layout)
    known = () if table.syntax == "cxml" else ("namespaces", "attributes")
    for key in layout:
        if key not in known:
            message = f"{key} is not a key of a {table.syntax} layout{did_you_mean(key, known)}"
            raise reject("table-key", message, table.root.place)
    if table.syntax == "cxml":
        return Dress({}, _CXML, loose=True)
    renamed = dict(layout.get("attributes", {}))
    attributes = {
        wire_type: {renamed.get(name, name): field for name, field in fields.items()}
        for wire_type, fields in _ATTRIBUTES.items()
    }
    return Dress(NAMESPACES | dict(layout.get("namespaces", {})), attributes)

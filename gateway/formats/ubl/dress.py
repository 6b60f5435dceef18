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
# The field of a value that a code list speaks of.
CODED = {"quantity": "unit", "amount": "currency", "identifier": "scheme"}


@dataclass(frozen=True)
class Dress:
    """`namespaces` by prefix; `renamed` are attributes that this syntax calls otherwise than UBL 2."""

    namespaces: Mapping[str, str]
    renamed: Mapping[str, str]

    def fields(self, wire_type: str) -> dict[str, str]:
        """The attributes of a value of this type, each with the field it carries."""
        found = _ATTRIBUTES.get(wire_type, {})
        return {self.renamed.get(name, name): field for name, field in found.items()}


def dress_of(table: Table) -> Dress:
    """From the table's `layout`. Raises `Rejected` for a key that means nothing to UBL."""
    layout, known = dict(table.layout), ("namespaces", "attributes")
    for key in layout:
        if key not in known:
            message = f"{key} is not a key of a UBL layout{did_you_mean(key, known)}"
            raise reject("table-key", message, table.root.place)
    return Dress(NAMESPACES | dict(layout.get("namespaces", {})), dict(layout.get("attributes", {})))

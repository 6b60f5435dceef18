"""Whose answers wait in one place: an access point that leaves files may do so for hundreds of suppliers. Pure."""

from __future__ import annotations

from collections.abc import Hashable, Iterable, Mapping

import msgspec

from gateway.suppliers.supplier import Supplier
from gateway.transports.contract import Transport

Box = tuple[Supplier, ...]


def boxes(suppliers: Iterable[Supplier], transports: Mapping[str, Transport]) -> list[Box]:
    """Suppliers that are polled as one, together; each box by the first of them in their order.

    Only envelopes say whom a document is from. Where there are none, the place does, and everybody has their own.
    """
    found: dict[Hashable, list[Supplier]] = {}
    for supplier in suppliers:
        found.setdefault(_place(supplier, transports), []).append(supplier)
    return [tuple(box) for box in found.values()]


def is_shared(supplier: Supplier, transports: Mapping[str, Transport]) -> bool:
    """Whether what waits there may be from others as well."""
    transport = transports.get(supplier.transport)
    return transport is not None and transport.envelope == "sbdh"


def _place(supplier: Supplier, transports: Mapping[str, Transport]) -> Hashable:
    if not is_shared(supplier, transports) or supplier.settings is None:
        return supplier.id
    # Where we write to is each supplier's own matter; all else decides where and how we look.
    return supplier.transport, msgspec.structs.replace(supplier.settings, inbox="")

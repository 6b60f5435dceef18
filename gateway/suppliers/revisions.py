"""How a supplier was reached when a message left: kept beside the message, so that it is asked where it went.

suppliers.yaml may say something else by then. Secrets are references here too, as in the file.
"""

from __future__ import annotations

import hashlib
from collections.abc import Mapping
from typing import Any

import msgspec

from gateway.suppliers.supplier import Supplier
from gateway.transports.contract import Transport

Connection = dict[str, Any]
"""`transport`, `dialect` and `settings` (None where it is ordered from by hand), ready for JSON."""


def connection_of(supplier: Supplier) -> Connection:
    """The part of a supplier's facts that decides where a message goes and in what language."""
    settings = msgspec.to_builtins(supplier.settings, enc_hook=str)
    return {"transport": supplier.transport, "dialect": supplier.dialect, "settings": settings}


def digest(supplier_id: str, connection: Connection) -> str:
    """SHA-256 in hex: the same for the same connection of the same supplier, whatever the order of its keys."""
    whole = {"supplier": supplier_id, "connection": connection}
    return hashlib.sha256(msgspec.json.encode(whole, order="sorted")).hexdigest()


def settings_of(connection: Connection, transports: Mapping[str, Transport]) -> Any:
    """The settings as the transport wants them. Raises ValueError where this program no longer knows them."""
    transport = transports.get(connection["transport"])
    if transport is None:
        raise ValueError(f"there is no transport {connection['transport']} any more, by which the message left")
    try:
        return msgspec.convert(connection["settings"], transport.Settings, dec_hook=lambda kind, value: kind(value))
    except msgspec.ValidationError as error:
        raise ValueError(f"the settings by which the message left are not understood any more: {error}") from None


def supplier_with(supplier: Supplier, connection: Connection, transports: Mapping[str, Transport]) -> Supplier:
    """`supplier` as it was reached by `connection`; everything else as it is today. ValueError as `settings_of`."""
    if connection == connection_of(supplier):
        return supplier
    by_hand = connection["settings"] is None
    return msgspec.structs.replace(
        supplier,
        transport=connection["transport"],
        dialect=connection["dialect"],
        settings=None if by_hand else settings_of(connection, transports),
        by_hand=by_hand,
    )

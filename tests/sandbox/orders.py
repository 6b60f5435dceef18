"""Orders and suppliers for the sandbox's tests: the example order in many shapes."""

from __future__ import annotations

from decimal import Decimal
from functools import cache

import msgspec

from gateway.formats import Dialect, example, load_dialects
from gateway.identifiers import OrgNumber, ParticipantId
from gateway.model import Order
from gateway.model.party import Identifier, Party
from gateway.sandbox.speaking import say
from gateway.settings import load_settings, mapping_texts
from gateway.suppliers.supplier import Supplier
from gateway.transports.access_point import AccessPointSettings
from gateway.transports.sftp.settings import SftpSettings

MUNICIPALITY = ParticipantId("0007:2120009994")


@cache
def dialects() -> dict[str, Dialect]:
    return load_dialects(mapping_texts(load_settings({})))


@cache
def _example() -> Order:
    texts = mapping_texts(load_settings({}))
    found = example(texts["examples/order.yaml"], "examples/order.yaml", Order)
    assert isinstance(found, Order)
    return found


def order(number: str = "26-000123", seller: str = "5500006597", quantities: tuple[str, ...] = ("5", "2.5")) -> Order:
    """The example order, of another number, to another seller, with as many lines as quantities."""
    model = _example()
    first = model.lines[0]
    lines = tuple(
        msgspec.structs.replace(
            first,
            id=str(place),
            quantity=msgspec.structs.replace(first.quantity, value=Decimal(quantity)),
            amount=None,
            item=msgspec.structs.replace(first.item, seller_id=f"A-{place}", name=f"Artikel {place}"),
        )
        for place, quantity in enumerate(quantities, 1)
    )
    party = Party(
        endpoint=Identifier(value=seller, scheme="0007"),
        legal_name="Exempelleverantören AB",
        address=model.seller.address,
    )
    return msgspec.structs.replace(model, number=number, seller=party, lines=lines)


def wire(dialect: str, of: Order) -> bytes:
    """The order as the gateway would send it in a dialect."""
    return say(dialects()[dialect], of)


def by_access_point(id: str, org: str, url: str = "http://127.0.0.1:9") -> Supplier:
    return Supplier(
        id=id,
        name=id,
        org_number=OrgNumber(org),
        transport="access_point",
        dialect="peppol",
        participant=ParticipantId(f"0007:{org}"),
        settings=AccessPointSettings(url=url, token="env:AVROP_TEST_TOKEN"),
    )


def by_sftp(id: str, org: str, dialect: str, port: int = 22, host_key: str = "") -> Supplier:
    return Supplier(
        id=id,
        name=id,
        org_number=OrgNumber(org),
        transport="sftp",
        dialect=dialect,
        settings=SftpSettings(
            host="127.0.0.1",
            port=port,
            user=id,
            host_key=host_key,
            password="env:AVROP_TEST_TOKEN",
            settle_seconds=0.02,
        ),
    )

"""The two sides of every order as documents know them: the municipality with its hub, and the supplier. Pure."""

from __future__ import annotations

from msgspec.structs import replace

from gateway.model.party import Address, Identifier, Location, Party, TaxRegistration
from gateway.settings import Municipality
from gateway.suppliers.supplier import Supplier


def identifier(value: str, scheme: str) -> Identifier:
    """Documents hold plain text: an Sscc or a Gln has been checked before it is written down."""
    return Identifier(value=str(value), scheme=scheme)


def seller_party(supplier: Supplier) -> Party:
    """The supplier as documents know it; its electronic address is the participant, else GLN, else company number."""
    company = identifier(supplier.org_number, "0007")
    gln = identifier(supplier.gln, "0088") if supplier.gln else None
    known = supplier.participant
    endpoint = identifier(known.value, known.scheme) if known else gln or company
    return Party(
        endpoint=endpoint,
        ids=(gln or company,),
        name=supplier.name,
        address=Address(country="SE"),
        legal_name=supplier.name,
        legal_id=company,
    )


def buyer_party(municipality: Municipality) -> Party:
    """Who buys."""
    return Party(
        endpoint=identifier(municipality.participant.value, municipality.participant.scheme),
        ids=(identifier(municipality.gln, "0088"),),
        name=municipality.name,
        legal_name=municipality.name,
        legal_id=identifier(municipality.org_number, "0007"),
    )


def invoicee_party(municipality: Municipality) -> Party:
    """Who pays. T01 asks for the invoicee's country (PEPPOL-T01-B11401)."""
    tax = TaxRegistration(company_id=Identifier(value=municipality.org_number.vat_number))
    return replace(buyer_party(municipality), address=Address(country="SE"), taxes=(tax,))


def hub_location(municipality: Municipality) -> Location:
    """Where the goods go first: the consignee."""
    hub = municipality.hub
    return Location(id=identifier(hub.gln, "0088"), name=hub.name, address=hub.address)

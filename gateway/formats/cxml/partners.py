"""Parties ↔ the partners of an invoice: name, address, and numbers by the names that cXML gives their lists."""

from __future__ import annotations

from collections.abc import Iterable, Sequence

from gateway.formats.cxml import addresses
from gateway.model.cxml_invoice import CxmlIdReference, CxmlPartner, CxmlPartnerContact
from gateway.model.party import Contact, Identifier, Party, TaxRegistration

_VAT = "vatID"
_LEGAL = "SE:ORGNR"
_LISTS = {"supplierTaxID": _VAT, "buyerTaxID": _VAT, "vatId": _VAT}


def to_wire(role: str, party: Party) -> CxmlPartner:
    """The party in a role."""
    ids = [CxmlIdReference(domain=_VAT, identifier=one.company_id.value) for one in party.taxes if one.scheme == "VAT"]
    if party.legal_id is not None:
        ids.append(CxmlIdReference(domain=_LEGAL, identifier=party.legal_id.value))
    contact = party.contact or Contact()
    who = CxmlPartnerContact(
        role=role,
        name=party.legal_name or party.name or "-",
        email=contact.email,
        phone=contact.telephone,
        **addresses.postal(party.address),
    )
    return CxmlPartner(who=who, ids=tuple(ids))


def from_wire(partners: Iterable[CxmlPartner], roles: Sequence[str]) -> Party:
    """The partner in the first of these roles that somebody has; nobody where none is told."""
    by_role = {one.who.role: one for one in partners}
    found = next((by_role[role] for role in roles if role in by_role), None)
    if found is None:
        return Party()
    ids = {_LISTS.get(one.domain, one.domain): one.identifier for one in found.ids}
    vat, legal = ids.get(_VAT), ids.get(_LEGAL)
    contact = Contact(email=found.who.email, telephone=found.who.phone)
    return Party(
        legal_name=found.who.name if found.who.name != "-" else None,
        address=addresses.address(found.who),
        taxes=(TaxRegistration(company_id=Identifier(value=vat)),) if vat is not None else (),
        legal_id=Identifier(value=legal, scheme="0007") if legal is not None else None,
        contact=contact if contact != Contact() else None,
    )

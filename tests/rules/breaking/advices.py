"""How the rules of T16, the despatch advice, are broken."""

from __future__ import annotations

from tests.rules.breaking.edits import Breaking, Edit, drop, grow, put

LINE = "cac:DespatchLine"
BUYER = "cac:BuyerCustomerParty/cac:Party"
SELLER = "cac:SellerSupplierParty/cac:Party"
ORIGINATOR = "cac:OriginatorCustomerParty/cac:Party"
_GONE = "a party that is not there has no name"
_LESS = "a quantity that is not there is not positive"


def nameless(party: str) -> tuple[Edit, ...]:
    name, ids = f"{party}/cac:PartyName", f"{party}/cac:PartyIdentification"
    return (grow(f"{party}/cac:PostalAddress/cbc:CityName"), drop(name, ids))


def named(party: str) -> Edit:
    return grow(f"{party}/cac:PartyName/cbc:Name", f"{party}/cac:PartyIdentification/cbc:ID")


SEED = (
    *(named(party) for party in (BUYER, SELLER, ORIGINATOR)),
    grow(f"{LINE}/cac:Item/cac:StandardItemIdentification/cbc:ID", f"{LINE}/cac:Item/cac:SellersItemIdentification"),
)
BY_HAND = {
    "R003": (
        drop(f"{LINE}/cac:Item/cac:StandardItemIdentification", f"{LINE}/cac:Item/cac:SellersItemIdentification"),
    ),
    "R004": (drop(f"{LINE}/cac:Item/cbc:Name"),),
    "R005": (drop(f"{LINE}/cbc:DeliveredQuantity"),),
    "R006": (put(f"{LINE}/cbc:DeliveredQuantity", "-1"),),
    "R007": (grow(f"{LINE}/cbc:OutstandingQuantity"), drop(f"{LINE}/cbc:OutstandingReason")),
    "R008": nameless(BUYER),
    "R009": nameless(SELLER),
    "R010": nameless(ORIGINATOR),
    "R011": (put("cbc:CustomizationID", "urn:example:advice"),),
}
ALONGSIDE = {
    f"missing {BUYER}": (("R008",), _GONE),
    f"missing {SELLER}": (("R009",), _GONE),
    f"missing {ORIGINATOR}": (("R010",), _GONE),
    f"missing {LINE}/cbc:DeliveredQuantity": (("R005", "R006"), _LESS),
    "R005": ((f"missing {LINE}/cbc:DeliveredQuantity", "R006"), _LESS),
    f"missing {LINE}/cac:Item": (("R003", "R004"), "what is not there has neither name nor number"),
    f"missing {LINE}/cac:Item/cbc:Name": (("R004",), "two rules ask the same"),
    "R004": ((f"missing {LINE}/cac:Item/cbc:Name",), "two rules ask the same"),
}
T16 = Breaking(SEED, BY_HAND, {}, ALONGSIDE)

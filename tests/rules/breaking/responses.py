"""How the rules of T76 and T116 are broken: the two order responses."""

from __future__ import annotations

from tests.rules.breaking.edits import Breaking, drop, drop_all, grow, put, same

LINE = "cac:OrderLine/cac:LineItem"
PERIOD = f"{LINE}/cac:Delivery/cac:PromisedDeliveryPeriod"
BUYER, SELLER = "cac:BuyerCustomerParty/cac:Party", "cac:SellerSupplierParty/cac:Party"

SEED = (grow(f"{BUYER}/cac:PartyIdentification/cbc:ID", f"{SELLER}/cac:PartyIdentification/cbc:ID"),)
BY_HAND = {
    "R001": (drop(f"{BUYER}/cac:PartyLegalEntity", f"{BUYER}/cac:PartyIdentification"),),
    "R002": (drop(f"{SELLER}/cac:PartyLegalEntity", f"{SELLER}/cac:PartyIdentification"),),
    "R003": (same("cac:OrderLine[2]/cac:LineItem/cbc:ID", f"{LINE}/cbc:ID"),),
    "R004": (put(f"{PERIOD}/cbc:StartDate", "2026-12-02"), put(f"{PERIOD}/cbc:EndDate", "2026-12-01")),
    "R005": (put(f"{LINE}/cac:Price/cbc:PriceAmount/@currencyID", "NOK"),),
    "R006": (put("cbc:CustomizationID", "urn:example:response"),),
    "R007": (put("cbc:OrderResponseCode", "CA"), drop_all("cac:OrderLine")),
    "R008": (put("cbc:OrderResponseCode", "AP"),),
    "R009": (put("cbc:OrderResponseCode", "RE"),),
    "R010": (put("cbc:OrderResponseCode", "AB"),),
}
# A price is held against the document's currency.
FIRST = {
    "missing cbc:DocumentCurrencyCode": (drop_all("//cac:Price"),),
    "value cbc:DocumentCurrencyCode": (drop_all("//cac:Price"),),
}
ALONGSIDE = {
    f"missing {LINE}/cbc:ID": (("R003",), "a number that is not there is not unique"),
    f"attribute {LINE}/cac:Price/cbc:PriceAmount/@currencyID": (("R005",), "no currency is not the document's"),
}
T76 = Breaking(SEED, BY_HAND, FIRST, ALONGSIDE)
T116 = Breaking(SEED, BY_HAND, FIRST, ALONGSIDE)

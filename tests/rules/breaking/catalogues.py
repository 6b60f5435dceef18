"""How the rules of T19, the catalogue, are broken."""

from __future__ import annotations

from tests.rules.breaking.edits import Breaking, Edit, drop, drop_all, grow, put

LINE = "cac:CatalogueLine"
ITEM = f"{LINE}/cac:Item"
PRICE = f"{LINE}/cac:RequiredItemLocationQuantity/cac:Price"
SELLER, CONTRACTOR = "cac:SellerSupplierParty/cac:Party", "cac:ContractorCustomerParty/cac:Party"
TAX = f"{ITEM}/cac:ClassifiedTaxCategory"


def named(party: str) -> Edit:
    return grow(f"{party}/cac:PartyName/cbc:Name", f"{party}/cac:PartyIdentification/cbc:ID")


def nameless(party: str) -> tuple[Edit, ...]:
    name, ids = f"{party}/cac:PartyName", f"{party}/cac:PartyIdentification"
    return (grow(f"{party}/cac:Contact/cbc:Name"), drop(name, ids))


def days(path: str, start: str, end: str) -> tuple[Edit, ...]:
    return (put(f"{path}/cbc:StartDate", start), put(f"{path}/cbc:EndDate", end))


# One line with one price, all valid through 2026.
SEED = (
    drop_all("cac:CatalogueLine[position() > 1]"),
    drop_all(f"{LINE}/cac:RequiredItemLocationQuantity[position() > 1]"),
    *days("cac:ValidityPeriod", "2026-01-01", "2026-12-31"),
    *days(f"{LINE}/cac:LineValidityPeriod", "2026-01-01", "2026-12-31"),
    *days(f"{PRICE}/cac:ValidityPeriod", "2026-01-01", "2026-12-31"),
    put(f"{LINE}/cbc:MinimumOrderQuantity", "1"),
    put(f"{LINE}/cbc:MaximumOrderQuantity", "9"),
    grow(f"{ITEM}/cac:StandardItemIdentification/cbc:ID", f"{ITEM}/cac:SellersItemIdentification/cbc:ID"),
    named(SELLER),
    named(CONTRACTOR),
)
BY_HAND = {
    "R001": days("cac:ValidityPeriod", "2026-12-31", "2026-01-01"),
    "R004": nameless(SELLER),
    "R005": nameless(CONTRACTOR),
    "R006": (put(f"{PRICE}/cbc:PriceAmount", "-1"),),
    "R007": days(f"{LINE}/cac:LineValidityPeriod", "2025-01-01", "2026-12-31"),
    "R008": (put(f"{LINE}/cbc:MaximumOrderQuantity", "-1"), drop(f"{LINE}/cbc:MinimumOrderQuantity")),
    "R009": (put(f"{LINE}/cbc:MinimumOrderQuantity", "-1"),),
    "R010": (put(f"{LINE}/cbc:MinimumOrderQuantity", "10"),),
    "R011": days(f"{PRICE}/cac:ValidityPeriod", "2025-01-01", "2026-12-31"),
    "R012": (drop(f"{ITEM}/cac:StandardItemIdentification", f"{ITEM}/cac:SellersItemIdentification"),),
    "R013": (
        *days(f"{LINE}/cac:LineValidityPeriod", "2026-12-01", "2026-02-01"),
        drop(f"{LINE}/cac:RequiredItemLocationQuantity"),
    ),
    "R014": (put(f"{TAX}/cbc:ID", "Z"), drop(f"{TAX}/cbc:Percent")),
    "R015": (put(f"{TAX}/cbc:ID", "S"), put(f"{TAX}/cbc:Percent", "0")),
    "R016": days(f"{PRICE}/cac:ValidityPeriod", "2026-12-01", "2026-02-01"),
    "R017": (put("cbc:ProfileID", "urn:example:profile"),),
    "R018": (put("cbc:CustomizationID", "urn:example:catalogue"),),
}
ALONGSIDE = {
    "R001": (("R007",), "no line is valid within a period that ends before it begins"),
    f"missing {SELLER}": (("R004",), "a party that is not there has no name"),
    f"missing {PRICE}/cbc:PriceAmount": (("R006",), "a price that is not there is not positive"),
}
T19 = Breaking(SEED, BY_HAND, {}, ALONGSIDE)

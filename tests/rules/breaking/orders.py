"""How the rules of T01 and T114 are broken: the order and its change share nearly all of them."""

from __future__ import annotations

from tests.rules.breaking.edits import Breaking, drop, drop_all, grow, put, same, twice

LINE = "cac:OrderLine/cac:LineItem"
PRICE = f"{LINE}/cac:Price"
DISCOUNT = f"{PRICE}/cac:AllowanceCharge"
TAX = f"{LINE}/cac:Item/cac:ClassifiedTaxCategory"
TOTAL = "cac:AnticipatedMonetaryTotal"
PARTY = "cac:OriginatorCustomerParty/cac:Party"
ALLOWANCE, CHARGE = "cac:AllowanceCharge", f"{LINE}/cac:AllowanceCharge"

# Totals without tax hang together by two rules fewer.
UNTAXED = drop("cac:TaxTotal", f"{TOTAL}/cbc:TaxExclusiveAmount", f"{TOTAL}/cbc:TaxInclusiveAmount")
NO_INCLUSIVE = drop(f"{TOTAL}/cbc:TaxInclusiveAmount")
NOTHING_TO_PAY = (UNTAXED, put(f"{TOTAL}/cbc:LineExtensionAmount", "0"), put(f"{TOTAL}/cbc:PayableAmount", "0"))
# The line's amount comes from a charge, so that its quantity and price may be next to nothing.
CHARGED = (
    drop(DISCOUNT),
    put(f"{CHARGE}/cbc:ChargeIndicator", "true"),
    same(f"{CHARGE}/cbc:Amount", f"{LINE}/cbc:LineExtensionAmount"),
    drop(f"{CHARGE}/cbc:MultiplierFactorNumeric", f"{CHARGE}/cbc:BaseAmount"),
)
NO_QUANTITY = (*CHARGED, put(f"{PRICE}/cbc:PriceAmount", "0"), drop(f"{LINE}/cbc:Quantity"))

LINE_2 = "cac:OrderLine[2]/cac:LineItem"
# Two lines that are plainly priced, and totals of these alone.
SEED = (
    *(
        drop_all(path)
        for path in (TOTAL, "cac:TaxTotal", "//cac:AllowanceCharge", "//cac:Price", "//cac:OrderLine[position() > 1]")
    ),
    drop_all("//cac:QuotationLineReference"),
    put(f"{LINE}/cbc:Quantity", "5"),
    put(f"{LINE}/cbc:LineExtensionAmount", "50.00"),
    put(f"{PRICE}/cbc:PriceAmount", "10.00"),
    twice("cac:OrderLine"),
    put(f"{LINE_2}/cbc:ID", "second"),
    put(f"{TOTAL}/cbc:LineExtensionAmount", "100.00"),
    put(f"{TOTAL}/cbc:TaxExclusiveAmount", "100.00"),
    put(f"{TOTAL}/cbc:TaxInclusiveAmount", "125.00"),
    put(f"{TOTAL}/cbc:PayableAmount", "125.00"),
    put("cac:TaxTotal/cbc:TaxAmount", "25.00"),
    put("cac:ValidityPeriod/cbc:EndDate", "2026-12-31"),
    grow("cac:QuotationDocumentReference/cbc:ID", f"{PARTY}/cac:PartyIdentification/cbc:ID", PARTY + "/cac:PartyName"),
    same(f"{DISCOUNT}/cbc:BaseAmount", f"{PRICE}/cbc:PriceAmount"),
)
BY_HAND = {
    "R001": (same(f"{LINE_2}/cbc:ID", f"{LINE}/cbc:ID"),),
    "R002": (drop("cac:ValidityPeriod"),),
    "R003": (put(f"{PRICE}/cbc:PriceAmount/@currencyID", "NOK"),),
    "R004": (*CHARGED, put(f"{LINE}/cbc:Quantity", "-0.0001")),
    "R005": (*CHARGED, put(f"{PRICE}/cbc:PriceAmount", "-0.0001")),
    "R006": (NO_INCLUSIVE, put(f"{TOTAL}/cbc:PayableAmount", "-1")),
    "R007": (  # what a line and its parts may differ by is enough to be below nothing
        *NOTHING_TO_PAY,
        drop("cac:OrderLine[2]"),
        put(f"{LINE}/cbc:Quantity", "0"),
        put(f"{LINE}/cbc:LineExtensionAmount", "-0.01"),
        put(f"{TOTAL}/cbc:LineExtensionAmount", "-0.01"),
    ),
    "R008": (UNTAXED, put(f"{TOTAL}/cbc:LineExtensionAmount", "99999")),
    "R009": (UNTAXED, put(f"{TOTAL}/cbc:AllowanceTotalAmount", "1")),
    "R010": (UNTAXED, put(f"{TOTAL}/cbc:ChargeTotalAmount", "1")),
    "R011": (NO_INCLUSIVE, put(f"{TOTAL}/cbc:TaxExclusiveAmount", "99999")),
    "R013": NO_QUANTITY,
    "R014": (grow(f"{PARTY}/cac:Contact/cbc:Name"), drop(f"{PARTY}/cac:PartyName", f"{PARTY}/cac:PartyIdentification")),
    "R016": (drop("cac:TaxTotal"), put(f"{TOTAL}/cbc:TaxInclusiveAmount", "99999")),
    "R017": (
        drop(f"{TOTAL}/cbc:PrepaidAmount", f"{TOTAL}/cbc:PayableRoundingAmount"),
        same(f"{TOTAL}/cbc:TaxInclusiveAmount", f"{TOTAL}/cbc:PayableAmount"),
        put("cac:TaxTotal/cbc:TaxAmount", "99999"),
    ),
    "R019": (put(f"{DISCOUNT}/cbc:BaseAmount", "99999"),),
    "R020": (grow(f"{ALLOWANCE}/cbc:BaseAmount"), drop(f"{ALLOWANCE}/cbc:BaseAmount")),
    "R021": (grow(f"{ALLOWANCE}/cbc:BaseAmount"), drop(f"{ALLOWANCE}/cbc:MultiplierFactorNumeric")),
    "R022": (put(f"{ALLOWANCE}/cbc:BaseAmount", "100"), put(f"{ALLOWANCE}/cbc:MultiplierFactorNumeric", "10")),
    "R023": (grow(f"{CHARGE}/cbc:Amount"), drop(f"{CHARGE}/cbc:AllowanceChargeReason")),
    "R024": (put(f"{LINE}/cbc:Quantity", "99999"),),
    "R025": (put(f"{PRICE}/cbc:BaseQuantity", "0"),),
    "R026": (
        grow("cac:BuyerCustomerParty/cac:Party/cac:PartyTaxScheme"),
        put("cac:BuyerCustomerParty/cac:Party/cac:PartyTaxScheme/cac:TaxScheme/cbc:ID", "VAT"),
        put("cac:BuyerCustomerParty/cac:Party/cac:PartyTaxScheme/cbc:CompanyID", "212000999401"),
        drop("cac:BuyerCustomerParty/cac:Party/cac:PartyTaxScheme/cbc:CompanyID/@schemeID"),
    ),
    "R027": (put(f"{DISCOUNT}/cbc:BaseAmount", "-1"),),
    "R028": (NO_INCLUSIVE, put(f"{TOTAL}/cbc:PayableAmount", "1.001")),
    "R029": (put(f"{TAX}/cbc:ID", "Z"), drop(f"{TAX}/cbc:Percent")),
    "R030": (put(f"{TAX}/cbc:ID", "S"), put(f"{TAX}/cbc:Percent", "0")),
    "R031": (put("cbc:ProfileID", "urn:example:profile"),),
    "R032": (UNTAXED, put(f"{ALLOWANCE}/cbc:Amount", "-0.01"), put(f"{TOTAL}/cbc:AllowanceTotalAmount", "-0.01")),
    "R033": (put(f"{DISCOUNT}/cbc:Amount", "-0.01"), drop(f"{DISCOUNT}/cbc:BaseAmount")),
    "R034": (put("cbc:CustomizationID", "urn:example:order"),),
    "R035": (grow("cac:OrderLine/cac:QuotationLineReference/cbc:LineID"), drop("cac:QuotationDocumentReference")),
    "CL001": (put(f"{ALLOWANCE}/cbc:AllowanceChargeReasonCode", "FC"),),
    "CL002": (
        put(f"{ALLOWANCE}/cbc:ChargeIndicator", "true"),
        put(f"{ALLOWANCE}/cbc:AllowanceChargeReasonCode", "95"),
    ),
}
_LESS = "an amount that is not there is not positive"
FIRST = {
    "missing cac:OrderLine": NOTHING_TO_PAY,
    "missing cac:OrderLine/cac:LineItem": (twice("cac:OrderLine"),),
    "value cbc:DocumentCurrencyCode": (twice("cbc:DocumentCurrencyCode"),),
    "missing cac:ValidityPeriod/cbc:EndDate": (twice("cac:ValidityPeriod"),),
    f"missing {ALLOWANCE}/cbc:AllowanceChargeReason": (grow(f"{ALLOWANCE}/cbc:AllowanceChargeReasonCode"),),
    # To the rule that asks what a reason may be, an indicator with a blank before it is neither true nor false.
    f"value {ALLOWANCE}/cbc:AllowanceChargeReasonCode": (put(f"{ALLOWANCE}/cbc:ChargeIndicator", " false"),),
    f"value {CHARGE}/cbc:AllowanceChargeReasonCode": (put(f"{CHARGE}/cbc:ChargeIndicator", " false"),),
    "missing cac:TaxTotal/cbc:TaxAmount": (NO_INCLUSIVE,),
    f"missing {TOTAL}/cbc:PayableAmount": (NO_INCLUSIVE,),
    f"missing {LINE}/cbc:Quantity": NO_QUANTITY,
    f"missing {PRICE}/cbc:PriceAmount": CHARGED,
    f"missing {DISCOUNT}/cbc:Amount": (drop(f"{DISCOUNT}/cbc:BaseAmount"),),
}
ALONGSIDE = {
    "missing cbc:DocumentCurrencyCode": (("R003",), "amounts are held against the document's currency"),
    "missing cac:OriginatorCustomerParty/cac:Party": (("R014",), "a party that is not there has no name"),
    f"missing {ALLOWANCE}/cbc:Amount": (("R032",), _LESS),
    f"missing {CHARGE}/cbc:Amount": (("R032",), _LESS),
    f"missing {TOTAL}/cbc:LineExtensionAmount": (("R007", "R008", "R011"), "a sum that is not there is no sum"),
    f"missing {TOTAL}/cbc:PayableAmount": (("R006",), _LESS),
    f"missing {LINE}/cbc:ID": (("R001",), "a number that is not there is not unique"),
    f"missing {LINE}/cbc:Quantity": (("R004", "R013"), _LESS),
    "R013": ((f"missing {LINE}/cbc:Quantity", "R004"), _LESS),
    f"missing {PRICE}/cbc:PriceAmount": (("R005",), _LESS),
    "R027": (("R019",), "the price cannot follow from a gross price below nothing"),
}
T01 = Breaking(SEED, BY_HAND, FIRST, ALONGSIDE)
T114 = Breaking(
    SEED,
    BY_HAND,
    FIRST,
    ALONGSIDE
    | {
        "R031": (("value cbc:ProfileID",), "two rules ask the same"),
        "value cbc:ProfileID": (("R031",), "two rules ask the same"),
        "R034": (("value cbc:CustomizationID",), "what begins otherwise is another"),
    },
)

"""How the rules of T110, the order agreement, are broken."""

from __future__ import annotations

from tests.rules.breaking.edits import Breaking, Edit, drop, drop_all, grow, put, twice

LINE = "cac:OrderLine/cac:LineItem"
ITEM, PRICE = f"{LINE}/cac:Item", f"{LINE}/cac:Price"
TAX = f"{ITEM}/cac:ClassifiedTaxCategory"
ALLOWANCE = "cac:AllowanceCharge"
TOTAL, TAXED = "cac:LegalMonetaryTotal", "cac:TaxTotal/cac:TaxSubtotal"


def totals(
    lines: str = "100.00", exclusive: str = "100.00", inclusive: str = "125.00", payable: str = ""
) -> tuple[Edit, ...]:
    said = {"LineExtension": lines, "TaxExclusive": exclusive, "TaxInclusive": inclusive}
    said["Payable"] = payable or inclusive
    return tuple(put(f"{TOTAL}/cbc:{term}Amount", value) for term, value in said.items())


def taxed(kind: str, percent: str, number: int = 1, taxable: str = "0", tax: str = "0") -> tuple[Edit, ...]:
    at = f"{TAXED}[{number}]"
    parts = {"cbc:TaxableAmount": taxable, "cbc:TaxAmount": tax}
    parts |= {"cac:TaxCategory/cbc:ID": kind, "cac:TaxCategory/cbc:Percent": percent}
    return tuple(put(f"{at}/{path}", value) for path, value in parts.items())


# One line, taxed at the standard rate, and totals of it alone.
SEED = (
    *(drop_all(path) for path in ("//cac:AllowanceCharge", "cac:TaxTotal", TOTAL, "//cac:OrderLine[position() > 1]")),
    put(f"{LINE}/cbc:LineExtensionAmount", "100.00"),
    put(f"{TAX}/cbc:ID", "S"),
    put(f"{TAX}/cbc:Percent", "25"),
    grow(TAXED),
    *taxed("S", "25", taxable="100.00", tax="25.00"),
    put("cac:TaxTotal/cbc:TaxAmount", "25.00"),
    *totals(),
    grow(f"{ITEM}/cac:StandardItemIdentification/cbc:ID", f"{ITEM}/cac:SellersItemIdentification/cbc:ID"),
)
BY_HAND = {
    "R001": (put(f"{PRICE}/cbc:PriceAmount", "-1"),),
    "R002": (drop(f"{ITEM}/cac:StandardItemIdentification", f"{ITEM}/cac:SellersItemIdentification"),),
    "R004": (put(f"{PRICE}/cbc:PriceAmount/@currencyID", "NOK"),),
    "R005": (*totals(payable="-1.00"), put(f"{TOTAL}/cbc:PrepaidAmount", "126.00")),
    "R006": (
        *totals(lines="-100.00"),
        put(f"{LINE}/cbc:LineExtensionAmount", "-100.00"),
        put(f"{TOTAL}/cbc:ChargeTotalAmount", "200.00"),
        put(f"{ALLOWANCE}/cbc:Amount", "200.00"),
        put(f"{ALLOWANCE}/cbc:ChargeIndicator", "true"),
        drop(f"{ALLOWANCE}/cbc:MultiplierFactorNumeric", f"{ALLOWANCE}/cbc:BaseAmount"),
    ),
    "R007": totals(lines="101.00", exclusive="101.00", inclusive="126.00"),
    "R008": (*totals(exclusive="101.00", inclusive="126.00"), put(f"{TOTAL}/cbc:ChargeTotalAmount", "1.00")),
    "R009": (*totals(exclusive="99.00", inclusive="124.00"), put(f"{TOTAL}/cbc:AllowanceTotalAmount", "1.00")),
    "R010": totals(exclusive="101.00", inclusive="126.00"),
    "R011": totals(inclusive="126.00"),
    "R012": totals(payable="126.00"),
    "R013": (put(f"{ALLOWANCE}/cbc:BaseAmount", "0.001"),),
    "R014": (twice("cac:OrderLine"), drop("cac:OrderLine[2]/cac:LineItem/cbc:LineExtensionAmount")),
    "R015": (grow(f"{ALLOWANCE}/cbc:BaseAmount"), drop(f"{ALLOWANCE}/cbc:BaseAmount")),
    "R016": (grow(f"{ALLOWANCE}/cbc:BaseAmount"), drop(f"{ALLOWANCE}/cbc:MultiplierFactorNumeric")),
    "R017": (put(f"{ALLOWANCE}/cbc:BaseAmount", "100"), put(f"{ALLOWANCE}/cbc:MultiplierFactorNumeric", "10")),
    "R018": (grow(f"{ALLOWANCE}/cbc:Amount"), drop(f"{ALLOWANCE}/cbc:AllowanceChargeReason")),
    "R019": (twice(TAXED), *taxed("Z", "0", number=2), put(f"{TAX}/cbc:ID", "Z"), drop(f"{TAX}/cbc:Percent")),
    "R020": (twice(TAXED), *taxed("S", "0", number=2), put(f"{TAX}/cbc:Percent", "0")),
    "R021": (
        *totals(exclusive="100.01", inclusive="125.01"),
        put(f"{ALLOWANCE}/cbc:Amount", "-0.01"),
        put(f"{TOTAL}/cbc:AllowanceTotalAmount", "-0.01"),
    ),
    "R022": (put(f"{PRICE}/cac:AllowanceCharge/cbc:BaseAmount", "-1"),),
    "R023": (put(f"{PRICE}/cac:AllowanceCharge/cbc:Amount", "-1"),),
    "R024": (put(f"{TAXED}/cbc:TaxableAmount", "99999"),),
    "R025": (*totals(inclusive="126.00"), put("cac:TaxTotal/cbc:TaxAmount", "26.00")),
    "R026": (put(f"{TAX}/cbc:Percent", "12"),),
    "R027": (put(f"{TAX}/cbc:ID", "O"), drop(f"{TAX}/cbc:Percent")),
    "R028": (twice(TAXED), *taxed("E", "0", number=2)),
    "R029": (put(f"{TAXED}/cac:TaxCategory/cbc:TaxExemptionReason", "Exempel"),),
    "R030": (put("cbc:CustomizationID", "urn:example:agreement"),),
    "CL001": (put(f"{ALLOWANCE}/cbc:AllowanceChargeReasonCode", "FC"),),
    "CL002": (
        put(f"{ALLOWANCE}/cbc:ChargeIndicator", "true"),
        put(f"{ALLOWANCE}/cbc:AllowanceChargeReasonCode", "95"),
    ),
}
UNTAXED = (drop("cac:TaxTotal"), *totals(inclusive="100.00"))
FREE = (drop("cac:TaxTotal"), put(f"{LINE}/cbc:LineExtensionAmount", "0"), *totals("0", "0", "0"))
# The subtotal that is broken is one of nothing, beside the one that counts.
ZERO_RATED = (twice(TAXED), *taxed("S", "25", 2, "100.00", "25.00"), *taxed("Z", "0"))
FIRST = {
    "missing cac:OrderLine": totals("0", "0", "25.00"),
    "missing cac:OrderLine/cac:LineItem": (drop(TOTAL),),
    "value cbc:DocumentCurrencyCode": (twice("cbc:DocumentCurrencyCode"),),
    f"value {ALLOWANCE}/cbc:AllowanceChargeReasonCode": (put(f"{ALLOWANCE}/cbc:ChargeIndicator", " false"),),
    f"missing {ALLOWANCE}/cac:TaxCategory/cbc:ID": UNTAXED,
    f"missing {TAX}/cbc:ID": UNTAXED,
    "missing cac:TaxTotal/cbc:TaxAmount": totals(inclusive="100.00"),
    f"missing {TAXED}/cbc:TaxableAmount": ZERO_RATED,
    f"missing {TAXED}/cbc:TaxAmount": ZERO_RATED,
    f"missing {TAXED}/cac:TaxCategory": ZERO_RATED,
    f"missing {TAXED}/cac:TaxCategory/cbc:ID": ZERO_RATED,
    f"missing {TOTAL}/cbc:LineExtensionAmount": totals("0", "0", "25.00"),
    f"missing {TOTAL}/cbc:TaxExclusiveAmount": totals(inclusive="25.00"),
    f"missing {TOTAL}/cbc:TaxInclusiveAmount": FREE,
}
_LESS = "an amount that is not there is not positive"
ALONGSIDE = {
    f"missing {ALLOWANCE}/cbc:Amount": (("R021",), _LESS),
    f"missing {PRICE}/cbc:PriceAmount": (("R001",), _LESS),
    "missing cac:TaxTotal/cbc:TaxAmount": (("R025",), "a sum that is not there is no sum"),
    f"missing {TAXED}/cbc:TaxAmount": (("R024",), "a tax that is not there is not what the rate comes to"),
    f"missing {TAXED}/cac:TaxCategory/cbc:ID": (("R028",), "no category is none that goes without a reason"),
}
T110 = Breaking(SEED, BY_HAND, FIRST, ALONGSIDE)

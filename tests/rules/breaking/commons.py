"""How the rules that all documents share are broken: PEPPOL-COMMON, most of them about one kind of identifier."""

from __future__ import annotations

from tests.rules.breaking.edits import Edit, put, strange

_WRONG = {  # by scheme: the rule, and what is wrong by it
    "0007": ("R049", "2120009995"),
    "0088": ("R040", "7350001000016"),
    "0096": ("R052", "1"),
    "0106": ("R054", "1"),
    "0151": ("R050", "1"),
    "0184": ("R042", "1"),
    "0190": ("R055", "1"),
    "0192": ("R041", "1"),
    "0198": ("R053", "1"),
    "0201": ("R044", "1"),
    "0208": ("R043", "1"),
    "0210": ("R045", "1"),
    "0211": ("R047", "IT1"),
    "0217": ("R057", "1"),
    "9907": ("R046", "1"),
    "9944": ("R056-1", "1"),
}
_DUTCH = (
    "<cac:PartyTaxScheme><cbc:CompanyID>NL1</cbc:CompanyID>"
    "<cac:TaxScheme><cbc:ID>VAT</cbc:ID></cac:TaxScheme></cac:PartyTaxScheme>"
)


def commons(party: str, empty: str) -> dict[str, tuple[Edit, ...]]:
    """By rule; `party` is one that has an endpoint and an identification, `empty` where any text may stand."""
    found: dict[str, tuple[Edit, ...]] = {}
    for scheme, (rule, value) in _WRONG.items():
        national = scheme.startswith("9")  # such schemes are for endpoints only
        at = f"{party}/cbc:EndpointID" if national else f"{party}/cac:PartyIdentification/cbc:ID"
        found[f"COMMON-{rule}"] = (put(at, value), put(f"{at}/@schemeID", scheme))
    return found | {
        "COMMON-R001": (put(empty, ""),),
        "COMMON-R003": (put("@xsi:schemaLocation", "urn:example:own own.xsd"),),
        "COMMON-R030": (put("cbc:IssueDate", "2026-13-01"),),
        "COMMON-R056-2": (strange(party, _DUTCH),),
    }


def alongside(party: str, taxed: bool) -> dict[str, tuple[tuple[str, ...], str]]:
    """What breaks with them in every document; `taxed`: the party may be registered for tax."""
    found = {
        "COMMON-R003": (("location",), "two rules ask the same"),
        "location": (("COMMON-R003",), "two rules ask the same"),
        "COMMON-R046": ((f"attribute code {party}/cbc:EndpointID/@schemeID",), "no list knows its scheme any longer"),
    }
    if not taxed:
        found["COMMON-R056-2"] = ((f"foreign {party}",), "nobody here can be registered for tax")
    return found

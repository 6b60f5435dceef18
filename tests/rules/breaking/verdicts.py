"""How the rules of T111, the invoice response, are broken."""

from __future__ import annotations

from tests.rules.breaking.edits import Breaking, Edit, drop_all, put

RESPONSE = "cac:DocumentResponse/cac:Response"
CODE = f"{RESPONSE}/cac:Status/cbc:StatusReasonCode"


def reason(code: str, of: str) -> tuple[Edit, ...]:
    """One clarification, without words."""
    return (
        drop_all(f"{RESPONSE}/cac:Status"),
        put(CODE, code),
        put(f"{CODE}/@listID", of),
        drop_all(f"{RESPONSE}/cac:Status/cbc:StatusReason"),
    )


BY_HAND = {
    "R001": (put(f"{RESPONSE}/cbc:ResponseCode", "RE"), drop_all(f"{RESPONSE}/cac:Status")),
    "R002": reason("OTH", "OPStatusReason"),
    "R003": (put("cbc:CustomizationID", "urn:example:response"),),
    "R004": reason("PPD", "OPStatusReason"),
    "R005": (
        *reason("PPD", "OPStatusReason"),
        put(f"{RESPONSE}/cac:Status/cbc:StatusReason", "Exempel"),
        put(f"{RESPONSE}/cbc:ResponseCode", "AB"),
    ),
    "R006": reason("REF", "OPStatusAction"),
    "R007": reason("PIN", "OPStatusReason"),
    "R008": (put("cbc:ProfileID", "urn:example:profile"),),
}
T111 = Breaking(
    (),
    BY_HAND,
    {},
    {f"value {CODE}": (("R007",), "what no list knows is not on the list it names")},
    {"R005": "it asks whether a comparison exists, and one always does"},
)

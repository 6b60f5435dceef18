"""Values for what is grown into a document: harmless ones, that no rule of sums, prices or identifiers minds."""

from __future__ import annotations

PLAIN = {
    "text": "Exempel",
    "identifier": "7350001000015",
    "quantity": "1",
    "amount": "0",
    "decimal": "0",
    "integer": "1",
    "date": "2026-12-31",
    "time": "12:00:00",
    "boolean": "false",
    "binary": "RXhlbXBlbA==",
}
# By the name of an element or attribute.
TEXTS = {
    "cbc:Percent": "25",
    "cbc:AllowanceChargeReasonCode": "95",
    "filename": "exempel.pdf",
    "listID": "STI",
}
# The usual code, by the field of a value or by the name of an element.
CODES = {
    "scheme": "0088",
    "unit": "XBX",
    "mimeCode": "application/pdf",
    "cbc:IdentificationCode": "SE",
    "cbc:ID": "S",
}
# What must stand together for the rules to be content.
BESIDE = {
    "cac:AllowanceCharge": ("cbc:AllowanceChargeReason", "cbc:MultiplierFactorNumeric", "cbc:BaseAmount"),
    "cac:TaxCategory": ("cbc:ID", "cbc:Percent", "cac:TaxScheme"),
    "cac:ClassifiedTaxCategory": ("cbc:ID", "cbc:Percent", "cac:TaxScheme"),
}

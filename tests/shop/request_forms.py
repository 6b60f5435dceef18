"""Every form of requests, requisitions and the desk with good fields, and whose it is."""

from __future__ import annotations

_REQUEST = {"id": "", "kind": "goods", "title": "Bord", "description": "", "quantity": "1", "measure": "C62"}
_REQUEST |= {"wanted_from": "", "wanted": "", "ceiling": "100", "category": "other", "supplier": "", "then": "save"}
_QUOTE = {"id": "", "supplier": "", "offered": "Bord", "quantity": "1", "measure": "C62", "price": "10", "vat": "25"}
_QUOTE |= {"valid_until": "2026-12-20", "lead_days": "3", "reference": "", "contract": "", "note": ""}
_REGISTER = {"id": "", "supplier": "", "unit": "unit-0001", "how": "mail", "bought_on": "2026-11-19", "rows": "3"}
_REGISTER |= {"bought_by": "Kim", "reference": "", "promised": "", "received_by": "", "note": "", "then": ""}
_REGISTER |= {"lines.0.article": "", "lines.0.name": "Sand", "lines.0.quantity": "1", "lines.0.measure": "C62"}
_REGISTER |= {"lines.0.price": "1", "lines.0.vat": "25", "customer_reference": ""}
_RECEIPT = {"id": "", "bought_on": "2026-11-20", "what": "Färg", "receipt_number": "", "gross25": "1", "gross6": ""}
_ISSUE = {"id": "", "supplier": "", "purpose": "Färg", "holder": "N", "ceiling": "10", "valid_to": "2026-12-01"}
_ANSWER = {"code": "CA", "promised": "", "number": "", "note": "", "lines.0.quantity": "1", "lines.0.price": "1"}
_ANSWER |= {"lines.0.promised": "", "lines.0.refused": ""}

BUYERS: dict[str, dict[str, str]] = {
    "/requests": _REQUEST,
    "/requests/{number}/ask": {},
    "/requests/{number}/withdraw": {"reason": "Nej."},
    "/requests/{number}/say": {"text": "Hej", "once": ""},
    "/requests/{number}/ceiling": {"ceiling": "200"},
    "/requests/{number}/choose-again": {},
    "/requests/{number}/basket": {},
    "/requests/{number}/papers/{paper_id}/remove": {},
    "/requests/{number}/quotes/{quote_id}/choose": {},
    "/requisitions": _ISSUE,
    "/requisitions/{number}/receipt": _RECEIPT,
    "/requisitions/{number}/ceiling": {"ceiling": "200"},
    "/requisitions/{number}/end": {},
    "/requisitions/{number}/open": {},
}
APPROVERS: dict[str, dict[str, str]] = {
    "/requests/{number}/ceiling/{answer}": {},
    "/requisitions/{number}/decide": {"answer": "no", "reason": "Nej."},
}
PURCHASERS: dict[str, dict[str, str]] = {
    "/requests/{number}/take": {},
    "/requests/{number}/put-back": {},
    "/requests/{number}/decline": {"reason": "Nej."},
    "/requests/{number}/quotes": _QUOTE,
    "/requests/{number}/quotes/{quote_id}/take-back": {},
    "/desk/register": _REGISTER,
    "/desk/orders/{number}/take": {},
    "/desk/orders/{number}/told": {"how": "mail", "said": ""},
    "/desk/orders/{number}/answer": _ANSWER,
    "/desk/orders/{number}/sent": {"ours": "", "parcels": "1", "day": "", "theirs": "", "sent.0": "1"},
    "/desk/orders/{number}/cancel": {"reason": "Nej."},
    "/desk/orders/{number}/contact": {"person": "", "telephone": "", "email": ""},
}

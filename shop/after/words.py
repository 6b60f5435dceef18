"""Invoices in words: where they stand, what differs, and what to do about it."""

from __future__ import annotations

from shop.after.attest import Stand
from shop.after.match import Differs
from web.languages import N_

# where it stands: the message id of its word, and the tag's tone
STANDS: dict[Stand, tuple[str, str]] = {
    Stand.UNMATCHED: (N_("Finds no order"), "bad"),
    Stand.WAITS: (N_("Waits for goods"), "wait"),
    Stand.DIFFERS: (N_("Differs"), "bad"),
    Stand.MATCHED: (N_("Agrees"), "good"),
    Stand.ATTESTED: (N_("Attested"), "good"),
    Stand.DISPUTED: (N_("Disputed"), "plain"),
}
assert set(STANDS) == set(Stand)

DIFFERENCES: dict[Differs, str] = {
    Differs.NOT_ORDERED: N_("Nobody ordered this."),
    Differs.PRICE: N_("It costs another amount than was ordered."),
    Differs.UNIT: N_("It is counted in another unit than was ordered."),
    Differs.TOO_MANY: N_("More is invoiced than was ordered."),
    Differs.NOT_RECEIVED: N_("More is invoiced than has come."),
    Differs.OVER_CREDITED: N_("More is credited than was invoiced."),
    Differs.LINE_SUM: N_("Quantity and price do not come to the sum of the line."),
    Differs.FREIGHT: N_("Freight or charges that nobody ordered."),
    Differs.CURRENCY: N_("Another currency than the order."),
    Differs.SUMS: N_("The sums of the invoice do not add up."),
    Differs.VAT: N_("The VAT does not follow from its rates."),
    Differs.ROUNDING: N_("More is rounded than öresavrundning allows."),
}
assert set(DIFFERENCES) == set(Differs)

ACTS: dict[Differs, str] = {
    Differs.NOT_ORDERED: N_("Dispute it, and ask for a credit note, unless somebody ordered it another way."),
    Differs.PRICE: N_("Compare with the contract. Ask for a credit note of the difference."),
    Differs.UNIT: N_("Reckon it in the ordered unit. If it is right, attest it with that as the reason."),
    Differs.TOO_MANY: N_("Ask for a credit note of what is too much."),
    Differs.NOT_RECEIVED: N_("Wait until it has come and somebody has received it."),
    Differs.OVER_CREDITED: N_("Ask the supplier which invoice is credited."),
    Differs.LINE_SUM: N_("Dispute it, and ask for a correct invoice."),
    Differs.FREIGHT: N_("Look what the contract says of freight. Dispute it where it says none."),
    Differs.CURRENCY: N_("Dispute it, and ask for a correct invoice."),
    Differs.SUMS: N_("Dispute it, and ask for a correct invoice."),
    Differs.VAT: N_("Dispute it, and ask for a correct invoice."),
    Differs.ROUNDING: N_("Dispute it, and ask for a correct invoice."),
}
assert set(ACTS) == set(Differs)

UNIT_OF: dict[Differs, str] = {
    Differs.TOO_MANY: "quantity",
    Differs.NOT_RECEIVED: "quantity",
    Differs.OVER_CREDITED: "quantity",
}
"""Whose numbers are quantities; the others' are kronor."""

"""What the console calls things, and what it tells people to do next. Message ids; Swedish stands in locale/sv.po."""

from __future__ import annotations

import msgspec

from gateway.exchange import verdicts
from gateway.exchange.journal import MessageState
from gateway.exchange.retry import Outcome
from gateway.exchange.tasks import Kind
from gateway.rules.verdict import Layer
from web.languages import N_


class TaskWords(msgspec.Struct, frozen=True):
    """`short` is the tag; `heading` takes %(supplier)s and %(order)s; `next` is what a person does now."""

    short: str
    heading: str
    next: str


TASKS: dict[Kind, TaskWords] = {
    Kind.BY_HAND: TaskWords(
        N_("Order by hand"),
        N_("Order %(order)s by hand from %(supplier)s"),
        N_(
            "Call or write to the supplier and order what stands below. Say our order number and that the goods go to "
            "the hub. Note what they answer, then press Ordered."
        ),
    ),
    Kind.UNMATCHED: TaskWords(
        N_("Finds no order"),
        N_("A document from %(supplier)s finds no order"),
        N_(
            "Read the document and the findings. Ask the supplier which order is meant, and have them send it again "
            "with our order number."
        ),
    ),
    Kind.REJECTED_DOCUMENT: TaskWords(
        N_("Cannot be read"),
        N_("A document from %(supplier)s cannot be read"),
        N_(
            "Read the findings. If the supplier wrote it wrong, ask for a new one. If a code or a column is missing "
            "in our mapping table, add it and ask for the document again."
        ),
    ),
    Kind.REFUSED: TaskWords(
        N_("Refused"),
        N_("%(supplier)s does not take order %(order)s"),
        N_(
            "They said no, and would say it again. Correct what the finding names, then send again under the same "
            "key; or order by hand and press Ordered."
        ),
    ),
    Kind.UNDELIVERABLE: TaskWords(
        N_("Does not arrive"),
        N_("Order %(order)s does not reach %(supplier)s"),
        N_(
            "Correct what the finding names and send again: the key is the same, so nothing is ordered twice. If it "
            "is urgent, order by hand and press Ordered."
        ),
    ),
    Kind.OFFER: TaskWords(
        N_("Offers something else"),
        N_("%(supplier)s offers order %(order)s otherwise"),
        N_(
            "Compare the offer with the order. Say yes with avrop order accept, ask for something else with avrop "
            "order change, or end it with avrop order cancel."
        ),
    ),
    Kind.UNHANDLED: TaskWords(
        N_("Kept"),
        N_("A document from %(supplier)s is kept"),
        N_("Nothing here uses it yet. Read it in the journal and do by hand what it asks for."),
    ),
}

STATES: dict[MessageState, tuple[str, str]] = {
    MessageState.QUEUED: ("info", N_("In line")),
    MessageState.WAITING: ("wait", N_("Will be tried again")),
    MessageState.SENT: ("good", N_("Sent off")),
    MessageState.HELD: ("bad", N_("Held for a person")),
    MessageState.CLOSED: ("plain", N_("Done another way")),
    MessageState.KEPT: ("info", N_("Just come")),
    MessageState.RECEIVED: ("info", N_("To be read")),
    MessageState.PROCESSED: ("good", N_("Understood")),
    MessageState.REJECTED: ("bad", N_("Not accepted")),
    MessageState.UNMATCHED: ("bad", N_("Finds no order")),
    MessageState.REFUSED: ("bad", N_("Refused by us")),
    MessageState.DUPLICATE: ("plain", N_("Came before")),
    MessageState.SHELVED: ("wait", N_("Kept, not used yet")),
}
"""The tag's look and its word."""

OUTCOMES: dict[Outcome, tuple[str, str]] = {
    Outcome.DELIVERED: ("good", N_("delivered")),
    Outcome.REFUSED: ("bad", N_("they said no")),
    Outcome.NOT_SENT: ("wait", N_("did not arrive")),
    Outcome.UNSURE: ("wait", N_("may have arrived")),
}

DOCUMENTS: dict[str | None, str] = {
    "Order": N_("Order"),
    "OrderResponse": N_("Order response"),
    "OrderChange": N_("Order change"),
    "OrderCancellation": N_("Order cancellation"),
    "OrderAgreement": N_("Order agreement"),
    "DespatchAdvice": N_("Despatch advice"),
    "Catalogue": N_("Catalogue"),
    "ReceiptAdvice": N_("Receipt advice"),
    None: N_("A document"),
}

CODES: dict[str, str] = {
    "AB": N_("received, the answer comes later"),
    "AP": N_("accepted as ordered"),
    "CA": N_("accepted with changes"),
    "RE": N_("rejected"),
}
"""UNCL4343, as Peppol uses it."""

LINE_CODES: dict[str, str] = {
    "1": N_("added"),
    "3": N_("changed"),
    "5": N_("accepted"),
    "7": N_("not accepted"),
    "42": N_("already delivered"),
}
"""UNCL1229, as Peppol uses it."""

LAYERS: dict[Layer, str] = {
    "structure": N_("Structure"),
    "xsd": N_("XML schema"),
    "schematron": N_("Official rules"),
    "ours": N_("Our own rules"),
}

VERDICTS: dict[verdicts.Outcome, tuple[str, str]] = {
    "obeyed": ("good", N_("obeys")),
    "remarked": ("wait", N_("obeys, with remarks")),
    "broken": ("bad", N_("breaks rules")),
    "unjudged": ("wait", N_("not judged")),
}
"""The tag's look and its word, by what a layer said of a document."""

HEALTH: dict[str, tuple[str, str]] = {
    "bad": ("▲", N_("needs you")),
    "wait": ("◐", N_("waits for an answer")),
    "hand": ("✎", N_("by hand")),
    "off": ("–", N_("resting")),
    "ok": ("", N_("healthy")),
}
"""Shape and word; the colour is the third mark, never the only one."""
